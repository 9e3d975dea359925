/** Reviews: a reviewer's own work - start, draft, submit, step back - and what staff do with a single review. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Conflicts, type ConflictType, directConflict, notConflicted } from '../conflicts/index.js';
import { readRubric } from '../rounds/index.js';
import { Review } from './review.entity.js';
import { isPanelClosed } from './review.facts.js';
import type {
  AssignReviewInput,
  DeclareReviewConflictInput,
  ReviewDraftInput,
  ReviewListQuery,
} from './review.input.js';
import { reviewMachine } from './review.machine.js';
import { ReviewPanels } from './review-panels.service.js';

/** One line of a list of reviews. */
export interface ReviewRow {
  readonly id: string;
  readonly state: string;
  readonly applicationId: string;
  readonly applicationNumber: string;
  readonly applicationTitle: string;
  readonly organizationName: string;
  readonly roundId: string;
  readonly roundName: string;
  readonly reviewerId: string;
  readonly reviewerName: string;
  readonly dueOn: string | null;
  readonly requestedCents: string;
  readonly recommendedCents: string | null;
}

/** One review with its own columns; who may see the scores is for the view to say. */
export type ReviewDetail = Review & ReviewRow;

/** A step of a review that needs nothing but a note. */
export type ReviewStep = 'start' | 'reopen' | 'withdraw';

const SCOPES = { scopes: { fund: 'r.fund_id', round: 'r.round_id' }, personId: 'r.reviewer_id' };

const COLUMNS = sql`r.id, r.state, r.application_id as "applicationId", a.number as "applicationNumber",
  a.title as "applicationTitle", o.name as "organizationName", r.round_id as "roundId", n.name as "roundName",
  r.reviewer_id as "reviewerId", p.name as "reviewerName", r.due_on as "dueOn",
  a.requested_cents::text as "requestedCents",
  case when r.state in ('submitted', 'closed') then r.recommended_cents::text end as "recommendedCents"`;

const TABLES = sql`reviews r join applications a on a.id = r.application_id
  join organizations o on o.id = a.organization_id join rounds n on n.id = r.round_id
  join persons p on p.id = r.reviewer_id`;

