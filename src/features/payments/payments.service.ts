/** Payments: each payee's share of a batch, from its number to what the bank says became of it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { Payables } from './payables.service.js';
import { Payment, type PaymentBatch, PaymentItem } from './payment.entity.js';
import { type PaymentFacts, paymentLifecycle } from './payment.lifecycle.js';
import { type Candidate, groupByPayee, memoOf, type RegisterRow } from './payment.rules.js';

export type PaymentStep = 'clear' | 'return' | 'stop' | 'mark_stale';

/** Checks and warrants each have a series of numbers; the first one is 1001. */
const NUMBERS_BEFORE_FIRST = 1000;

@Injectable()
export class Payments {
  readonly machine: Stateful<Payment, PaymentFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly payables: Payables,
  ) {
    this.machine = new Stateful<Payment, PaymentFacts>({
      entity: Payment,
      lifecycle: paymentLifecycle as never,
      readPermission: 'payment.read',
      subjectOf: () => ({}),
      facts: (from, rows) => readFacts(from, rows),
    });
  }

  async get(actor: Actor, id: string): Promise<Payment> {
    const [row] = await this.db.query<Payment & { cents: string }>(sql`
      select id, version, created_at as "createdAt", state, batch_id as "batchId", payee_id as "payeeId",
        payee_name as "payeeName", method, number, issued_on as "issuedOn", amount_cents as cents
      from payments where id = ${id}`);
    if (row === undefined || !this.policy.can(actor, 'payment.read', {})) throw notFound('thing.not_found');
    const { cents, ...payment } = row;
    return { ...payment, amount: Money.ofCents(cents) };
  }

  /** What the bank says of one payment. What came back, was stopped or went stale is due to pay again. */
  async take(actor: Actor, id: string, action: PaymentStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      await this.machine.transition(work, { action, ids: [id], note, expectedVersion });
      if (action !== 'clear') await this.payables.reopen(work, await endItems(work, [id]), note);
      return { id };
    });
  }

  /** Step of a batch that is prepared: one payment for each payee. */
  async make(work: Work, batch: PaymentBatch, candidates: readonly Candidate[]): Promise<void> {
    const groups = groupByPayee(candidates);
    const payments = await work.insert(
      Payment,
      groups.map((group) => ({
        state: 'pending',
        batchId: batch.id,
        payeeId: group[0]?.payeeId as string,
        payeeName: group[0]?.payeeName as string,
        method: batch.method,
        number: null,
        issuedOn: null,
        amount: Money.sum(group.map((each) => each.amount)),
      })),
    );
    await this.machine.begin(work, payments);
    const items = groups.flatMap((group, index) =>
      group.map(({ id }) => ({ paymentId: payments[index]?.id as string, payableId: id, endedAt: null })),
    );
    await work.insert(PaymentItem, items);
  }

  /** Step of a release: consecutive numbers in the order of names. Gives the register's rows and what they pay. */
  async issue(work: Work, batch: PaymentBatch): Promise<{ register: RegisterRow[]; payableIds: string[] }> {
    const pending = await work.query<{
      id: string;
      name: string;
      cents: string;
      titles: string[];
      payables: string[];
    }>(sql`
      select p.id, p.payee_name as name, p.amount_cents as cents, array_agg(b.title order by b.created_at, b.id) as titles,
        array_agg(b.id order by b.id) as payables
      from payments p join payment_items i on i.payment_id = p.id and i.ended_at is null
        join payables b on b.id = i.payable_id
      where p.batch_id = ${batch.id} and p.state = 'pending'
      group by p.id order by lower(p.payee_name), p.id`);
    const first = await takeNumbers(work, batch.method, pending.length);
    const date = batch.payOn > work.today ? batch.payOn : work.today;
    const ids = pending.map((each) => each.id);
    await this.machine.transition(work, { action: 'issue', ids });
    await work.query(sql`
      update payments set number = given.number, issued_on = ${date}
      from unnest(${ids}::uuid[], ${ids.map((_, index) => first + index)}::int[]) as given (id, number)
      where payments.id = given.id`);
    const register = pending.map(({ name, cents, titles }, index) => {
      return { number: first + index, payee: name, amount: Money.ofCents(cents), date, memo: memoOf(titles) };
    });
    return { register, payableIds: pending.flatMap((each) => each.payables) };
  }

  /** Step of a batch that is void or failed: gives the payables that no payment holds any more. */
  async void(work: Work, batchId: string, from: 'pending' | 'issued', note?: string): Promise<string[]> {
    const ids = await idsIn(work, batchId, from);
    await this.machine.transition(work, { action: 'void', ids, note });
    return endItems(work, ids);
  }

  /** Step of a batch that settles: what is still out has cleared. */
  async clearAll(work: Work, batchId: string): Promise<void> {
    await this.machine.transition(work, { action: 'clear', ids: await idsIn(work, batchId, 'issued') });
  }
}

async function idsIn(work: Work, batchId: string, state: string): Promise<string[]> {
  const rows = await work.query<{ id: string }>(
    sql`select id from payments where batch_id = ${batchId} and state = ${state} order by id`,
  );
  return rows.map((row) => row.id);
}

/** Lets go of the payables of these payments, so that another may pay them. */
async function endItems(work: Work, paymentIds: readonly string[]): Promise<string[]> {
  const rows = await work.query<{ payable_id: string }>(sql`
    update payment_items set ended_at = ${work.now}, version = version + 1
    where payment_id = any(${paymentIds}::uuid[]) and ended_at is null returning payable_id`);
  return rows.map((row) => row.payable_id);
}

/** The first of this many numbers in a row; the series stays locked until the work ends, so that none is skipped. */
async function takeNumbers(work: Work, method: string, count: number): Promise<number> {
  const [row] = await work.query<{ last: number }>(sql`
    insert into number_series (series, year, last) values (${method}, 'all', ${NUMBERS_BEFORE_FIRST + count})
    on conflict (series, year) do update set last = number_series.last + ${count} returning last`);
  return (row?.last ?? NUMBERS_BEFORE_FIRST + count) - count + 1;
}

async function readFacts(from: Queryable, rows: readonly Payment[]): Promise<Map<string, PaymentFacts>> {
  const found = await from.query<PaymentFacts>(sql`
    select p.id, b.state as "batchState",
      array_remove(array_agg(distinct e.person_id) || array_agg(distinct d.beneficiary_person_id), null) as beneficiaries
    from payments p join payment_batches b on b.id = p.batch_id join payees e on e.id = p.payee_id
      left join payment_items i on i.payment_id = p.id left join payables d on d.id = i.payable_id
    where p.id = any(${rows.map((row) => row.id)}::uuid[]) group by p.id, b.state`);
  return new Map(found.map((row) => [row.id, row]));
}
