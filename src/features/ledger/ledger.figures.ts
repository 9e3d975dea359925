/** The columns of money reports, added up from account rows, less what was booked after the date that is asked for. */
import { Money } from '../../kernel/money.js';
import { joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { ReportColumn } from './ledger.glossary.js';
import { type HolderRef, monthOf } from './ledger.rules.js';

/**
 * One row of a report. An award's row has no `allotted`, `reserved` or `available`: money is set aside for pools, so
 * those three mean something only where a group holds the pool together with its awards.
 */
export type Figures = Readonly<Record<ReportColumn, Money>>;

export const NO_FIGURES: Figures = {
  allotted: Money.zero,
  reserved: Money.zero,
  committed: Money.zero,
  obligated: Money.zero,
  payable: Money.zero,
  disbursed: Money.zero,
  available: Money.zero,
  remaining: Money.zero,
};

/** Which accounts are looked at; all of them when nothing is said. */
export interface FigureFilter {
  readonly sourceIds?: readonly string[];
  readonly holders?: readonly HolderRef[];
}

/**
 * How the figures are grouped. The key of a group is `all`, the source's id, the holder as `pool:<id>`, or the budget
 * category. `members` groups by what the ledger does not know, such as rounds: a query of ours that gives one row
 * (key, holder_kind, holder_id) for each holder of each group. A holder without a row is left out.
 */
export type FigureGroups = 'all' | 'source' | 'holder' | 'category' | { readonly members: Sql };

interface Sums {
  readonly key: string;
  readonly allotted: string;
  readonly reserved: string;
  readonly committed: string;
  readonly obligated: string;
  readonly payable: string;
  readonly disbursed: string;
}

const GROUP_KEYS: Readonly<Record<Exclude<FigureGroups, object>, Sql>> = {
  all: rawSql(`'all'::text`),
  source: rawSql('a.source_id'),
  holder: rawSql(`(a.holder_kind || ':' || a.holder_id)`),
  category: rawSql('a.category'),
};

function filterSql({ sourceIds, holders }: FigureFilter): Sql {
  const parts: Sql[] = [rawSql('true')];
  if (sourceIds !== undefined) parts.push(sql`a.source_id = any(${sourceIds}::uuid[])`);
  if (holders !== undefined) {
    const kinds = holders.map((holder) => holder.kind);
    const ids = holders.map((holder) => holder.id);
    parts.push(sql`(a.holder_kind, a.holder_id) in (select * from unnest(${kinds}::text[], ${ids}::uuid[]))`);
  }
  return joinSql(parts, ' and ');
}

/**
 * What accounts held at the end of a day, or before it began, in rows of `account_id`, `cents` of balance and what was
 * `allotted` of it, any number for an account. What was booked later is taken off today's rows again: the rest of that
 * month's days, and the months after it. So a date costs the time since it, and no transfer is read.
 */
export function heldAt(when: 'end of' | 'before', day: string): Sql {
  const month = monthOf(day);
  const isLater = rawSql(when === 'before' ? '>=' : '>');
  const takenOff = rawSql('select account_id, out_cents - in_cents, -allotted_cents from');
  return sql`
    select id as account_id, balance_cents as cents, allotted_cents as allotted from ledger_accounts
    union all ${takenOff} ledger_days
    where booked_on ${isLater} ${day}::date and booked_on < (${month}::date + interval '1 month')::date
    union all ${takenOff} ledger_month_turnovers where month > ${month}::date`;
}

/** `asOf` is a booking date, inclusive; today's account rows when absent. */
export async function readFigures(
  from: Queryable,
  filter: FigureFilter,
  groups: FigureGroups,
  asOf?: string,
): Promise<Map<string, Figures>> {
  const isNamed = typeof groups === 'string';
  const key = isNamed ? GROUP_KEYS[groups] : rawSql('member.key');
  const members = isNamed
    ? rawSql('')
    : sql`join (${groups.members}) as member on member.holder_kind = a.holder_kind and member.holder_id = a.holder_id`;
  const [cents, allotted, held] =
    asOf === undefined
      ? [rawSql('a.balance_cents'), rawSql('a.allotted_cents'), rawSql('')]
      : [
          rawSql('held.cents'),
          rawSql('held.allotted'),
          sql`join (${heldAt('end of', asOf)}) held on held.account_id = a.id`,
        ];
  const at = (...stages: string[]): Sql =>
    sql`coalesce(sum(${cents}) filter (where a.stage = any(${stages}::text[])), 0)::text`;
  const rows = await from.query<Sums>(sql`
    select ${key}::text as key, coalesce(sum(${allotted}), 0)::text as allotted, ${at('reserved')} as reserved,
           ${at('committed')} as committed, ${at('obligated')} as obligated, ${at('payable')} as payable,
           ${at('disbursed')} as disbursed
    from ledger_accounts a ${members} ${held}
    where ${filterSql(filter)} group by ${key} order by 1`);
  return new Map(rows.map((row) => [row.key, figuresOf(row)]));
}

/** The columns contain what has moved on: what is paid was committed. */
function figuresOf(sums: Sums): Figures {
  const [allotted, reserved, payable, disbursed] = [
    Money.ofCents(sums.allotted),
    Money.ofCents(sums.reserved),
    Money.ofCents(sums.payable),
    Money.ofCents(sums.disbursed),
  ];
  const obligated = Money.sum([Money.ofCents(sums.obligated), payable, disbursed]);
  const committed = Money.ofCents(sums.committed).add(obligated);
  return {
    allotted,
    reserved,
    committed,
    obligated,
    payable,
    disbursed,
    available: allotted.subtract(reserved).subtract(committed),
    remaining: committed.subtract(payable).subtract(disbursed),
  };
}
