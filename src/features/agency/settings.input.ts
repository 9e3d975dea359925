/** What is asked for when settings change or a rule set is published. */
import { Choice, DateField, Integer, List, MoneyField, Ref, Text, YesNo } from '../../platform/input/fields.js';
import { Money } from '../../kernel/money.js';
import { RULE_NAMES, type RuleKey } from './rule-set.rules.js';

/** The time zones of the United States and its territories, west to east. */
export const TIME_ZONES = [
  'Pacific/Guam',
  'Pacific/Pago_Pago',
  'Pacific/Honolulu',
  'America/Anchorage',
  'America/Los_Angeles',
  'America/Phoenix',
  'America/Denver',
  'America/Chicago',
  'America/New_York',
  'America/Puerto_Rico',
] as const;

/** A district as it is called now. With an id it keeps what points to it; without a name it goes. */
export class DistrictInput {
  @Ref({ label: 'settings.field.district_id', optional: true })
  id?: string;

  @Text({ label: 'settings.field.district', optional: true, max: 80 })
  name?: string;
}

export class SettingsInput {
  @Text({ label: 'settings.field.name', max: 120 })
  name: string;

  @Text({ label: 'settings.field.help_phone', optional: true, max: 40 })
  helpPhone?: string;

  @Text({
    label: 'settings.field.help_email',
    optional: true,
    max: 254,
    pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/u,
    patternCode: 'field.not_an_address',
  })
  helpEmail?: string;

  @Text({ label: 'settings.field.address', optional: true, max: 300, long: true })
  address?: string;

  @Choice(TIME_ZONES, { label: 'settings.field.time_zone' })
  timeZone: string;

  @Integer({ label: 'settings.field.fiscal_year_start_month', min: 1, max: 12 })
  fiscalYearStartMonth: number;

  @Integer({ label: 'settings.field.exclusion_check_days', optional: true, min: 1, max: 3660 })
  exclusionCheckDays?: number;

  @Integer({ label: 'settings.field.delegation_days', optional: true, min: 1, max: 366 })
  delegationDays?: number;

  /** Left empty, one person may approve and release a batch whatever it comes to. */
  @MoneyField({ label: 'settings.field.sole_release', optional: true, allowZero: true })
  soleRelease?: Money;

  /** One date on each line. */
  @Text({ label: 'settings.field.holidays', optional: true, long: true, max: 6000 })
  holidays?: string;

  @List(() => DistrictInput, { label: 'settings.field.districts', max: 200 })
  districts: DistrictInput[];

  @Integer({ label: 'settings.field.version', optional: true })
  version?: number;
}

export class RuleValueInput {
  @Choice(RULE_NAMES, { label: 'rule_set.field.key' })
  key: RuleKey;

  /** In the unit that the key ends with. */
  @Integer({ label: 'rule_set.field.value', max: 1_000_000_000_00 })
  value: number;

  @Text({ label: 'rule_set.field.source', max: 300 })
  source: string;

  @YesNo({ label: 'rule_set.field.value_confirmed' })
  confirmed: boolean;
}

export class RuleSetInput {
  @Text({
    label: 'rule_set.field.name',
    max: 40,
    pattern: /^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$/u,
    patternCode: 'rule_set.name_shape',
  })
  name: string;

  @Text({ label: 'rule_set.field.title', max: 160 })
  title: string;

  @DateField({ label: 'rule_set.field.effective_on' })
  effectiveOn: string;

  @YesNo({ label: 'rule_set.field.confirmed' })
  confirmed: boolean;

  @Text({ label: 'rule_set.field.note', optional: true, long: true })
  note?: string;

  @List(() => RuleValueInput, { label: 'rule_set.field.values', max: RULE_NAMES.length })
  values: RuleValueInput[];
}
