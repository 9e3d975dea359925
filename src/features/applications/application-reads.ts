/** Applications as later features read them: summary, lock, and the one condition of who may see which. */
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import type { Policy, Subject } from '../../kernel/policy.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { applicantSide, notConflicted, staffSide } from '../conflicts/index.js';
import { Application, type PartnerLevel } from './application.entity.js';

export interface ApplicationBudgetItem {
  readonly category: string;
  readonly description: string | null;
  readonly amount: Money;
  readonly match: Money;
}

export interface ApplicationPartnerItem {
  readonly organizationId: string | null;
  readonly name: string;
  readonly role: string;
  readonly level: PartnerLevel;
  readonly share: Money;
}

export interface ApplicationSummary {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly title: string;
  readonly summary: string | null;
  readonly schools: string | null;
  readonly state: string;
  readonly roundId: string;
  readonly roundName: string;
  readonly fundId: string;
  readonly poolId: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly organizationKind: string;
  readonly requested: Money;
  readonly submittedAt: Date | null;
  readonly receiptNumber: string | null;
  readonly fixBy: string | null;
  /** What of it may be changed while it is returned; null for all of it. */
  readonly returnedParts: readonly string[] | null;
  readonly appealBy: string | null;
  readonly districts: readonly { readonly name: string; readonly shareBasisPoints: number }[];
  readonly budgetLines: readonly ApplicationBudgetItem[];
  readonly partners: readonly ApplicationPartnerItem[];
}

export const applicationSubject = (
  row: Pick<Application, 'id' | 'fundId' | 'roundId' | 'organizationId' | 'state'>,
): Subject & { readonly state: string } => ({
  scopes: { fund: row.fundId, round: row.roundId, organization: row.organizationId, application: row.id },
  state: row.state,
});

/** The applications for update, in the order of their ids; throws not found when one is missing. */
export async function lockApplications(work: Work, ids: readonly string[]): Promise<Application[]> {
  return work.lock(Application, ids);
}

/**
 * Which applications an actor may see, as a condition over `alias`: from the agency's side those of their roles and no
 * conflict of interest, and as a member of the applicant their own. `alias` is trusted text of ours.
 */
export function applicationReadFilter(actor: Actor, policy: Policy, alias: string): Sql {
  const columns = {
    scopes: {
      ...{ fund: `${alias}.fund_id`, round: `${alias}.round_id`, organization: `${alias}.organization_id` },
      application: `${alias}.id`,
    },
    state: `${alias}.state`,
  };
  const side = (of: Actor): Sql => conditionSql(policy.filter(of, 'application.read', columns));
  const id = rawSql(`${alias}.id`);
  if (actor.kind !== 'person') return side(actor);
  return sql`((${side(staffSide(actor))} and ${notConflicted(actor, id)}) or ${side(applicantSide(actor))})`;
}

/** Whether a direct conflict of interest closes an application with this id, an SQL expression, to somebody. */
export const closedApplication = (actor: Actor, id: Sql): Sql =>
  sql`exists (select from applications a where a.id = ${id} and not ${notConflicted(actor, rawSql('a.id'))})`;

/** Which of `applications a` the actor acts for, as their applicant; nothing when they act for nobody. */
export function ownOf(actor: Actor): Sql | undefined {
  const grants = actor.kind === 'person' ? actor.grants.filter(({ role }) => role === 'applicant') : [];
  const ids = grants.flatMap(({ scopeId }) => (scopeId === null ? [] : [scopeId]));
  if (ids.length === 0) return undefined;
  return sql`(a.organization_id = any(${ids}::uuid[]) or a.id = any(${ids}::uuid[]))`;
}

/** Whether this actor may see it, by the same condition as lists. */
export async function canReadApplication(policy: Policy, actor: Actor, from: Queryable, id: string): Promise<boolean> {
  const rows = await from.query(
    sql`select 1 from applications a where a.id = ${id} and ${applicationReadFilter(actor, policy, 'a')}`,
  );
  return rows.length > 0;
}

/** Whether this actor sees it as its applicant does, and not only as the agency. */
export async function isWrittenBy(policy: Policy, actor: Actor, from: Queryable, id: string): Promise<boolean> {
  return canReadApplication(policy, applicantSide(actor), from, id);
}

/**
 * Whether this actor may look at it: as lists show it, or as the one who helps with it. Help is given before it is sent:
 * whoever gives it is in a direct conflict of interest, reads the draft the applicant let them read, does nothing with it
 * for the agency, and sees nothing of it once it was sent (docs/decisions).
 */
export async function mayLookAt(policy: Policy, actor: Actor, from: Queryable, id: string): Promise<boolean> {
  if (await canReadApplication(policy, actor, from, id)) return true;
  if (actor.kind !== 'person' || !policy.mightDo(staffSide(actor), 'application.return')) return false;
  const rows = await from.query(sql`
    select 1 from technical_assistances t join applications a on a.id = t.application_id
    where a.id = ${id} and a.state = 'draft' and t.advisor_id = ${actor.personId} and t.state = 'advising' and t.may_read`);
  return rows.length > 0;
}

type Head = Omit<ApplicationSummary, 'requested' | 'districts' | 'budgetLines' | 'partners'> & {
  readonly cents: string;
};

/** One application, without a look at who asks; 404 when there is none. */
export async function readApplication(from: Queryable, id: string): Promise<ApplicationSummary> {
  const [row] = await from.query<Head>(sql`
    select a.id, a.version, a.number, a.title, a.summary, a.schools, a.state, a.round_id as "roundId",
           r.name as "roundName", a.fund_id as "fundId", r.pool_id as "poolId", a.organization_id as "organizationId",
           o.name as "organizationName", o.kind as "organizationKind", a.requested_cents::text as cents,
           a.submitted_at as "submittedAt", a.receipt_number as "receiptNumber", a.fix_by as "fixBy", a.returned_parts as "returnedParts",
           a.appeal_by as "appealBy"
    from applications a join rounds r on r.id = a.round_id join organizations o on o.id = a.organization_id
    where a.id = ${id}`);
  if (row === undefined) throw notFound('thing.not_found');
  const { cents, ...head } = row;
  return {
    ...head,
    requested: Money.ofCents(cents),
    districts: await readDistricts(from, id),
    budgetLines: await readBudget(from, id),
    partners: await readPartners(from, id),
  };
}

async function readDistricts(from: Queryable, id: string): Promise<{ name: string; shareBasisPoints: number }[]> {
  return from.query(sql`
    select d.district as name, d.share_basis_points as "shareBasisPoints" from application_districts d
    left join districts known on known.name = d.district
    where d.application_id = ${id} order by known.position nulls last, d.district`);
}

async function readBudget(from: Queryable, id: string): Promise<ApplicationBudgetItem[]> {
  const rows = await from.query<
    Omit<ApplicationBudgetItem, 'amount' | 'match'> & { amount: string; match: string }
  >(sql`
    select category, description, amount_cents::text as amount, match_cents::text as match
    from application_budget_lines where application_id = ${id} order by position`);
  return rows.map((row) => ({ ...row, amount: Money.ofCents(row.amount), match: Money.ofCents(row.match) }));
}

async function readPartners(from: Queryable, id: string): Promise<ApplicationPartnerItem[]> {
  const rows = await from.query<Omit<ApplicationPartnerItem, 'share'> & { cents: string }>(sql`
    select organization_id as "organizationId", name, role, level, share_cents::text as cents
    from application_partners where application_id = ${id} order by position`);
  return rows.map(({ cents, ...row }) => ({ ...row, share: Money.ofCents(cents) }));
}