@Injectable()
export class Reviews {
  readonly machine = reviewMachine;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly conflicts: Conflicts,
    private readonly panels: ReviewPanels,
  ) {}

  /** Assigns a reviewer of the round to an application that is up for review. */
  async assign(actor: Actor, roundId: string, input: AssignReviewInput): Promise<{ id: string }> {
    return this.panels.assign(actor, roundId, input);
  }

  /** Closes the panel of a round: from then on no score of it changes. */
  async closePanel(actor: Actor, roundId: string): Promise<{ id: string }> {
    return this.panels.close(actor, roundId);
  }

  async take(actor: Actor, id: string, action: ReviewStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.lock(work, id);
      await this.machine.transition(work, { action, ids: [id], note: step.note, expectedVersion: step.version });
      return { id };
    });
  }

  /** Saves a draft, whole or not; the first one starts the review. */
  async saveDraft(actor: Actor, id: string, input: ReviewDraftInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const review = await this.lock(work, id);
      this.machine.require(work.policy, work.actor, 'review.update', review);
      requireVersion(review, input.version);
      await this.write(work, review, input);
      return { id };
    });
  }

  /** Submits the review, with what is sent along saved first. */
  async submit(actor: Actor, id: string, input: ReviewDraftInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const review = await this.lock(work, id);
      this.machine.require(work.policy, work.actor, 'review.submit', review);
      const isDraft = review.state === 'assigned' || review.state === 'in_progress';
      requireVersion(review, input.version);
      if (isDraft && (input.scores?.length ?? 0) > 0) await this.write(work, review, input);
      await this.machine.transition(work, { action: 'submit', ids: [id], changes: { submittedAt: work.now } });
      return { id };
    });
  }

  /** The reviewer steps back: the conflict is recorded, and the application is hidden from them from now on. */
  async declareConflict(actor: Actor, id: string, input: DeclareReviewConflictInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const review = await this.lock(work, id);
      const { type, note, version } = input;
      await this.machine.transition(work, { action: 'declare_conflict', ids: [id], note, expectedVersion: version });
      await this.conflicts.declare(work, {
        personId: review.reviewerId,
        applicationId: review.applicationId,
        type: type as ConflictType,
        level: 'direct',
        note,
      });
      return { id };
    });
  }

  /** One review this actor may see. */
  async get(actor: Actor, id: string): Promise<ReviewDetail> {
    const [row] = await this.db.query<ReviewDetail & { draftCents: string | null }>(sql`
      select ${COLUMNS}, r.version, r.created_at as "createdAt", r.fund_id as "fundId", r.assigned_by as "assignedBy",
        r.recommended_cents::text as "draftCents", r.comment, r.saved_at as "savedAt", r.submitted_at as "submittedAt"
      from ${TABLES}
      where r.id = ${id} and ${conditionSql(this.policy.filter(actor, 'review.read', SCOPES))}
        and ${notConflicted(actor, rawSql('r.application_id'))}`);
    if (row === undefined) throw notFound('thing.not_found');
    const recommended = row.draftCents === null ? null : Money.ofCents(row.draftCents);
    return Object.assign(row, { recommended });
  }

  async list(actor: Actor, query: ReviewListQuery): Promise<ListPage<ReviewRow>> {
    const where = [
      conditionSql(this.policy.filter(actor, 'review.read', SCOPES)),
      notConflicted(actor, rawSql('r.application_id')),
    ];
    if (query.state !== undefined) where.push(sql`r.state = ${query.state}`);
    if (query.round !== undefined) where.push(sql`r.round_id = ${query.round}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(a.title ilike ${pattern} or a.number ilike ${pattern} or o.name ilike ${pattern})`);
    }
    return readList<ReviewRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: TABLES, where, id: 'r.id', defaultSort: 'dueOn' },
        sorts: {
          dueOn: { expression: `coalesce(r.due_on, 'infinity'::date)`, type: 'date' },
          title: { expression: 'lower(a.title)', type: 'text' },
        },
      },
      query,
    );
  }

  /** The review for update; somebody with a direct conflict does not even learn that it is there. */
  private async lock(work: Work, id: string): Promise<Review> {
    const review = await work.lockOne(Review, id);
    const { actor } = work;
    if (actor.kind === 'person' && (await directConflict(work, actor.personId, review.applicationId)) !== undefined) {
      throw notFound('thing.not_found');
    }
    return review;
  }

  private async write(work: Work, review: Review, input: ReviewDraftInput): Promise<void> {
    let current = review;
    if (review.state === 'assigned') {
      [current = review] = await this.machine.transition(work, { action: 'start', ids: [review.id] });
    }
    if (current.state !== 'in_progress') throw conflict('review.no_longer_a_draft');
    if (await isPanelClosed(work, review.roundId)) throw conflict('review.panel_closed');
    const rubric = new Map((await readRubric(work, review.roundId)).map((each) => [each.id, each]));
    const rows = (input.scores ?? []).map(({ criterionId, score, reason }, index) => {
      const criterion = rubric.get(criterionId);
      if (criterion === undefined) throw invalidField(`scores[${index}].criterionId`, 'field.not_found');
      if (score !== undefined && score > criterion.scaleMax) {
        throw invalidField(`scores[${index}].score`, 'review.score_off_scale', { max: criterion.scaleMax });
      }
      return { id: newId(), criterion_id: criterionId, score: score ?? null, reason: reason ?? null };
    });
    await work.query(sql`
      insert into review_scores (id, version, created_at, review_id, criterion_id, score, reason)
      select id, 1, ${work.now}, ${review.id}, criterion_id, score, reason
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as sent(id uuid, criterion_id uuid, score integer, reason text)
      on conflict (review_id, criterion_id) do update
        set score = excluded.score, reason = excluded.reason, version = review_scores.version + 1`);
    await work.update(Review, current, {
      recommended: input.recommended ?? null,
      comment: input.comment ?? null,
      savedAt: work.now,
    });
    work.audit({ action: 'review.saved', subjectType: 'review', subjectId: review.id });
  }
}

function requireVersion(review: Review, version: number | undefined): void {
  if (version !== undefined && version !== review.version) throw conflict('thing.changed_meanwhile');
}
