/** Lists of payables, batches, payments and payees, and the sums above them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import type { BatchListQuery, PayableListQuery, PayeeListQuery } from './payment.input.js';

interface Cents {
  readonly cents: string;
}

export interface PayableRow {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly amount: Money;
  readonly payeeId: string;
  readonly payeeName: string;
  readonly method: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly holdReason: string | null;
  /** Cannot be paid before the payee's tax form is on file. */
  readonly lacksTaxForm: boolean;
  readonly createdAt: Date;
}

export interface BatchRow {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly method: string;
  readonly payOn: string;
  readonly releasedOn: string | null;
  readonly preparedBy: string | null;
  readonly payments: number;
  readonly amount: Money;
}

export interface PaymentRow {
  readonly id: string;
  readonly state: string;
  readonly payeeId: string;
  readonly payeeName: string;
  readonly method: string;
  readonly number: number | null;
  readonly issuedOn: string | null;
  readonly amount: Money;
  readonly payables: readonly string[];
}

export interface PayeeListRow {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly taxFormOnFileOn: string | null;
  /** Owed, and cannot be paid before the tax form is on file. */
  readonly waiting: Money;
}

/** What is approved and not yet paid, by state. */
export interface Owed {
  readonly count: number;
  readonly amount: Money;
}
export interface Reason extends Owed {
  readonly reason: string;
}
export interface Overview {
  readonly open: Owed;
  readonly batched: Owed;
  readonly held: Owed;
  readonly reasons: readonly Reason[];
  readonly withoutTaxForm: Owed;
}

const LACKS_FORM = sql`p.needs_tax_form and e.tax_form_on_file_on is null`;
const NOTHING: Owed = { count: 0, amount: Money.zero };
const pattern = (q: string): string => `%${q.replace(/[\\%_]/g, '\\$&')}%`;

@Injectable()
export class PaymentLists {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  async payables(actor: Actor, query: PayableListQuery): Promise<ListPage<PayableRow>> {
    const where = [this.allowed(actor, 'payable.read')];
    if (query.state !== undefined) where.push(sql`p.state = ${query.state}`);
    if (query.payee !== undefined) where.push(sql`p.payee_id = ${query.payee}`);
    if (query.q !== undefined) where.push(sql`(e.name ilike ${pattern(query.q)} or p.title ilike ${pattern(query.q)})`);
    const found = await readList<PayableRow & Cents>(
      this.db,
      {
        columns: sql`p.id, p.title, p.state, p.amount_cents as cents, p.payee_id as "payeeId", e.name as "payeeName",
          e.method, p.subject_type as "subjectType", p.subject_id as "subjectId", p.hold_reason as "holdReason",
          ${LACKS_FORM} and p.state in ('open', 'held') as "lacksTaxForm", p.created_at as "createdAt"`,
        from: sql`payables p join payees e on e.id = p.payee_id`,
        where,
        sorts: {
          createdAt: { expression: 'p.created_at', type: 'timestamptz' },
          payee: { expression: 'lower(e.name)', type: 'text' },
          amount: { expression: 'p.amount_cents', type: 'bigint' },
        },
        defaultSort: 'createdAt',
        id: 'p.id',
      },
      query,
    );
    return { ...found, items: found.items.map(withAmount) };
  }

  async batches(actor: Actor, query: BatchListQuery): Promise<ListPage<BatchRow>> {
    const where = [this.allowed(actor, 'payment_batch.read')];
    if (query.state !== undefined) where.push(sql`b.state = ${query.state}`);
    if (query.q !== undefined) where.push(sql`b.number ilike ${pattern(query.q)}`);
    const found = await readList<BatchRow & Cents>(
      this.db.often,
      {
        columns: sql`b.id, b.number, b.state, b.method, b.pay_on as "payOn", b.released_on as "releasedOn",
          b.prepared_by as "preparedBy", b.payments, b.amount_cents as cents`,
        from: sql`payment_batches b`,
        where,
        sorts: {
          number: { expression: 'b.number', type: 'text' },
          payOn: { expression: 'b.pay_on', type: 'date' },
          amount: { expression: 'b.amount_cents', type: 'bigint' },
        },
        defaultSort: '-number',
        id: 'b.id',
      },
      query,
    );
    return { ...found, items: found.items.map(withAmount) };
  }

