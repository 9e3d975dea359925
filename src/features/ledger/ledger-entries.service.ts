/** LedgerEntries: the entries behind an amount, the accounts, and the export of both. Reads only. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { actorName } from '../../platform/audit/actor-name.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { type ListPage, type ListSpec, readList } from '../../platform/lists/list.js';
import { COLUMN_STAGES, type HolderKind, type ReportColumn, type Stage } from './ledger.glossary.js';
import { heldAt } from './ledger.figures.js';
import type { AccountQuery, LedgerQuery } from './ledger.input.js';
import { LedgerDirectory, type LedgerNames, type Named } from './ledger.directory.js';

export interface AccountRow {
  readonly id: string;
  readonly sourceId: string;
  readonly holderKind: HolderKind;
  readonly holderId: string;
  readonly category: string;
  readonly stage: Stage;
  readonly balanceCents: string;
}

export type PlaceRow = Omit<AccountRow, 'balanceCents'>;

export interface EntryRow {
  readonly id: string;
  readonly key: string;
  readonly cents: string;
  readonly reason: string;
  readonly actorName: string;
  readonly recordedAt: Date;
  readonly bookedOn: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly reversesKey: string | null;
  readonly debit: PlaceRow;
  readonly credit: PlaceRow;
  /** The balance of the one account that was asked for, after this entry. */
  readonly after?: Money;
}

/** How an amount came about: what it was before the first date asked for, and what it was at the last. */
export interface Explanation {
  readonly opening: Money;
  readonly change: Money;
  readonly closing: Money;
}

export interface EntriesPage {
  readonly page: ListPage<EntryRow>;
  readonly names: LedgerNames;
  readonly account?: AccountRow;
  /** Present when the filter names accounts whose money is one amount. */
  readonly explanation?: Explanation;
}

const place = (alias: string): Sql =>
  rawSql(
    `jsonb_build_object('id', ${alias}.id, 'sourceId', ${alias}.source_id, 'holderKind', ${alias}.holder_kind,
      'holderId', ${alias}.holder_id, 'category', ${alias}.category, 'stage', ${alias}.stage)`,
  );

const ENTRY_COLUMNS = sql`t.id::text as id, t.key, t.amount_cents::text as cents, t.reason, ${actorName('t.actor')} as "actorName",
  t.recorded_at as "recordedAt", t.booked_on as "bookedOn", t.subject_type as "subjectType",
  t.subject_id as "subjectId", t.reverses_key as "reversesKey", ${place('d')} as debit, ${place('c')} as credit`;

const ENTRY_TABLES = sql`ledger_transfers t
  join ledger_accounts d on d.id = t.debit_account_id join ledger_accounts c on c.id = t.credit_account_id`;

const ACCOUNT_COLUMNS = sql`a.id, a.source_id as "sourceId", a.holder_kind as "holderKind", a.holder_id as "holderId",
  a.category, a.stage, a.balance_cents::text as "balanceCents"`;

const EXPORT_ROWS_AT_ONCE = 2000;

