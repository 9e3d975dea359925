/** Organization: whoever can apply, be funded, sponsor or partner; with its service area, members and exclusion checks. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row } from '../../platform/database/row.js';
import { Sealed } from '../../platform/secrets/sealed-columns.js';

export const ORGANIZATION_KINDS = [
  'community_organization',
  'school_district',
  'school',
  'public_agency',
  'tribe',
  'college',
] as const;
export type OrganizationKind = (typeof ORGANIZATION_KINDS)[number];

export const MEMBER_ROLES = ['owner', 'editor', 'viewer', 'signatory', 'finance'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** What was answered when the EIN was asked for: here it is, our sponsor's counts, or not yet. */
export const EIN_ANSWERS = ['ein', 'fiscal_sponsor', 'not_yet'] as const;
export type EinAnswer = (typeof EIN_ANSWERS)[number];

export const CHECK_METHODS = ['sam_gov', 'certification', 'clause'] as const;
export type CheckMethod = (typeof CHECK_METHODS)[number];

export const CHECK_RESULTS = ['clear', 'match'] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];

const oneOf = (column: string, values: readonly string[]): string =>
  `"${column}" IN (${values.map((value) => `'${value}'`).join(', ')})`;

@Entity('organizations')
@Check('organizations_kind_check', oneOf('kind', ORGANIZATION_KINDS))
@Check('organizations_ein_check', `"ein" ~ '^[0-9]{9}$'`)
@Check('organizations_ein_answer_check', oneOf('ein_answer', EIN_ANSWERS))
@Check(
  'organizations_ein_sealed_check',
  `("ein_sealed" IS NULL) = ("ein_fingerprint" IS NULL) AND ("ein_sealed" IS NULL) = ("ein_last_four" IS NULL)
   AND ("ein_sealed" IS NULL) = ("ein_key_version" IS NULL)`,
)
@Check('organizations_ein_last_four_check', `"ein_last_four" ~ '^[0-9]{4}$'`)
@Check('organizations_merged_check', '("merged_into_id" IS NULL) = ("merged_at" IS NULL) AND "merged_into_id" <> "id"')
@Check('organizations_uei_check', `"uei" ~ '^[A-HJ-NP-Z1-9][A-HJ-NP-Z0-9]{11}$'`)
@Check('organizations_annual_budget_check', '"annual_budget_cents" >= 0')
@Check('organizations_fiscal_sponsor_check', '"fiscal_sponsor_id" <> "id"')
@Check('organizations_district_check', `"district_organization_id" IS NULL OR "kind" = 'school'`)
@Index('organizations_search_idx', { synchronize: false })
@Index('organizations_name_idx', { synchronize: false })
@Index('organizations_legal_name_idx', { synchronize: false })
@Index('organizations_created_idx', ['createdAt', 'id'])
@Index('organizations_ein_last_four_idx', ['einLastFour'])
@Index('organizations_name_keys_idx', { synchronize: false })
@Index('organizations_mail_domains_idx', { synchronize: false })
@Index('organizations_ein_key', ['ein'], { unique: true, where: '"ein" IS NOT NULL' })
@Index('organizations_ein_fingerprint_key', ['einFingerprint'], {
  unique: true,
  where: '"ein_fingerprint" IS NOT NULL',
})
@Index(['registeredBy'])
@Index(['mergedIntoId'])
@Index(['uei'])
@Index(['fiscalSponsorId'])
@Index(['districtOrganizationId'])
export class Organization extends Row {
  @Column({ type: 'text' })
  name: string;

  /** As registered, where that is another name. */
  @Column({ type: 'text', nullable: true })
  legalName: string | null;

  @Column({ type: 'text' })
  kind: OrganizationKind;

  /** In clear, from before EINs were sealed; emptied when the first start seals it. Nothing else writes it. */
  @Column({ type: 'text', nullable: true })
  ein: string | null;

  @Column({ type: 'text', nullable: true })
  einAnswer: EinAnswer | null;

  /** Nine digits without the dash. */
  @Column({ type: 'bytea', nullable: true })
  @Sealed({
    table: 'organizations',
    column: 'ein_sealed',
    keyVersionColumn: 'ein_key_version',
    fingerprint: { column: 'ein_fingerprint', kind: 'ein' },
    lastFourColumn: 'ein_last_four',
    plainColumn: 'ein',
  })
  einSealed: Buffer | null;

