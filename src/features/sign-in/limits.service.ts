/**
 * Limits: how often something may be tried, counted in PostgreSQL so that every process counts together. What is counted
 * has a key of its own - an account with the network it is tried from, a network, an address a mail goes to - so that
 * nobody's failures keep somebody else out. What people save and submit once they are in is never counted.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PUBLIC_ACTOR } from '../../kernel/actor.js';
import { tooOften } from '../../kernel/errors.js';
import { currentRequest, runInRequest } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';

export interface Limit {
  readonly most: number;
  readonly minutes: number;
}

interface Count {
  readonly taken: number;
  readonly endsAt: Date;
}

@Injectable()
export class Limits {
  constructor(private readonly db: Database) {}

  /**
   * Counts one more try before it is looked at, so that a hundred at once are still as many as there may be. Throws
   * `session.wait`, or the code given, with 429 when there were too many; `forgive` takes the count away after a success.
   */
  async take(key: string, limit: Limit, code = 'session.wait'): Promise<void> {
    const count = await this.count(key, limit);
    if (count.taken > limit.most) throw tooOften(code, this.minutesUntil(count.endsAt));
  }

  /** The same without throwing: whether this one is still within the limit. */
  async fits(key: string, limit: Limit): Promise<boolean> {
    return (await this.waiting(key, limit)) === undefined;
  }

  /** The same: nothing while it is within the limit, else in how many minutes it is again. */
  async waiting(key: string, limit: Limit): Promise<number | undefined> {
    const { taken, endsAt } = await this.count(key, limit);
    return taken <= limit.most ? undefined : this.minutesUntil(endsAt);
  }

  /** It went well: what was counted under this key is worth nothing. */
  async forgive(work: Work, ...keys: readonly string[]): Promise<void> {
    await work.query(sql`delete from limit_counts where key_hash = any(${keys.map(hashKey)}::text[])`);
  }

  /** This one went well and does not count. */
  async giveBack(work: Work, key: string): Promise<void> {
    await work.query(sql`update limit_counts set taken = taken - 1 where key_hash = ${hashKey(key)} and taken > 1`);
  }

  private async count(key: string, { most, minutes }: Limit): Promise<Count> {
    const [count] = await withoutKey(() =>
      this.db.work(PUBLIC_ACTOR, (work) => {
        const endsAt = new Date(work.now.getTime() + minutes * 60_000);
        return work.query<Count>(sql`
          insert into limit_counts as c (key_hash, taken, ends_at) values (${hashKey(key)}, 1, ${endsAt})
          on conflict (key_hash) do update set
            taken = case when c.ends_at <= ${work.now} then 1 else least(c.taken, ${most}) + 1 end,
            ends_at = case when c.ends_at <= ${work.now} then ${endsAt}::timestamptz else c.ends_at end
          returning taken, ends_at as "endsAt"`);
      }),
    );
    return count ?? { taken: 1, endsAt: this.db.now };
  }

  private minutesUntil(until: Date): number {
    return Math.max(1, Math.ceil((until.getTime() - this.db.now.getTime()) / 60_000));
  }
}

/** What is counted is kept under a hash: people type passphrases into the wrong box. */
function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/**
 * The network an address belongs to: itself for IPv4, the /64 for IPv6, where one device has more addresses than could
 * be counted.
 */
export function networkOf(address: string): string {
  const plain = address.toLowerCase().replace(/%.*$/u, '');
  const mapped = /^(?:::ffff:)(\d+\.\d+\.\d+\.\d+)$/u.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/u, ''));
  return `${network.join(':')}::/64`;
}

/**
 * Runs a use case that handles a secret without the idempotency key of its request: nothing made from a passphrase by a
 * quick hash may be stored, and no twin may be given somebody's answer.
 */
export function withoutKey<T>(run: () => Promise<T>): Promise<T> {
  const context = currentRequest();
  if (context === undefined) return run();
  return runInRequest({ requestId: context.requestId, receivedAt: context.receivedAt }, run);
}
