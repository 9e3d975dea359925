/** What is sent to set a round up beyond its terms: its form, who can apply, a copy, and dates that change later. */
import { Choice, DateField, Integer, List, Ref, Text, TimeField } from '../../platform/input/fields.js';
import { ELIGIBILITY_KINDS, ELIGIBILITY_TESTS } from './eligibility.rules.js';
import { MilestoneInput } from './round.input.js';

const RULE_KEY = /^[a-z][a-z0-9_]{0,39}$/u;

export class FormChoiceInput {
  @Ref({ label: 'round.field.form', optional: true })
  formVersionId?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class EligibilityRuleInput {
  /** Kept when a rule is mended; made when it is new. */
  @Text({ label: 'eligibility.field.key', optional: true, max: 40, pattern: RULE_KEY })
  key?: string;

  @Text({ label: 'eligibility.field.question', max: 300 })
  question: string;

  @Text({ label: 'eligibility.field.help', optional: true, max: 600 })
  help?: string;

  @Choice(ELIGIBILITY_KINDS, { label: 'eligibility.field.kind' })
  kind: string;

  @Text({ label: 'eligibility.field.choices', optional: true, long: true, max: 2000 })
  choices?: string;

  @Choice(ELIGIBILITY_TESTS, { label: 'eligibility.field.is' })
  is: string;

  @Text({ label: 'eligibility.field.value', long: true, max: 2000 })
  value: string;

  @Text({ label: 'eligibility.field.why', max: 600 })
  why: string;
}

export class EligibilityInput {
  @List(() => EligibilityRuleInput, { label: 'eligibility.field.rules', optional: true, max: 30 })
  rules?: EligibilityRuleInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** Another round like this one; its dates move by as many days as its deadline does. */
export class RoundCopyInput {
  @Ref({ label: 'round.field.pool' })
  poolId: string;

  @Text({ label: 'round.field.number', max: 40 })
  number: string;

  @Text({ label: 'round.field.name' })
  name: string;

  @DateField({ label: 'round.field.opens_on' })
  opensOn: string;

  @TimeField({ label: 'round.field.opens_time' })
  opensTime: string;

  @DateField({ label: 'round.field.due_on' })
  dueOn: string;

  @TimeField({ label: 'round.field.due_time' })
  dueTime: string;
}

export class ChangeReasonInput {
  @Text({ label: 'round_change.field.key', max: 200 })
  changeKey: string;

  @Text({ label: 'round_change.field.reason', long: true, max: 1000 })
  reason: string;

  @Ref({ label: 'round_change.field.comment', optional: true })
  commentId?: string;
}

/** The dates of a published round, all of them as they shall be; the deadline is moved by an extension. */
export class RoundDatesInput {
  @DateField({ label: 'round.field.opens_on', optional: true })
  opensOn?: string;

  @TimeField({ label: 'round.field.opens_time', optional: true })
  opensTime?: string;

  @List(() => MilestoneInput, { label: 'round.field.milestones', optional: true, max: 30 })
  milestones?: MilestoneInput[];

  @Text({ label: 'round.field.extension_reason', long: true, max: 600 })
  reason: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}
