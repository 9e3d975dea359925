/** ReviewPanels: who reviews what in a round, and the closing of its panel. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { directConflict, notConflicted, personNotConflicted } from '../conflicts/index.js';
import { grantInForce } from '../identity/index.js';
import { findRound, lockRound, type Round, roundSubject } from '../rounds/index.js';
import { Review, ReviewPanel } from './review.entity.js';
import { isPanelClosed } from './review.facts.js';
import type { AssignReviewInput } from './review.input.js';
import { reviewMachine } from './review.machine.js';

export interface NamedPerson {
  readonly id: string;
  readonly name: string;
}

/** An application of a round that is up for review. */
export interface ReviewableApplication {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly organizationName: string;
}

/** Applications that reviewers read: screened in, and not decided. */
const REVIEWABLE = ['eligible', 'shortlisted'];

@Injectable()
export class ReviewPanels {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  async assign(actor: Actor, roundId: string, input: AssignReviewInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        // Held, so that the panel cannot close between the look and the assignment.
        await work.query(sql`select 1 from rounds where id = ${roundId} for share`);
        const round = await this.round(work, roundId, 'review.assign');
        if (await isPanelClosed(work, roundId)) throw conflict('review.panel_closed');
        await this.requireReviewable(work, round, input.applicationId);
        await this.requireReviewer(work, round, input);
        const review = await work.insertOne(Review, {
          ...{ applicationId: input.applicationId, roundId, fundId: round.fundId, reviewerId: input.reviewerId },
          assignedBy: actor.kind === 'person' ? actor.personId : null,
          ...{ dueOn: input.dueOn ?? null, recommended: null, comment: null, savedAt: null, submittedAt: null },
          state: 'assigned',
        });
        await reviewMachine.begin(work, [review]);
        return { id: review.id };
      }),
    );
  }

  /**
   * Closes the panel. Reviewers who have come to a direct conflict are taken off first; then every review left must be
   * in. What is submitted becomes final.
   */
  async close(actor: Actor, roundId: string): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        await lockRound(work, roundId);
        await this.round(work, roundId, 'review.close_panel');
        if (await isPanelClosed(work, roundId)) throw conflict('review.panel_closed');
        const conflicted = sql`not ${personNotConflicted(rawSql('r.reviewer_id'), rawSql('r.application_id'))}`;
        const recused = await this.live(work, roundId, conflicted);
        if (recused.length > 0) await reviewMachine.transition(work, { action: 'recuse', ids: recused });
        const open = await this.live(work, roundId, sql`r.state in ('assigned', 'in_progress')`);
        if (open.length > 0) throw conflict('review.panel_has_open', { params: { count: open.length } });
        const submitted = await this.live(work, roundId, sql`r.state = 'submitted'`);
        if (submitted.length === 0) throw conflict('review.panel_has_none');
        await reviewMachine.transition(work, { action: 'close', ids: submitted });
        const closedBy = actor.kind === 'person' ? actor.personId : null;
        await work.insertOne(ReviewPanel, { roundId, closedBy });
        work.audit({
          action: 'review.panel_closed',
          subjectType: 'round',
          subjectId: roundId,
          after: { final: submitted.length, recused: recused.length },
        });
        return { id: roundId };
      }),
    );
  }

  /** Applications of the round that can be given to a reviewer, without those this actor is kept out of. */
  async reviewable(actor: Actor, roundId: string): Promise<ReviewableApplication[]> {
    return this.db.query<ReviewableApplication>(sql`
      select a.id, a.number, a.title, o.name as "organizationName"
      from applications a join organizations o on o.id = a.organization_id
      where a.round_id = ${roundId} and a.state = any(${REVIEWABLE}::text[])
        and ${notConflicted(actor, rawSql('a.id'))} order by a.number, a.id`);
  }

  /** People who hold the reviewer's role for this round, its fund or the agency. */
  async reviewers(from: Queryable, round: { readonly id: string; readonly fundId: string }): Promise<NamedPerson[]> {
    return from.query<NamedPerson>(sql`
      select p.id, p.name from persons p where ${this.isReviewer(rawSql('p.id'), round)} order by lower(p.name), p.id`);
  }

  /** True for a person with a live reviewer's role that covers the round. */
  private isReviewer(personId: Sql, round: { readonly id: string; readonly fundId: string }): Sql {
    return sql`exists (select from role_grants g where g.person_id = ${personId} and g.role = 'reviewer'
      and ${grantInForce('g', this.db.today)}
      and (g.scope_kind = 'agency' or (g.scope_kind = 'round' and g.scope_id = ${round.id})
        or (g.scope_kind = 'fund' and g.scope_id = ${round.fundId})))`;
  }

  /** Whether this person may read for the round; also asked for interview panels. */
  async holdsReviewerRole(
    from: Queryable,
    personId: string,
    round: { readonly id: string; readonly fundId: string },
  ): Promise<boolean> {
    return (await from.query(sql`select 1 where ${this.isReviewer(sql`${personId}::uuid`, round)}`)).length > 0;
  }

  private async round(work: Work, roundId: string, permission: string): Promise<Round> {
    const round = await findRound(work, roundId);
    const canSee = round !== undefined && this.policy.can(work.actor, 'round.read', roundSubject(round));
    if (!canSee) throw notFound('thing.not_found');
    if (!this.policy.can(work.actor, permission, roundSubject(round))) {
      throw forbidden('permission.missing', { params: { permission } });
    }
    return round;
  }

  private async requireReviewable(work: Work, round: Round, applicationId: string): Promise<void> {
    const [found] = await work.query<{ state: string }>(sql`
      select a.state from applications a where a.id = ${applicationId} and a.round_id = ${round.id}
        and ${notConflicted(work.actor, rawSql('a.id'))} for share of a`);
    if (found === undefined) throw invalidField('applicationId', 'field.not_found');
    if (!REVIEWABLE.includes(found.state)) throw invalidField('applicationId', 'review.application_not_eligible');
  }

  private async requireReviewer(work: Work, round: Round, input: AssignReviewInput): Promise<void> {
    const { reviewerId, applicationId } = input;
    if (work.actor.kind === 'person' && work.actor.personId === reviewerId) {
      throw invalidField('reviewerId', 'review.assigned_to_oneself');
    }
    if (!(await this.holdsReviewerRole(work, reviewerId, round))) {
      throw invalidField('reviewerId', 'review.not_a_reviewer');
    }
    if ((await directConflict(work, reviewerId, applicationId)) !== undefined) {
      throw invalidField('reviewerId', 'review.reviewer_conflicted');
    }
  }

  private async live(work: Work, roundId: string, where: Sql): Promise<string[]> {
    const rows = await work.query<{ id: string }>(sql`
      select r.id from reviews r where r.round_id = ${roundId} and r.state in ('assigned', 'in_progress', 'submitted')
        and ${where} order by r.id`);
    return rows.map((row) => row.id);
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'reviews_live_key') throw invalidField('reviewerId', 'review.assigned_already');
      if (constraint === 'review_panels_round_id_key') throw conflict('review.panel_closed');
      throw error;
    }
  }
}