  @Column({ type: 'integer', nullable: true })
  einKeyVersion: number | null;

  /** Keyed, so that nobody without the key finds the number by trying. */
  @Column({ type: 'bytea', nullable: true })
  einFingerprint: Buffer | null;

  @Column({ type: 'text', nullable: true })
  einLastFour: string | null;

  /** Twelve characters in upper case. */
  @Column({ type: 'text', nullable: true })
  uei: string | null;

  /** Domains of its staff's addresses, lower case; they find conflicts of interest. */
  @Column({ type: 'text', array: true })
  mailDomains: string[];

  @MoneyColumn({ name: 'annual_budget_cents', nullable: true })
  annualBudget: Money | null;

  /** The organization that holds money for this one; never itself, and never in a circle. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Organization)
  fiscalSponsorId: string | null;

  /** Who holds its money, as the organization itself called it, until staff names the organization. */
  @Column({ type: 'text', nullable: true })
  fiscalSponsorName: string | null;

  @Column({ type: 'text', nullable: true })
  contactName: string | null;

  @Column({ type: 'text', nullable: true })
  contactTelephone: string | null;

  @Column({ type: 'text', nullable: true })
  contactAddress: string | null;

  /** Who registered it; absent when staff recorded it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  registeredBy: string | null;

  /** The one it turned out to be; never one that was itself merged. What happened under this one stays under it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Organization)
  mergedIntoId: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  mergedAt: Date | null;

  /** The district of a school; schools only. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Organization)
  districtOrganizationId: string | null;

  @Column({ type: 'text', nullable: true })
  addressLine1: string | null;

  @Column({ type: 'text', nullable: true })
  addressLine2: string | null;

  @Column({ type: 'text', nullable: true })
  city: string | null;

  @Column({ type: 'text', nullable: true })
  state: string | null;

  @Column({ type: 'text', nullable: true })
  zip: string | null;

  /** For staff only. */
  @Column({ type: 'text', nullable: true })
  note: string | null;
}

/** One district that the organization serves. */
@Entity('organization_districts')
@Index(['districtId'])
export class OrganizationDistrict {
  @PrimaryColumn('uuid')
  @ForeignKey(() => Organization)
  organizationId: string;

  @PrimaryColumn('uuid')
  @ForeignKey('districts')
  districtId: string;
}

/** Somebody who acts for the organization. Ended, never removed: what they signed stays signed by a member. */
@Entity('organization_members')
@Check('organization_members_role_check', oneOf('role', MEMBER_ROLES))
@Index('organization_members_live_key', ['organizationId', 'personId', 'role'], {
  unique: true,
  where: '"ended_at" IS NULL',
})
@Index(['personId'])
export class OrganizationMember extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Organization)
  organizationId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  personId: string;

  @Column({ type: 'text' })
  role: MemberRole;

  @Column({ type: 'date' })
  since: string;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}

/**
 * What was found when somebody looked whether the organization is excluded from federal money (2 CFR 180). Inserted
 * and never changed: a mistake is followed by another check.
 */
@Entity('exclusion_checks')
@Check('exclusion_checks_method_check', oneOf('method', CHECK_METHODS))
@Check('exclusion_checks_result_check', oneOf('result', CHECK_RESULTS))
@Index('exclusion_checks_latest_idx', ['organizationId', 'checkedOn', 'id'])
export class ExclusionCheck extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Organization)
  organizationId: string;

  @Column({ type: 'date' })
  checkedOn: string;

  @Column({ type: 'text' })
  method: CheckMethod;

  @Column({ type: 'text' })
  result: CheckResult;

  /** What was searched for, word for word. */
  @Column({ type: 'text' })
  queryText: string;

  /** What was seen, and where the proof of it is. */
  @Column({ type: 'text', nullable: true })
  evidence: string | null;

  /** Who looked: the actor's key and name, as in the audit trail. */
  @Column({ type: 'text' })
  checkedBy: string;

  @Column({ type: 'text' })
  checkedByName: string;
}
