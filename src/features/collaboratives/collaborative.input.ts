/** What is sent about collaboratives, their years, teams and seats. */
import { Choice, DateField, Integer, List, Many, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { SEAT_ROLES, type SeatRole } from './collaborative.words.js';

/** One line of the composition rule. */
export class SeatRuleInput {
  @Text({ label: 'seat_rule.field.label', max: 80 })
  label: string;

  @Many(SEAT_ROLES, { label: 'seat_rule.field.roles' })
  roles: SeatRole[];

  @Integer({ label: 'seat_rule.field.at_least', max: 50 })
  atLeast: number;

  @Integer({ label: 'seat_rule.field.at_most', optional: true, min: 1, max: 50 })
  atMost?: number;
}

export class CollaborativeInput {
  @Text({ label: 'collaborative.field.name' })
  name: string;

  @Text({ label: 'collaborative.field.short_name', max: 20 })
  shortName: string;

  /** Chosen once: money that was drawn stays with its pool. */
  @Ref({ label: 'collaborative.field.pool', optional: true })
  poolId?: string;

  @Integer({ label: 'collaborative.field.team_at_least', min: 1, max: 50 })
  teamAtLeast: number;

  @Integer({ label: 'collaborative.field.team_at_most', min: 1, max: 50 })
  teamAtMost: number;

  @Integer({ label: 'collaborative.field.teams_at_most', optional: true, min: 1, max: 200 })
  teamsAtMost?: number;

  @List(() => SeatRuleInput, { label: 'collaborative.field.rules', optional: true, max: 12 })
  rules?: SeatRuleInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class CollaborativeYearInput {
  @Text({ label: 'collaborative_year.field.name', max: 40 })
  name: string;

  @DateField({ label: 'collaborative_year.field.starts_on' })
  startsOn: string;

  @DateField({ label: 'collaborative_year.field.ends_on' })
  endsOn: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class TeamInput {
  @Text({ label: 'team.field.district', max: 80 })
  district: string;

  /** The district's name when left out. */
  @Text({ label: 'team.field.name', optional: true, max: 80 })
  name?: string;
}

export class TeamNameInput {
  @Text({ label: 'team.field.name', max: 80 })
  name: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class SeatInput {
  @Choice(SEAT_ROLES, { label: 'seat.field.role' })
  role: SeatRole;

  @Text({ label: 'seat.field.address', max: 254 })
  address: string;

  /** Needed for somebody the agency does not know yet. */
  @Text({ label: 'seat.field.name', optional: true, max: 120 })
  name?: string;

  /** Which of several people who share the address. */
  @Ref({ label: 'seat.field.person', optional: true })
  personId?: string;

  /** Today when left out. */
  @DateField({ label: 'seat.field.starts_on', optional: true })
  startsOn?: string;
}

export class EndSeatInput {
  /** The last day; today when left out. */
  @DateField({ label: 'seat.field.ended_on', optional: true })
  endedOn?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class CollaborativeListQuery extends ListQuery {}
