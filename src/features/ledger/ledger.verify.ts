/** verifyLedger: holds account rows, days, months and transfers against each other. */
import pg from 'pg';
import { Money } from '../../kernel/money.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';

export interface LedgerDifference {
  /**
   * balance, allotted: an account row against its transfers; day, month: its turnover against its transfers; sources:
   * a transfer between two sources; sum: balances of a source that do not add up to zero.
   */
  readonly kind: 'balance' | 'allotted' | 'day' | 'month' | 'sources' | 'sum';
  /** What is wrong: an account with its place, an account with a date, a transfer's key, a source. */
  readonly about: string;
  readonly expected: Money;
  readonly found: Money;
}

/** What a table of turnovers says against what its transfers add up to, a row for each side that differs. */
const turnoverDifferences = (kind: string, table: string, period: string, moved: string): Sql =>
  rawSql(`select '${kind}', coalesce(d.account_id, b.account_id) || ' on ' || coalesce(d.${period}, b.${period}) || ' ' ||
         side.name, side.expected::text, side.found::text
  from ${table} d full join ${moved} b on b.account_id = d.account_id and b.${period} = d.${period}
  cross join lateral (values ('in', coalesce(b.in_cents, 0), coalesce(d.in_cents, 0)),
                             ('out', coalesce(b.out_cents, 0), coalesce(d.out_cents, 0)),
                             ('allotted', coalesce(b.allotted_cents, 0), coalesce(d.allotted_cents, 0)))
    as side (name, expected, found)
  where side.expected <> side.found`);

/** One statement, so that all of it is seen at one moment while others go on posting. */
const DIFFERENCES = sql`
  with moved as (
    select t.booked_on, t.amount_cents as cents, d.id as debit_id, c.id as credit_id,
           case when 'outside' in (d.holder_kind, c.holder_kind) then false
                when (d.stage = 'authorized') <> (c.stage = 'authorized') then true
                else d.holder_kind = 'pool' and c.holder_kind = 'pool' and d.holder_id <> c.holder_id end as crosses,
           d.stage as debit_stage, c.stage as credit_stage
    from ledger_transfers t
    join ledger_accounts d on d.id = t.debit_account_id
    join ledger_accounts c on c.id = t.credit_account_id
  ), side as (
    select credit_id as account_id, booked_on, cents as in_cents, 0::bigint as out_cents,
           case when crosses and credit_stage <> 'authorized' then cents else 0 end as allotted_cents from moved
    union all
    select debit_id, booked_on, 0, cents,
           case when crosses and debit_stage <> 'authorized' then -cents else 0 end from moved
  ), by_day as (
    select account_id, booked_on, sum(in_cents) as in_cents, sum(out_cents) as out_cents,
           sum(allotted_cents) as allotted_cents from side group by account_id, booked_on
  ), by_month as (
    select account_id, date_trunc('month', booked_on)::date as month, sum(in_cents) as in_cents,
           sum(out_cents) as out_cents, sum(allotted_cents) as allotted_cents
    from by_day group by account_id, date_trunc('month', booked_on)
  ), by_account as (
    select account_id, sum(in_cents - out_cents) as cents, sum(allotted_cents) as allotted_cents
    from by_day group by account_id
  ), account as (
    select a.id, a.balance_cents, a.allotted_cents, a.source_id,
           a.holder_kind || ':' || a.holder_id || ' ' || a.category || ' ' || a.stage || ' of source ' || a.source_id as place,
           coalesce(b.cents, 0) as moved_cents, coalesce(b.allotted_cents, 0) as moved_allotted
    from ledger_accounts a left join by_account b on b.account_id = a.id
  )
  select 'balance' as kind, place as about, moved_cents::text as expected, balance_cents::text as found
  from account where balance_cents <> moved_cents
  union all
  select 'allotted', place, moved_allotted::text, allotted_cents::text from account where allotted_cents <> moved_allotted
  union all
  ${turnoverDifferences('day', 'ledger_days', 'booked_on', 'by_day')}
  union all
  ${turnoverDifferences('month', 'ledger_month_turnovers', 'month', 'by_month')}
  union all
  select 'sources', t.key, '0', t.amount_cents::text from ledger_transfers t
  join ledger_accounts d on d.id = t.debit_account_id join ledger_accounts c on c.id = t.credit_account_id
  where d.source_id <> c.source_id
  union all
  select 'sum', source_id::text, '0', sum(balance_cents)::text from ledger_accounts
  group by source_id having sum(balance_cents) <> 0
  order by 1, 2`;

/** Everything that does not agree; empty when the books are right. Takes the owner's address or any connection. */
export async function verifyLedger(from: string | Queryable): Promise<LedgerDifference[]> {
  if (typeof from !== 'string') return (await from.query<DifferenceRow>(DIFFERENCES)).map(differenceOf);
  const client = new pg.Client({ connectionString: from, application_name: 'granary-verify' });
  await client.connect();
  try {
    const { text, values } = DIFFERENCES.compile();
    return (await client.query<DifferenceRow>(text, values)).rows.map(differenceOf);
  } finally {
    await client.end();
  }
}

interface DifferenceRow {
  readonly kind: LedgerDifference['kind'];
  readonly about: string;
  readonly expected: string;
  readonly found: string;
}

const differenceOf = ({ kind, about, expected, found }: DifferenceRow): LedgerDifference => ({
  kind,
  about,
  expected: Money.ofCents(expected),
  found: Money.ofCents(found),
});