@Injectable()
export class LedgerEntries {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly directory: LedgerDirectory,
  ) {}

  async list(actor: Actor, query: LedgerQuery): Promise<EntriesPage> {
    const account = query.account === undefined ? undefined : await this.getAccount(actor, query.account);
    const spec: ListSpec = {
      columns: ENTRY_COLUMNS,
      from: ENTRY_TABLES,
      where: await this.where(actor, query),
      // The second column only completes the cursor: an entry's number is unique by itself.
      sorts: { recorded: { expression: 't.id', type: 'bigint' } },
      defaultSort: '-recorded',
      id: 't.debit_account_id',
    };
    const page = await readList<EntryRow>(this.db, spec, query);
    const items = account === undefined ? page.items : await this.withBalances(account, page.items);
    const explanation = namesAnAmount(query) ? await this.explain(actor, query) : undefined;
    const names = await this.directory.names(this.db, actor, [
      ...items.flatMap(thingsOf),
      ...(account === undefined ? [] : placeThings(account)),
    ]);
    return { page: { ...page, items }, names, account, explanation };
  }

  async accounts(actor: Actor, query: AccountQuery): Promise<{ page: ListPage<AccountRow>; names: LedgerNames }> {
    const spec: ListSpec = {
      columns: ACCOUNT_COLUMNS,
      from: rawSql('ledger_accounts a'),
      where: [this.readable(actor), ...placeConditions('a', query)],
      sorts: {
        stage: { expression: 'a.stage', type: 'text' },
        balance: { expression: 'a.balance_cents', type: 'bigint' },
      },
      defaultSort: 'stage',
      id: 'a.id',
    };
    const page = await readList<AccountRow>(this.db, spec, query);
    return { page, names: await this.directory.names(this.db, actor, page.items.flatMap(placeThings)) };
  }

  /** The sources that have accounts, for the filter above the list. */
  async sources(actor: Actor): Promise<{ ids: readonly string[]; names: LedgerNames }> {
    const rows = await this.db.query<{ id: string }>(sql`
      select source_id as id from ledger_accounts where stage = 'authorized' order by source_id limit 200`);
    const ids = rows.map((row) => row.id);
    const names = await this.directory.names(
      this.db,
      actor,
      ids.map((id) => ({ kind: 'source', id })),
    );
    return { ids, names };
  }

  /**
   * All entries the filter takes, oldest first, some thousands at a time: no export holds a connection while the
   * reader is slow, and none sees entries that were made after it began.
   */
  async *export(actor: Actor, query: LedgerQuery): AsyncGenerator<{ rows: readonly EntryRow[]; names: LedgerNames }> {
    const where = await this.where(actor, query);
    const [{ last } = { last: '0' }] = await this.db.query<{ last: string }>(
      sql`select coalesce(max(id), 0)::text as last from ledger_transfers`,
    );
    for (let after = '0'; ;) {
      const rows = await this.db.query<EntryRow>(sql`
        select ${ENTRY_COLUMNS} from ${ENTRY_TABLES}
        where t.id > ${after}::bigint and t.id <= ${last}::bigint and ${joinSql(where, ' and ')}
        order by t.id limit ${EXPORT_ROWS_AT_ONCE}`);
      if (rows.length === 0) return;
      yield { rows, names: await this.directory.names(this.db, actor, rows.flatMap(thingsOf)) };
      after = (rows.at(-1) as EntryRow).id;
    }
  }

  private readable(actor: Actor): Sql {
    return conditionSql(this.policy.filter(actor, 'ledger.read', {}));
  }

  private async getAccount(actor: Actor, id: string): Promise<AccountRow> {
    const account = await this.db.find<AccountRow>(
      sql`select ${ACCOUNT_COLUMNS} from ledger_accounts a where a.id = ${id} and ${this.readable(actor)}`,
    );
    if (account === undefined) throw notFound('ledger.account_not_found');
    return account;
  }

  private async where(actor: Actor, query: LedgerQuery): Promise<Sql[]> {
    const where = [this.readable(actor)];
    const { subject, from, to, q } = query;
    if (from !== undefined) where.push(sql`t.booked_on >= ${from}::date`);
    if (to !== undefined) where.push(sql`t.booked_on <= ${to}::date`);
    if (q !== undefined) where.push(sql`starts_with(t.key, ${q})`);
    if (subject !== undefined) {
      const [type, id] = subject.split(':');
      where.push(sql`t.subject_id = ${id}::uuid and t.subject_type = ${type}`);
    }
    const column = query.column as ReportColumn | undefined;
    const [debit, credit] = [touches('d', query), touches('c', query)];
    if (column === 'allotted') {
      where.push(CROSSES_POOLS, sql`(${debit} or ${credit})`);
    } else if (column !== undefined) {
      // What only moves within the column leaves its amount as it is.
      where.push(sql`(${debit}) <> (${credit})`);
    } else if (namesPlaces(query)) {
      where.push(sql`(${debit} or ${credit})`);
    }
    if (query.account !== undefined || query.holder !== undefined) where.push(await this.fewAccounts(query));
    return where;
  }

  /** Ids of few accounts lead to their entries by index, where the condition above would read them all. */
  private async fewAccounts(query: LedgerQuery): Promise<Sql> {
    const { account, holder, source } = query;
    const conditions = placeConditions('a', { holder, source });
    if (account !== undefined) conditions.push(sql`a.id = ${account}`);
    const rows = await this.db.query<{ id: string }>(
      sql`select a.id from ledger_accounts a where ${joinSql(conditions, ' and ')}`,
    );
    const ids = rows.map((row) => row.id);
    return sql`(t.debit_account_id = any(${ids}::uuid[]) or t.credit_account_id = any(${ids}::uuid[]))`;
  }

  /** The balance after each of these entries, newest or oldest first: today's less everything that came later. */
  private async withBalances(account: AccountRow, items: readonly EntryRow[]): Promise<readonly EntryRow[]> {
    if (items.length === 0) return items;
    const newest = items.reduce((latest, row) => (BigInt(row.id) > latest ? BigInt(row.id) : latest), 0n);
    const oldest = items.reduce((first, row) => (BigInt(row.id) < first ? BigInt(row.id) : first), newest);
    // One statement for the entries and the balance, so that both are of the same moment.
    const rows = await this.db.query<{ id: string; after: string }>(sql`
      select id, after from (
        select t.id::text as id, t.id as number, (a.balance_cents - coalesce(sum(
            case when t.credit_account_id = a.id then t.amount_cents else -t.amount_cents end) over (
            order by t.id desc rows between unbounded preceding and 1 preceding), 0))::text as after
        from ledger_accounts a
        join ledger_transfers t on t.debit_account_id = a.id or t.credit_account_id = a.id
        where a.id = ${account.id} and t.id >= ${String(oldest)}::bigint) entry
      where number <= ${String(newest)}::bigint`);
    const after = new Map(rows.map((row) => [row.id, Money.ofCents(row.after)]));
    return items.map((row) => ({ ...row, after: after.get(row.id) }));
  }

  private async explain(actor: Actor, query: LedgerQuery): Promise<Explanation> {
    const isAllotted = query.column === 'allotted';
    const { from, to } = query;
    const sum = (cents: string, held: Sql): Sql => sql`(
      select coalesce(sum(${rawSql(cents)}), 0)::text from ledger_accounts a ${held}
      where ${this.readable(actor)} and ${touches('a', query)})`;
    const at = (when: 'end of' | 'before', day: string): Sql =>
      sum(isAllotted ? 'h.allotted' : 'h.cents', sql`join (${heldAt(when, day)}) h on h.account_id = a.id`);
    const today = (): Sql => sum(isAllotted ? 'a.allotted_cents' : 'a.balance_cents', rawSql(''));
    // One statement, so that both are of the same moment.
    const [row] = await this.db.query<{ opening: string; closing: string }>(sql`
      select ${from === undefined ? '0' : at('before', from)} as opening,
             ${to === undefined ? today() : at('end of', to)} as closing`);
    const [opening, closing] = [Money.ofCents(row?.opening ?? '0'), Money.ofCents(row?.closing ?? '0')];
    return { opening, closing, change: closing.subtract(opening) };
  }
}

