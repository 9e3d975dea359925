/** Reviews: only their reviewers write them, conflicts keep people out, and what is final stays as it is. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { readRanking, Reviews } from '../../src/features/reviews/index.js';
import { ReviewsTasks } from '../../src/features/reviews/reviews.tasks.js';
import { ReviewViews } from '../../src/features/reviews/review.view.js';
import { type Criterion, readRubric } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { Money } from '../../src/kernel/money.js';
import { violatedConstraint } from '../../src/platform/database/database.js';
import { type Sql, sql } from '../../src/platform/database/sql.js';
import type { MadeApplication } from '../factories/applications.js';
import { assignedReview, submittedReview, upForReview } from '../factories/reviews.js';
import { publishedRound } from '../factories/rounds.js';
import { organizationMember } from '../factories/organizations.js';
import { openWorld, type World } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');

let world: World;
let reviews: Reviews;
let roundId: string;
let fundId: string;
let rubric: Criterion[];
let first: MadeApplication;

beforeAll(async () => {
  world = await openWorld();
  reviews = world.get(Reviews);
  ({ roundId, fundId } = await publishedRound(world));
  rubric = await readRubric(world.db, roundId);
  first = await upForReview(world, roundId);
});
afterAll(async () => world?.close());

/** A review of an application of its own. */
async function freshReview(): Promise<{ reviewId: string; reviewer: PersonActor; applicationId: string }> {
  const { applicationId } = await upForReview(world, roundId);
  return { applicationId, ...(await assignedReview(world, roundId, applicationId)) };
}

const full = (): { criterionId: string; score: number; reason: string }[] =>
  rubric.map(({ id }) => ({ criterionId: id, score: 4, reason: 'Told with proof.' }));

describe('assigning', () => {
  it('is for the program officer of the round, to a reviewer without a conflict', async () => {
    const reviewer = await world.actor('reviewer');
    const input = { applicationId: first.applicationId, reviewerId: reviewer.personId };
    expect((await refusal(reviews.assign(reviewer, roundId, input))).kind).toBe('forbidden');
    const elsewhere = await world.actor('program_officer', { scopeKind: 'fund', scopeId: first.organizationId });
    expect((await refusal(reviews.assign(elsewhere, roundId, input))).kind).toBe('not_found');
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    await reviews.assign(officer, roundId, input);
    expect((await refusal(reviews.assign(officer, roundId, input))).fields[0]?.code).toBe('review.assigned_already');
  });

  it('refuses members of the applicant, who are conflicted, and people who are no reviewers', async () => {
    const member = await organizationMember(world, first.organizationId, 'viewer' as never).catch(() =>
      organizationMember(world, first.organizationId),
    );
    await world.db.work(system, async (work) => {
      await work.query(sql`
        insert into role_grants (id, version, created_at, person_id, role, scope_kind, reason, starts_on)
        values (gen_random_uuid(), 1, ${work.now}, ${member.personId}, 'reviewer', 'agency', 'For a test', ${work.today})`);
      return null;
    });
    const assign = (reviewerId: string): Promise<unknown> =>
      reviews.assign(system, roundId, { applicationId: first.applicationId, reviewerId });
    expect((await refusal(assign(member.personId))).fields[0]?.code).toBe('review.reviewer_conflicted');
    const clerk = await world.actor('clerk');
    expect((await refusal(assign(clerk.personId))).fields[0]?.code).toBe('review.not_a_reviewer');
  });

  it('shows up among the things to do of the reviewer', async () => {
    const { reviewId, reviewer } = await freshReview();
    const tasks = await world.get(ReviewsTasks).tasks(reviewer);
    expect(tasks.map((task) => task.href)).toEqual([`/reviews/${reviewId}`]);
    expect(tasks[0]?.title).toContain('$20,000');
  });
});

