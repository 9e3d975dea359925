/** Messages to many as they are read: a message, what it would do, and what became of it for each. */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Recipient } from './broadcast.reads.js';
import type { SqlCheck } from './screening.sql.js';

export interface BroadcastRow {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly roundId: string;
  readonly fundId: string;
  readonly roundName: string;
  readonly states: readonly string[];
  readonly district: string | null;
  readonly search: string | null;
  readonly check: SqlCheck | null;
  readonly atLeast: Money | null;
  readonly atMost: Money | null;
  readonly title: string;
  readonly body: string;
  readonly expectsAnswer: boolean;
  readonly writtenBy: string;
  readonly sentAt: Date | null;
  readonly items: number;
  readonly sent: number;
  readonly skipped: number;
  readonly createdAt: Date;
}

export interface BroadcastExample {
  /** Absent where the applications are drafts, of which nothing is shown. */
  readonly applicationId?: string;
  readonly to: string;
  readonly title: string;
  readonly body: string;
}

/** What a draft would do if it were sent now. */
export interface BroadcastPreview {
  readonly count: number;
  /** A fingerprint of which they are, sent along when it is sent. */
  readonly list: string;
  /** How many of them are drafts, whose writers are not named. */
  readonly drafts: number;
  /** How many of them get nothing: nobody of their organization has an address. */
  readonly unreachable: number;
  readonly recipients: readonly Recipient[];
  readonly examples: readonly BroadcastExample[];
}

export interface BroadcastItemRow {
  readonly id: string;
  readonly applicationId: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly number: string;
  readonly applicationTitle: string;
  readonly organizationName: string;
  readonly isDraft: boolean;
}

export const BROADCAST_COLUMNS = sql`b.id, b.version, b.state, b.round_id as "roundId", b.fund_id as "fundId", r.name as "roundName",
  b.states, b.district, b.search, b.title, b.body, b.expects_answer as "expectsAnswer", p.name as "writtenBy",
  b.sent_at as "sentAt", b.created_at as "createdAt", b.check_key as "check", b.at_least_cents::text as "atLeastCents",
  b.at_most_cents::text as "atMostCents", b.item_count - coalesce(closed.items, 0) as items,
  b.sent_count - coalesce(closed.sent, 0) as sent, b.skipped_count - coalesce(closed.skipped, 0) as skipped`;

export interface StoredBroadcast extends Omit<BroadcastRow, 'atLeast' | 'atMost'> {
  readonly atLeastCents: string | null;
  readonly atMostCents: string | null;
}

const moneyOf = (cents: string | null): Money | null => (cents === null ? null : Money.ofCents(cents));

export const broadcastRow = ({ atLeastCents, atMostCents, ...row }: StoredBroadcast): BroadcastRow => ({
  ...{ ...row, atLeast: moneyOf(atLeastCents), atMost: moneyOf(atMostCents) },
});