  async payees(actor: Actor, query: PayeeListQuery): Promise<ListPage<PayeeListRow>> {
    const where = [this.allowed(actor, 'payee.read')];
    if (query.missing === true) where.push(sql`w.cents is not null`);
    if (query.q !== undefined) where.push(sql`e.name ilike ${pattern(query.q)}`);
    const found = await readList<Omit<PayeeListRow, 'waiting'> & Cents>(
      this.db,
      {
        columns: sql`e.id, e.name, e.method, e.tax_form_on_file_on as "taxFormOnFileOn", coalesce(w.cents, 0) as cents`,
        from: sql`payees e left join lateral (
          select sum(p.amount_cents) as cents from payables p
          where p.payee_id = e.id and p.state in ('open', 'held') and ${LACKS_FORM} having count(*) > 0) w on true`,
        where,
        sorts: { name: { expression: 'lower(e.name)', type: 'text' } },
        defaultSort: 'name',
        id: 'e.id',
      },
      query,
    );
    const items = found.items.map(({ cents, ...row }) => ({ ...row, waiting: Money.ofCents(cents) }));
    return { ...found, items };
  }

  /** The payments of a batch, or to a payee, or one alone. The page that shows them has asked whether it may. */
  async payments(of: { batchId: string } | { payeeId: string } | { id: string }): Promise<PaymentRow[]> {
    const where =
      'batchId' in of
        ? sql`p.batch_id = ${of.batchId}`
        : 'payeeId' in of
          ? sql`p.payee_id = ${of.payeeId}`
          : sql`p.id = ${of.id}`;
    const rows = await this.db.query<Omit<PaymentRow, 'amount'> & Cents>(sql`
      select p.id, p.state, p.payee_id as "payeeId", p.payee_name as "payeeName", p.method, p.number, p.issued_on as "issuedOn",
        p.amount_cents as cents, array_agg(d.title order by d.created_at, d.id) as payables
      from payments p join payment_items i on i.payment_id = p.id join payables d on d.id = i.payable_id
      where ${where} group by p.id order by lower(p.payee_name), p.id limit 5000`);
    return rows.map(withAmount);
  }

  async overview(): Promise<Overview> {
    const states = await this.db.queryOften<Cents & { state: string; count: number }>(sql`
      select state, count(*)::int as count, sum(amount_cents)::text as cents from payables
      where state in ('open', 'held', 'batched') group by state`);
    const reasons = await this.db.queryOften<Cents & { reason: string; count: number }>(sql`
      select hold_reason as reason, count(*)::int as count, sum(amount_cents)::text as cents from payables
      where state = 'held' group by hold_reason order by sum(amount_cents) desc, hold_reason limit 10`);
    const [forms] = await this.db.queryOften<Cents & { count: number }>(sql`
      select count(*)::int as count, coalesce(sum(p.amount_cents), 0)::text as cents
      from payables p join payees e on e.id = p.payee_id where p.state = 'open' and ${LACKS_FORM}`);
    const of = (state: string): Owed => {
      const row = states.find((each) => each.state === state);
      return row === undefined ? NOTHING : withAmount(row);
    };
    return {
      open: of('open'),
      batched: of('batched'),
      held: of('held'),
      reasons: reasons.map(withAmount),
      withoutTaxForm: forms === undefined ? NOTHING : withAmount(forms),
    };
  }

  private allowed(actor: Actor, permission: string): Sql {
    return conditionSql(this.policy.filter(actor, permission, {}));
  }
}

function withAmount<T extends Cents>({ cents, ...row }: T): Omit<T, 'cents'> & { amount: Money } {
  return { ...row, amount: Money.ofCents(cents) };
}
