/** Sessions: opening one for somebody who has shown who they are, the places one is signed in, and ending them. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { PersonActor } from '../../kernel/actor.js';
import { forbidden, notFound, unauthenticated } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { SESSION_HOURS } from '../../platform/http/session-store.js';
import type { Visit } from '../../platform/http/visit.js';
import { Account, liveGrants } from '../identity/index.js';
import { IDLE, RUN_OUT, type SessionMethod } from './account-session.entity.js';
import { fitsCard } from './guests.js';
import { withoutKey } from './limits.service.js';
import { SecondFactors } from './second-factors.service.js';
import { agentWords } from './user-agents.js';

/** What the cookie's session keeps: whose it is, and the row it lives and ends with. */
export interface SessionAccount {
  readonly accountId: string;
  readonly sessionId: string;
}

export interface Entrance {
  readonly accountId: string;
  readonly method: SessionMethod;
  /** The service that let them in asked for a second step itself. */
  readonly hasSecondFactor?: boolean;
  /** The account as it was when they showed that it is theirs: with another passphrase since, they showed nothing. */
  readonly accountVersion?: number;
}

/** What became of a sign-in. */
export type Begun = 'open' | 'set_up_due' | 'code_due';

/** Where somebody sits. */
export interface Place {
  readonly agent: string;
  readonly address: string;
}

export interface SessionLine extends Place {
  readonly id: string;
  readonly method: SessionMethod;
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
}

/** The cookie's session, as the doors make it. */
type AtDoor = Pick<Visit, 'request'>;

const WAITING_MINUTES = 10;

/** What cookies of ours carry of the person who leaves: at a shared computer the next one inherits nothing. */
function forgetBrowser({ request, reply }: Pick<Visit, 'request' | 'reply'>): void {
  for (const name of Object.keys(request.cookies)) {
    if (name.startsWith('granary-')) void reply.clearCookie(name, { path: '/' });
  }
}

@Injectable()
export class Sessions {
  constructor(
    private readonly db: Database,
    private readonly secondFactors: SecondFactors,
  ) {}

  /**
   * Lets in whoever showed that this account is theirs, under a new cookie. With a second step set up nobody is signed
   * in yet: the answer is `code_due`, and `finish` opens the session once the code was given. `set_up_due` is open too,
   * and roles of theirs wait until a second step is set up.
   */
  async begin(visit: AtDoor, entrance: Entrance): Promise<Begun> {
    const { accountId, method, hasSecondFactor = false } = entrance;
    if (!hasSecondFactor && (await this.secondFactors.isSetUp(this.db, accountId))) {
      const accountVersion = entrance.accountVersion ?? (await this.versionOf(accountId));
      await this.endOfCookie(visit, 'signed_in_again');
      await visit.request.session.regenerate();
      visit.request.session.waiting = { accountId, method, since: this.db.now.toISOString(), accountVersion };
      return 'code_due';
    }
    await this.enter(visit, entrance);
    return !hasSecondFactor && (await this.secondFactors.isAwaited(accountId)) ? 'set_up_due' : 'open';
  }

  /** Whose code is waited for at this door; undefined when nobody's is, or no longer. */
  waiting({ request }: AtDoor): Omit<Entrance, 'hasSecondFactor'> | undefined {
    const waiting = request.session?.waiting;
    if (waiting === undefined) return undefined;
    const isOver = this.db.now.getTime() - new Date(waiting.since).getTime() > WAITING_MINUTES * 60_000;
    const { accountId, method, accountVersion } = waiting;
    return isOver ? undefined : { accountId, method: method as SessionMethod, accountVersion };
  }

  /** Opens the session that waited for its code. */
  async finish(visit: AtDoor): Promise<SessionAccount> {
    const waiting = this.waiting(visit);
    if (waiting === undefined) throw unauthenticated('session.required');
    // It is good once, however it ends.
    visit.request.session.waiting = undefined;
    return this.enter(visit, { ...waiting, hasSecondFactor: true });
  }

  /** The same session under a new cookie, after something about the account changed. */
  async renew({ request }: AtDoor): Promise<void> {
    const { account } = request.session;
    await request.session.regenerate();
    if (account !== undefined) request.session.account = account;
  }

  /** Why the session of this cookie is over, if nobody ended it: to be told at the door. */
  async overAt({ request }: AtDoor): Promise<typeof IDLE | typeof RUN_OUT | undefined> {
    const sessionId = request.session?.account?.sessionId;
    if (sessionId === undefined) return undefined;
    const [row] = await this.db.query<{ openedAt: Date; reason: string | null }>(sql`
      select opened_at as "openedAt", end_reason as reason from account_sessions where id = ${sessionId}`);
    if (row?.reason === IDLE || row?.reason === RUN_OUT) return row.reason;
    const hasRunOut =
      row?.reason === null && this.db.now.getTime() - row.openedAt.getTime() >= SESSION_HOURS * 3_600_000;
    return hasRunOut ? RUN_OUT : undefined;
  }

  /** Signs out here: the cookie is gone and its row says when. */
  async leave(visit: Pick<Visit, 'request' | 'reply'>): Promise<void> {
    forgetBrowser(visit);
    await this.endOfCookie(visit, 'signed_out');
    await visit.request.session.destroy();
  }

