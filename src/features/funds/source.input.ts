/** What is sent about a source. */
import { Money } from '../../kernel/money.js';
import { Choice, DateField, Integer, List, MoneyField, Percent, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import {
  COST_TREATMENTS,
  type CostTreatment,
  INDIRECT_BASES,
  INDIRECT_RULES,
  type IndirectBase,
  SOURCE_KINDS,
} from './source.entity.js';
import { sourceLifecycle } from './source.lifecycle.js';

export class BudgetLineInput {
  @Text({ label: 'source.field.strand' })
  strand: string;

  @Text({ label: 'source.field.category' })
  category: string;

  @MoneyField({ label: 'source.field.line_amount' })
  amount: Money;

  @Choice(COST_TREATMENTS, { label: 'source.field.treatment', optional: true })
  treatment?: CostTreatment;
}

export class SourceInput {
  @Text({ label: 'source.field.name' })
  name: string;

  @Text({ label: 'source.field.grantor' })
  grantor: string;

  @Choice(SOURCE_KINDS, { label: 'source.field.kind' })
  kind: string;

  @Text({
    label: 'source.field.award_number',
    max: 40,
    pattern: /^[A-Za-z0-9-]+$/,
    patternCode: 'source.award_number_shape',
  })
  awardNumber: string;

  @Text({
    label: 'source.field.assistance_listing',
    optional: true,
    max: 10,
    pattern: /^\d{2}\.(\d{3}[A-Za-z]?|RD\d?|U\d{2})$/,
    patternCode: 'source.listing_shape',
  })
  assistanceListing?: string;

  @MoneyField({ label: 'source.field.amount' })
  amount: Money;

  @DateField({ label: 'source.field.awarded_on', optional: true })
  awardedOn?: string;

  @DateField({ label: 'source.field.starts_on' })
  startsOn: string;

  @DateField({ label: 'source.field.ends_on' })
  endsOn: string;

  @DateField({ label: 'source.field.liquidates_by' })
  liquidatesBy: string;

  @Choice(INDIRECT_RULES, { label: 'source.field.indirect_rule' })
  indirectRule: string;

  @Percent({ label: 'source.field.indirect_rate', optional: true })
  indirectRateBasisPoints?: number;

  /** Modified total direct costs where nothing is said. */
  @Choice(INDIRECT_BASES, { label: 'source.field.indirect_base', optional: true })
  indirectBase?: IndirectBase;

  @Text({ label: 'source.field.subgrant_authority', optional: true, max: 400 })
  subgrantAuthority?: string;

  @Ref({ label: 'source.field.rule_set' })
  ruleSetId: string;

  @Text({ label: 'source.field.terms', optional: true, long: true })
  terms?: string;

  @List(() => BudgetLineInput, { label: 'source.field.budget', optional: true, max: 60 })
  budget?: BudgetLineInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class ModificationInput {
  @Text({ label: 'source.field.modification_reason', max: 400 })
  reason: string;

  @DateField({ label: 'source.field.effective_on' })
  effectiveOn: string;

  @MoneyField({ label: 'source.field.new_amount', optional: true })
  amount?: Money;

  @DateField({ label: 'source.field.new_ends_on', optional: true })
  endsOn?: string;

  @DateField({ label: 'source.field.new_liquidates_by', optional: true })
  liquidatesBy?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class SourceListQuery extends ListQuery {
  @Choice(sourceLifecycle.states, { label: 'source.field.state', optional: true })
  state?: string;
}
