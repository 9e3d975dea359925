/** Who sits in a committee, who is present, who is recused from a motion, and how each has voted. */
import { rawSql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { personNotConflicted } from '../conflicts/index.js';
import { grantInForce } from '../identity/index.js';
import type { VoteChoice } from './motion.entity.js';
import type { Quorum } from './vote.rules.js';

export interface Member {
  readonly personId: string;
  readonly name: string;
}

/** Persons with a seat on this day: for the committee of a fund those of the fund and of the whole agency. */
export async function committeeMembers(from: Queryable, fundId: string | null, on: string): Promise<Member[]> {
  return from.query<Member>(sql`
    select p.id as "personId", p.name from persons p
    where exists (
      select from role_grants g
      where g.person_id = p.id and g.role = 'committee_member' and ${grantInForce('g', on)}
        and (g.scope_kind = 'agency' or (g.scope_kind = 'fund' and g.scope_id = ${fundId}::uuid)))
    order by p.name, p.id`);
}

export interface Interest {
  readonly personId: string;
  readonly applicationId: string;
  readonly isDirect: boolean;
  /** The kind of conflict; `found` when the house found it by itself. */
  readonly interest: string;
}

/** Every direct conflict and remote interest between these people and applications, recorded or found, as of now. */
export async function interestsAmong(
  from: Queryable,
  personIds: readonly string[],
  applicationIds: readonly string[],
): Promise<Interest[]> {
  if (personIds.length === 0 || applicationIds.length === 0) return [];
  const recorded = (level: 'direct' | 'remote'): ReturnType<typeof sql> => sql`
    (select c.type from conflicts c where c.person_id = pair.person_id and c.application_id = pair.application_id
       and c.level = ${level} and c.state <> 'dismissed' order by c.created_at, c.id limit 1)`;
  return from.query<Interest>(sql`
    with pair as (
      select person_id, application_id from unnest(${personIds}::uuid[]) as person_id,
        unnest(${applicationIds}::uuid[]) as application_id),
    known as (
      select pair.*, not ${personNotConflicted(rawSql('pair.person_id'), rawSql('pair.application_id'))} as is_direct,
             ${recorded('direct')} as direct, ${recorded('remote')} as remote
      from pair)
    select person_id as "personId", application_id as "applicationId", is_direct as "isDirect",
           case when is_direct then coalesce(direct, 'found') else remote end as interest
    from known where is_direct or remote is not null order by person_id, application_id`);
}

export interface MemberStanding extends Member {
  readonly present: boolean;
  /** Why the member may not vote, and because of which application. */
  readonly recusal?: { readonly applicationId: string; readonly interest: string };
  /** A remote interest: minuted, and the vote is not counted. */
  readonly remote?: string;
  readonly vote?: { readonly choice: VoteChoice; readonly counted: boolean; readonly byClerk: boolean };
}

export interface MotionStanding {
  readonly meetingState: string;
  readonly quorum: Quorum;
  readonly members: readonly MemberStanding[];
}

interface MotionOfMeeting {
  readonly id: string;
  readonly meetingId: string;
  readonly state: string;
}

interface RollRow extends Member {
  readonly present: boolean;
  readonly choice: VoteChoice | null;
  readonly counted: boolean | null;
  readonly interest: string | null;
  readonly recordedBy: string | null;
  readonly recusedFor: string | null;
  readonly recusedInterest: string | null;
}

/** The applications a motion is about: those it names, and the one on the docket. */
async function applicationsOfMotion(from: Queryable, motionId: string): Promise<string[]> {
  const rows = await from.query<{ id: string }>(sql`
    select application_id as id from motion_items where motion_id = ${motionId}
    union select d.application_id from motions m join docket_items d on d.id = m.docket_item_id
      where m.id = ${motionId} and d.application_id is not null order by id`);
  return rows.map((row) => row.id);
}

/** The roll of one motion. Until it is decided, conflicts count as they stand now; afterwards as they were minuted. */
export async function motionStanding(from: Queryable, motion: MotionOfMeeting): Promise<MotionStanding> {
  const [meeting] = await from.query<{ state: string; basisPoints: number; recusedCount: boolean }>(
    sql`select state, quorum_basis_points as "basisPoints", recused_count as "recusedCount" from meetings
        where id = ${motion.meetingId}`,
  );
  const rows = await from.query<RollRow>(sql`
    select a.person_id as "personId", p.name, a.present, v.choice, v.counted, v.interest, v.recorded_by as "recordedBy",
           r.application_id as "recusedFor", r.interest as "recusedInterest"
    from meeting_attendance a join persons p on p.id = a.person_id
      left join votes v on v.motion_id = ${motion.id} and v.person_id = a.person_id
      left join recusals r on r.motion_id = ${motion.id} and r.person_id = a.person_id
    where a.meeting_id = ${motion.meetingId} order by p.name, p.id`);
  const isDecided = motion.state === 'carried' || motion.state === 'failed';
  const applicationIds = isDecided ? [] : await applicationsOfMotion(from, motion.id);
  const interests = await interestsAmong(
    from,
    rows.map((row) => row.personId),
    applicationIds,
  );
  const members = rows.map((row) => standingOf(row, interests));
  const names = (wanted: readonly MemberStanding[]): string[] => wanted.map((member) => member.name);
  const present = members.filter((member) => member.present);
  return {
    meetingState: meeting?.state ?? '',
    members,
    quorum: {
      members: members.length,
      basisPoints: meeting?.basisPoints ?? 0,
      recusedCount: meeting?.recusedCount ?? false,
      present: names(present),
      recused: names(present.filter((member) => member.recusal !== undefined)),
    },
  };
}

function standingOf(row: RollRow, interests: readonly Interest[]): MemberStanding {
  const own = interests.filter((each) => each.personId === row.personId);
  const direct = own.find((each) => each.isDirect);
  const minuted =
    row.recusedFor === null ? undefined : { applicationId: row.recusedFor, interest: row.recusedInterest ?? 'found' };
  const recusal = minuted ?? (direct && { applicationId: direct.applicationId, interest: direct.interest });
  return {
    personId: row.personId,
    name: row.name,
    present: row.present,
    recusal,
    remote: row.interest ?? own.find((each) => !each.isDirect)?.interest,
    vote:
      row.choice === null
        ? undefined
        : { choice: row.choice, counted: row.counted === true, byClerk: row.recordedBy !== null },
  };
}