  /** The step itself: a row for this session. Refused for a closed account and for a door that is not for this person. */
  async open(work: Work, entrance: Entrance, place: Place): Promise<SessionAccount> {
    const { accountId, method, hasSecondFactor = false, accountVersion } = entrance;
    const account = await work.lockOne(Account, accountId);
    if (account.disabledAt !== null) throw unauthenticated('session.closed');
    // Since they came to the door the passphrase was changed, or a second step was set up.
    const isOld = accountVersion !== undefined && accountVersion !== account.version;
    if (isOld || (!hasSecondFactor && (await this.secondFactors.isSetUp(work, accountId)))) {
      throw unauthenticated('session.required');
    }
    const grants = method === 'card' ? await liveGrants(work, account.personId, work.today) : [];
    if (!grants.every(({ role }) => fitsCard(role))) throw forbidden('card.not_for_roles');
    const sessionId = newId();
    const { now } = work;
    await work.query(sql`
      insert into account_sessions (id, account_id, method, opened_at, last_seen_at, confirmed_at, second_factor_at,
        agent, address)
      values (${sessionId}, ${accountId}, ${method}, ${now}, ${now}, ${now}, ${hasSecondFactor ? now : null},
        ${place.agent}, ${place.address})`);
    work.audit({ action: 'session.opened', subjectType: 'account', subjectId: accountId, after: { method } });
    return { accountId, sessionId };
  }

  /** Ends one; of somebody else's account it is not found. */
  async end(work: Work, sessionId: string, reason: string, accountId?: string): Promise<void> {
    const ended = await work.query<{ accountId: string }>(sql`
      update account_sessions set ended_at = ${work.now}, end_reason = ${reason}
      where id = ${sessionId} and ended_at is null and (${accountId ?? null}::uuid is null or account_id = ${accountId ?? null})
      returning account_id as "accountId"`);
    const [first] = ended;
    if (first === undefined) throw notFound('thing.not_found');
    work.audit({ action: 'session.ended', subjectType: 'account', subjectId: first.accountId, note: reason });
  }

  /** Ends all of an account, save the one that goes on; gives how many there were. */
  async endAll(work: Work, accountId: string, reason: string, exceptSessionId?: string): Promise<number> {
    const ended = await work.query(sql`
      update account_sessions set ended_at = ${work.now}, end_reason = ${reason}
      where account_id = ${accountId} and ended_at is null and id is distinct from ${exceptSessionId ?? null}::uuid
      returning id`);
    if (ended.length > 0) {
      const after = { count: ended.length };
      work.audit({ action: 'session.all_ended', subjectType: 'account', subjectId: accountId, note: reason, after });
    }
    return ended.length;
  }

  /** The person proved once more that it is they. */
  async confirm(work: Work, sessionId: string): Promise<void> {
    await work.query(sql`update account_sessions set confirmed_at = ${work.now} where id = ${sessionId}`);
  }

  /** The second step was given in this session. */
  async markSecondFactor(work: Work, sessionId: string): Promise<void> {
    await work.query(sql`
      update account_sessions set second_factor_at = ${work.now}, confirmed_at = ${work.now} where id = ${sessionId}`);
  }

  /** Where a person is signed in now, the latest first. */
  async ofPerson(from: Queryable, personId: string): Promise<SessionLine[]> {
    const oldest = new Date(this.db.now.getTime() - SESSION_HOURS * 3_600_000);
    return from.query<SessionLine>(sql`
      select s.id, s.method, s.opened_at as "openedAt", s.last_seen_at as "lastSeenAt", s.agent, s.address
      from account_sessions s join accounts a on a.id = s.account_id
      where a.person_id = ${personId} and s.ended_at is null and s.opened_at > ${oldest}
      order by s.last_seen_at desc, s.id desc limit 50`);
  }

  private async enter(visit: AtDoor, entrance: Entrance): Promise<SessionAccount> {
    const actor = await this.actorOf(entrance.accountId);
    const place = placeOf(visit.request);
    const account = await withoutKey(() => this.db.work(actor, (work) => this.open(work, entrance, place)));
    await this.endOfCookie(visit, 'signed_in_again');
    await visit.request.session.regenerate();
    visit.request.session.account = account;
    return account;
  }

  /** The row of the session this cookie had until now. */
  private async endOfCookie({ request }: AtDoor, reason: string): Promise<void> {
    const account = request.session?.account;
    if (account?.sessionId === undefined) return;
    const actor = await this.actorOf(account.accountId).catch(() => undefined);
    if (actor === undefined) return;
    await withoutKey(() =>
      this.db.work(actor, async (work) => {
        const ended = await work.query(sql`
          update account_sessions set ended_at = ${work.now}, end_reason = ${reason}
          where id = ${account.sessionId} and ended_at is null returning id`);
        const { accountId: subjectId } = account;
        if (ended.length > 0) work.audit({ action: 'session.ended', subjectType: 'account', subjectId, note: reason });
        return null;
      }),
    );
  }

  private async versionOf(accountId: string): Promise<number | undefined> {
    const [row] = await this.db.query<{ version: number }>(sql`select version from accounts where id = ${accountId}`);
    return row?.version;
  }

  private async actorOf(accountId: string): Promise<PersonActor> {
    const [row] = await this.db.query<{ personId: string; name: string }>(sql`
      select p.id as "personId", p.name from accounts a join persons p on p.id = a.person_id where a.id = ${accountId}`);
    if (row === undefined) throw unauthenticated('session.closed');
    return { kind: 'person', ...row, grants: [] };
  }
}

export function placeOf(request: FastifyRequest): Place {
  return { agent: agentWords(request.headers['user-agent']), address: request.ip };
}