describe('a draft', () => {
  it('keeps what is there, whole or not, and starts the review', async () => {
    const { reviewId, reviewer } = await freshReview();
    const [one] = rubric;
    await reviews.saveDraft(reviewer, reviewId, {
      scores: [{ criterionId: one?.id ?? '', reason: 'Not sure yet' }],
      recommended: Money.parse('90000'),
    });
    const view = await world.get(ReviewViews).one(reviewer, reviewId);
    expect(view.state.state).toBe('in_progress');
    expect(view.criteria[0]).toMatchObject({ score: null, reason: 'Not sure yet' });
    expect(view.recommended?.toDecimal()).toBe('90000.00');
  });

  it('is submitted only when every criterion has a score and a reason and the amount fits, each told', async () => {
    const { reviewId, reviewer } = await freshReview();
    const [one, two] = rubric;
    const error = await refusal(
      reviews.submit(reviewer, reviewId, {
        scores: [{ criterionId: one?.id ?? '', score: 3 }, { criterionId: two?.id ?? '' }],
        recommended: Money.parse('20000.01'),
      }),
    );
    expect(error.kind).toBe('conflict');
    expect(error.blockers.map(({ code }) => code)).toEqual([
      'review.needs_reason',
      'review.needs_score_and_reason',
      'review.amount_over_request',
    ]);
    const off = reviews.saveDraft(reviewer, reviewId, { scores: [{ criterionId: one?.id ?? '', score: 6 }] });
    expect((await refusal(off)).fields[0]?.code).toBe('review.score_off_scale');
    await reviews.submit(reviewer, reviewId, { scores: full(), recommended: Money.parse('20000') });
    expect((await world.get(ReviewViews).one(reviewer, reviewId)).state.state).toBe('submitted');
  });

  it('made from a stale page is refused', async () => {
    const { reviewId, reviewer } = await freshReview();
    await reviews.saveDraft(reviewer, reviewId, { scores: full(), version: 1 });
    const stale = reviews.saveDraft(reviewer, reviewId, { scores: full(), version: 1 });
    expect((await refusal(stale)).code).toBe('thing.changed_meanwhile');
  });

  it('of another reviewer is not found', async () => {
    const { reviewId } = await freshReview();
    const other = await world.actor('reviewer');
    expect((await refusal(reviews.get(other, reviewId))).kind).toBe('not_found');
    expect((await refusal(reviews.saveDraft(other, reviewId, { scores: full() }))).kind).toBe('not_found');
    expect((await reviews.list(other, {})).items).toEqual([]);
  });

  it('is not read by staff until it is submitted, and never by the committee', async () => {
    const { reviewId, reviewer } = await freshReview();
    const officer = await world.actor('program_officer');
    const committee = await world.actor('committee_member');
    await reviews.saveDraft(reviewer, reviewId, { scores: full(), recommended: Money.parse('5') });
    const before = await world.get(ReviewViews).one(officer, reviewId);
    expect(before.criteria.every(({ score, reason }) => score === null && reason === null)).toBe(true);
    expect(before.recommended).toBeNull();
    await reviews.submit(reviewer, reviewId, {});
    const after = await world.get(ReviewViews).one(officer, reviewId);
    expect(after.criteria.map(({ score }) => score)).toEqual([4, 4]);
    expect((await refusal(reviews.get(committee, reviewId))).kind).toBe('not_found');
  });
});

describe('a conflict of interest', () => {
  it('that the reviewer declares recuses them and hides the application', async () => {
    const { reviewId, reviewer, applicationId } = await freshReview();
    await reviews.saveDraft(reviewer, reviewId, { scores: full() });
    await reviews.declareConflict(reviewer, reviewId, { type: 'family', note: 'My sister works there.' });
    expect((await refusal(reviews.get(reviewer, reviewId))).kind).toBe('not_found');
    expect((await reviews.list(reviewer, {})).items).toEqual([]);
    expect((await reviews.get(system, reviewId)).state).toBe('recused');
    const again = reviews.assign(system, roundId, { applicationId, reviewerId: reviewer.personId });
    expect((await refusal(again)).fields[0]?.code).toBe('review.reviewer_conflicted');
  });

  it('that arises afterwards hides the review at once and takes its points out of the ranking', async () => {
    const { applicationId } = await upForReview(world, roundId);
    await submittedReview(world, roundId, applicationId, [5, 5]);
    const { reviewer, reviewId } = await submittedReview(world, roundId, applicationId, [1, 1]);
    const points = async (): Promise<number | undefined> =>
      (await readRanking(world.db, roundId)).find((row) => row.applicationId === applicationId)?.points;
    expect(await points()).toBe(600);
    await world.db.work(system, (work) =>
      world
        .get(Conflicts)
        .declare(work, { personId: reviewer.personId, applicationId, type: 'board', level: 'direct' }),
    );
    expect(await points()).toBe(1000);
    expect((await refusal(reviews.get(reviewer, reviewId))).kind).toBe('not_found');
    expect((await refusal(reviews.submit(reviewer, reviewId, {}))).kind).toBe('not_found');
  });

  it('of an officer keeps reviews and ranking line of that application from them', async () => {
    const { applicationId } = await upForReview(world, roundId);
    const { reviewId } = await submittedReview(world, roundId, applicationId, [3, 3]);
    const officer = await world.actor('program_officer');
    await world.db.work(system, (work) =>
      world
        .get(Conflicts)
        .declare(work, { personId: officer.personId, applicationId, type: 'family', level: 'direct' }),
    );
    expect((await refusal(reviews.get(officer, reviewId))).kind).toBe('not_found');
    expect((await refusal(reviews.take(officer, reviewId, 'reopen', { note: 'x' }))).kind).toBe('not_found');
    const seen = (await readRanking(world.db, roundId, officer)).map((row) => row.applicationId);
    expect(seen).not.toContain(applicationId);
    expect((await reviews.list(officer, { limit: 200 })).items.map((row) => row.id)).not.toContain(reviewId);
  });
});

