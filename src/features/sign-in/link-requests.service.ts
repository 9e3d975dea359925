/**
 * LinkRequests: somebody asks for a link. Whether the address is known changes what the mail says and nothing else: the
 * same rows are written, the same page answers.
 */
import { Injectable } from '@nestjs/common';
import { type Actor, PUBLIC_ACTOR } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { holdsGraveRole, normalizeAddress, requirePermission, safePath } from '../identity/index.js';
import {
  ADDRESS_MINUTES,
  INVITATION_MINUTES,
  LINKS_OF_ADDRESS,
  LINKS_OF_NETWORK,
  normalizeTelephone,
  PASSPHRASE_MINUTES,
  SIGN_IN_MINUTES,
  SIGN_UP_MINUTES,
  TEXTS_OF_NETWORK,
} from './entry.rules.js';
import { Limits, networkOf, withoutKey } from './limits.service.js';
import type { LinkRequest } from './mailed-links.service.js';
import { MailedLinks } from './mailed-links.service.js';
import { TextMessages } from './text-messages.service.js';

/** Who uses an address or a telephone. */
export interface Known {
  readonly personId: string;
  readonly accountId: string;
  readonly name: string;
}

/** What an administrator says about somebody's new address. */
export interface OtherAddress {
  readonly email: string;
  readonly reason: string;
}

export type IdentifierKind = 'address' | 'telephone';

/** Persons with an open account whom this address or number reaches. */
export function knownBy(from: Queryable, kind: IdentifierKind, value: string): Promise<Known[]> {
  return from.query<Known>(sql`
    select p.id as "personId", a.id as "accountId", p.name
    from identifiers i join persons p on p.id = i.person_id join accounts a on a.person_id = p.id
    where i.kind = ${kind} and i.value = ${value} and a.disabled_at is null order by lower(p.name), p.id limit 20`);
}

/** Whether a closed account has this address: nobody signs up past it. */
export async function hasClosed(from: Queryable, kind: IdentifierKind, value: string): Promise<boolean> {
  return (await closedBy(from, kind, value)) !== undefined;
}

async function closedBy(from: Queryable, kind: IdentifierKind, value: string): Promise<string | undefined> {
  const [row] = await from.query<{ personId: string }>(sql`
    select a.person_id as "personId" from identifiers i join accounts a on a.person_id = i.person_id
    where i.kind = ${kind} and i.value = ${value} and a.disabled_at is not null limit 1`);
  return row?.personId;
}

@Injectable()
export class LinkRequests {
  constructor(
    private readonly db: Database,
    private readonly links: MailedLinks,
    private readonly limits: Limits,
    private readonly texts: TextMessages,
  ) {}

  /** A link to sign in with; to sign up with where nobody is known by the address. */
  async askByMail(email: string, address: string, terms: { next?: string; name?: string } = {}): Promise<void> {
    const value = normalizeAddress(email);
    await this.limits.take(`links-from:${networkOf(address)}`, LINKS_OF_NETWORK);
    await this.sendWithin(value, (work) => this.entrance(work, 'address', value, terms));
  }

  /** The same to a telephone. */
  async askByText(telephone: string, address: string, terms: { next?: string } = {}): Promise<void> {
    const value = normalizeTelephone(telephone);
    if (!this.texts.isOffered) throw notFound('thing.not_found');
    if (value === undefined) throw invalidField('telephone', 'field.not_a_telephone');
    await this.limits.take(`texts-from:${networkOf(address)}`, TEXTS_OF_NETWORK);
    await this.sendWithin(value, (work) => this.entrance(work, 'telephone', value, terms));
  }

  /** A link to choose a new passphrase with. */
  async askForPassphrase(email: string, address: string): Promise<void> {
    const value = normalizeAddress(email);
    await this.limits.take(`links-from:${networkOf(address)}`, LINKS_OF_NETWORK);
    await this.sendWithin(value, async (work) => {
      const known = await knownBy(work, 'address', value);
      if (known.length === 0) return this.entrance(work, 'address', value, {});
      const mail = {
        about: null,
        subjectKey: 'mail.passphrase.subject',
        template: 'mail/passphrase',
        view: nameOf(known),
      };
      return { purpose: 'passphrase', address: value, minutes: PASSPHRASE_MINUTES, mail };
    });
  }

  /** Whoever holds a link that is over gets a new one, to the same address and by the same way. */
  async askAgain(token: string, address: string): Promise<'mail' | 'text'> {
    const held = await this.links.held(this.db, token);
    if (held === undefined) throw notFound('link.not_open');
    await this.limits.take(`links-from:${networkOf(address)}`, LINKS_OF_NETWORK);
    await this.sendWithin(held.address, async (work) => {
      // What was not used and not taken back is sent as it was; otherwise a link to sign in with does as well.
      const isEntrance = held.purpose === 'sign_in' || held.purpose === 'sign_up';
      if (!isEntrance && held.usedAt === null && held.replacedAt === null) {
        const { purpose, channel, personId, payload, minutes, mail } = held;
        return { purpose, channel, address: held.address, personId, payload, minutes, mail };
      }
      const kind = held.channel === 'mail' ? 'address' : 'telephone';
      const { name, next } = held.payload;
      const terms = { next: safePath(next), name: typeof name === 'string' ? name : undefined };
      return this.entrance(work, kind, held.address, terms);
    });
    return held.channel;
  }

