/** What is sent about interviews. */
import { Choice, DateField, Integer, List, Ref, Text, TimeField } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { interviewLifecycle } from './interview.lifecycle.js';

export class InterviewListQuery extends ListQuery {
  @Choice(interviewLifecycle.states, { label: 'interview.field.state', optional: true })
  state?: string;

  @Ref({ label: 'interview.field.round', optional: true })
  round?: string;
}

export class SlotInput {
  @DateField({ label: 'interview.field.slot_date' })
  date: string;

  @TimeField({ label: 'interview.field.slot_time' })
  time: string;

  @Integer({ label: 'interview.field.slot_minutes', min: 5, max: 480 })
  minutes: number;

  @Text({ label: 'interview.field.slot_place' })
  place: string;
}

export class SlotsInput {
  @List(() => SlotInput, { label: 'interview.field.slots', max: 100 })
  slots: SlotInput[];
}

export class PanelistInput {
  @Ref({ label: 'interview.field.panelist' })
  personId: string;
}

export class PanelInput {
  @List(() => PanelistInput, { label: 'interview.field.panel', max: 12 })
  panelists: PanelistInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class OfferInterviewInput {
  @Ref({ label: 'interview.field.application' })
  applicationId: string;

  @DateField({ label: 'interview.field.choose_by', optional: true })
  chooseBy?: string;

  @Text({ label: 'interview.field.questions', optional: true, long: true, max: 4000 })
  questions?: string;

  @List(() => PanelistInput, { label: 'interview.field.panel', optional: true, max: 12 })
  panelists?: PanelistInput[];
}

export class ChooseSlotInput {
  @Ref({ label: 'interview.field.slot' })
  slotId: string;

  @Text({ label: 'interview.field.interpreter', optional: true, max: 80 })
  interpreter?: string;

  @Integer({ label: 'interview.field.children', optional: true, max: 20 })
  children?: number;

  @Text({ label: 'interview.field.access_note', optional: true, long: true, max: 1000 })
  accessNote?: string;

  @Text({ label: 'interview.field.response', optional: true, long: true, max: 8000 })
  response?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class InterviewScoreInput {
  @Ref({ label: 'interview.field.criterion' })
  criterionId: string;

  @Integer({ label: 'interview.field.score', min: 1, max: 10 })
  score: number;

  @Text({ label: 'interview.field.reason', long: true, max: 4000 })
  reason: string;
}

export class InterviewScoresInput {
  @List(() => InterviewScoreInput, { label: 'interview.field.scores', max: 50 })
  scores: InterviewScoreInput[];
}
