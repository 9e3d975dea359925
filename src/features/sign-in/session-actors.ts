/**
 * SessionActors: the person behind a session with the roles that hold today; asked once for each request. A session of
 * somebody who holds a role at the agency ends after a while in which nothing was done.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { Assistance, Grant, PersonActor } from '../../kernel/actor.js';
import { systemActor } from '../../kernel/actor.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { ActorSource } from '../../platform/http/guard.js';
import { SESSION_HOURS } from '../../platform/http/session-store.js';
import { actingGrants, assistsAsJson, grantsAsJson, lentAsJson, lentGrants, type LentRow } from '../identity/index.js';
import { fitsCard, GUEST_ROLES } from './guests.js';
import { withoutKey } from './limits.service.js';
import { SecondFactors } from './second-factors.service.js';
import { IDLE, type SessionMethod } from './account-session.entity.js';
import type { SessionAccount } from './sessions.service.js';

/** How often it is written that somebody was seen. */
const SEEN_MILLISECONDS = 5 * 60_000;
/** More often of those whose session ends when nothing is done, so that it is nearly exact. */
const WATCHED_MILLISECONDS = 60_000;

interface Found {
  readonly personId: string;
  readonly name: string;
  readonly method: SessionMethod;
  readonly lastSeenAt: Date;
  readonly secondFactorAt: Date | null;
  readonly grants: readonly Grant[];
  readonly assists: readonly Assistance[] | null;
  readonly lent: readonly LentRow[] | null;
}

@Injectable()
export class SessionActors extends ActorSource {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
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
             ${assistsAsJson(sql`p.id`, today)} as assists,
             ${lentAsJson(sql`p.id`, today)} as lent
      from account_sessions s join accounts a on a.id = s.account_id join persons p on p.id = a.person_id
      where s.id = ${sessionId} and s.account_id = ${accountId} and s.ended_at is null and a.disabled_at is null
        and s.opened_at > ${oldest}`);
    if (found === undefined) return undefined;
    // A role that came after the card was used is not for whoever holds the card.
    const all = [...found.grants, ...lentGrants(found.lent)];
    if (found.method === 'card' && !all.every(({ role }) => fitsCard(role))) return undefined;
    const isWatched = all.some(({ role }) => !GUEST_ROLES.has(role));
    const still = this.db.now.getTime() - found.lastSeenAt.getTime();
    // What was seen is up to a minute older than what was done: nobody's hour is cut short.
    if (isWatched && still > this.config.idleMinutes * 60_000 + WATCHED_MILLISECONDS) {
      await this.endIdle({ accountId, sessionId });
      return undefined;
    }
    if (still >= (isWatched ? WATCHED_MILLISECONDS : SEEN_MILLISECONDS)) await this.see(sessionId);
    const { personId, name, assists } = found;
    const share = this.secondFactors.share(all, found.secondFactorAt !== null);
    if (assists === null) return { kind: 'person', personId, name, sessionId, ...share };
    const grants = actingGrants(share.grants, assists);
    return { kind: 'person', personId, name, sessionId, ...share, grants, assists };
  }

  private async endIdle({ accountId, sessionId }: SessionAccount): Promise<void> {
    await withoutKey(() =>
      this.db.work(systemActor('sessions'), async (work) => {
        const ended = await work.query(sql`
          update account_sessions set ended_at = ${work.now}, end_reason = ${IDLE}
          where id = ${sessionId} and ended_at is null returning id`);
        const subject = { subjectType: 'account', subjectId: accountId };
        if (ended.length > 0) work.audit({ action: 'session.ended', ...subject, note: IDLE });
        return null;
      }),
    );
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
