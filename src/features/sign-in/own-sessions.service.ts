/** OwnSessions: where somebody is signed in, and ending it there. */
import { Injectable } from '@nestjs/common';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { notFound, unauthenticated } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type SessionLine, Sessions } from './sessions.service.js';

@Injectable()
export class OwnSessions {
  constructor(
    private readonly db: Database,
    private readonly sessions: Sessions,
  ) {}

  async list(actor: Actor): Promise<SessionLine[]> {
    return this.sessions.ofPerson(this.db, personOf(actor).personId);
  }

  async end(actor: Actor, sessionId: string): Promise<{ id: string }> {
    const { personId } = personOf(actor);
    return this.db.work(actor, async (work) => {
      await this.sessions.end(work, sessionId, 'ended_by_person', await accountOf(work, personId));
      return { id: sessionId };
    });
  }

  /** Everywhere else. */
  async endOthers(actor: Actor): Promise<{ count: number }> {
    const { personId, sessionId } = personOf(actor);
    return this.db.work(actor, async (work) => ({
      count: await this.sessions.endAll(work, await accountOf(work, personId), 'ended_by_person', sessionId),
    }));
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