/** Such entries raise or lower what is set aside; the same rule as `crossesPools`. */
const CROSSES_POOLS = sql`d.holder_kind <> 'outside' and c.holder_kind <> 'outside'
  and ((d.stage = 'authorized') <> (c.stage = 'authorized')
    or (d.holder_kind = 'pool' and c.holder_kind = 'pool' and d.holder_id <> c.holder_id))`;

function placeConditions(alias: string, { source, holder, stage }: Partial<AccountQuery>): Sql[] {
  const column = (name: string): Sql => rawSql(`${alias}.${name}`);
  const conditions: Sql[] = [];
  if (source !== undefined) conditions.push(sql`${column('source_id')} = ${source}::uuid`);
  if (holder !== undefined) {
    const [kind, id] = holder.split(':');
    conditions.push(sql`${column('holder_kind')} = ${kind} and ${column('holder_id')} = ${id}::uuid`);
  }
  if (stage !== undefined) conditions.push(sql`${column('stage')} = ${stage}`);
  return conditions;
}

/** Whether an account is one of those that were asked for. */
function touches(alias: string, query: LedgerQuery): Sql {
  const conditions = placeConditions(alias, query);
  if (query.account !== undefined) conditions.push(sql`${rawSql(alias)}.id = ${query.account}::uuid`);
  const column = query.column as ReportColumn | undefined;
  if (column === 'allotted') conditions.push(rawSql(`${alias}.holder_kind in ('pool', 'award')`));
  else if (column !== undefined) {
    conditions.push(sql`${rawSql(alias)}.stage = any(${COLUMN_STAGES[column]}::text[])`);
  }
  return conditions.length === 0 ? rawSql('true') : sql`(${joinSql(conditions, ' and ')})`;
}

function namesPlaces({ account, source, holder, stage }: LedgerQuery): boolean {
  return [account, source, holder, stage].some((each) => each !== undefined);
}

/** An account, a stage or a column adds up to one amount; other filters take only a part of its entries. */
function namesAnAmount({ account, stage, column, subject, q }: LedgerQuery): boolean {
  return subject === undefined && q === undefined && [account, stage, column].some((each) => each !== undefined);
}

const placeThings = (row: PlaceRow): Named[] => [
  { kind: 'source', id: row.sourceId },
  { kind: row.holderKind, id: row.holderId },
];

const thingsOf = (row: EntryRow): Named[] => [
  ...placeThings(row.debit),
  ...placeThings(row.credit),
  { kind: row.subjectType, id: row.subjectId },
];
