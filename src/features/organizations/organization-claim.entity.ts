/** OrganizationClaim and OrganizationInvitation: how people come to act for an organization that is there already. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { MEMBER_ROLES, type MemberRole, Organization } from './organization.entity.js';
import { organizationClaimLifecycle } from './organization-claim.lifecycle.js';

const ROLES = `ARRAY[${MEMBER_ROLES.map((role) => `'${role}'`).join(', ')}]`;

/** Somebody asks to act for an organization. */
@Entity('organization_claims')
@Check('organization_claims_state_check', organizationClaimLifecycle.check)
@Check('organization_claims_roles_check', `"roles" <@ ${ROLES}`)
@Check('organization_claims_decided_by_check', '"decided_by" <> "person_id"')
@Index('organization_claims_asked_key', ['organizationId', 'personId'], { unique: true, where: `"state" = 'asked'` })
@Index(['organizationId'])
@Index(['personId'])
@Index(['decidedBy'])
export class OrganizationClaim extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Organization)
  organizationId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  personId: string;

  /** What they said to those who decide. */
  @Column({ type: 'text', nullable: true })
  message: string | null;

  /** What they were given. */
  @Column({ type: 'text', array: true, nullable: true })
  roles: MemberRole[] | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  decidedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  decidedAt: Date | null;
}

/** Somebody was asked by mail to act for an organization; the link in the mail proves the address. */
@Entity('organization_invitations')
@Check('organization_invitations_roles_check', `cardinality("roles") > 0 AND "roles" <@ ${ROLES}`)
@Check(
  'organization_invitations_accepted_check',
  '("accepted_at" IS NULL) = ("person_id" IS NULL) AND ("accepted_at" IS NULL OR "withdrawn_at" IS NULL)',
)
@Index('organization_invitations_open_key', ['organizationId', 'address'], {
  unique: true,
  where: '"accepted_at" IS NULL AND "withdrawn_at" IS NULL',
})
@Index(['organizationId'])
@Index(['invitedBy'])
@Index(['personId'])
export class OrganizationInvitation extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Organization)
  organizationId: string;

  /** As `normalizeAddress` gives it. */
  @Column({ type: 'text' })
  address: string;

  @Column({ type: 'text', array: true })
  roles: MemberRole[];

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  invitedBy: string | null;

  /** The last time a link was mailed. */
  @Column({ type: 'timestamptz' })
  sentAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  acceptedAt: Date | null;

  /** Who accepted it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  personId: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  withdrawnAt: Date | null;
}
