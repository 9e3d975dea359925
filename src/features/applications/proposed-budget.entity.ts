/** The parts of a proposed budget that its lines do not say: what is a partner's, and how indirect costs were reckoned. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import type { Money } from '../../kernel/money.js';
import { MoneyColumn, Row } from '../../platform/database/row.js';
import { Application, ApplicationPartner } from './application.entity.js';
import type { IndirectKind, KeptStep } from './proposed-budget.indirect.js';
import type { BaseKind } from './proposed-budget.shapes.js';

/** What of one line is one partner's. */
@Entity('application_budget_parts')
@Check('application_budget_parts_amount_check', '"amount_cents" > 0')
@Unique(['applicationId', 'partnerId', 'position'])
@Index(['partnerId'])
export class ApplicationBudgetPart extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  /** Of the line. */
  @Column({ type: 'integer' })
  position: number;

  /** Whoever takes a partner out takes its parts out first; the answer keeps what was typed. */
  @ForeignKey(() => ApplicationPartner)
  @Column({ type: 'uuid' })
  partnerId: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}

/** The indirect costs of the lead or of one partner: the rate, what it is a rate of, and what it comes to. */
@Entity('application_indirect_costs')
@Check('application_indirect_costs_kind_check', `"kind" IN ('de_minimis', 'fixed', 'negotiated')`)
@Check('application_indirect_costs_rate_check', '"rate_basis_points" BETWEEN 0 AND 10000')
@Check('application_indirect_costs_amount_check', '"base_cents" >= 0 AND "amount_cents" BETWEEN 0 AND "base_cents"')
@Check(
  'application_indirect_costs_base_kind_check',
  `"base_kind" IN ('mtdc', 'total_direct', 'salaries', 'salaries_fringe')`,
)
@Unique(['applicationId', 'position'])
@Index(['evidenceId'])
@Index(['partnerId'])
export class ApplicationIndirectCost extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  /** 0 for the lead. */
  @Column({ type: 'integer', default: 0 })
  position: number;

  /** Null for the lead. */
  @ForeignKey(() => ApplicationPartner)
  @Column({ type: 'uuid', nullable: true })
  partnerId: string | null;

  @Column({ type: 'text' })
  kind: Exclude<IndirectKind, 'none'>;

  @Column({ type: 'integer' })
  rateBasisPoints: number;

  @Column({ type: 'text', default: 'mtdc' })
  baseKind: BaseKind;

  /** As the agreement says it, where the rules allow less; absent in what was kept before it was asked. */
  @Column({ type: 'integer', nullable: true })
  chosenBasisPoints: number | null;

  /** The last day of the agreement. */
  @Column({ type: 'date', nullable: true })
  expiresOn: string | null;

  /** The categories that count in the base. */
  @Column({ type: 'text', array: true, nullable: true })
  categories: string[] | null;

  /** The arithmetic as it was shown. */
  @Column({ type: 'jsonb', nullable: true })
  steps: readonly KeptStep[] | null;

  /** The agreement of a negotiated rate. */
  @ForeignKey('attachments')
  @Column({ type: 'uuid', nullable: true })
  evidenceId: string | null;

  @MoneyColumn({ name: 'base_cents' })
  base: Money;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}
