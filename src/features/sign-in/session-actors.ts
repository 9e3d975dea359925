/** SessionActors: the person behind a session with the roles that hold today; asked once for each request. */
import { Injectable } from '@nestjs/common';
import type { Assistance, Grant, PersonActor } from '../../kernel/actor.js';
import { systemActor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { ActorSource } from '../../platform/http/guard.js';
import { SESSION_HOURS } from '../../platform/http/session-store.js';
import { actingGrants, assistsAsJson, grantsAsJson } from '../identity/index.js';
import { fitsCard } from './guests.js';
import { withoutKey } from './limits.service.js';
import { SecondFactors } from './second-factors.service.js';
import type { SessionMethod } from './account-session.entity.js';
import type { SessionAccount } from './sessions.service.js';

/** How often it is written that somebody was seen. */
const SEEN_MILLISECONDS = 5 * 60_000;

interface Found {
  readonly personId: string;
  readonly name: string;
  readonly method: SessionMethod;
  readonly lastSeenAt: Date;
  readonly secondFactorAt: Date | null;
  readonly grants: readonly Grant[];
  readonly assists: readonly Assistance[] | null;
}

@Injectable()
export class SessionActors extends ActorSource {
  constructor(
    private readonly db: Database,
    private readonly secondFactors: SecondFactors,
  ) {
    super();
  }

  override async load({ accountId, sessionId }: SessionAccount): Promise<PersonActor | undefined> {
    // A cookie from before sessions had rows of their own is good for nothing.
    if (sessionId === undefined) return undefined;
    const { today } = this.db;
    const oldest = new Date(this.db.now.getTime() - SESSION_HOURS * 3_600_000);
    const [found] = await this.db.queryOften<Found>(sql`
      select p.id as "personId", p.name, s.method, s.last_seen_at as "lastSeenAt", s.second_factor_at as "secondFactorAt",
             ${grantsAsJson(sql`p.id`, today)} as grants,
             ${assistsAsJson(sql`p.id`, today)} as assists
      from account_sessions s join accounts a on a.id = s.account_id join persons p on p.id = a.person_id
      where s.id = ${sessionId} and s.account_id = ${accountId} and s.ended_at is null and a.disabled_at is null
        and s.opened_at > ${oldest}`);
    if (found === undefined) return undefined;
    // A role that came after the card was used is not for whoever holds the card.
    if (found.method === 'card' && !found.grants.every(({ role }) => fitsCard(role))) return undefined;
    if (this.db.now.getTime() - found.lastSeenAt.getTime() >= SEEN_MILLISECONDS) await this.see(sessionId);
    const { personId, name, assists } = found;
    const share = this.secondFactors.share(found.grants, found.secondFactorAt !== null);
    if (assists === null) return { kind: 'person', personId, name, sessionId, ...share };
    const grants = actingGrants(share.grants, assists);
    return { kind: 'person', personId, name, sessionId, ...share, grants, assists };
  }

  /** A sign of life that could not be written is no reason to keep anybody out. */
  private async see(sessionId: string): Promise<void> {
    await withoutKey(() =>
      this.db.work(systemActor('sessions'), async (work) => {
        await work.query(sql`
          update account_sessions set last_seen_at = ${work.now} where id = ${sessionId} and last_seen_at < ${work.now}`);
        return null;
      }),
    ).catch(() => undefined);
  }
}
