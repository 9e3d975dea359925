/** A message to a list of applications, and what became of it for each. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { Money } from '../../kernel/money.js';
import { broadcastLifecycle } from './broadcast.lifecycle.js';
import type { SqlCheck } from './screening.sql.js';

export const BROADCAST_OUTCOMES = ['waiting', 'sent', 'skipped'] as const;
export type BroadcastOutcome = (typeof BROADCAST_OUTCOMES)[number];

const WRITTEN_BY_DATABASE = { insert: false, update: false, select: false } as const;

@Entity('broadcasts')
@Index(['roundId'])
@Index(['fundId'])
@Index(['writtenBy'])
@Index(['sentBy'])
@Check('broadcasts_state_check', broadcastLifecycle.check)
@Check('broadcasts_states_check', 'cardinality("states") > 0')
@Check('broadcasts_check_key_check', `"check_key" IN ('eligibility', 'exclusion', 'amount', 'duplicates')`)
@Check('broadcasts_amounts_check', '"at_least_cents" >= 0 AND "at_most_cents" >= 0')
@Check(
  'broadcasts_sent_check',
  `("state" IN ('sending', 'sent')) = ("sent_by" IS NOT NULL) AND ("sent_by" IS NULL) = ("sent_at" IS NULL)`,
)
export class Broadcast extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey('rounds')
  roundId: string;

  /** Of the round, copied: roles are held for a fund. */
  @Column({ type: 'uuid' })
  @ForeignKey('funds')
  fundId: string;

  /** To applications in these states. */
  @Column({ type: 'text', array: true })
  states: string[];

  @Column({ type: 'text', nullable: true })
  district: string | null;

  @Column({ type: 'text', nullable: true })
  search: string | null;

  /** What stands against it still, as the worklist finds it. */
  @Column({ name: 'check_key', type: 'text', nullable: true })
  check: SqlCheck | null;

  @MoneyColumn({ name: 'at_least_cents', nullable: true })
  atLeast: Money | null;

  @MoneyColumn({ name: 'at_most_cents', nullable: true })
  atMost: Money | null;

  @Column({ type: 'text' })
  title: string;

  /** With merge fields, such as `{organization}`. */
  @Column({ type: 'text' })
  body: string;

  @Column({ type: 'boolean' })
  expectsAnswer: boolean;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  writtenBy: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  sentBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  sentAt: Date | null;

  /** These three are written by the database alone, with the rows below: how many there are, and what became of them. */
  @Column({ type: 'integer', default: 0, ...WRITTEN_BY_DATABASE })
  readonly itemCount?: number;

  @Column({ type: 'integer', default: 0, ...WRITTEN_BY_DATABASE })
  readonly sentCount?: number;

  @Column({ type: 'integer', default: 0, ...WRITTEN_BY_DATABASE })
  readonly skippedCount?: number;
}

@Entity('broadcast_items')
@Unique(['broadcastId', 'applicationId'])
@Index(['applicationId'])
@Index(['messageId'])
@Check(
  'broadcast_items_outcome_check',
  `"outcome" IN (${BROADCAST_OUTCOMES.map((outcome) => `'${outcome}'`).join(', ')})`,
)
@Check(
  'broadcast_items_sent_check',
  `("outcome" = 'sent') = ("message_id" IS NOT NULL) AND ("outcome" = 'skipped') = ("reason" IS NOT NULL)`,
)
export class BroadcastItem extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Broadcast)
  broadcastId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('applications')
  applicationId: string;

  @Column({ type: 'text' })
  outcome: BroadcastOutcome;

  /** Why it was not sent: a code of texts. */
  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('conversation_messages')
  messageId: string | null;
}
