/** Award: what a carried motion promised to an organization, its terms, its sources and its signatures. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import type { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import type { BaseKind, KeptStep } from '../applications/index.js';
import { awardLifecycle } from './award.lifecycle.js';

export const AGREEMENT_KINDS = ['subrecipient', 'contractor'] as const;
export const RISK_RATINGS = ['low', 'medium', 'high'] as const;

@Entity('awards')
@Check('awards_state_check', awardLifecycle.check)
@Check('awards_amount_check', '"amount_cents" > 0')
@Check('awards_period_check', '"ends_on" >= "starts_on"')
@Check('awards_agreement_kind_check', `"agreement_kind" IN ('subrecipient', 'contractor')`)
@Check('awards_risk_rating_check', `"risk_rating" IN ('low', 'medium', 'high')`)
@Index('awards_search_idx', { synchronize: false })
@Index('awards_title_idx', { synchronize: false })
@Index('awards_amount_idx', ['amount', 'id'])
@Unique(['number'])
@Unique(['applicationId'])
@Index(['roundId'])
@Index(['fundId'])
@Index(['poolId'])
@Index(['organizationId'])
@Index(['agreementDocumentId'])
export class Award extends StatefulRow {
  /** Per year, such as `2014-0001`. */
  @Column({ type: 'text' })
  number: string;

  @ForeignKey('applications')
  @Column({ type: 'uuid' })
  applicationId: string;

  @ForeignKey('rounds')
  @Column({ type: 'uuid' })
  roundId: string;

  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @ForeignKey('pools')
  @Column({ type: 'uuid' })
  poolId: string;

  /** The recipient. */
  @ForeignKey('organizations')
  @Column({ type: 'uuid' })
  organizationId: string;

  @Column({ type: 'text' })
  title: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  @Column({ type: 'date', nullable: true })
  startsOn: string | null;

  @Column({ type: 'date', nullable: true })
  endsOn: string | null;

  /** The last day for the recipient to sign. */
  @Column({ type: 'date', nullable: true })
  acceptBy: string | null;

  /** What the recipient is under the federal rules: decided by staff for each award. */
  @Column({ type: 'text', nullable: true })
  agreementKind: string | null;

  @Column({ type: 'text', nullable: true })
  riskRating: string | null;

  @Column({ type: 'date', nullable: true })
  insuranceOnFileOn: string | null;

  /** Why no insurance is asked for. */
  @Column({ type: 'text', nullable: true })
  insuranceWaiver: string | null;

  /** What the recipient will do with the money, as agreed. */
  @Column({ type: 'text', nullable: true })
  scope: string | null;

  @Column({ type: 'date', nullable: true })
  scopeAgreedOn: string | null;

  /** The date of its letter. */
  @Column({ type: 'date', nullable: true })
  preparedOn: string | null;

  /** The agreement as it was offered: what both sides sign. */
  @ForeignKey('documents')
  @Column({ type: 'uuid', nullable: true })
  agreementDocumentId: string | null;

  @Column({ type: 'uuid' })
  motionId: string;

  @Column({ type: 'text' })
  motionNumber: string;

  @Column({ type: 'date' })
  decidedOn: string;
}

/** What each source bears; sources are drawn in this order. */
@Entity('award_sources')
@Check('award_sources_amount_check', '"amount_cents" > 0')
@Unique(['awardId', 'sourceId'])
@Index(['sourceId'])
export class AwardSource extends Row {
  @ForeignKey(() => Award)
  @Column({ type: 'uuid' })
  awardId: string;

  @ForeignKey('sources')
  @Column({ type: 'uuid' })
  sourceId: string;

  @Column({ type: 'integer' })
  position: number;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}

@Entity('award_budget_lines')
@Check('award_budget_lines_amount_check', '"amount_cents" > 0')
@Unique(['awardId', 'category'])
export class AwardBudgetLine extends Row {
  @ForeignKey(() => Award)
  @Column({ type: 'uuid' })
  awardId: string;

  @Column({ type: 'integer' })
  position: number;

  @Column({ type: 'text' })
  category: string;