describe('the panel', () => {
  it('waits for open reviews, closes once and freezes every score for good', async () => {
    const round = await publishedRound(world);
    const up = await upForReview(world, round.roundId);
    const { reviewId, reviewer } = await submittedReview(world, round.roundId, up.applicationId, [4, 2]);
    const open = await assignedReview(world, round.roundId, up.applicationId);
    const officer = await world.actor('program_officer');
    expect((await refusal(reviews.closePanel(reviewer, round.roundId))).kind).toBe('forbidden');
    expect((await refusal(reviews.closePanel(officer, round.roundId))).code).toBe('review.panel_has_open');
    await reviews.take(officer, open.reviewId, 'withdraw', { note: 'Too late' });
    const closed = await Promise.all(
      [1, 2, 3].map(() =>
        reviews.closePanel(officer, round.roundId).then(
          () => 'closed',
          (e: AppError) => e.code,
        ),
      ),
    );
    expect(closed.sort()).toEqual(['closed', 'review.panel_closed', 'review.panel_closed']);
    expect((await refusal(reviews.take(officer, reviewId, 'reopen', { note: 'Again' }))).kind).toBe('conflict');
    const late = reviews.assign(officer, round.roundId, {
      applicationId: up.applicationId,
      reviewerId: (await world.actor('reviewer')).personId,
    });
    expect((await refusal(late)).code).toBe('review.panel_closed');
  });

  it('takes off those who have come to a conflict, even when they had submitted', async () => {
    const round = await publishedRound(world);
    const up = await upForReview(world, round.roundId);
    await submittedReview(world, round.roundId, up.applicationId, [4, 2]);
    const { reviewer, reviewId } = await submittedReview(world, round.roundId, up.applicationId, [5, 5]);
    await world.db.work(system, (work) =>
      world.get(Conflicts).declare(work, {
        ...{ personId: reviewer.personId, applicationId: up.applicationId, type: 'financial', level: 'direct' },
      }),
    );
    await reviews.closePanel(await world.actor('program_officer'), round.roundId);
    expect((await reviews.get(system, reviewId)).state).toBe('recused');
  });

  it('cannot be talked around: the database itself refuses to touch scores that are in', async () => {
    const round = await publishedRound(world);
    const up = await upForReview(world, round.roundId);
    const { reviewId } = await submittedReview(world, round.roundId, up.applicationId, [4, 2]);
    const attempt = async (query: Sql): Promise<string | undefined> =>
      world.db
        .work(system, (work) => work.query(query))
        .then(
          () => 'went through',
          (error: unknown) => violatedConstraint(error) ?? String((error as { cause?: Error }).cause ?? error),
        );
    const scores: [Sql, string][] = [
      [sql`update review_scores set score = 5 where review_id = ${reviewId}`, 'review_scores_frozen_check'],
      [sql`delete from review_scores where review_id = ${reviewId}`, 'review_scores_frozen_check'],
      [sql`update reviews set recommended_cents = 1 where id = ${reviewId}`, 'reviews_frozen_check'],
    ];
    for (const [query] of scores.slice(0, 2)) expect(await attempt(query)).toBe('review_scores_frozen_check');
    await reviews.closePanel(await world.actor('program_officer'), round.roundId);
    for (const [query, refused] of scores) expect(await attempt(query)).toBe(refused);
    expect(await attempt(sql`update reviews set state = 'in_progress' where id = ${reviewId}`)).toBe(
      'reviews_frozen_check',
    );
    expect(await attempt(sql`delete from reviews where id = ${reviewId}`)).toContain('permission denied');
    expect(await attempt(sql`delete from review_panels where round_id = ${round.roundId}`)).toContain(
      'permission denied',
    );
  });
});

describe('the ranking', () => {
  it('is the weighted mean of submitted reviews to one decimal, best first, unreviewed last', async () => {
    const round = await publishedRound(world);
    const [a, b, c] = [
      await upForReview(world, round.roundId),
      await upForReview(world, round.roundId),
      await upForReview(world, round.roundId),
    ];
    // Weights 60 and 40 of a scale of 5: 4 and 2 make 64; 5 and 4 make 92; 1 and 5 make 52.
    await submittedReview(world, round.roundId, a.applicationId, [4, 2]);
    await submittedReview(world, round.roundId, a.applicationId, [5, 4]);
    await submittedReview(world, round.roundId, b.applicationId, [1, 5]);
    await assignedReview(world, round.roundId, c.applicationId);
    const rows = await readRanking(world.db, round.roundId);
    expect(rows.map(({ applicationId, points, reviews: count, open }) => [applicationId, points, count, open])).toEqual(
      [
        [a.applicationId, 780, 2, 0],
        [b.applicationId, 520, 1, 0],
        [c.applicationId, 0, 0, 1],
      ],
    );
    expect(rows[0]).toMatchObject({ lowest: 640, highest: 920, interviewPoints: null });
    const committee = await world.actor('committee_member');
    expect((await world.get(ReviewViews).ranking(committee, round.roundId)).items).toHaveLength(3);
    const reviewer = await world.actor('reviewer');
    expect((await refusal(world.get(ReviewViews).ranking(reviewer, round.roundId))).kind).toBe('forbidden');
  });
});
