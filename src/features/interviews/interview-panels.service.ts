/** InterviewPanels: the times a round offers, who sits on a panel, and what each panelist thought. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { directConflict } from '../conflicts/index.js';
import { isPanelClosed, ReviewPanels } from '../reviews/index.js';
import { findRound, readRubric, roundSubject } from '../rounds/index.js';
import { Interview, InterviewPanelist, InterviewSlot } from './interview.entity.js';
import type { InterviewScoresInput, PanelInput, PanelistInput, SlotsInput } from './interview.input.js';
import { InterviewMail, INVITE_TOPIC } from './interview-mail.js';

const MINUTE = 60_000;

export interface PanelistRow {
  readonly personId: string;
  readonly name: string;
}

export interface PanelistScoreRow {
  readonly personId: string;
  readonly name: string;
  readonly criterionId: string;
  readonly position: number;
  readonly criterion: string;
  readonly scaleMax: number;
  readonly weight: number;
  readonly score: number;
  readonly reason: string;
}

@Injectable()
export class InterviewPanels {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly reviewers: ReviewPanels,
    private readonly mail: InterviewMail,
  ) {}

  /** Offers times for the interviews of a round. */
  async addSlots(actor: Actor, roundId: string, input: SlotsInput): Promise<{ ids: string[] }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        await this.requireRound(work, actor, roundId, 'interview.offer');
        if (input.slots.length === 0) throw invalidField('slots', 'interview.needs_a_slot');
        const rows = input.slots.map(({ date, time, minutes, place }, index) => {
          const startsAt = work.calendar.deadline(date, time.padStart(5, '0'));
          if (startsAt <= work.now) throw invalidField(`slots[${index}].date`, 'interview.slot_in_past');
          return {
            roundId,
            startsAt,
            endsAt: new Date(startsAt.getTime() + minutes * MINUTE),
            place,
            interviewId: null,
          };
        });
        const slots = await work.insert(InterviewSlot, rows);
        const ids = slots.map(({ id }) => id);
        work.audit({
          action: 'interview.slots_offered',
          subjectType: 'round',
          subjectId: roundId,
          after: { slots: rows.map(({ startsAt, place }) => ({ startsAt: startsAt.toISOString(), place })) },
        });
        return { ids };
      }),
    );
  }

  /** Takes an offered time back while nobody has chosen it. */
  async removeSlot(actor: Actor, slotId: string): Promise<{ roundId: string }> {
    return this.db.work(actor, async (work) => {
      const slot = await work.lockOne(InterviewSlot, slotId);
      await this.requireRound(work, actor, slot.roundId, 'interview.offer');
      if (slot.interviewId !== null) throw conflict('interview.slot_is_chosen');
      await work.query(sql`delete from interview_slots where id = ${slotId}`);
      work.audit({
        action: 'interview.slot_removed',
        subjectType: 'round',
        subjectId: slot.roundId,
        before: { startsAt: slot.startsAt.toISOString(), place: slot.place },
      });
      return { roundId: slot.roundId };
    });
  }

  /** Names who asks; those no longer named are told, and calendars follow. The interview is locked by the caller. */
  async setPanel(work: Work, interview: Interview, input: PanelInput): Promise<{ id: string }> {
    if (input.version !== undefined && input.version !== interview.version) throw conflict('thing.changed_meanwhile');
    if (interview.state !== 'offered' && interview.state !== 'scheduled') throw conflict('interview.panel_is_fixed');
    const before = await this.panelOf(work, interview.id);
    await work.query(sql`delete from interview_panelists where interview_id = ${interview.id}`);
    await this.seat(work, interview, input.panelists);
    const kept = new Set(input.panelists.map(({ personId }) => personId));
    await work.update(Interview, interview, { sequence: interview.sequence + 1 });
    if (interview.state === 'scheduled') {
      const dropped = before.filter(({ personId }) => !kept.has(personId)).map(({ personId }) => personId);
      await this.mail.takenBack(work, interview, dropped);
      work.queue(INVITE_TOPIC, { interviewId: interview.id });
    }
    work.audit({
      action: 'interview.panel_named',
      subjectType: 'interview',
      subjectId: interview.id,
      before: { panel: before.map(({ personId }) => personId) },
      after: { panel: [...kept] },
    });
    return { id: interview.id };
  }

  /** Seats people: reviewers of the round without a direct conflict. */
  async seat(work: Work, interview: Interview, panelists: readonly PanelistInput[]): Promise<void> {
    const round = { id: interview.roundId, fundId: interview.fundId };
    const ids = panelists.map(({ personId }) => personId);
    for (const [index, personId] of ids.entries()) {
      const field = `panelists[${index}].personId`;
      if (ids.indexOf(personId) !== index) throw invalidField(field, 'interview.panelist_twice');
      if (!(await this.reviewers.holdsReviewerRole(work, personId, round))) {
        throw invalidField(field, 'review.not_a_reviewer');
      }
      if ((await directConflict(work, personId, interview.applicationId)) !== undefined) {
        throw invalidField(field, 'review.reviewer_conflicted');
      }
    }
    await work.insert(
      InterviewPanelist,
      ids.map((personId) => ({ interviewId: interview.id, personId })),
    );
  }

  /** Records what the acting panelist thought, once the interview was held and until the panel of the round closes. */
  async score(work: Work, interview: Interview, input: InterviewScoresInput): Promise<{ id: string }> {
    const { actor } = work;
    const personId = actor.kind === 'person' ? actor.personId : null;
    const seat = await work.query(sql`
      select 1 from interview_panelists where interview_id = ${interview.id} and person_id = ${personId}`);
    if (personId === null || seat.length === 0) throw forbidden('interview.not_on_panel');
    if (interview.state !== 'held') throw conflict('interview.scored_once_held');
    await work.query(sql`select 1 from rounds where id = ${interview.roundId} for share`);
    if (await isPanelClosed(work, interview.roundId)) throw conflict('review.panel_closed');
    const rubric = new Map((await readRubric(work, interview.roundId)).map((each) => [each.id, each]));
    const rows = input.scores.map(({ criterionId, score, reason }, index) => {
      const criterion = rubric.get(criterionId);
      if (criterion === undefined) throw invalidField(`scores[${index}].criterionId`, 'field.not_found');
      if (score > criterion.scaleMax) {
        throw invalidField(`scores[${index}].score`, 'review.score_off_scale', { max: criterion.scaleMax });
      }
      return { id: newId(), criterion_id: criterionId, score, reason };
    });
    const scored = new Set(input.scores.map(({ criterionId }) => criterionId));
    if (scored.size !== rows.length || scored.size !== rubric.size) {
      throw invalidField('scores', 'interview.score_each_criterion', { count: rubric.size });
    }
    await work.query(sql`
      insert into interview_scores (id, version, created_at, interview_id, person_id, criterion_id, score, reason)
      select id, 1, ${work.now}, ${interview.id}, ${personId}, criterion_id, score, reason
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as sent(id uuid, criterion_id uuid, score integer, reason text)
      on conflict (interview_id, person_id, criterion_id) do update
        set score = excluded.score, reason = excluded.reason, version = interview_scores.version + 1`);
    work.audit({ action: 'interview.scored', subjectType: 'interview', subjectId: interview.id });
    return { id: interview.id };
  }

  async panelOf(from: Queryable, interviewId: string): Promise<PanelistRow[]> {
    return from.query<PanelistRow>(sql`
      select p.id as "personId", p.name from interview_panelists s join persons p on p.id = s.person_id
      where s.interview_id = ${interviewId} order by lower(p.name), p.id`);
  }

  async scoresOf(from: Queryable, interviewId: string): Promise<PanelistScoreRow[]> {
    return from.query<PanelistScoreRow>(sql`
      select s.person_id as "personId", p.name, c.id as "criterionId", c.position, c.name as criterion,
        c.scale_max as "scaleMax", c.weight, s.score, s.reason
      from interview_scores s join rubric_criteria c on c.id = s.criterion_id join persons p on p.id = s.person_id
      where s.interview_id = ${interviewId} order by lower(p.name), p.id, c.position`);
  }

  /** A round whose interviews this actor may see; 404 or 403 otherwise. */
  async requireRound(
    from: Queryable,
    actor: Actor,
    roundId: string,
    permission: string,
  ): Promise<{ id: string; fundId: string; name: string }> {
    const round = await findRound(from, roundId);
    if (round === undefined || !this.policy.can(actor, 'round.read', roundSubject(round))) {
      throw notFound('thing.not_found');
    }
    if (!this.policy.can(actor, permission, roundSubject(round))) {
      throw forbidden('permission.missing', { params: { permission } });
    }
    return { id: round.id, fundId: round.fundId, name: round.name };
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'interview_slots_place_round_id_starts_at_key')
        throw invalidField('slots', 'interview.slot_twice');
      throw error;
    }
  }
}
