/** What is sent about a round, its milestones, its rubric and its deadline. */
import { Money } from '../../kernel/money.js';
import {
  Choice,
  DateField,
  Integer,
  List,
  Many,
  MoneyField,
  Ref,
  Text,
  TimeField,
  YesNo,
} from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { ORGANIZATION_KINDS } from '../organizations/index.js';
import { MILESTONE_KINDS, ROUND_KINDS } from './round.entity.js';
import { roundLifecycle } from './round.lifecycle.js';

/** Who may certify an application: also who wrote it, or only somebody else. */
const CERTIFIERS = ['writer_too', 'another_person'] as const;

export class MilestoneInput {
  @Choice(MILESTONE_KINDS, { label: 'round.field.milestone_kind' })
  kind: string;

  @DateField({ label: 'round.field.happens_on' })
  happensOn: string;

  @TimeField({ label: 'round.field.starts_at', optional: true })
  startsAt?: string;

  @Text({ label: 'round.field.place', optional: true, max: 200 })
  place?: string;

  @Text({ label: 'round.field.milestone_label', optional: true, max: 80 })
  label?: string;
}

export class RoundInput {
  @Ref({ label: 'round.field.pool' })
  poolId: string;

  @Text({ label: 'round.field.number', max: 40 })
  number: string;

  @Choice(ROUND_KINDS, { label: 'round.field.kind' })
  kind: string;

  @Text({ label: 'round.field.name' })
  name: string;

  @Text({ label: 'round.field.purpose', optional: true, long: true, max: 2000 })
  purpose?: string;

  @DateField({ label: 'round.field.opens_on' })
  opensOn: string;

  @TimeField({ label: 'round.field.opens_time' })
  opensTime: string;

  @DateField({ label: 'round.field.due_on' })
  dueOn: string;

  @TimeField({ label: 'round.field.due_time' })
  dueTime: string;

  @Integer({ label: 'round.field.grace_minutes', min: 0, max: 1440 })
  graceMinutes: number;

  @MoneyField({ label: 'round.field.floor', optional: true, allowZero: true })
  floor?: Money;

  @MoneyField({ label: 'round.field.ceiling', optional: true })
  ceiling?: Money;

  @Integer({ label: 'round.field.awards_at_most', optional: true, min: 1, max: 10_000 })
  awardsAtMost?: number;

  @Choice(['1', '2'], { label: 'round.field.gates' })
  gates: string;

  @Many(ORGANIZATION_KINDS, { label: 'round.field.who_may_lead' })
  whoMayLead: string[];

  @Text({ label: 'round.field.eligibility', optional: true, long: true, max: 4000 })
  eligibility?: string;

  @Choice(CERTIFIERS, { label: 'round.field.certifier', optional: true })
  certifier?: string;

  @YesNo({ label: 'round.field.takes_letters_of_intent', optional: true })
  takesLettersOfIntent?: boolean;

  @YesNo({ label: 'round.field.partners_must_confirm', optional: true })
  partnersMustConfirm?: boolean;

  @List(() => MilestoneInput, { label: 'round.field.milestones', optional: true, max: 30 })
  milestones?: MilestoneInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class CriterionInput {
  @Text({ label: 'round.field.criterion_name', max: 80 })
  name: string;

  @Text({ label: 'round.field.question', long: true, max: 600 })
  question: string;

  @Integer({ label: 'round.field.weight', min: 1, max: 100 })
  weight: number;

  @Integer({ label: 'round.field.scale_max', min: 2, max: 10 })
  scaleMax: number;

  @Text({ label: 'round.field.anchor_low', max: 300 })
  anchorLow: string;

  @Text({ label: 'round.field.anchor_high', max: 300 })
  anchorHigh: string;
}

export class RubricInput {
  @List(() => CriterionInput, { label: 'round.field.criteria', max: 30 })
  criteria: CriterionInput[];

  /** Kept with the version that people then comment on. */
  @Text({ label: 'round.field.rubric_reason', optional: true, long: true, max: 1000 })
  reason?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class ExtensionInput {
  @DateField({ label: 'round.field.new_due_on' })
  dueOn: string;

  @TimeField({ label: 'round.field.new_due_time' })
  dueTime: string;

  @Text({ label: 'round.field.extension_reason', long: true, max: 600 })
  reason: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class RoundListQuery extends ListQuery {
  @Choice(roundLifecycle.states, { label: 'round.field.state', optional: true })
  state?: string;
}
