/** What waits for somebody about payments. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { PaymentBatches } from './payment-batches.service.js';
import type { PaymentBatch } from './payment.entity.js';

interface DueRow {
  readonly method: string;
  readonly ready: number;
  readonly cents: string;
  readonly lacking: number;
}

interface BatchRow {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly payOn: string;
  readonly preparedBy: string | null;
  readonly payments: number;
  readonly cents: string;
}

/** The step that a batch in each state waits for. */
const BATCH_STEPS = { draft: 'approve', approved: 'release', unknown: 'confirm_released' } as const;

@Injectable()
export class PaymentsTasks extends TaskSource {
  override readonly permissions = [
    'payment_batch.prepare',
    'payment_batch.approve',
    'payment_batch.release',
    'payment_batch.confirm_released',
    'payee_secret.confirm',
  ];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly paymentBatches: PaymentBatches,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const [due, batches, numbers] = await Promise.all([this.due(actor), this.batches(actor), this.numbers(actor)]);
    return [...batches, ...numbers, ...due];
  }

  /** For who confirms: tax numbers and bank accounts that somebody else recorded. */
  private async numbers(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.can(actor, 'payee_secret.confirm', {})) return [];
    const [row] = await this.db.queryOften<{ count: number; id: string }>(sql`
      select count(*)::int as count, min(s.id::text) as id from payee_secrets s join payees e on e.id = s.payee_id
      where s.state = 'recorded' and s.recorded_by is distinct from ${actor.personId}
        and e.person_id is distinct from ${actor.personId}`);
    if (row === undefined || row.count === 0) return [];
    return [
      {
        title: this.texts.t('task.payee_secret', { count: row.count }),
        text: this.texts.t('task.payee_secret.text', { count: row.count }),
        href: `/payments/payee-secrets/${row.id}`,
        button: this.texts.t('task.payee_secret.button'),
      },
    ];
  }

  /** For who prepares: what is due by each method, and the tax forms that hold money back. */
  private async due(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.can(actor, 'payment_batch.prepare', {})) return [];
    const rows = await this.db.queryOften<DueRow>(sql`
      select e.method, count(*) filter (where ok.pays)::int as ready,
        coalesce(sum(p.amount_cents) filter (where ok.pays), 0)::text as cents,
        count(distinct e.id) filter (where not ok.pays)::int as lacking
      from payables p join payees e on e.id = p.payee_id
        cross join lateral (select not p.needs_tax_form or e.tax_form_on_file_on is not null as pays) ok
      where p.state = 'open' and e.person_id is distinct from ${actor.personId}
        and p.beneficiary_person_id is distinct from ${actor.personId}
      group by e.method order by e.method`);
    const t = (key: string, params?: Record<string, unknown>): string => this.texts.t(key, params);
    const lacking = rows.reduce((sum, row) => sum + row.lacking, 0);
    const tasks: Task[] = rows
      .filter((row) => row.ready > 0)
      .map((row) => ({
        title: t('task.payable.prepare', { count: row.ready, amount: Money.ofCents(row.cents).formatPayment() }),
        text: t('task.payable.prepare.text', { method: t(`payment_batch.method.${row.method}`) }),
        href: '/payments/batches/new',
        button: t('task.payable.prepare.button'),
      }));
    if (lacking === 0) return tasks;
    const form: Task = {
      title: t('task.payable.tax_form', { count: lacking }),
      text: t('task.payable.tax_form.text'),
      href: '/payments/payees?missing=yes',
      button: t('task.payable.tax_form.button'),
    };
    return [...tasks, form];
  }

  /** For who approves and releases: batches that somebody else prepared and that do not pay them. */
  private async batches(actor: PersonActor): Promise<Task[]> {
    const wanted = [
      ...(this.policy.can(actor, 'payment_batch.approve', {}) ? ['draft'] : []),
      ...(this.policy.can(actor, 'payment_batch.release', {}) ? ['approved'] : []),
      ...(this.policy.can(actor, 'payment_batch.confirm_released', {}) ? ['unknown'] : []),
    ];
    if (wanted.length === 0) return [];
    const rows = await this.db.queryOften<BatchRow>(sql`
      select b.id, b.number, b.state, b.pay_on as "payOn", b.prepared_by as "preparedBy", b.payments, b.amount_cents as cents
      from payment_batches b
      where b.state = any(${wanted}::text[]) and b.prepared_by is distinct from ${actor.personId}
        and not exists (
          select from payments p join payees e on e.id = p.payee_id join payment_items i on i.payment_id = p.id
            join payables d on d.id = i.payable_id
          where p.batch_id = b.id and (e.person_id = ${actor.personId} or d.beneficiary_person_id = ${actor.personId}))
      order by b.pay_on, b.number limit 50`);
    const open = await this.openTo(actor, rows);
    return open.map(({ id, number, state, payOn, payments, cents }) => ({
      dueOn: payOn,
      title: this.texts.t(`task.payment_batch.${state}`, { number }),
      text: this.texts.t(`task.payment_batch.${state}.text`, {
        count: payments,
        amount: Money.ofCents(cents).formatPayment(),
      }),
      href: `/payments/batches/${id}`,
      button: this.texts.t(`task.payment_batch.${state}.button`),
    }));
  }

  /** Above what was lent, or what the agency lets one person do alone, it waits for somebody else. */
  private async openTo(actor: PersonActor, rows: readonly BatchRow[]): Promise<BatchRow[]> {
    const { machine } = this.paymentBatches;
    const batches = rows.map((row) => ({ ...row, amount: Money.ofCents(row.cents) }) as unknown as PaymentBatch);
    const open = new Set<string>();
    for (const [state, step] of Object.entries(BATCH_STEPS)) {
      const waiting = batches.filter((batch) => batch.state === state);
      for (const { id } of await machine.unbarred(this.policy, this.db, actor, step, waiting)) open.add(id);
    }
    return rows.filter(({ id }) => open.has(id));
  }
}
