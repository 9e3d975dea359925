/** What is sent about awards. */
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
  YesNo,
} from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { AGREEMENT_KINDS, RISK_RATINGS } from './award.entity.js';
import { awardLifecycle } from './award.lifecycle.js';

export class AwardDistrictInput {
  @Text({ label: 'award.field.district' })
  district: string;

  @Percent({ label: 'award.field.share' })
  share: number;
}

export class AwardTermsInput {
  @Text({ label: 'award.field.title' })
  title: string;

  @DateField({ label: 'award.field.starts_on', optional: true })
  startsOn?: string;

  @DateField({ label: 'award.field.ends_on', optional: true })
  endsOn?: string;

  @DateField({ label: 'award.field.accept_by', optional: true })
  acceptBy?: string;

  @Choice(AGREEMENT_KINDS, { label: 'award.field.agreement_kind', optional: true })
  agreementKind?: string;

  @Choice(RISK_RATINGS, { label: 'award.field.risk_rating', optional: true })
  riskRating?: string;

  @Text({ label: 'award.field.scope', optional: true, long: true })
  scope?: string;

  @DateField({ label: 'award.field.scope_agreed_on', optional: true })
  scopeAgreedOn?: string;

  @Text({ label: 'award.field.conditions', optional: true, long: true })
  conditions?: string;

  @DateField({ label: 'award.field.insurance_on_file_on', optional: true })
  insuranceOnFileOn?: string;

  @Text({ label: 'award.field.insurance_waiver', optional: true, max: 400 })
  insuranceWaiver?: string;

  @List(() => AwardDistrictInput, { label: 'award.field.districts', optional: true, max: 40 })
  districts?: AwardDistrictInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class AwardBudgetLineInput {
  @Text({ label: 'award.field.category' })
  category: string;

  @MoneyField({ label: 'award.field.line_amount' })
  amount: Money;

  @YesNo({ label: 'award.field.participant_support', optional: true })
  participantSupport?: boolean;
}

export class AwardBudgetInput {
  @List(() => AwardBudgetLineInput, { label: 'award.field.budget', max: 60 })
  lines: AwardBudgetLineInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class AcceptInput {
  @YesNo({ label: 'award.field.certified' })
  certified: boolean;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class AwardListQuery extends ListQuery {
  @Choice(awardLifecycle.states, { label: 'award.field.state', optional: true })
  state?: string;

  @Ref({ label: 'award.field.round', optional: true })
  round?: string;
}
