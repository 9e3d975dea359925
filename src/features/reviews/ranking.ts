/**
 * The ranking of a round: points by the submitted reviews, interview points beside them and never mixed in. Interviews
 * come later in the house; they say at start how their points are read.
 */
import type { Actor } from '../../kernel/actor.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { notConflicted, personNotConflicted, staffSide } from '../conflicts/index.js';
import { pointsInTenths, type WeighedScore } from './review.rules.js';

/** One line of the ranking. Points are tenths: 823 is 82.3 of 100. */
export interface RankingRow {
  readonly applicationId: string;
  /** The mean over submitted reviews; 0 while there are none. */
  readonly points: number;
  /** How many reviews are submitted. */
  readonly reviews: number;
  /** How many are assigned and not yet submitted. */
  readonly open: number;
  /** The lowest and the highest review; absent while there are none. */
  readonly lowest: number | null;
  readonly highest: number | null;
  /** The mean over panelists of the interview, apart from the above. */
  readonly interviewPoints: number | null;
}

export type InterviewPointsReader = (from: Queryable, roundId: string) => Promise<ReadonlyMap<string, number>>;

let readInterviewPoints: InterviewPointsReader | undefined;

/** Called once by interviews when they start. */
export function provideInterviewPoints(reader: InterviewPointsReader): void {
  readInterviewPoints = reader;
}

/** What is up for a decision, or was: those the staff screened in and nobody took back. */
const RANKED_STATES = [
  'eligible',
  'shortlisted',
  'advanced',
  'plan_submitted',
  'approved',
  'declined',
  'waitlisted',
  'lapsed',
];

interface ScoreRow {
  readonly applicationId: string;
  readonly reviewId: string | null;
  readonly state: string | null;
  readonly scores: WeighedScore[] | null;
}

/**
 * The ranking of a round, best first. With an actor, applications with which they have a direct conflict are left out.
 * A review whose reviewer has come to a direct conflict does not count.
 */
export async function readRanking(from: Queryable, roundId: string, actor?: Actor): Promise<RankingRow[]> {
  const visible: Sql = actor === undefined ? sql`true` : notConflicted(staffSide(actor), rawSql('a.id'));
  const rows = await from.query<ScoreRow>(sql`
    select a.id as "applicationId", r.id as "reviewId", r.state,
      (select json_agg(json_build_object('weight', c.weight, 'scaleMax', c.scale_max, 'score', s.score))
       from review_scores s join rubric_criteria c on c.id = s.criterion_id
       where s.review_id = r.id and s.score is not null) as scores
    from applications a
      left join reviews r on r.application_id = a.id and r.state not in ('recused', 'withdrawn')
        and ${personNotConflicted(rawSql('r.reviewer_id'), rawSql('a.id'))}
    where a.round_id = ${roundId} and a.state = any(${RANKED_STATES}::text[]) and ${visible}
    order by a.id, r.id`);
  const interviews = (await readInterviewPoints?.(from, roundId)) ?? new Map<string, number>();
  const byApplication = new Map<string, ScoreRow[]>();
  for (const row of rows) byApplication.set(row.applicationId, [...(byApplication.get(row.applicationId) ?? []), row]);
  return [...byApplication].map(([id, reviews]) => rankingRow(id, reviews, interviews.get(id) ?? null)).sort(bestFirst);
}

function rankingRow(applicationId: string, rows: readonly ScoreRow[], interviewPoints: number | null): RankingRow {
  const submitted = rows.filter(({ state }) => state === 'submitted' || state === 'closed');
  const lists = submitted.map(({ scores }) => scores ?? []);
  const each = lists.map((scores) => pointsInTenths([scores]) ?? 0);
  return {
    applicationId,
    points: pointsInTenths(lists) ?? 0,
    reviews: submitted.length,
    open: rows.filter(({ state }) => state === 'assigned' || state === 'in_progress').length,
    lowest: each.length === 0 ? null : Math.min(...each),
    highest: each.length === 0 ? null : Math.max(...each),
    interviewPoints,
  };
}

/** Those without a review come last; equal ones keep a fixed order. */
function bestFirst(a: RankingRow, b: RankingRow): number {
  if ((a.reviews === 0) !== (b.reviews === 0)) return a.reviews === 0 ? 1 : -1;
  return b.points - a.points || a.applicationId.localeCompare(b.applicationId);
}
