/** LinkEntry: what the button of a link does - signing in, signing up, a passphrase, a new address. */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Account, holdsGraveRole, Identifier, lockIdentifier, People, safePath } from '../identity/index.js';
import type { SessionMethod } from './account-session.entity.js';
import { guestsAmong } from './guests.js';
import { withoutKey } from './limits.service.js';
import { hasClosed, type IdentifierKind, type Known, knownBy } from './link-requests.service.js';
import { isPrinted, MailedLinks, type OpenLink } from './mailed-links.service.js';
import { checkNew } from './passphrase.rules.js';
import { tellPassphrase } from './passphrase-news.js';
import { hashPassphrase } from './passphrases.js';
import { Sessions } from './sessions.service.js';

/** Whose session is to be opened, and where they go then. */
export interface Entered {
  readonly accountId: string;
  readonly method: SessionMethod;
  readonly next: string | undefined;
}

/** What the page of a link shows. */
export interface LinkAtDoor {
  readonly link: OpenLink;
  /** Whom it would let in; several where they share the address. */
  readonly people: readonly Known[];
  /** Somebody of this address signs in another way, because what they may do is more than their own things. */
  readonly hasOthers: boolean;
}

@Injectable()
export class LinkEntry {
  constructor(
    private readonly db: Database,
    private readonly links: MailedLinks,
    private readonly sessions: Sessions,
    private readonly people: People,
    private readonly mailer: Mailer,
  ) {}

  /** What the page shows. Nothing is used up by looking. */
  async look(token: string): Promise<LinkAtDoor> {
    const link = await this.links.read(this.db, token);
    const whom = await this.whom(this.db, link);
    const isForSomebody = link.purpose === 'sign_in' || link.purpose === 'passphrase';
    if (isForSomebody && whom.people.length === 0 && !whom.hasOthers) throw notFound('link.not_open');
    return { link, ...whom };
  }

  /** The button of a link to sign in with; with several people the answer is who one is. */
  async signIn(token: string, personId?: string): Promise<Entered | 'who'> {
    return this.entering(async (work) => {
      const open = await this.links.read(work, token);
      if (!['sign_in', 'passphrase'].includes(open.purpose)) throw notFound('link.not_open');
      const { people, hasOthers } = await this.whom(work, open);
      if (people.length === 0 && !hasOthers) throw notFound('link.not_open');
      const chosen = people.length === 1 ? people[0] : people.find((each) => each.personId === personId);
      if (chosen === undefined && people.length === 0) throw forbidden('link.shared_only');
      if (chosen === undefined) return 'who';
      await this.links.use(work, token);
      return this.entered(open, chosen.accountId);
    });
  }

  /** The button of a link to sign up with: a person and an account, or the one that came to be meanwhile. */
  async signUp(token: string, name: string | undefined): Promise<Entered | 'who'> {
    return this.entering(async (work) => {
      const open = await this.links.read(work, token, 'sign_up');
      const kind = kindOf(open);
      await lockIdentifier(work, open.address);
      const { people, hasOthers } = await this.whom(work, open);
      if (people.length > 1) return 'who';
      const [there] = people;
      if (there === undefined && hasOthers) throw forbidden('link.shared_only');
      if (there === undefined && (await hasClosed(work, kind, open.address))) throw notFound('link.not_open');
      if (there === undefined && name === undefined) throw invalidField('name', 'field.required');
      const link = await this.links.use(work, token, 'sign_up');
      if (there !== undefined) return this.entered(link, there.accountId);
      const added = await this.people.add(work, name ?? '', link.address, null, kind);
      work.audit({ action: 'person.signed_up', subjectType: 'person', subjectId: added.personId, after: { kind } });
      return this.entered(link, added.accountId);
    });
  }

