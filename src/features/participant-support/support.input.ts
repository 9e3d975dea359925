/** What is sent about stipends, their policies, childcare claims and their rates. */
import { Money } from '../../kernel/money.js';
import { Choice, DateField, FileField, Integer, List, MoneyField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { SEAT_ROLES } from '../collaboratives/index.js';
import { claimLifecycle } from './childcare-claim.lifecycle.js';
import { HOURS_PATTERN } from './hours.js';
import { STIPEND_BASES, STIPEND_BEARERS } from './stipend.entity.js';
import { stipendLifecycle } from './stipend.lifecycle.js';

export class StipendPolicyInput {
  @Ref({ label: 'stipend_policy.field.year' })
  yearId: string;

  @Choice(SEAT_ROLES, { label: 'seat.field.role' })
  role: string;

  @Choice(STIPEND_BEARERS, { label: 'stipend_policy.field.bearer' })
  bearer: string;

  @Choice(STIPEND_BASES, { label: 'stipend_policy.field.basis' })
  basis: string;

  @MoneyField({ label: 'stipend_policy.field.rate' })
  rate: Money;

  @MoneyField({ label: 'stipend_policy.field.cap_per_year', optional: true })
  capPerYear?: Money;

  @DateField({ label: 'stipend_policy.field.starts_on' })
  startsOn: string;
}

export class RateCardInput {
  @MoneyField({ label: 'childcare_rate_card.field.rate' })
  rate: Money;

  @MoneyField({ label: 'childcare_rate_card.field.cap' })
  cap: Money;

  @Integer({ label: 'childcare_rate_card.field.extra_minutes', min: 0, max: 480 })
  extraMinutes: number;

  @Integer({ label: 'childcare_rate_card.field.claim_days', min: 1, max: 365 })
  claimDays: number;

  @DateField({ label: 'childcare_rate_card.field.starts_on' })
  startsOn: string;
}

export class ClaimTermsInput {
  @Integer({ label: 'childcare_claim.field.children', min: 1, max: 12 })
  children: number;

  /** In hours, such as 2 or 3.5. */
  @Text({
    label: 'childcare_claim.field.hours',
    max: 5,
    pattern: HOURS_PATTERN,
    patternCode: 'childcare_claim.hours_unreadable',
  })
  hours: string;

  @MoneyField({ label: 'childcare_claim.field.paid' })
  paid: Money;

  @Text({ label: 'childcare_claim.field.provider', max: 120 })
  provider: string;

  @FileField({ label: 'childcare_claim.field.receipt' })
  receiptId: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class ClaimInput {
  @Ref({ label: 'childcare_claim.field.convening' })
  attendanceId: string;

  @Integer({ label: 'childcare_claim.field.children', min: 1, max: 12 })
  children: number;

  @Text({
    label: 'childcare_claim.field.hours',
    max: 5,
    pattern: HOURS_PATTERN,
    patternCode: 'childcare_claim.hours_unreadable',
  })
  hours: string;

  @MoneyField({ label: 'childcare_claim.field.paid' })
  paid: Money;

  @Text({ label: 'childcare_claim.field.provider', max: 120 })
  provider: string;

  @FileField({ label: 'childcare_claim.field.receipt' })
  receiptId: string;
}

export class ChosenStipendInput {
  @Ref({ label: 'stipend.field.stipend' })
  id: string;
}

export class ApproveStipendsInput {
  @List(() => ChosenStipendInput, { label: 'stipend.field.stipends', max: 5000 })
  stipends: ChosenStipendInput[];
}

export class StipendListQuery extends ListQuery {
  @Choice(stipendLifecycle.states, { label: 'stipend.field.state', optional: true })
  state?: string;

  @Ref({ label: 'stipend.field.convening', optional: true })
  convening?: string;

  @Ref({ label: 'stipend.field.collaborative', optional: true })
  collaborative?: string;
}

export class ClaimListQuery extends ListQuery {
  @Choice(claimLifecycle.states, { label: 'childcare_claim.field.state', optional: true })
  state?: string;

  @Ref({ label: 'childcare_claim.field.collaborative', optional: true })
  collaborative?: string;
}
