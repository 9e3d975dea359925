/** record: how a set of transfers is written, with a handful of statements. Nothing else writes the ledger's money. */
import { actorKey } from '../../kernel/actor.js';
import { conflict } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type HolderKind, type Stage, stageGlossary } from './ledger.glossary.js';
import {
  accountKey,
  type AccountRef,
  crossesPools,
  defectOf,
  monthName,
  monthOf,
  type Posting,
  type TransferRequest,
  type Turnover,
  turnoverByAccount,
  turnoverByDay,
  turnoverByMonth,
} from './ledger.rules.js';

interface LockedAccount {
  readonly id: string;
  readonly sourceId: string;
  readonly holderKind: HolderKind;
  readonly holderId: string;
  readonly category: string;
  readonly stage: Stage;
  readonly balance: Money;
}

/** A request, with the key of what it moves back. */
export type Asked = TransferRequest & { readonly reversesKey?: string };

interface Recorded {
  readonly key: string;
  readonly debitId: string;
  readonly creditId: string;
  readonly cents: string;
  readonly reason: string;
  readonly bookedOn: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly reversesKey: string | null;
}

/** Any number that is ours: with a month it names the advisory lock between posting and closing that month. */
const MONTH_LOCK = 743_199;

/**
 * Posting into a month and closing it must not pass each other. Posts share this lock and closing takes it alone; the
 * month's row is no help, as an open month has none.
 */
