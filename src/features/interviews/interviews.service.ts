/** Interviews: inviting an applicant, choosing and changing the time, holding, missing and canceling. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy, type Subject } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { rawSql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { applicantSide, directConflict, notConflicted } from '../conflicts/index.js';
import { findRound, roundSubject } from '../rounds/index.js';
import { Interview, InterviewSlot } from './interview.entity.js';
import type {
  ChooseSlotInput,
  InterviewListQuery,
  InterviewScoresInput,
  OfferInterviewInput,
  PanelInput,
} from './interview.input.js';
import { type InterviewFacts, interviewLifecycle } from './interview.lifecycle.js';
import { INVITE_TOPIC, InterviewMail } from './interview-mail.js';
import { InterviewPanels } from './interview-panels.service.js';
import { interviewReadFilter, readInterviewFacts, readSlots } from './interview.reads.js';

/** One line of a list of interviews. */
export interface InterviewRow {
  readonly id: string;
  readonly state: string;
  readonly applicationId: string;
  readonly applicationNumber: string;
  readonly applicationTitle: string;
  readonly organizationName: string;
  readonly roundId: string;
  readonly roundName: string;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly place: string | null;
  readonly chooseBy: string | null;
}

export type InterviewDetail = Interview & InterviewRow;

export type InterviewStep = 'hold' | 'miss' | 'cancel';

/** Applications that are worth a talk: up for a decision and not decided. */
const INVITABLE = ['eligible', 'shortlisted', 'waitlisted', 'advanced', 'plan_submitted'];

const COLUMNS = sql`i.id, i.state, i.application_id as "applicationId", a.number as "applicationNumber",
  a.title as "applicationTitle", o.name as "organizationName", i.round_id as "roundId", n.name as "roundName",
  i.starts_at as "startsAt", i.ends_at as "endsAt", i.place, i.choose_by as "chooseBy"`;

const TABLES = sql`interviews i join applications a on a.id = i.application_id
  join organizations o on o.id = i.organization_id join rounds n on n.id = i.round_id`;

export const interviewSubject = (row: Interview): Subject => ({
  scopes: { fund: row.fundId, round: row.roundId, organization: row.organizationId },
});

