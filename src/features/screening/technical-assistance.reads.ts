/** Help to applicants as it is read: who may see which, what was given, and who could help. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { applicantSide, foundConflicts, notConflicted, personNotConflicted, staffSide } from '../conflicts/index.js';
import { grantInForce } from '../identity/index.js';
import type { AssistanceTopic, AssistanceWay, TechnicalAssistance } from './technical-assistance.entity.js';
import type { TechnicalAssistanceFacts } from './technical-assistance.lifecycle.js';

export interface AssistanceRow {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly topic: AssistanceTopic;
  readonly question: string;
  readonly applicationId: string;
  readonly applicationNumber: string;
  readonly applicationTitle: string;
  /** Before it was sent, the agency has no page of it. */
  readonly applicationSent: boolean;
  readonly applicationState: string;
  /** The applicant lets whoever helps read the draft. */
  readonly mayRead: boolean;
  readonly roundId: string;
  readonly roundName: string;
  readonly fundId: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly askedBy: string | null;
  readonly askedByName: string | null;
  readonly advisorId: string | null;
  readonly advisorName: string | null;
  readonly createdAt: Date;
  /** Of all entries together. */
  readonly minutes: number;
}

export interface AssistanceEntryRow {
  readonly id: string;
  readonly givenOn: string;
  readonly minutes: number;
  readonly way: AssistanceWay;
  readonly note: string;
  readonly advisorName: string;
}

export const ASSISTANCE_COLUMNS: Sql = sql`t.id, t.version, t.state, t.topic, t.question,
  t.application_id as "applicationId", a.number as "applicationNumber", a.title as "applicationTitle",
  a.submitted_at is not null as "applicationSent", a.state as "applicationState", t.may_read as "mayRead",
  t.round_id as "roundId", r.name as "roundName", t.fund_id as "fundId", t.organization_id as "organizationId",
  o.name as "organizationName", t.asked_by as "askedBy", asker.name as "askedByName", t.advisor_id as "advisorId",
  advisor.name as "advisorName", t.created_at as "createdAt",
  (select coalesce(sum(e.minutes), 0)::int from technical_assistance_entries e
   where e.technical_assistance_id = t.id) as minutes`;

export const ASSISTANCE_TABLES: Sql = sql`technical_assistances t join applications a on a.id = t.application_id
  join rounds r on r.id = t.round_id join organizations o on o.id = t.organization_id
  left join persons asker on asker.id = t.asked_by left join persons advisor on advisor.id = t.advisor_id`;

/**
 * Applicants see their own. Of the agency's side, those without a conflict of interest - and whoever helps here, whose
 * conflict is that very help: they see what they were asked and gave, and nothing else of the application.
 */
export function assistanceSeen(actor: Actor, policy: Policy): Sql {
  const scopes = { fund: 't.fund_id', round: 't.round_id', organization: 't.organization_id' };
  const side = (of: Actor): Sql =>
    conditionSql(policy.filter(of, 'technical_assistance.read', { scopes, state: 't.state' }));
  if (actor.kind !== 'person') return side(actor);
  const clear = notConflicted(actor, rawSql('t.application_id'));
  return sql`((${side(staffSide(actor))} and (${clear} or t.advisor_id = ${actor.personId}))
    or ${side(applicantSide(actor))})`;
}

export async function readEntries(from: Queryable, id: string): Promise<AssistanceEntryRow[]> {
  return from.query<AssistanceEntryRow>(sql`
    select e.id, e.given_on as "givenOn", e.minutes, e.way, e.note, p.name as "advisorName"
    from technical_assistance_entries e join persons p on p.id = e.advisor_id
    where e.technical_assistance_id = ${id} order by e.given_on desc, e.created_at desc, e.id desc`);
}

/** Who asks for the applicant: its owners and editors. */
export async function readAssistanceFacts(
  from: Queryable,
  rows: readonly Pick<TechnicalAssistance, 'id'>[],
): Promise<Map<string, TechnicalAssistanceFacts>> {
  const facts = await from.query<TechnicalAssistanceFacts>(sql`
    select t.id, t.advisor_id as "advisorId",
      array(select m.person_id::text from organization_members m where m.organization_id = t.organization_id
        and m.ended_at is null and m.role in ('owner', 'editor')) as askers
    from technical_assistances t where t.id = any(${rows.map(({ id }) => id)}::uuid[])`);
  return new Map(facts.map((each) => [each.id, each]));
}

export interface AdvisorChoice {
  readonly id: string;
  readonly name: string;
}

/** Program officers of the round without a conflict in the application, and who helped with it before. */
export async function possibleAdvisors(
  from: Queryable,
  { applicationId, roundId, fundId }: Pick<AssistanceRow, 'applicationId' | 'roundId' | 'fundId'>,
  today: string,
): Promise<AdvisorChoice[]> {
  return from.query<AdvisorChoice>(sql`
    select p.id, p.name from persons p
    where exists (select from role_grants g where g.person_id = p.id and g.role = 'program_officer'
        and ${grantInForce('g', today)} and (g.scope_kind = 'agency'
          or (g.scope_kind = 'fund' and g.scope_id = ${fundId}) or (g.scope_kind = 'round' and g.scope_id = ${roundId})))
      and (${personNotConflicted(sql`p.id`, sql`${applicationId}::uuid`)} or ${isOnlyAdvisor(applicationId)})
    order by p.name, p.id limit 100`);
}

/** Nothing stands between person `p` and the application but help that they gave before. */
const isOnlyAdvisor = (applicationId: string): Sql => sql`(
  exists (select from technical_assistances before where before.application_id = ${applicationId}
    and before.advisor_id = p.id and before.state in ('advising', 'closed'))
  and not exists (select from conflicts other where other.application_id = ${applicationId} and other.person_id = p.id
    and other.level = 'direct' and other.state <> 'dismissed' and other.type <> 'advisor')
  and not exists (${foundConflicts(rawSql('p.id'), sql`${applicationId}::uuid`)}))`;
