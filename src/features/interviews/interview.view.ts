/** What the API and the pages show of an interview: its time and needs, its panel and scores as far as one may see. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { InterviewPanels, type PanelistRow, type PanelistScoreRow } from './interview-panels.service.js';
import { readSlots, type SlotRow } from './interview.reads.js';
import { type InterviewDetail, type InterviewRow, Interviews, interviewSubject } from './interviews.service.js';

export interface InterviewListItem extends Omit<InterviewRow, 'state'> {
  readonly state: StateAnswer;
}

export interface InterviewView extends InterviewListItem {
  readonly version: number;
  readonly questions: string | null;
  readonly response: string | null;
  readonly interpreter: string | null;
  readonly children: number;
  readonly accessNote: string | null;
  readonly panel: readonly PanelistRow[];
  /** One's own while one sits on the panel; all of them for staff; none for the applicant. */
  readonly scores: readonly PanelistScoreRow[];
  /** What can still be chosen, for those who may choose. */
  readonly freeSlots: readonly SlotRow[];
  /** The slot of the round that it has now. */
  readonly heldSlotId: string | null;
  readonly actions: readonly ApiAction[];
}

@Injectable()
export class InterviewViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly interviews: Interviews,
    private readonly panels: InterviewPanels,
  ) {}

  row(row: InterviewRow): InterviewListItem {
    const { id, applicationId, applicationNumber, applicationTitle, organizationName, roundId, roundName } = row;
    const { startsAt, endsAt, place, chooseBy } = row;
    return {
      ...{ id, applicationId, applicationNumber, applicationTitle, organizationName, roundId, roundName },
      ...{ startsAt, endsAt, place, chooseBy },
      state: this.interviews.machine.state(row.state),
    };
  }

  async one(actor: Actor, id: string): Promise<InterviewView> {
    const interview = await this.interviews.get(actor, id);
    const acting = await this.interviews.sideOf(actor, id);
    const actions = await this.interviews.machine.actions(this.policy, this.db, acting, interview);
    const canChoose = actions.some(({ name }) => name === 'choose_slot' || name === 'reschedule');
    return {
      ...this.row(interview),
      version: interview.version,
      ...this.needs(interview),
      panel: await this.panels.panelOf(this.db, id),
      scores: await this.scores(acting, interview),
      freeSlots: canChoose ? await readSlots(this.db, interview.roundId, this.db.now) : [],
      heldSlotId: await this.heldSlot(id),
      actions: apiActions(this.texts, actions),
    };
  }

  /** Whether this actor sits on the panel. */
  async sits(actor: Actor, id: string): Promise<boolean> {
    if (actor.kind !== 'person') return false;
    return (await this.panels.panelOf(this.db, id)).some(({ personId }) => personId === actor.personId);
  }

  private async heldSlot(id: string): Promise<string | null> {
    const slot = await this.db.find<{ id: string }>(sql`select id from interview_slots where interview_id = ${id}`);
    return slot?.id ?? null;
  }

  private needs(
    interview: InterviewDetail,
  ): Pick<InterviewView, 'questions' | 'response' | 'interpreter' | 'children' | 'accessNote'> {
    const { questions, response, interpreter, children, accessNote } = interview;
    return { questions, response, interpreter, children, accessNote };
  }

  private async scores(actor: Actor, interview: InterviewDetail): Promise<PanelistScoreRow[]> {
    const isStaff = this.policy.can(actor, 'review.read', interviewSubject(interview));
    const all = await this.panels.scoresOf(this.db, interview.id);
    if (isStaff) return all;
    return actor.kind === 'person' ? all.filter(({ personId }) => personId === actor.personId) : [];
  }
}
