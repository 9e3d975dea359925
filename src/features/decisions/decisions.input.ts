/** What is sent about meetings, their dockets, motions and votes. */
import { Money } from '../../kernel/money.js';
import {
  Choice,
  DateField,
  Integer,
  List,
  MoneyField,
  Percent,
  Ref,
  Text,
  TimeField,
  YesNo,
} from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { SELECTION_METHODS } from './meeting.entity.js';
import { meetingLifecycle } from './meeting.lifecycle.js';
import { MOTION_KINDS, type MotionKind, VOTE_CHOICES, type VoteChoice } from './motion.entity.js';

export class MeetingInput {
  @Text({ label: 'meeting.field.name' })
  name: string;

  @Ref({ label: 'meeting.field.fund', optional: true })
  fundId?: string;

  @DateField({ label: 'meeting.field.held_on' })
  heldOn: string;

  @TimeField({ label: 'meeting.field.held_time' })
  heldTime: string;

  @Text({ label: 'meeting.field.place', optional: true, max: 400 })
  place?: string;

  @Percent({ label: 'meeting.field.quorum', optional: true, max: 9999 })
  quorumBasisPoints?: number;

  @YesNo({ label: 'meeting.field.recused_count', optional: true })
  recusedCount?: boolean;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class MeetingListQuery extends ListQuery {
  @Choice(meetingLifecycle.states, { label: 'meeting.field.state', optional: true })
  state?: string;
}

export class AttendanceLineInput {
  @Ref({ label: 'attendance.field.member' })
  personId: string;

  @YesNo({ label: 'attendance.field.present' })
  present: boolean;
}

export class AttendanceInput {
  @List(() => AttendanceLineInput, { label: 'attendance.field.members', max: 200 })
  members: AttendanceLineInput[];
}

export class DocketItemInput {
  @Ref({ label: 'docket.field.round', optional: true })
  roundId?: string;

  @Ref({ label: 'docket.field.application', optional: true })
  applicationId?: string;

  @Choice(SELECTION_METHODS, { label: 'docket.field.method' })
  selectionMethod: string;

  @Text({ label: 'docket.field.recommendation', optional: true, long: true, max: 2000 })
  recommendation?: string;

  @Integer({ label: 'docket.field.position', optional: true, min: 1, max: 500 })
  position?: number;
}

export class MotionItemInput {
  @Ref({ label: 'motion.field.application' })
  applicationId: string;

  @MoneyField({ label: 'motion.field.award', optional: true })
  amount?: Money;

  /** Ticked in a form; a program names only those that are meant. */
  @YesNo({ label: 'motion.field.include', optional: true })
  include?: boolean;
}

export class MotionInput {
  @Choice(MOTION_KINDS, { label: 'motion.field.kind' })
  kind: MotionKind;

  @Ref({ label: 'motion.field.docket_item', optional: true })
  docketItemId?: string;

  @Text({ label: 'motion.field.text', long: true, max: 2000 })
  text: string;

  @List(() => MotionItemInput, { label: 'motion.field.applications', optional: true, max: 200 })
  items?: MotionItemInput[];

  @Ref({ label: 'motion.field.source', optional: true })
  sourceId?: string;

  @MoneyField({ label: 'motion.field.raise', optional: true })
  amount?: Money;

  @Text({ label: 'motion.field.factor', optional: true, long: true, max: 2000 })
  factor?: string;

  @Ref({ label: 'motion.field.mover' })
  moverId: string;

  @Ref({ label: 'motion.field.seconder' })
  seconderId: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class VoteInput {
  @Choice(VOTE_CHOICES, { label: 'vote.field.choice' })
  choice: VoteChoice;
}

export class RecordVoteInput extends VoteInput {
  @Ref({ label: 'vote.field.member' })
  personId: string;
}

export class TakeUpInput {
  /** The meeting that takes it up; its own when left out. */
  @Ref({ label: 'motion.field.meeting', optional: true })
  meetingId?: string;

  @Text({ label: 'form.note', optional: true, long: true, max: 1000 })
  note?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}
