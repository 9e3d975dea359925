/** Application: what an organization asks of a round, with its partners, budget and the districts it is for. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { applicationLifecycle } from './application.lifecycle.js';

/** How closely a partner works with the lead, from bought services to one shared plan. */
export const PARTNER_LEVELS = ['vendor', 'coordinated', 'collaborative', 'integrated'] as const;
export type PartnerLevel = (typeof PARTNER_LEVELS)[number];

const WRITTEN_BY_DATABASE = { insert: false, update: false, select: false } as const;

@Entity('applications')
@Check('applications_state_check', applicationLifecycle.check)
@Check('applications_requested_check', '"requested_cents" >= 0')
@Unique(['number'])
@Index(['roundId'])
@Index(['fundId'])
@Index(['organizationId'])
@Index(['certifiedBy'])
@Index(['formVersionId'])
@Index('applications_round_state_idx', ['roundId', 'state'])
@Index('applications_state_number_idx', ['state', 'number'])
@Index('applications_shown_cents_idx', ['shownCents', 'id'])
@Index('applications_shown_title_idx', { synchronize: false })
@Index('applications_submitted_idx', { synchronize: false })
@Index('applications_waiting_idx', { synchronize: false })
@Index('applications_same_title_idx', { synchronize: false })
@Index('applications_same_summary_idx', { synchronize: false })
@Index('applications_search_idx', { synchronize: false })
export class Application extends StatefulRow {
  /** Such as `2015-0012`: counted within the year in which it was begun. */
  @Column({ type: 'text' })
  number: string;

  @ForeignKey('rounds')
  @Column({ type: 'uuid' })
  roundId: string;

  /** Of the round, copied: roles are held for a fund. */
  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  /** The lead organization. */
  @ForeignKey('organizations')
  @Column({ type: 'uuid' })
  organizationId: string;

  /** The form it was begun with, which it keeps; none is the one that fits every round. */
  @ForeignKey('form_versions')
  @Column({ type: 'uuid', nullable: true })
  formVersionId: string | null;

  @Column({ type: 'text' })
  title: string;

  @Column({ type: 'text', nullable: true })
  summary: string | null;

  @MoneyColumn({ name: 'requested_cents' })
  requested: Money;

  /** As written: one on each line, or with commas between. */
  @Column({ type: 'text', nullable: true })
  schools: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  submittedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  receiptNumber: string | null;

  /** Of what was submitted; SHA-256 in hexadecimal. */
  @Column({ type: 'text', nullable: true })
  fingerprint: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  certifiedBy: string | null;

  /** Until when an application returned for a fix may come back. */
  @Column({ type: 'date', nullable: true })
  fixBy: string | null;

  /** What of it may be changed while it is returned, by the sections of its form; nothing said means all of it. */
  @Column({ type: 'text', array: true, nullable: true })
  returnedParts: string[] | null;

  /** Until when one that was screened out may be appealed; nothing once it was. */
  @Column({ type: 'date', nullable: true })
  appealBy: string | null;

  /** These five are written by the database alone: what all but its applicant are shown, which is what was sent last. */
  @Column({ type: 'text', ...WRITTEN_BY_DATABASE })
  readonly shownTitle?: string;

  @Column({ type: 'text', nullable: true, ...WRITTEN_BY_DATABASE })
  readonly shownSummary?: string | null;

  @Column({ type: 'bigint', ...WRITTEN_BY_DATABASE })
  readonly shownCents?: string;

  /**
   * From when it goes back until it is sent again, also when it ends meanwhile: the districts it was sent with, the one
   * with the largest share first. Where they stand, what is shown is what was sent.
   */
  @Column({ type: 'text', array: true, nullable: true, ...WRITTEN_BY_DATABASE })
  readonly sentDistricts?: string[] | null;

  /** Its number, its title as it is shown and the name of its organization, on a line each, in small letters. */
  @Column({ type: 'text', ...WRITTEN_BY_DATABASE })
  readonly searchText?: string;
}