@Injectable()
export class Interviews {
  readonly machine: Stateful<Interview, InterviewFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly panels: InterviewPanels,
    private readonly mail: InterviewMail,
  ) {
    const { db: clock } = this;
    this.machine = new Stateful<Interview, InterviewFacts>({
      entity: Interview,
      lifecycle: interviewLifecycle as never,
      readPermission: 'interview.read',
      subjectOf: interviewSubject,
      facts: (from, rows) =>
        readInterviewFacts(from, rows, {
          now: clock.now,
          today: clock.today,
          dayOf: (instant) => clock.currentCalendar.today(instant),
        }),
    });
  }

  /** Invites the applicant to choose one of the round's times, and names who asks. */
  async offer(actor: Actor, input: OfferInterviewInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const { applicationId, chooseBy = null, questions = null } = input;
        const application = await this.invitable(work, applicationId);
        if (chooseBy !== null && chooseBy < work.today) throw invalidField('chooseBy', 'interview.choose_by_past');
        if ((await readSlots(work, application.roundId, work.now)).length === 0)
          throw conflict('interview.needs_slots');
        const interview = await work.insertOne(Interview, {
          ...{ applicationId, chooseBy, questions, state: 'offered' },
          ...{ roundId: application.roundId, fundId: application.fundId, organizationId: application.organizationId },
          ...{ response: null, startsAt: null, endsAt: null, place: null, chosenBy: null, interpreter: null },
          ...{ children: 0, accessNote: null, sequence: 0, mailedSequence: 0 },
        });
        await this.machine.begin(work, [interview]);
        await this.panels.seat(work, interview, input.panelists ?? []);
        await this.mail.offered(work, interview);
        return { id: interview.id };
      }),
    );
  }

  /** Takes a free time: the first one, or another one instead. The same time again changes only what is needed. */
  async choose(
    actor: Actor,
    id: string,
    action: 'choose_slot' | 'reschedule',
    input: ChooseSlotInput,
  ): Promise<{ id: string }> {
    const acting = await this.sideOf(actor, id);
    return this.db.work(acting, async (work) => {
      const interview = await this.lock(work, id);
      this.machine.require(work.policy, work.actor, `interview.${action}`, interview);
      const slot = await this.takeSlot(work, interview, input.slotId);
      await this.machine.transition(work, {
        action,
        ids: [id],
        expectedVersion: input.version,
        changes: {
          ...{ startsAt: slot.startsAt, endsAt: slot.endsAt, place: slot.place },
          chosenBy: work.actor.kind === 'person' ? work.actor.personId : null,
          ...{ interpreter: input.interpreter ?? null, children: input.children ?? 0 },
          ...{ accessNote: input.accessNote ?? null, response: input.response ?? null },
          sequence: interview.sequence + 1,
        },
      });
      work.queue(INVITE_TOPIC, { interviewId: id });
      return { id };
    });
  }

  /** Held, missed or canceled. A canceled time is free again. */
  async take(actor: Actor, id: string, action: InterviewStep, step: StepInput): Promise<{ id: string }> {
    const acting = await this.sideOf(actor, id);
    return this.db.work(acting, async (work) => {
      const interview = await this.lock(work, id);
      const wasScheduled = interview.state === 'scheduled';
      const changes = action === 'cancel' ? { sequence: interview.sequence + 1 } : {};
      const { note, version: expectedVersion } = step;
      await this.machine.transition(work, { action, ids: [id], note, expectedVersion, changes });
      if (action === 'cancel') {
        await work.query(sql`
          update interview_slots set interview_id = null, version = version + 1 where interview_id = ${id}`);
        if (wasScheduled) work.queue(INVITE_TOPIC, { interviewId: id });
      }
      return { id };
    });
  }

  /** Names who asks; those who come and go are told. */
  async setPanel(actor: Actor, id: string, input: PanelInput): Promise<{ id: string }> {
    const acting = await this.sideOf(actor, id);
    return this.db.work(acting, async (work) => {
      const interview = await this.lock(work, id);
      this.machine.require(work.policy, work.actor, 'interview.offer', interview);
      return this.panels.setPanel(work, interview, input);
    });
  }

  /** What the acting panelist thought of it. */
  async score(actor: Actor, id: string, input: InterviewScoresInput): Promise<{ id: string }> {
    const acting = await this.sideOf(actor, id);
    return this.db.work(acting, async (work) => {
      const interview = await this.lock(work, id);
      this.machine.require(work.policy, work.actor, 'interview.score', interview);
      return this.panels.score(work, interview, input);
    });
  }

  async get(actor: Actor, id: string): Promise<InterviewDetail> {
    const [row] = await this.db.query<InterviewDetail>(sql`
      select ${COLUMNS}, i.version, i.created_at as "createdAt", i.fund_id as "fundId",
        i.organization_id as "organizationId", i.questions, i.response, i.chosen_by as "chosenBy", i.interpreter,
        i.children, i.access_note as "accessNote", i.sequence, i.mailed_sequence as "mailedSequence"
      from ${TABLES} where i.id = ${id} and ${interviewReadFilter(actor, this.policy)}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  async list(actor: Actor, query: InterviewListQuery): Promise<ListPage<InterviewRow>> {
    const where = [interviewReadFilter(actor, this.policy)];
    if (query.state !== undefined) where.push(sql`i.state = ${query.state}`);
    if (query.round !== undefined) where.push(sql`i.round_id = ${query.round}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(a.title ilike ${pattern} or a.number ilike ${pattern} or o.name ilike ${pattern})`);
    }
    return readList<InterviewRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: TABLES, where, id: 'i.id', defaultSort: 'startsAt' },
        sorts: {
          startsAt: { expression: `coalesce(i.starts_at, 'infinity'::timestamptz)`, type: 'timestamptz' },
          title: { expression: 'lower(a.title)', type: 'text' },
        },
      },
      query,
    );
  }

  /** Applications of a round that can be invited by this actor and have no live interview. */
  async invitableIn(actor: Actor, roundId: string): Promise<{ id: string; label: string }[]> {
    return this.db.query(sql`
      select a.id, a.number || ': ' || a.title as label from applications a
      where a.round_id = ${roundId} and a.state = any(${INVITABLE}::text[])
        and not exists (select from interviews i where i.application_id = a.id
          and i.state in ('offered', 'scheduled', 'held'))
        and ${notConflicted(actor, rawSql('a.id'))} order by a.number, a.id`);
  }

  /** Somebody with a direct conflict acts as a member of the applicant or not at all. */
  async sideOf(actor: Actor, id: string): Promise<Actor> {
    if (actor.kind !== 'person') return actor;
    const row = await this.db.find<{ applicationId: string }>(
      sql`select application_id as "applicationId" from interviews where id = ${id}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    const conflicted = await directConflict(this.db, actor.personId, row.applicationId);
    return conflicted === undefined ? actor : applicantSide(actor);
  }

  /** The interview for update, if it may be seen: reviewers see those of their own panels only. */
  async lock(work: Work, id: string): Promise<Interview> {
    const interview = await work.lockOne(Interview, id);
    const seen = await work.query(
      sql`select 1 from interviews i where i.id = ${id} and ${interviewReadFilter(work.actor, this.policy)}`,
    );
    if (seen.length === 0) throw notFound('thing.not_found');
    return interview;
  }

  private async invitable(
    work: Work,
    applicationId: string,
  ): Promise<{ roundId: string; fundId: string; organizationId: string }> {
    const [found] = await work.query<{ state: string; roundId: string; organizationId: string }>(sql`
      select a.state, a.round_id as "roundId", a.organization_id as "organizationId" from applications a
      where a.id = ${applicationId} and ${notConflicted(work.actor, rawSql('a.id'))} for share of a`);
    const round = found === undefined ? undefined : await findRound(work, found.roundId);
    const subject = round === undefined ? {} : roundSubject(round);
    if (found === undefined || round === undefined || !work.policy.can(work.actor, 'round.read', subject)) {
      throw invalidField('applicationId', 'field.not_found');
    }
    if (!work.policy.can(work.actor, 'interview.offer', subject)) {
      throw forbidden('permission.missing', { params: { permission: 'interview.offer' } });
    }
    if (!INVITABLE.includes(found.state)) throw invalidField('applicationId', 'interview.application_not_up');
    return { roundId: found.roundId, fundId: round.fundId, organizationId: found.organizationId };
  }

  /** Gives the interview this slot and gives back the one it had; both locked in id order. */
  private async takeSlot(work: Work, interview: Interview, slotId: string): Promise<InterviewSlot> {
    const held = await work.query<{ id: string }>(
      sql`select id from interview_slots where interview_id = ${interview.id}`,
    );
    const known = await work.query(
      sql`select 1 from interview_slots where id = ${slotId} and round_id = ${interview.roundId}`,
    );
    if (known.length === 0) throw invalidField('slotId', 'field.not_found');
    const locked = await work.lock(InterviewSlot, [slotId, ...held.map(({ id }) => id)]);
    const slot = locked.find(({ id }) => id === slotId);
    if (slot === undefined) throw invalidField('slotId', 'field.not_found');
    if (slot.interviewId !== null && slot.interviewId !== interview.id) throw await this.taken(work, interview.roundId);
    if (slot.startsAt <= work.now) throw invalidField('slotId', 'interview.slot_is_over');
    const before = locked.filter((each) => each.interviewId === interview.id && each.id !== slotId);
    await work.updateSet(InterviewSlot, before, { interviewId: null });
    if (slot.interviewId === null) await work.update(InterviewSlot, slot, { interviewId: interview.id });
    return slot;
  }

  /** Told together with what is still free. */
  private async taken(from: Queryable, roundId: string): Promise<Error> {
    const free = await readSlots(from, roundId, this.db.now);
    if (free.length === 0) return conflict('interview.no_slot_left');
    const calendar = this.db.currentCalendar;
    const named = free.slice(0, 6).map(({ startsAt }) => calendar.formatInstant(startsAt, 'short'));
    return conflict('interview.slot_taken', { params: { free: named.join('; ') } });
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'interviews_live_key') throw invalidField('applicationId', 'interview.invited_already');
      throw error;
    }
  }
}
