/** RoleGrant: a role that a person holds, where, from when and until when, and who gave it for what reason. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { ROLES, type Role, SCOPE_KINDS, type ScopeKind } from '../../kernel/policy.js';
import { Row } from '../../platform/database/row.js';
import { Person } from './person.entity.js';

const oneOf = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

@Entity('role_grants')
@Check('role_grants_role_check', `"role" IN (${oneOf(ROLES)})`)
@Check('role_grants_scope_kind_check', `"scope_kind" IN (${oneOf(SCOPE_KINDS)})`)
@Check('role_grants_scope_check', `("scope_kind" = 'agency') = ("scope_id" IS NULL)`)
@Check('role_grants_granted_by_check', '"granted_by" <> "person_id"')
@Check('role_grants_period_check', '"ends_on" >= "starts_on"')
@Check('role_grants_ended_check', '("ended_at" IS NULL) = ("end_reason" IS NULL)')
@Index(['personId'])
@Index(['scopeId'])
@Index(['grantedBy'])
@Index(['endedBy'])
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
