/**
 * Delegation: who holds an approval by a role lends it to a colleague, from one day to another, up to an amount. It lives
 * on the giver's own grant, so that it ends with it. Which of them hold is decided in one place: `delegationInForce`.
 */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import type { Money } from '../../kernel/money.js';
import { MoneyColumn, Row } from '../../platform/database/row.js';
import { APPROVAL_NAMES, type ApprovalName } from './approvals.js';
import { Person } from './person.entity.js';
import { RoleGrant } from './role-grant.entity.js';

/** A colleague is somebody who works for the agency on money and awards; a delegation goes to nobody else. */
export const COLLEAGUE_ROLES = [
  'program_officer',
  'clerk',
  'agency_signatory',
  'finance_officer',
  'finance_approver',
] as const;

const names = APPROVAL_NAMES.map((name) => `'${name}'`).join(', ');

@Entity('delegations')
@Check('delegations_approvals_check', `cardinality("approvals") > 0 AND "approvals" <@ ARRAY[${names}]`)
@Check('delegations_holder_check', '"holder_id" <> "giver_id"')
@Check('delegations_period_check', '"ends_on" >= "starts_on"')
@Check('delegations_limit_check', '"limit_cents" > 0')
@Check('delegations_confirmed_check', '("confirmed_at" IS NULL) = ("confirmed_by" IS NULL)')
@Check('delegations_confirmed_by_check', '"confirmed_by" <> "giver_id" AND "confirmed_by" <> "holder_id"')
@Check('delegations_confirmed_needed_check', '"needs_confirmation" OR "confirmed_at" IS NULL')
@Check('delegations_ended_check', '("ended_at" IS NULL) = ("end_reason" IS NULL)')
@Index(['grantId'])
@Index(['giverId'])
@Index(['holderId'])
@Index(['confirmedBy'])
@Index(['endedBy'])
export class Delegation extends Row {
  /** The role as the giver holds it. */
  @Column({ type: 'uuid' })
  @ForeignKey(() => RoleGrant)
  grantId: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  giverId: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  holderId: string;

  @Column({ type: 'text', array: true })
  approvals: ApprovalName[];

  @Column({ type: 'date' })
  startsOn: string;

  /** The last day on which it holds. */
  @Column({ type: 'date' })
  endsOn: string;

  /** The most that is approved at one time; what is approved together counts together. */
  @MoneyColumn({ name: 'limit_cents', nullable: true })
  limit: Money | null;

  @Column({ type: 'text' })
  reason: string;

  /** Whether it waits for an administrator before it holds. */
  @Column({ type: 'boolean' })
  needsConfirmation: boolean;

  @Column({ type: 'timestamptz', nullable: true })
  confirmedAt: Date | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  confirmedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  endedBy: string | null;

  @Column({ type: 'text', nullable: true })
  endReason: string | null;
}
