/**
 * Stipends that follow another policy than the one in force on their day now: a policy was written down later for days
 * that were paid already. Nothing changes by itself, since somebody may have been paid or told; the program officer sees
 * them and decides.
 */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';

export interface SupersededStipend {
  readonly id: string;
  readonly state: string;
  readonly person: string;
  readonly role: string;
  readonly convening: string;
  /** 'YYYY-MM-DD' */
  readonly on: string;
  readonly amount: Money;
  /** Who bears it by the policy in force on that day now. */
  readonly bearer: string;
  /** What that policy gives, and for what. */
  readonly rate: Money;
  readonly basis: string;
}

const MOST_SHOWN = 200;

/** Of one collaborative, the earliest convening first. What was voided is over. */
export async function supersededStipends(
  from: Queryable,
  collaborativeId: string,
  timeZone: string,
): Promise<SupersededStipend[]> {
  const rows = await from.query<Omit<SupersededStipend, 'amount' | 'rate'> & { cents: string; rateCents: string }>(sql`
    select s.id, s.state, p.name as person, s.role, v.name as convening, d.day::text as "on",
      s.amount_cents::text as cents, now_by.bearer,
      now_by.rate_cents::text as "rateCents", now_by.basis
    from stipends s join persons p on p.id = s.person_id join convenings v on v.id = s.convening_id
      cross join lateral (select (v.starts_at at time zone ${timeZone})::date as day) d
      join lateral (select t.id, t.bearer, t.rate_cents, t.basis from stipend_policies t
        where t.year_id = v.year_id and t.role = s.role and t.starts_on <= d.day
        order by t.starts_on desc limit 1) now_by on true
    where s.collaborative_id = ${collaborativeId} and s.state <> 'voided' and now_by.id <> s.policy_id
    order by v.starts_at, p.name, s.id limit ${MOST_SHOWN}`);
  return rows.map(({ cents, rateCents, ...row }) => ({
    ...row,
    ...{ amount: Money.ofCents(cents), rate: Money.ofCents(rateCents) },
  }));
}