  /** The link by which a person gets in for the first time, or again: an administrator's, or that of a new seat. */
  async invite(work: Work, personId: string): Promise<void> {
    const [row] = await work.query<{ name: string; address: string }>(sql`
      select p.name, i.value as address from persons p join accounts a on a.person_id = p.id
      join identifiers i on i.person_id = p.id and i.kind = 'address'
      where p.id = ${personId} and a.disabled_at is null order by i.created_at, i.id limit 1`);
    if (row === undefined) return;
    // A newer invitation takes the place of the one before.
    await this.links.endOf(work, personId, 'passphrase');
    await this.links.send(work, {
      ...{ purpose: 'passphrase', address: row.address, personId, minutes: INVITATION_MINUTES },
      payload: { isInvitation: true },
      mail: {
        about: null,
        subjectKey: 'mail.invitation.subject',
        template: 'mail/invitation',
        view: { name: row.name },
      },
    });
  }

  /** A link to a new address of one's own, which proves that it is theirs. */
  async askToChange(actor: Actor & { kind: 'person' }, kind: IdentifierKind, typed: string): Promise<void> {
    const value = kind === 'address' ? normalizeAddress(typed) : normalizeTelephone(typed);
    if (value === undefined) throw invalidField('telephone', 'field.not_a_telephone');
    if (kind === 'telephone' && !this.texts.isOffered) throw notFound('thing.not_found');
    await this.limits.take(`change:${actor.personId}`, LINKS_OF_ADDRESS);
    await this.db.work(actor, async (work) => {
      await this.sendChange(work, kind, value, actor);
      work.audit({ action: 'address.change_asked', subjectType: 'person', subjectId: actor.personId, after: { kind } });
      return null;
    });
  }

  /** The same for somebody who lost their mailbox: an administrator says which is theirs now, and they confirm it. */
  async askToChangeFor(actor: Actor, personId: string, { email, reason }: OtherAddress): Promise<void> {
    await this.db.work(actor, async (work) => {
      requirePermission(work, 'person.change_address');
      if (actor.kind === 'person' && actor.personId === personId) throw forbidden('address.own');
      const [person] = await work.query<{ name: string }>(sql`
        select p.name from persons p join accounts a on a.person_id = p.id
        where p.id = ${personId} and a.disabled_at is null`);
      if (person === undefined) throw notFound('thing.not_found');
      // Whoever chooses where somebody's links go can sign in as them: one administrator would be two.
      if (await holdsGraveRole(work, personId, work.today)) throw forbidden('address.grave_role');
      await this.sendChange(work, 'address', normalizeAddress(email), { personId, name: person.name, byOther: true });
      work.audit({ action: 'address.change_asked', subjectType: 'person', subjectId: personId, note: reason });
      return null;
    });
  }

  private async sendChange(
    work: Work,
    kind: IdentifierKind,
    address: string,
    { personId, name, byOther = false }: { personId: string; name: string; byOther?: boolean },
  ): Promise<void> {
    const payload = { kind, ...(byOther && { byOther }) };
    const isMail = kind === 'address';
    await this.links.send(work, {
      ...{ purpose: 'change_address', address, personId, minutes: ADDRESS_MINUTES, payload },
      channel: isMail ? 'mail' : 'text',
      mail: {
        about: null,
        subjectKey: isMail ? 'mail.change_address.subject' : 'text.change_telephone',
        template: 'mail/change-address',
        view: { name },
      },
    });
  }

  /** What somebody who asks is sent: known or not, one message. */
  private async entrance(
    work: Work,
    kind: IdentifierKind,
    value: string,
    { next, name }: { next?: string; name?: string },
  ): Promise<LinkRequest> {
    const known = await knownBy(work, kind, value);
    const closed = await closedBy(work, kind, value);
    const channel = kind === 'address' ? 'mail' : 'text';
    const onward = next === undefined ? {} : { next };
    if (known.length === 0 && closed === undefined) {
      const subjectKey = channel === 'mail' ? 'mail.sign_up.subject' : 'text.sign_up';
      return {
        ...{ purpose: 'sign_up', channel, address: value, minutes: SIGN_UP_MINUTES },
        payload: { ...onward, ...(name !== undefined && { name }) },
        mail: { about: null, subjectKey, template: 'mail/sign-up', view: { name: name ?? null } },
      };
    }
    const subjectKey = channel === 'mail' ? 'mail.sign_in.subject' : 'text.sign_in';
    return {
      ...{ purpose: 'sign_in', channel, address: value, minutes: SIGN_IN_MINUTES, payload: onward },
      // What is for a closed account is written down like any other and goes nowhere.
      personId: known.length === 0 ? closed : null,
      mail: { about: null, subjectKey, template: 'mail/sign-in', view: nameOf(known) },
    };
  }

  /** Beyond the limit of an address nothing more is sent, and nobody is told: what is in the mailbox still opens. */
  private async sendWithin(value: string, make: (work: Work) => Promise<LinkRequest>): Promise<void> {
    if (!(await this.limits.fits(`links:${value}`, LINKS_OF_ADDRESS))) return;
    await withoutKey(() =>
      this.db.work(PUBLIC_ACTOR, async (work) => {
        await this.links.send(work, await make(work));
        return null;
      }),
    );
  }
}

/** A family's address is greeted without a name. */
const nameOf = (known: readonly Known[]): { name: string | null } => ({
  name: known.length === 1 ? (known[0]?.name ?? null) : null,
});