@Entity('application_districts')
@Unique(['applicationId', 'district'])
@Check('application_districts_share_check', '"share_basis_points" BETWEEN 1 AND 10000')
export class ApplicationDistrict extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'text' })
  district: string;

  @Column({ type: 'integer' })
  shareBasisPoints: number;
}

@Entity('application_partners')
@Check('application_partners_level_check', `"level" IN ('vendor', 'coordinated', 'collaborative', 'integrated')`)
@Check('application_partners_share_check', '"share_cents" >= 0')
@Check('application_partners_invited_check', '("invited_at" IS NULL) = ("invited_address" IS NULL)')
@Check(
  'application_partners_confirmed_check',
  `("confirmed_at" IS NULL) = ("confirmed_name" IS NULL) AND ("confirmed_at" IS NULL) = ("confirmed_fingerprint" IS NULL)
    AND ("confirmed_by" IS NULL OR "confirmed_at" IS NOT NULL)`,
)
@Check(
  'application_partners_declined_check',
  `("declined_at" IS NULL) = ("decline_reason" IS NULL) AND ("declined_at" IS NULL OR "confirmed_at" IS NULL)`,
)
@Check(
  'application_partners_assisted_check',
  `("part_confirmed_at" IS NULL) = ("part_confirmed_by" IS NULL)
    AND ("part_confirmed_at" IS NULL OR "assistance_id" IS NOT NULL)`,
)
@Unique(['applicationId', 'position'])
@Index(['organizationId'])
@Index(['invitedBy'])
@Index(['confirmedBy'])
@Index(['mouAttachmentId'])
@Index(['assistanceId'])
@Index(['partConfirmedBy'])
export class ApplicationPartner extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'integer' })
  position: number;

  /** Where it is known here. */
  @ForeignKey('organizations')
  @Column({ type: 'uuid', nullable: true })
  organizationId: string | null;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  role: string;

  @Column({ type: 'text' })
  level: PartnerLevel;

  /** Its part of the budget. */
  @MoneyColumn({ name: 'share_cents' })
  share: Money;

  @Column({ type: 'timestamptz', nullable: true })
  invitedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  invitedAddress: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  invitedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  confirmedAt: Date | null;

  /** Absent for who came by the link and has no account here. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  confirmedBy: string | null;

  /** As whoever confirmed it wrote their name. */
  @Column({ type: 'text', nullable: true })
  confirmedName: string | null;

  /** Of what was confirmed: a partner whose part was changed afterwards confirms it again. */
  @Column({ type: 'text', nullable: true })
  confirmedFingerprint: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  declinedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  declineReason: string | null;

  /** The signed memorandum of understanding. */
  @ForeignKey('attachments')
  @Column({ type: 'uuid', nullable: true })
  mouAttachmentId: string | null;

  /** Set when staff entered it for the lead, with its agreement. */
  @ForeignKey('assistances')
  @Column({ type: 'uuid', nullable: true })
  assistanceId: string | null;

  /** When the lead said that what was entered for it is right. */
  @Column({ type: 'timestamptz', nullable: true })
  partConfirmedAt: Date | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  partConfirmedBy: string | null;
}

@Entity('application_budget_lines')
@Check(
  'application_budget_lines_amount_check',
  '"amount_cents" >= 0 AND "match_cents" >= 0 AND ("amount_cents" > 0 OR "match_cents" > 0)',
)
@Check('application_budget_lines_kind_check', `"kind" IN ('direct', 'indirect')`)
@Unique(['applicationId', 'position'])
export class ApplicationBudgetLine extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'integer' })
  position: number;

  /** Indirect costs are a line of their own, reckoned from the others. */
  @Column({ type: 'text', default: 'direct' })
  kind: 'direct' | 'indirect';

  @Column({ type: 'text' })
  category: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** What others add. */
  @MoneyColumn({ name: 'match_cents' })
  match: Money;
}

/**
 * An application that was sent and may be the same as another of its round. Written by the database alone, when one is sent
 * and when an organization becomes a part of another; never taken back, so whoever reads it asks whether it is so still.
 */
@Entity('application_twins')
export class ApplicationTwin {
  @PrimaryColumn('uuid')
  @ForeignKey(() => Application)
  applicationId: string;
}
