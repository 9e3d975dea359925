/** Who a message to many goes to: the applications of its list, and what its merge fields say for each. */
import { createHash } from 'node:crypto';
import type { Actor } from '../../kernel/actor.js';
import type { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';
import type { Policy } from '../../kernel/policy.js';
import { conditionSql, joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import {
  applicationReadFilter,
  centsShown,
  dueOf,
  extensionOf,
  foundBy,
  isForDistrict,
  titleShown,
} from '../applications/index.js';
import { notConflicted, staffSide } from '../conflicts/index.js';
import { findRound } from '../rounds/index.js';
import type { Broadcast } from './broadcast.entity.js';
import type { MergeValues } from './broadcast.rules.js';
import { openSql } from './screening.sql.js';

const MARK_DIGITS = 32;

export type Chosen = Pick<Broadcast, 'roundId' | 'states' | 'district' | 'search' | 'check' | 'atLeast' | 'atMost'>;

/** One application of the list. A draft is its writers' own: whose it is, the agency is not told. */
export interface Recipient {
  readonly id: string;
  readonly state: string;
  readonly number: string;
  readonly title: string;
  readonly organizationName: string;
  /** Somebody of the organization who writes for it has an address: else it gets nothing. */
  readonly isReachable: boolean;
}

/** The condition over `a` and `o` of the applications this actor may write to that are on the list. */
export function recipientsWhere(actor: Actor, policy: Policy, chosen: Chosen, exclusionSince: string): Sql {
  const { roundId, states, district, search, check, atLeast, atMost } = chosen;
  const scopes = { fund: 'a.fund_id', round: 'a.round_id' };
  const where = [
    sql`a.round_id = ${roundId}`,
    sql`a.state = any(${[...states]}::text[])`,
    conditionSql(policy.filter(staffSide(actor), 'broadcast.send', { scopes })),
    notConflicted(actor, rawSql('a.id')),
  ];
  if (district !== null) where.push(isForDistrict(district));
  if (search !== null) {
    where.push(foundBy(search).byRow);
  }
  if (atLeast !== null) where.push(sql`${centsShown} >= ${atLeast.cents.toString()}::bigint`);
  if (atMost !== null) where.push(sql`${centsShown} <= ${atMost.cents.toString()}::bigint`);
  if (check !== null) {
    where.push(openSql(check, exclusionSince, applicationReadFilter(staffSide(actor), policy, 'other')));
  }
  return joinSql(where, ' and ');
}

const RECIPIENTS = sql`applications a join organizations o on o.id = a.organization_id join rounds r on r.id = a.round_id`;

/** The condition over `a` of the applications whose outcome this actor may see. */
export function recipientsSeen(actor: Actor, policy: Policy): Sql {
  const scopes = { fund: 'a.fund_id', round: 'a.round_id' };
  return sql`(${conditionSql(policy.filter(staffSide(actor), 'broadcast.read', { scopes }))}
    and ${notConflicted(actor, rawSql('a.id'))})`;
}

/** Whether anybody who writes for the organization of `a` can be reached. */
export const REACHABLE = sql`exists (select from organization_members m
    join identifiers i on i.person_id = m.person_id and i.kind = 'address'
  where m.organization_id = a.organization_id and m.ended_at is null and m.role in ('owner', 'editor'))`;

export type Listed = Pick<Recipient, 'id' | 'state' | 'isReachable'>;

/** Everybody on the list, read once: who gets nothing first, drafts last. */
export async function listed(from: Queryable, where: Sql, most: number): Promise<Listed[]> {
  return from.query<Listed>(sql`
    select a.id, a.state, ${REACHABLE} as "isReachable" from ${RECIPIENTS}
    where ${where} order by (a.state = 'draft'), ${REACHABLE}, lower(o.name), a.id limit ${most}`);
}

/** A fingerprint of who is on the list: another list of as many has another. */
export function listMark(rows: readonly Listed[]): string {
  const ids = rows.map(({ id }) => id).sort();
  return createHash('sha256').update(ids.join()).digest('hex').slice(0, MARK_DIGITS);
}

/** Some of the list by name, in the order of their ids as given. */
export async function readRecipients(from: Queryable, ids: readonly string[]): Promise<Recipient[]> {
  return from.query<Recipient>(sql`
    select a.id, a.state, a.number, ${titleShown} as title, o.name as "organizationName", ${REACHABLE} as "isReachable"
    from ${RECIPIENTS} where a.id = any(${[...ids]}::uuid[]) order by array_position(${[...ids]}::uuid[], a.id)`);
}

export async function countRecipients(from: Queryable, where: Sql): Promise<number> {
  const [row] = await from.query<{ count: number }>(
    sql`select count(*)::int as count from ${RECIPIENTS} where ${where}`,
  );
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
    select a.number, ${titleShown} as title, ${centsShown}::text as cents, o.name as organization, a.round_id as "roundId"
    from ${RECIPIENTS} where a.id = ${applicationId}`);
  if (row === undefined) throw new Error(`Application ${applicationId} is gone`);
  const round = await findRound(from, row.roundId);
  if (round === undefined) throw new Error(`Round ${row.roundId} is gone`);
  const due = dueOf(round, await extensionOf(from, applicationId));
  const { organization, title, number } = row;
  return {
    ...{ organization, title, number, round: round.name },
    due: calendar.formatDeadline(due),
    requested: Money.ofCents(row.cents).format(),
  };
}
