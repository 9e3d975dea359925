/** What is read of interviews: who may see them, the facts of their steps, the times that are free, their points. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { applicantSide, notConflicted, personNotConflicted, staffSide } from '../conflicts/index.js';
import { pointsInTenths, type WeighedScore } from '../reviews/index.js';
import type { Interview } from './interview.entity.js';
import type { InterviewFacts } from './interview.lifecycle.js';

/** Members who may choose for their organization. */
export const CHOOSER_ROLES = ['owner', 'editor', 'signatory'] as const;

const SCOPES = { scopes: { fund: 'i.fund_id', round: 'i.round_id', organization: 'i.organization_id' } };

/** The interviews (`i`) this actor may see: the organization's, a round's they look after, or of their own panels. */
export function interviewReadFilter(actor: Actor, policy: Policy): Sql {
  const seen = (who: Actor): Sql => conditionSql(policy.filter(who, 'interview.read', SCOPES));
  if (actor.kind !== 'person') return seen(actor);
  const staff = staffSide(actor);
  const isReviewer = (role: string): boolean => role === 'reviewer';
  const officers = { ...actor, grants: staff.kind === 'person' ? staff.grants.filter((g) => !isReviewer(g.role)) : [] };
  const reviewers = { ...actor, grants: actor.grants.filter((grant) => isReviewer(grant.role)) };
  return sql`(${seen(applicantSide(actor))} or (${notConflicted(actor, rawSql('i.application_id'))} and (
    ${seen(officers)} or (${seen(reviewers)} and exists (select from interview_panelists seat
      where seat.interview_id = i.id and seat.person_id = ${actor.personId})))))`;
}

export interface MemberRow {
  readonly organizationId: string;
  readonly personId: string;
  readonly role: string;
}

export async function readInterviewFacts(
  from: Queryable,
  rows: readonly Interview[],
  clock: { readonly now: Date; readonly today: string; dayOf(instant: Date): string },
): Promise<Map<string, InterviewFacts>> {
  const members = await from.query<MemberRow>(sql`
    select organization_id as "organizationId", person_id as "personId", role from organization_members
    where organization_id = any(${rows.map((row) => row.organizationId)}::uuid[]) and ended_at is null`);
  return new Map(
    rows.map(({ id, organizationId, startsAt, chooseBy }) => {
      const own = members.filter((member) => member.organizationId === organizationId);
      const choosers = own.filter(({ role }) => (CHOOSER_ROLES as readonly string[]).includes(role));
      return [
        id,
        {
          today: clock.today,
          now: clock.now,
          startsAt,
          startsOn: startsAt === null ? null : clock.dayOf(startsAt),
          chooseBy,
          members: new Set(own.map(({ personId }) => personId)),
          choosers: new Set(choosers.map(({ personId }) => personId)),
        },
      ];
    }),
  );
}

export interface SlotRow {
  readonly id: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly place: string;
  readonly interviewId: string | null;
}

/** The times of a round in their order; with `freeAfter` only those that can still be chosen. */
export async function readSlots(from: Queryable, roundId: string, freeAfter?: Date): Promise<SlotRow[]> {
  const free = freeAfter === undefined ? sql`true` : sql`s.interview_id is null and s.starts_at > ${freeAfter}`;
  return from.query<SlotRow>(sql`
    select s.id, s.starts_at as "startsAt", s.ends_at as "endsAt", s.place, s.interview_id as "interviewId"
    from interview_slots s where s.round_id = ${roundId} and ${free} order by s.starts_at, s.place, s.id limit 200`);
}

interface PanelistScores {
  readonly applicationId: string;
  readonly scores: WeighedScore[];
}

/** Interview points in tenths by application: the mean over panelists without a conflict, of interviews that were held. */
export async function readInterviewPoints(from: Queryable, roundId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await from.query<PanelistScores>(sql`
    select i.application_id as "applicationId",
      json_agg(json_build_object('weight', c.weight, 'scaleMax', c.scale_max, 'score', s.score)) as scores
    from interviews i join interview_scores s on s.interview_id = i.id join rubric_criteria c on c.id = s.criterion_id
    where i.round_id = ${roundId} and i.state = 'held'
      and ${personNotConflicted(rawSql('s.person_id'), rawSql('i.application_id'))}
    group by i.application_id, s.person_id order by i.application_id, s.person_id`);
  const lists = new Map<string, WeighedScore[][]>();
  for (const { applicationId, scores } of rows) lists.set(applicationId, [...(lists.get(applicationId) ?? []), scores]);
  return new Map([...lists].map(([id, each]) => [id, pointsInTenths(each) ?? 0]));
}
