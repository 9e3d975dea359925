/**
 * OwnSessions: where somebody is signed in, and ending it there. What was begun there ends with it: a link to a new
 * address that was asked for in a stranger's hands would else take the account over later.
 */
import { Injectable } from '@nestjs/common';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { notFound, unauthenticated } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { MailedLinks } from './mailed-links.service.js';
import { type SessionLine, Sessions } from './sessions.service.js';

@Injectable()
export class OwnSessions {
  constructor(
    private readonly db: Database,
    private readonly sessions: Sessions,
    private readonly links: MailedLinks,
  ) {}

  async list(actor: Actor): Promise<SessionLine[]> {
    return this.sessions.ofPerson(this.db, personOf(actor).personId);
  }

  async end(actor: Actor, sessionId: string): Promise<{ id: string }> {
    const { personId } = personOf(actor);
    return this.db.work(actor, async (work) => {
      await this.sessions.end(work, sessionId, 'ended_by_person', await accountOf(work, personId));
      await this.links.endOf(work, personId, 'change_address');
      return { id: sessionId };
    });
  }

  /** Everywhere else. */
  async endOthers(actor: Actor): Promise<{ count: number }> {
    const { personId, sessionId } = personOf(actor);
    return this.db.work(actor, async (work) => {
      const count = await this.sessions.endAll(work, await accountOf(work, personId), 'ended_by_person', sessionId);
      await this.links.endOf(work, personId, 'change_address');
      return { count };
    });
  }
}

async function accountOf(work: Work, personId: string): Promise<string> {
  const [account] = await work.query<{ id: string }>(sql`select id from accounts where person_id = ${personId}`);
  if (account === undefined) throw notFound('thing.not_found');
  return account.id;
}

function personOf(actor: Actor): PersonActor {
  if (actor.kind !== 'person') throw unauthenticated('session.required');
  return actor;
}
