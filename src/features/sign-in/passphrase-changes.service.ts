/** PassphraseChanges: a person's own passphrase - choosing a first one, and changing it. */
import { Injectable } from '@nestjs/common';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound, unauthenticated } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Account } from '../identity/index.js';
import { TRIES } from './entry.rules.js';
import { Limits, networkOf, withoutKey } from './limits.service.js';
import { MailedLinks } from './mailed-links.service.js';
import { checkNew } from './passphrase.rules.js';
import { tellPassphrase } from './passphrase-news.js';
import { fitsPassphrase, hashPassphrase } from './passphrases.js';
import { Sessions } from './sessions.service.js';

export interface NewPassphrase {
  readonly passphrase: string;
  readonly repeat: string;
}

interface Own {
  readonly accountId: string;
  readonly name: string;
  readonly hash: string | null;
  readonly addresses: readonly string[];
}

@Injectable()
export class PassphraseChanges {
  constructor(
    private readonly db: Database,
    private readonly limits: Limits,
    private readonly sessions: Sessions,
    private readonly links: MailedLinks,
    private readonly mailer: Mailer,
  ) {}

  /** Whether the person has one at all. */
  async has(personId: string): Promise<boolean> {
    return (await this.own(personId)).hash !== null;
  }

  /** Changes the actor's own and ends all sessions but this one. */
  async change(actor: Actor, input: NewPassphrase & { current: string }, address: string): Promise<{ id: string }> {
    const person = personOf(actor);
    return withoutKey(async () => {
      const own = await this.own(person.personId);
      const key = `change-passphrase:${own.accountId}:${networkOf(address)}`;
      await this.limits.take(key, TRIES);
      if (!(await fitsPassphrase(own.hash, input.current))) throw invalidField('current', 'passphrase.current_wrong');
      checkNew(input, [own.name, input.current, ...own.addresses]);
      return this.save(person, own, input, key);
    });
  }

  /** Gives the actor, who has shown a moment ago that it is they, a first one. */
  async add(actor: Actor, input: NewPassphrase): Promise<{ id: string }> {
    const person = personOf(actor);
    return withoutKey(async () => {
      const own = await this.own(person.personId);
      if (own.hash !== null) throw conflict('passphrase.there_already');
      checkNew(input, [own.name, ...own.addresses]);
      return this.save(person, own, input);
    });
  }

  private async save(person: PersonActor, own: Own, input: NewPassphrase, key?: string): Promise<{ id: string }> {
    const passphraseHash = await hashPassphrase(input.passphrase);
    return this.db.work(person, async (work) => {
      const row = await work.lockOne(Account, own.accountId);
      // Somebody else's change in between means that the passphrase just checked is no longer the one.
      if (row.passphraseHash !== own.hash || row.disabledAt !== null) throw conflict('thing.changed_meanwhile');
      await work.update(Account, row, { passphraseHash });
      await this.sessions.endAll(work, row.id, 'passphrase_changed', person.sessionId);
      await this.links.endEntrances(work, person.personId);
      if (key !== undefined) await this.limits.forgive(work, key);
      await tellPassphrase(this.mailer, work, person.personId);
      const action = own.hash === null ? 'account.passphrase_set' : 'account.passphrase_changed';
      work.audit({ action, subjectType: 'account', subjectId: row.id });
      return { id: row.id };
    });
  }

  private async own(personId: string): Promise<Own> {
    const [row] = await this.db.query<Own>(sql`
      select a.id as "accountId", p.name, a.passphrase_hash as hash,
             array(select i.value from identifiers i where i.person_id = p.id) as addresses
      from accounts a join persons p on p.id = a.person_id where p.id = ${personId}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }
}

function personOf(actor: Actor): PersonActor {
  if (actor.kind !== 'person') throw unauthenticated('session.required');
  return actor;
}
