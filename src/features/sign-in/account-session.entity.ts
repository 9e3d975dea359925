/** AccountSession: one place where somebody is signed in. The cookie's session names it; ended here, it is ended there. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '../identity/index.js';

const SESSION_METHODS = ['passphrase', 'link', 'text', 'card', 'oidc'] as const;
/** Why one is over that nobody ended: nothing was done for a while, or the twelve hours passed. */
export const IDLE = 'idle';
export const RUN_OUT = 'run_out';
export type SessionMethod = (typeof SESSION_METHODS)[number];

@Entity('account_sessions')
@Check('account_sessions_method_check', `"method" IN (${SESSION_METHODS.map((each) => `'${each}'`).join(', ')})`)
@Check('account_sessions_ended_check', '("ended_at" IS NULL) = ("end_reason" IS NULL)')
@Index(['accountId'])
@Index('account_sessions_open', ['openedAt'], { where: '"ended_at" IS NULL' })
export class AccountSession {
  @PrimaryColumn('uuid')
  id: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Account)
  accountId: string;

  @Column({ type: 'text' })
  method: SessionMethod;

  @Column({ type: 'timestamptz' })
  openedAt: Date;

  /** Written at most each five minutes. */
  @Column({ type: 'timestamptz' })
  lastSeenAt: Date;

  /** When the person last proved that it is they. */
  @Column({ type: 'timestamptz' })
  confirmedAt: Date;

  /** When the second step was given in this session. */
  @Column({ type: 'timestamptz', nullable: true })
  secondFactorAt: Date | null;

  /** In short words: "Firefox on Android". */
  @Column({ type: 'text' })
  agent: string;

  /** The network address it was opened from. */
  @Column({ type: 'text' })
  address: string;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  endReason: string | null;
}
