/** What the API and the pages show of a review. Scores of others are shown to staff once they are submitted. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Criterion, findRound, readRubric, roundSubject } from '../rounds/index.js';
import { forbidden, notFound } from '../../kernel/errors.js';
import { type RankingRow, readRanking } from './ranking.js';
import { type Packet, readPacket } from './review.packet.js';
import { type ReviewDetail, type ReviewRow, Reviews } from './reviews.service.js';

export interface ReviewListItem extends Omit<ReviewRow, 'state' | 'requestedCents' | 'recommendedCents'> {
  readonly state: StateAnswer;
  readonly requested: Money;
  /** Absent until the review is submitted. */
  readonly recommended: Money | null;
}

/** One criterion with what was written for it, both null where the actor may not see it yet. */
export interface ScoredCriterion extends Criterion {
  readonly score: number | null;
  readonly reason: string | null;
}

export interface ReviewView extends ReviewListItem {
  readonly version: number;
  readonly comment: string | null;
  readonly savedAt: Date | null;
  readonly submittedAt: Date | null;
  readonly criteria: readonly ScoredCriterion[];
  readonly application: Packet;
  readonly actions: readonly ApiAction[];
}

export interface RankingLine extends RankingRow {
  readonly number: string;
  readonly title: string;
  readonly organizationName: string;
  readonly requested: Money;
}

export interface RankingView {
  readonly roundId: string;
  readonly roundName: string;
  readonly isPanelClosed: boolean;
  readonly items: readonly RankingLine[];
}

@Injectable()
export class ReviewViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly reviews: Reviews,
  ) {}

  row(row: ReviewRow): ReviewListItem {
    const { requestedCents, recommendedCents, state, ...rest } = row;
    return {
      ...rest,
      state: this.reviews.machine.state(state),
      requested: Money.ofCents(requestedCents),
      recommended: recommendedCents === null ? null : Money.ofCents(recommendedCents),
    };
  }

  async one(actor: Actor, id: string): Promise<ReviewView> {
    const review = await this.reviews.get(actor, id);
    const isShown = this.maySeeScores(actor, review);
    const actions = await this.reviews.machine.actions(this.policy, this.db, actor, review);
    const { applicationId, applicationNumber, applicationTitle, organizationName } = review;
    const { roundId, roundName, reviewerId, reviewerName, dueOn, requestedCents } = review;
    return {
      ...{ id, applicationId, applicationNumber, applicationTitle, organizationName },
      ...{ roundId, roundName, reviewerId, reviewerName, dueOn },
      state: this.reviews.machine.state(review.state),
      requested: Money.ofCents(requestedCents),
      version: review.version,
      recommended: isShown ? review.recommended : null,
      comment: isShown ? review.comment : null,
      savedAt: review.savedAt,
      submittedAt: review.submittedAt,
      criteria: await this.criteria(review, isShown),
      application: await readPacket(this.db, applicationId),
      actions: apiActions(this.texts, actions),
    };
  }

  /** The ranking of a round, without applications this actor is kept out of. */
  async ranking(actor: Actor, roundId: string): Promise<RankingView> {
    const round = await findRound(this.db, roundId);
    if (round === undefined || !this.policy.can(actor, 'round.read', roundSubject(round))) {
      throw notFound('thing.not_found');
    }
    if (!this.policy.can(actor, 'ranking.read', roundSubject(round))) {
      throw forbidden('permission.missing', { params: { permission: 'ranking.read' } });
    }
    const rows = await readRanking(this.db, roundId, actor);
    const named = await this.db.query<{ id: string; number: string; title: string; name: string; cents: string }>(sql`
      select a.id, a.number, a.title, o.name, a.requested_cents::text as cents
      from applications a join organizations o on o.id = a.organization_id
      where a.id = any(${rows.map((row) => row.applicationId)}::uuid[])`);
    const byId = new Map(named.map((each) => [each.id, each]));
    const closed = await this.db.query(sql`select 1 from review_panels where round_id = ${roundId}`);
    return {
      roundId,
      roundName: round.name,
      isPanelClosed: closed.length > 0,
      items: rows.flatMap((row) => {
        const about = byId.get(row.applicationId);
        if (about === undefined) return [];
        const { number, title, name, cents } = about;
        return [{ ...row, number, title, organizationName: name, requested: Money.ofCents(cents) }];
      }),
    };
  }

  /** One's own always; those of others once they are in. */
  private maySeeScores(actor: Actor, review: ReviewDetail): boolean {
    const isOwn = actor.kind === 'person' && actor.personId === review.reviewerId;
    return isOwn || review.state === 'submitted' || review.state === 'closed';
  }

  private async criteria(review: ReviewDetail, isShown: boolean): Promise<ScoredCriterion[]> {
    const rubric = await readRubric(this.db, review.roundId);
    const scores = await this.db.query<{ criterionId: string; score: number | null; reason: string | null }>(sql`
      select criterion_id as "criterionId", score, reason from review_scores
      where review_id = ${review.id} and ${isShown}`);
    const byId = new Map(scores.map((each) => [each.criterionId, each]));
    return rubric.map((criterion) => {
      const { score = null, reason = null } = byId.get(criterion.id) ?? {};
      return { ...criterion, score, reason };
    });
  }
}