export async function lockMonths(work: Work, months: readonly string[], how: 'share' | 'alone'): Promise<void> {
  const lock = rawSql(how === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared');
  const numbers = [...new Set(months)].sort().map((month) => Number(month.slice(0, 7).replace('-', '')));
  await work.query(sql`select ${lock}(${MONTH_LOCK}::int, month) from unnest(${numbers}::int[]) as month`);
}

/**
 * Records a set of transfers and moves the balances, all or none; the number of statements does not depend on the
 * number of transfers.
 */
export async function record(work: Work, transfers: readonly Asked[]): Promise<void> {
  const asked = distinct(transfers);
  if (asked.length === 0) return;
  const today = work.today;
  const months = asked.map((each) => monthOf(each.bookedOn ?? today));
  await lockMonths(work, months, 'share');
  const accounts = await lockAccounts(work, asked);
  const idOf = (ref: AccountRef): string => (accounts.get(accountKey(ref)) as LockedAccount).id;

  // The accounts are locked, so a twin that was recorded meanwhile is committed and seen by now.
  const fresh = await withoutRecorded(work, asked, idOf);
  if (fresh.length === 0) return;
  await requireOpenMonths(work, [...new Set(fresh.map((each) => monthOf(each.bookedOn ?? today)))]);

  const postings = fresh.map((each) => postingOf(each, idOf, today));
  const days = turnoverByDay(postings);
  const totals = turnoverByAccount(days);
  requireEnough([...accounts.values()], totals);
  await moveBalances(work, totals);
  await insertTransfers(work, fresh, postings);
  await addTurnover(work, days);
}

/** Makes the accounts that are missing and locks all, each in one statement and in one order. */
async function lockAccounts(work: Work, asked: readonly Asked[]): Promise<Map<string, LockedAccount>> {
  const refs = new Map(asked.flatMap(({ from, to }) => [from, to]).map((ref) => [accountKey(ref), ref]));
  const sorted = [...refs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
  const places = sql`
    ${sorted.map((ref) => ref.sourceId)}::uuid[], ${sorted.map((ref) => ref.holder.kind)}::text[],
    ${sorted.map((ref) => ref.holder.id)}::uuid[], ${sorted.map((ref) => ref.category ?? '')}::text[],
    ${sorted.map((ref) => ref.stage)}::text[]`;
  await work.query(sql`
    insert into ledger_accounts (id, source_id, holder_kind, holder_id, category, stage)
    select place.id, place.source_id, place.holder_kind, place.holder_id, place.category, place.stage
    from unnest(${places}, ${sorted.map(() => newId())}::uuid[]) with ordinality
      as place (source_id, holder_kind, holder_id, category, stage, id, position)
    order by place.position
    on conflict (source_id, holder_kind, holder_id, category, stage) do nothing`);
  const rows = await work.query<Omit<LockedAccount, 'balance'> & { readonly cents: string }>(sql`
    select a.id, a.source_id as "sourceId", a.holder_kind as "holderKind", a.holder_id as "holderId", a.category,
           a.stage, a.balance_cents::text as cents
    from unnest(${places}) as place (source_id, holder_kind, holder_id, category, stage)
    join ledger_accounts a using (source_id, holder_kind, holder_id, category, stage)
    order by a.id for no key update of a`);
  return new Map(
    rows.map(({ cents, ...row }) => {
      const ref = { ...row, holder: { kind: row.holderKind, id: row.holderId } };
      return [accountKey(ref), { ...row, balance: Money.ofCents(cents) }];
    }),
  );
}

async function withoutRecorded(
  work: Work,
  asked: readonly Asked[],
  idOf: (ref: AccountRef) => string,
): Promise<Asked[]> {
  const rows = await work.query<Recorded>(sql`
    select key, debit_account_id as "debitId", credit_account_id as "creditId", amount_cents::text as cents, reason,
           booked_on as "bookedOn", subject_type as "subjectType", subject_id as "subjectId",
           reverses_key as "reversesKey"
    from ledger_transfers where key = any(${asked.map((each) => each.key)}::text[])`);
  const recorded = new Map(rows.map((row) => [row.key, row]));
  return asked.filter((each) => {
    const before = recorded.get(each.key);
    if (before === undefined) return true;
    if (!isSame(each, before, idOf)) throw conflict('ledger.key_reused', { params: { key: each.key } });
    return false;
  });
}

async function requireOpenMonths(work: Work, months: readonly string[]): Promise<void> {
  const [closed] = await work.query<{ month: string }>(sql`
    select month from ledger_periods where month = any(${months}::date[]) and closed_at is not null
    order by month limit 1`);
  if (closed !== undefined) throw conflict('ledger.month_closed', { params: { month: monthName(closed.month) } });
}

async function moveBalances(work: Work, totals: readonly Turnover[]): Promise<void> {
  await work.query(sql`
    update ledger_accounts a
    set balance_cents = a.balance_cents + change.cents, allotted_cents = a.allotted_cents + change.allotted
    from unnest(${totals.map((each) => each.accountId)}::uuid[],
                ${totals.map((each) => String(each.in - each.out))}::bigint[],
                ${totals.map((each) => String(each.allotted))}::bigint[]) as change (id, cents, allotted)
    where a.id = change.id`);
}

async function insertTransfers(work: Work, asked: readonly Asked[], postings: readonly Posting[]): Promise<void> {
  const inserted = await work.query<{ id: string }>(sql`
    insert into ledger_transfers (key, debit_account_id, credit_account_id, amount_cents, reason, actor,
      recorded_at, booked_on, subject_type, subject_id, reverses_key)
    select t.key, t.debit, t.credit, t.cents, t.reason, ${actorKey(work.actor)},
           ${work.now}::timestamptz, t.booked_on, t.subject_type, t.subject_id, t.reverses_key
    from unnest(
      ${asked.map((each) => each.key)}::text[], ${postings.map((each) => each.debitId)}::uuid[],
      ${postings.map((each) => each.creditId)}::uuid[], ${postings.map((each) => String(each.cents))}::bigint[],
      ${asked.map((each) => each.reason)}::text[], ${postings.map((each) => each.bookedOn)}::date[],
      ${asked.map((each) => each.subject.type)}::text[], ${asked.map((each) => each.subject.id)}::uuid[],
      ${asked.map((each) => each.reversesKey ?? null)}::text[]) with ordinality
      as t (key, debit, credit, cents, reason, booked_on, subject_type, subject_id, reverses_key, position)
    order by t.position
    on conflict (key) do nothing returning id`);
  // The same content has the same accounts, which we hold: who took the key meanwhile wrote something else.
  if (inserted.length !== asked.length) {
    throw conflict('ledger.key_reused', { params: { key: asked.map((each) => each.key).join(', ') } });
  }
}

/** The accounts are locked, so nobody else touches their days and months. */
async function addTurnover(work: Work, days: readonly Turnover[]): Promise<void> {
  await work.query(sql`
    with added_days as (${addedTo('ledger_days', 'booked_on', days)})
    ${addedTo('ledger_month_turnovers', 'month', turnoverByMonth(days))}`);
}

function addedTo(table: string, period: string, turnovers: readonly Turnover[]): Sql {
  return sql`
    insert into ${rawSql(table)} as known (account_id, ${rawSql(period)}, in_cents, out_cents, allotted_cents)
    select * from unnest(${turnovers.map((each) => each.accountId)}::uuid[],
      ${turnovers.map((each) => each.bookedOn)}::date[], ${turnovers.map((each) => String(each.in))}::bigint[],
      ${turnovers.map((each) => String(each.out))}::bigint[],
      ${turnovers.map((each) => String(each.allotted))}::bigint[])
    on conflict (account_id, ${rawSql(period)}) do update set in_cents = known.in_cents + excluded.in_cents,
      out_cents = known.out_cents + excluded.out_cents, allotted_cents = known.allotted_cents + excluded.allotted_cents`;
}

/** Each key once; throws for requests that no caller of ours may make. */
function distinct(transfers: readonly Asked[]): Asked[] {
  const byKey = new Map<string, Asked>();
  for (const each of transfers) {
    const defect = defectOf(each);
    if (defect !== undefined) throw new RangeError(`The ledger was asked wrongly: ${defect}`);
    const twin = byKey.get(each.key);
    if (twin !== undefined && contentOf(twin) !== contentOf(each)) {
      throw conflict('ledger.key_reused', { params: { key: each.key } });
    }
    byKey.set(each.key, each);
  }
  return [...byKey.values()];
}

function contentOf({ from, to, amount, reason, subject, bookedOn, reversesKey }: Asked): string {
  return JSON.stringify([
    accountKey(from),
    accountKey(to),
    amount.cents.toString(),
    reason,
    subject.type,
    subject.id.toLowerCase(),
    bookedOn ?? null,
    reversesKey ?? null,
  ]);
}

/** A request without a date means today; asked again on another day it is still the same. */
function isSame(each: Asked, before: Recorded, idOf: (ref: AccountRef) => string): boolean {
  return (
    idOf(each.from) === before.debitId &&
    idOf(each.to) === before.creditId &&
    each.amount.cents === BigInt(before.cents) &&
    each.reason === before.reason &&
    each.subject.type === before.subjectType &&
    each.subject.id.toLowerCase() === before.subjectId &&
    (each.reversesKey ?? null) === before.reversesKey &&
    (each.bookedOn === undefined || each.bookedOn === before.bookedOn)
  );
}

function postingOf({ from, to, amount, bookedOn }: Asked, idOf: (ref: AccountRef) => string, today: string): Posting {
  return {
    debitId: idOf(from),
    creditId: idOf(to),
    cents: amount.cents,
    bookedOn: bookedOn ?? today,
    crosses: crossesPools(from, to),
    countsOut: from.stage !== 'authorized',
    countsIn: to.stage !== 'authorized',
  };
}

/** What the set takes from an account counts, not each transfer alone: money may pass through. */
function requireEnough(accounts: readonly LockedAccount[], totals: readonly Turnover[]): void {
  const changes = new Map(totals.map((each) => [each.accountId, each.in - each.out]));
  for (const account of accounts) {
    const change = changes.get(account.id);
    if (change === undefined || account.stage === 'outside') continue;
    const left = account.balance.add(Money.ofCents(change));
    if (!left.isNegative) continue;
    throw conflict('ledger.not_enough', {
      params: {
        available: account.balance,
        asked: Money.ofCents(-change),
        missing: left.negate(),
        stage: stageGlossary[account.stage].balance,
        stageCode: account.stage,
        holderKind: account.holderKind,
        holderId: account.holderId,
        sourceId: account.sourceId,
        category: account.category,
      },
    });
  }
}
