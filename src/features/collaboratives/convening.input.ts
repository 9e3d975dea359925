/** What is sent about convenings, and about who came. */
import { Choice, DateField, Integer, List, Many, Ref, Text, TimeField, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { CONVENING_KINDS, type ConveningKind, SEAT_ROLES, type SeatRole } from './collaborative.words.js';
import { conveningLifecycle } from './convening.lifecycle.js';

export class ConveningListQuery extends ListQuery {
  @Choice(conveningLifecycle.states, { label: 'convening.field.state', optional: true })
  state?: string;

  @Ref({ label: 'convening.field.collaborative', optional: true })
  collaborative?: string;

  @Ref({ label: 'convening.field.year', optional: true })
  year?: string;
}

export class ConveningInput {
  @Choice(CONVENING_KINDS, { label: 'convening.field.kind' })
  kind: ConveningKind;

  /** The kind's own word when left out. */
  @Text({ label: 'convening.field.name', optional: true, max: 120 })
  name?: string;

  @DateField({ label: 'convening.field.date' })
  date: string;

  @TimeField({ label: 'convening.field.starts_at' })
  startsAt: string;

  @TimeField({ label: 'convening.field.ends_at' })
  endsAt: string;

  /** The last day of one that goes on over night. */
  @DateField({ label: 'convening.field.ends_on', optional: true })
  endsOn?: string;

  /** What it counts, when less than from beginning to end. */
  @Integer({ label: 'convening.field.minutes', optional: true, min: 1, max: 20160 })
  minutes?: number;

  @Text({ label: 'convening.field.place' })
  place: string;

  /** Those the kind is usually for when none is said. */
  @Many(SEAT_ROLES, { label: 'convening.field.roles', optional: true })
  roles?: SeatRole[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class PresentInput {
  @Ref({ label: 'convening.roll.person' })
  attendanceId: string;

  /** A form's box; in JSON whoever is listed was there. */
  @YesNo({ label: 'convening.roll.was_there', optional: true })
  wasThere?: boolean;

  /** The convening's own when left out. */
  @Integer({ label: 'convening.roll.minutes', optional: true, min: 1, max: 20160 })
  minutes?: number;
}

export class ConfirmAttendanceInput {
  @List(() => PresentInput, { label: 'convening.roll.present' })
  present: PresentInput[];

  /** That really nobody came: asked for when nobody is listed. */
  @YesNo({ label: 'convening.roll.nobody', optional: true })
  nobody?: boolean;

  @Integer({ label: 'form.version', min: 1 })
  version: number;
}

export class CorrectAttendanceInput {
  @Integer({ label: 'convening.roll.minutes', optional: true, min: 1, max: 20160 })
  minutes?: number;

  @Text({ label: 'convening.roll.note', long: true, max: 1000 })
  note: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class AnswerInput {
  @YesNo({ label: 'convening.roll.coming' })
  coming: boolean;

  /** The day that was read when answering: on another day the answer is another. */
  @DateField({ label: 'convening.field.date', optional: true })
  date?: string;
}
