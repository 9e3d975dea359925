/** Who a message to many goes to: the applications of its list, and what its merge fields say for each. */
import type { Actor } from '../../kernel/actor.js';
import type { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';
import type { Policy } from '../../kernel/policy.js';
import { conditionSql, joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { dueOf, extensionOf } from '../applications/index.js';
import { notConflicted, staffSide } from '../conflicts/index.js';
import { findRound } from '../rounds/index.js';
import type { Broadcast } from './broadcast.entity.js';
import type { MergeValues } from './broadcast.rules.js';

export type Chosen = Pick<Broadcast, 'roundId' | 'states' | 'district' | 'search'>;

/** One application of the list. A draft is its writers' own: whose it is, the agency is not told. */
export interface Recipient {
  readonly id: string;
  readonly state: string;
  readonly number: string;
  readonly title: string;
  readonly organizationName: string;
}

/** The condition over `a` and `o` of the applications this actor may write to that are on the list. */
export function recipientsWhere(actor: Actor, policy: Policy, { roundId, states, district, search }: Chosen): Sql {
  const scopes = { fund: 'a.fund_id', round: 'a.round_id' };
  const where = [
    sql`a.round_id = ${roundId}`,
    sql`a.state = any(${[...states]}::text[])`,
    conditionSql(policy.filter(staffSide(actor), 'broadcast.send', { scopes })),
    notConflicted(actor, rawSql('a.id')),
  ];
  if (district !== null) {
    where.push(sql`exists (select 1 from application_districts d
      where d.application_id = a.id and d.district = ${district})`);
  }
  if (search !== null) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    where.push(sql`(a.title ilike ${pattern} or a.number ilike ${pattern}
      or a.organization_id = any(array(select id from organizations where name ilike ${pattern})))`);
  }
  return joinSql(where, ' and ');
}

const TABLES = sql`applications a join organizations o on o.id = a.organization_id`;

export async function readRecipients(from: Queryable, where: Sql, most: number): Promise<Recipient[]> {
  return from.query<Recipient>(sql`
    select a.id, a.state, a.number, a.title, o.name as "organizationName" from ${TABLES}
    where ${where} order by (a.state = 'draft'), lower(o.name), a.id limit ${most}`);
}

export async function countRecipients(from: Queryable, where: Sql): Promise<number> {
  const [row] = await from.query<{ count: number }>(sql`select count(*)::int as count from ${TABLES} where ${where}`);
  return row?.count ?? 0;
}

/** What the merge fields say for one application; its own deadline where it has one. */
export async function mergeValues(from: Queryable, calendar: Calendar, applicationId: string): Promise<MergeValues> {
  const [row] = await from.query<{
    number: string;
    title: string;
    cents: string;
    organization: string;
    roundId: string;
  }>(sql`
    select a.number, a.title, a.requested_cents::text as cents, o.name as organization, a.round_id as "roundId"
    from ${TABLES} where a.id = ${applicationId}`);
  if (row === undefined) throw new Error(`Application ${applicationId} is gone`);
  const round = await findRound(from, row.roundId);
  if (round === undefined) throw new Error(`Round ${row.roundId} is gone`);
  const due = dueOf(round, await extensionOf(from, applicationId));
  const { organization, title, number } = row;
  return {
    ...{ organization, title, number, round: round.name },
    due: calendar.formatInstant(due, 'full'),
    requested: Money.ofCents(row.cents).format(),
  };
}
