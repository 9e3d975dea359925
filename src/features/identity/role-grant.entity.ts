/**
 * RoleGrant: a role that a person holds, where, from when and until when, who gave it for what reason, and for a grave
 * role who confirmed it. Which of them hold is decided in one place: `grantInForce`.
 */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { ROLES, type Role, SCOPE_KINDS, type ScopeKind } from '../../kernel/policy.js';
import { Row } from '../../platform/database/row.js';
import { Person } from './person.entity.js';

/** Roles over money, the committee and other people's roles: one administrator proposes them, another confirms. */
export const GRAVE_ROLES = [
  'committee_member',
  'clerk',
  'agency_signatory',
  'finance_officer',
  'finance_approver',
  'administrator',
] as const satisfies readonly Role[];

const oneOf = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

@Entity('role_grants')
@Check('role_grants_role_check', `"role" IN (${oneOf(ROLES)})`)
@Check('role_grants_scope_kind_check', `"scope_kind" IN (${oneOf(SCOPE_KINDS)})`)
@Check('role_grants_scope_check', `("scope_kind" = 'agency') = ("scope_id" IS NULL)`)
@Check('role_grants_granted_by_check', '"granted_by" <> "person_id"')
@Check('role_grants_period_check', '"ends_on" >= "starts_on"')
@Check('role_grants_ended_check', '("ended_at" IS NULL) = ("end_reason" IS NULL)')
@Check('role_grants_confirmed_check', '("confirmed_at" IS NULL) = ("confirmed_by" IS NULL)')
@Check('role_grants_confirmed_by_check', '"confirmed_by" <> "person_id" AND "confirmed_by" <> "granted_by"')
@Check('role_grants_confirmed_needed_check', '"needs_confirmation" OR "confirmed_at" IS NULL')
@Check(
  'role_grants_second_person_check',
  `"needs_confirmation" OR "granted_by" IS NULL OR "ended_at" IS NOT NULL OR "role" NOT IN (${oneOf(GRAVE_ROLES)})`,
)
@Index(['personId'])
@Index(['scopeId'])
@Index(['grantedBy'])
@Index(['endedBy'])
@Index(['confirmedBy'])
@Index('role_grants_live_agency', ['personId', 'role'], {
  unique: true,
  where: '"ended_at" IS NULL AND "scope_id" IS NULL',
})
@Index('role_grants_live_scoped', ['personId', 'role', 'scopeId'], {
  unique: true,
  where: '"ended_at" IS NULL AND "scope_id" IS NOT NULL',
})
export class RoleGrant extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  @Column({ type: 'text' })
  role: Role;

  @Column({ type: 'text' })
  scopeKind: ScopeKind;

  @Column({ type: 'uuid', nullable: true })
  scopeId: string | null;

  @Column({ type: 'text' })
  reason: string;

  /** Absent when the system gave it: the first administrator, the demo. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  grantedBy: string | null;

  /** Whether it waits for a second administrator before it holds. */
  @Column({ type: 'boolean', default: false })
  needsConfirmation: boolean;

  @Column({ type: 'timestamptz', nullable: true })
  confirmedAt: Date | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  confirmedBy: string | null;

  @Column({ type: 'date' })
  startsOn: string;

  /** The last day on which it holds. */
  @Column({ type: 'date', nullable: true })
  endsOn: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  endedBy: string | null;

  @Column({ type: 'text', nullable: true })
  endReason: string | null;
}