  /** Stipends, travel and the like of those who take part: kept apart from what the recipient spends on itself. */
  @Column({ type: 'boolean' })
  participantSupport: boolean;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}

/** The rate of indirect costs that the award was made with, of the lead or of one partner; it stays. */
@Entity('award_indirect_costs')
@Check('award_indirect_costs_base_kind_check', `"base_kind" IN ('mtdc', 'total_direct', 'salaries', 'salaries_fringe')`)
@Check('award_indirect_costs_rate_check', '"rate_basis_points" BETWEEN 0 AND 10000')
@Check('award_indirect_costs_amount_check', '"base_cents" >= 0 AND "amount_cents" BETWEEN 0 AND "base_cents"')
@Unique(['awardId', 'position'])
export class AwardIndirectCost extends Row {
  @ForeignKey(() => Award)
  @Column({ type: 'uuid' })
  awardId: string;

  /** 0 for the recipient. */
  @Column({ type: 'integer' })
  position: number;

  /** The partner whose rate it is; null for the recipient. */
  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'text' })
  kind: string;

  @Column({ type: 'text' })
  baseKind: BaseKind;

  @Column({ type: 'integer' })
  rateBasisPoints: number;

  @Column({ type: 'date', nullable: true })
  expiresOn: string | null;

  /** As it was asked for. */
  @MoneyColumn({ name: 'base_cents' })
  base: Money;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** The categories that count in the base. */
  @Column({ type: 'text', array: true, nullable: true })
  categories: string[] | null;

  /** The arithmetic as it was sent. */
  @Column({ type: 'jsonb', nullable: true })
  steps: readonly KeptStep[] | null;
}

/** A district the award serves and its share; reports by district use these. */
@Entity('award_districts')
@Index('award_districts_search_idx', { synchronize: false })
@Check('award_districts_share_check', '"basis_points" BETWEEN 1 AND 10000')
@Unique(['awardId', 'district'])
export class AwardDistrict extends Row {
  @ForeignKey(() => Award)
  @Column({ type: 'uuid' })
  awardId: string;

  @Column({ type: 'text' })
  district: string;

  @Column({ type: 'integer' })
  basisPoints: number;
}

@Entity('award_schools')
@Index('award_schools_search_idx', { synchronize: false })
@Unique(['awardId', 'name'])
export class AwardSchool extends Row {
  @ForeignKey(() => Award)
  @Column({ type: 'uuid' })
  awardId: string;

  @Column({ type: 'text' })
  name: string;
}

@Entity('award_partners')
@Index('award_partners_search_idx', { synchronize: false })
@Index(['awardId'])
@Index(['organizationId'])
export class AwardPartner extends Row {
  @ForeignKey(() => Award)
  @Column({ type: 'uuid' })
  awardId: string;

  @ForeignKey('organizations')
  @Column({ type: 'uuid', nullable: true })
  organizationId: string | null;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', nullable: true })
  role: string | null;

  @Column({ type: 'text' })
  level: string;
}

@Entity('award_conditions')
@Unique(['awardId', 'position'])
export class AwardCondition extends Row {
  @ForeignKey(() => Award)
  @Column({ type: 'uuid' })
  awardId: string;

  @Column({ type: 'integer' })
  position: number;

  @Column({ type: 'text' })
  text: string;
}

/** Who signed which agreement; never changed. A corrected award is signed again. */
@Entity('award_signatures')
@Check('award_signatures_role_check', `"role" IN ('recipient', 'agency')`)
@Index(['awardId'])
@Index(['personId'])
@Index(['documentId'])
export class AwardSignature extends Row {
  @ForeignKey(() => Award)
  @Column({ type: 'uuid' })
  awardId: string;

  @Column({ type: 'text' })
  role: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  personId: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'timestamptz' })
  signedAt: Date;

  @ForeignKey('documents')
  @Column({ type: 'uuid' })
  documentId: string;

  /** Of the agreement's content, so that what was signed can be told from anything else. */
  @Column({ type: 'text' })
  documentHash: string;
}