  /** Sets a passphrase, ends every session and lets in. Of two at once exactly one wins. */
  async choosePassphrase(
    token: string,
    input: { passphrase: string; repeat: string },
    personId?: string,
  ): Promise<Entered | 'who'> {
    return withoutKey(async () => {
      const look = await this.look(token);
      if (look.link.purpose !== 'passphrase') throw notFound('link.not_open');
      const chosen = look.people.length === 1 ? look.people[0] : look.people.find((each) => each.personId === personId);
      if (chosen === undefined) return 'who';
      checkNew(input, [chosen.name, look.link.address]);
      const passphraseHash = await hashPassphrase(input.passphrase);
      return this.db.work(systemActor('link'), async (work) => {
        const link = await this.links.use(work, token, 'passphrase');
        const account = await work.lockOne(Account, chosen.accountId);
        if (account.disabledAt !== null) throw notFound('link.not_open');
        await work.update(Account, account, { passphraseHash });
        await this.sessions.endAll(work, account.id, 'passphrase_changed');
        await this.links.endEntrances(work, chosen.personId);
        work.audit({ action: 'account.passphrase_set', subjectType: 'account', subjectId: account.id });
        if (link.payload['isInvitation'] !== true) await tellPassphrase(this.mailer, work, chosen.personId);
        return this.entered(link, account.id);
      });
    });
  }

  /** Takes the new address or number; a mail to the old address says so. */
  async takeAddress(token: string): Promise<{ personId: string; kind: IdentifierKind }> {
    return this.db.work(systemActor('link'), async (work) => {
      const link = await this.links.use(work, token, 'change_address');
      const kind = link.payload['kind'] === 'telephone' ? 'telephone' : 'address';
      const personId = link.personId;
      if (personId === null) throw notFound('link.not_open');
      // A role that was proposed after an administrator asked for this address.
      if (link.payload['byOther'] === true && (await holdsGraveRole(work, personId, work.today))) {
        throw forbidden('address.grave_role');
      }
      await lockIdentifier(work, link.address);
      const held = await work.query<{ id: string; value: string }>(sql`
        select id, value from identifiers where person_id = ${personId} and kind = ${kind} order by created_at, id
        for update`);
      if (held.some(({ value }) => value === link.address)) throw conflict('address.same');
      const rows = await work.lock(
        Identifier,
        held.slice(0, 1).map(({ id }) => id),
      );
      // Links on their way to the old address open nothing any more.
      await this.links.endEntrances(work, personId);
      const [old] = rows;
      if (old === undefined) await work.insertOne(Identifier, { personId, kind, value: link.address });
      else await work.update(Identifier, old, { value: link.address });
      if (kind === 'address' && held[0] !== undefined) await this.tellOld(work, personId, held[0].value);
      work.audit({ action: 'address.changed', subjectType: 'person', subjectId: personId, after: { kind } });
      return { personId, kind };
    });
  }

  private async tellOld(work: Work, personId: string, to: string): Promise<void> {
    const [person] = await work.query<{ name: string }>(sql`select name from persons where id = ${personId}`);
    await this.mailer.send(work, {
      about: null,
      ...{ to, subjectKey: 'mail.address_changed.subject', template: 'mail/address-changed' },
      view: { name: person?.name ?? '' },
    });
  }

  /** Whom a link would let in. Several share an address only for their own things. */
  private async whom(from: Queryable, link: OpenLink): Promise<Omit<LinkAtDoor, 'link'>> {
    const known = await knownBy(from, kindOf(link), link.address);
    const own = known.filter(({ personId }) => link.personId === null || personId === link.personId);
    // One that was shown on the server went to no mailbox that others read.
    if (known.length <= 1 || isPrinted(link)) return { people: own, hasOthers: false };
    const people = await guestsAmong(from, own, this.db.today);
    return { people, hasOthers: people.length < own.length };
  }

  private entered(link: OpenLink, accountId: string): Entered {
    const method = link.channel === 'mail' ? 'link' : 'text';
    return { accountId, method, next: safePath(link.payload['next']) };
  }

  private entering<T>(run: (work: Work) => Promise<T>): Promise<T> {
    return withoutKey(() => this.db.work(systemActor('link'), run));
  }
}

const kindOf = (link: OpenLink): IdentifierKind => (link.channel === 'mail' ? 'address' : 'telephone');
