/** Source: a grant or gift the agency received, with its approved budget and its numbered modifications. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { sourceLifecycle } from './source.lifecycle.js';

export const SOURCE_KINDS = ['federal', 'state', 'local', 'private'] as const;
/** How a category counts in modified total direct costs (2 CFR 200.1). */
export const COST_TREATMENTS = [
  'counted',
  'salaries',
  'fringe',
  'equipment',
  'participant_support',
  'left_out',
] as const;
export type CostTreatment = (typeof COST_TREATMENTS)[number];
/** What a rate is a rate of. */
export const INDIRECT_BASES = ['mtdc', 'total_direct', 'salaries', 'salaries_fringe'] as const;
export type IndirectBase = (typeof INDIRECT_BASES)[number];
export const INDIRECT_RULES = ['none', 'negotiated', 'de_minimis', 'fixed'] as const;

@Entity('sources')
@Check('sources_state_check', sourceLifecycle.check)
@Check('sources_indirect_base_check', `"indirect_base" IN ('mtdc', 'total_direct', 'salaries', 'salaries_fringe')`)
@Check('sources_amount_check', '"amount_cents" >= 0')
@Check('sources_period_check', '"ends_on" >= "starts_on" AND "liquidates_by" >= "ends_on"')
@Unique(['awardNumber'])
@Index(['ruleSetId'])
export class Source extends StatefulRow {
  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  grantor: string;

  @Column({ type: 'text' })
  kind: string;

  /** The grantor's number of the award (FAIN for federal money). */
  @Column({ type: 'text' })
  awardNumber: string;

  /** Such as 84.416; federal money only. */
  @Column({ type: 'text', nullable: true })
  assistanceListing: string | null;

  @Column({ type: 'date', nullable: true })
  awardedOn: string | null;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  @Column({ type: 'date' })
  startsOn: string;

  @Column({ type: 'date' })
  endsOn: string;

  /** The last day on which bills of the period may be paid. */
  @Column({ type: 'date' })
  liquidatesBy: string;

  @Column({ type: 'text' })
  indirectRule: string;

  @Column({ type: 'integer', nullable: true })
  indirectRateBasisPoints: number | null;

  /** What a fixed rate is a rate of. */
  @Column({ type: 'text', default: 'mtdc' })
  indirectBase: IndirectBase;

  /** The law or announcement that lets the agency subgrant this money. */
  @Column({ type: 'text', nullable: true })
  subgrantAuthority: string | null;

  @Column({ type: 'text', nullable: true })
  terms: string | null;

  @ForeignKey('rule_sets')
  @Column({ type: 'uuid' })
  ruleSetId: string;
}

/** One line of the budget the grantor approved. */
@Entity('source_budget_lines')
@Check('source_budget_lines_amount_check', '"amount_cents" > 0')
@Check(
  'source_budget_lines_treatment_check',
  `"treatment" IN ('counted', 'salaries', 'fringe', 'equipment', 'participant_support', 'left_out')`,
)
@Unique(['sourceId', 'strand', 'category'])
export class SourceBudgetLine extends Row {
  @ForeignKey(() => Source)
  @Column({ type: 'uuid' })
  sourceId: string;

  @Column({ type: 'text' })
  strand: string;

  @Column({ type: 'text' })
  category: string;

  /** How applicants' budgets offer the category; null where they do not. */
  @Column({ type: 'text', nullable: true })
  treatment: CostTreatment | null;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}

/** The same as others read it. */
export interface SourceBudgetItem {
  readonly strand: string;
  readonly category: string;
  readonly treatment: CostTreatment | null;
  readonly amount: Money;
}

/** A numbered change of the terms, as the grantor sent it: what was and what is. */
@Entity('source_modifications')
@Unique(['sourceId', 'number'])
@Index(['sourceId'])
export class SourceModification extends Row {
  @ForeignKey(() => Source)
  @Column({ type: 'uuid' })
  sourceId: string;

  @Column({ type: 'integer' })
  number: number;

  @Column({ type: 'date' })
  effectiveOn: string;

  @Column({ type: 'text' })
  reason: string;

  @MoneyColumn({ name: 'amount_before_cents' })
  amountBefore: Money;

  @MoneyColumn({ name: 'amount_after_cents' })
  amountAfter: Money;

  @Column({ type: 'date' })
  endsOnBefore: string;

  @Column({ type: 'date' })
  endsOnAfter: string;

  @Column({ type: 'date' })
  liquidatesByBefore: string;

  @Column({ type: 'date' })
  liquidatesByAfter: string;
}
