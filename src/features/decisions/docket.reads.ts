/** What is on a docket and what a motion can name: applications of a round with their rank, as this actor may see them. */
import type { Actor } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { notConflicted, staffSide } from '../conflicts/index.js';
import { readRanking } from '../reviews/index.js';
import type { Ranked } from './motion.rules.js';

/** States in which the committee can still decide an application. */
export const OPEN_STATES = ['eligible', 'shortlisted', 'waitlisted'] as const;

/** Applications this actor has no direct conflict with; `id` is an SQL expression. */
export const visibleTo = (actor: Actor, id: string): Sql => notConflicted(staffSide(actor), rawSql(id));

export interface DocketRow {
  readonly id: string;
  readonly position: number;
  readonly roundId: string | null;
  readonly applicationId: string | null;
  readonly recommendation: string | null;
  readonly selectionMethod: string;
  /** The round or application; nothing when the actor is recused from it. */
  readonly title: string | null;
  readonly note: string | null;
  readonly motions: number;
}

export async function readDocket(from: Queryable, actor: Actor, meetingId: string): Promise<DocketRow[]> {
  return from.query<DocketRow>(sql`
    select d.id, d.position, d.round_id as "roundId", d.application_id as "applicationId",
           case when seen.ok then d.recommendation end as recommendation, d.selection_method as "selectionMethod",
           case when seen.ok then coalesce(r.name, a.title) end as title,
           case when seen.ok then coalesce(r.number, o.name) end as note,
           (select count(*)::int from motions m where m.docket_item_id = d.id) as motions
    from docket_items d left join rounds r on r.id = d.round_id
      left join applications a on a.id = d.application_id left join organizations o on o.id = a.organization_id
      cross join lateral (select d.application_id is null or ${visibleTo(actor, 'd.application_id')} as ok) seen
    where d.meeting_id = ${meetingId} order by d.position`);
}

/** The fund of what is put on a docket; refuses what is not there or may not be seen. */
export async function docketSubject(
  from: Queryable,
  actor: Actor,
  subject: { readonly roundId: string | null; readonly applicationId: string | null },
): Promise<string> {
  if (subject.roundId !== null) {
    const [round] = await from.query<{ fundId: string }>(
      sql`select fund_id as "fundId" from rounds where id = ${subject.roundId}`,
    );
    if (round === undefined) throw invalidField('roundId', 'field.not_found');
    return round.fundId;
  }
  const [application] = await from.query<{ fundId: string }>(sql`
    select a.fund_id as "fundId" from applications a
    where a.id = ${subject.applicationId} and a.state <> 'draft' and ${visibleTo(actor, 'a.id')}`);
  if (application === undefined) throw invalidField('applicationId', 'field.not_found');
  return application.fundId;
}

/** One application of a round as a slate shows it. */
export interface Candidate extends Ranked {
  readonly title: string;
  readonly number: string;
  readonly state: string;
  readonly requested: Money;
  readonly leadKind: string;
  /** Names of the districts served, largest share first. */
  readonly districts: readonly { readonly name: string; readonly basisPoints: number }[];
  readonly reviews: number;
  /** Nothing of it may be shown to this actor but its place. */
  readonly isHidden: boolean;
}

interface CandidateRow {
  readonly id: string;
  readonly title: string;
  readonly number: string;
  readonly state: string;
  readonly cents: string;
  readonly name: string;
  readonly leadKind: string;
  readonly districts: { name: string; basisPoints: number }[] | null;
  readonly seen: boolean;
}

/** The ranking of a round with what a committee looks at; applications the actor is recused from keep their place. */
export async function readCandidates(from: Queryable, roundId: string, actor: Actor): Promise<Candidate[]> {
  const ranking = await readRanking(from, roundId);
  const rows = await from.query<CandidateRow>(sql`
    select a.id, a.title, a.number, a.state, coalesce(a.requested_cents, 0)::text as cents, o.name, o.kind as "leadKind",
           (select json_agg(json_build_object('name', d.district, 'basisPoints', d.share_basis_points)
                order by d.share_basis_points desc, d.district)
            from application_districts d where d.application_id = a.id) as districts,
           ${visibleTo(actor, 'a.id')} as seen
    from applications a join organizations o on o.id = a.organization_id
    where a.id = any(${ranking.map((each) => each.applicationId)}::uuid[])`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ranking.flatMap(({ applicationId, points, reviews }, index): Candidate[] => {
    const row = byId.get(applicationId);
    if (row === undefined) return [];
    const place = { applicationId, rank: index + 1, isHidden: !row.seen };
    if (!row.seen) return [{ ...place, ...NOTHING }];
    const { title, number, state, name, leadKind } = row;
    const isOpen = (OPEN_STATES as readonly string[]).includes(state);
    const requested = Money.ofCents(row.cents);
    const districts = row.districts ?? [];
    return [{ ...place, title, number, state, name, leadKind, requested, isOpen, districts, points, reviews }];
  });
}

/** What is shown of an application to somebody who is recused from it: its place and nothing else. */
const NOTHING = {
  title: '',
  number: '',
  state: '',
  name: '',
  leadKind: '',
  requested: Money.zero,
  isOpen: false,
  districts: [],
  points: 0,
  reviews: 0,
} as const;
