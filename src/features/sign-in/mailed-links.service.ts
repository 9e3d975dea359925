/**
 * MailedLinks: links good once and for a short time, to an address or a telephone. What a link carries is made while it
 * is written, and stored nowhere but in that message; here lies its hash. A page that is opened uses nothing up, since
 * mail scanners follow links: a button does.
 */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { hashToken, randomToken } from '../../kernel/ids.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { normalizeAddress } from '../identity/index.js';
import { LinkPurposes } from './link-purposes.js';
import { type LinkMail, MailedLink } from './mailed-link.entity.js';

export const LINK_TOPIC = 'link.send';

export interface LinkRequest {
  /** Registered with `LinkPurposes`. */
  readonly purpose: string;
  /** The e-mail address, or the telephone number when it goes by text. */
  readonly address: string;
  readonly personId?: string | null;
  /** What the button needs to know; no secrets. */
  readonly payload?: Record<string, unknown>;
  readonly minutes: number;
  /** The view is given `link`, `expires`, `agency` and `helpPhone` besides. */
  readonly mail: LinkMail;
  readonly channel?: 'mail' | 'text';
}

/** A link as it is shown on the server: the path behind the public address, and until when it is good. */
export interface PrintedLink {
  readonly path: string;
  readonly expiresAt: Date;
}

export interface OpenLink {
  readonly id: string;
  readonly purpose: string;
  readonly channel: 'mail' | 'text';
  readonly address: string;
  readonly personId: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date;
}

/** A link somebody holds, whatever became of it. */
export interface HeldLink extends OpenLink {
  readonly minutes: number;
  readonly mail: LinkMail;
  readonly usedAt: Date | null;
  readonly replacedAt: Date | null;
}

/** What lets somebody in, or changes how they get in. */
const ENTRANCES = ['sign_in', 'passphrase', 'change_address'] as const;

const COLUMNS = sql`l.id, l.purpose, l.channel, l.address, l.person_id as "personId", l.payload,
  l.expires_at as "expiresAt"`;

@Injectable()
export class MailedLinks {
  constructor(
    private readonly db: Database,
    private readonly purposes: LinkPurposes,
  ) {}

  /** Queues a link in this work; it goes out exactly when the work commits. */
  async send(work: Work, request: LinkRequest): Promise<{ id: string }> {
    const { purpose, personId = null, payload = {}, minutes, mail, channel = 'mail' } = request;
    // A purpose nobody knows is told of now, and not when the mail is written.
    this.purposes.path(purpose, '');
    const link = await work.insertOne(MailedLink, {
      ...{ purpose, channel, personId, payload, mail, minutes, tokenHash: null, usedAt: null, replacedAt: null },
      address: channel === 'mail' ? normalizeAddress(request.address) : request.address,
      expiresAt: new Date(work.now.getTime() + minutes * 60_000),
    });
    work.queue(LINK_TOPIC, { linkId: link.id });
    return { id: link.id };
  }

  /** A link that nobody mails: it is shown on the server, to whoever runs it, and is good at once. */
  async print(work: Work, request: Omit<LinkRequest, 'channel'>): Promise<PrintedLink> {
    const { purpose, personId = null, payload = {}, minutes, mail, address } = request;
    const token = randomToken();
    const expiresAt = new Date(work.now.getTime() + minutes * 60_000);
    await work.insertOne(MailedLink, {
      ...{ purpose, channel: 'mail', personId, mail, minutes, expiresAt, usedAt: null, replacedAt: null },
      payload: { ...payload, isPrinted: true },
      ...{ address: normalizeAddress(address), tokenHash: hashToken(token) },
    });
    return { path: this.purposes.path(purpose, token), expiresAt };
  }

  /** The open link with this token; 404 `link.not_open` when it was used, replaced, has run out or never was. */
  async read(from: Queryable, token: string, purpose?: string): Promise<OpenLink> {
    return this.find(from, token, this.db.now, purpose);
  }

  /** Uses it up. Of two at once exactly one goes on; the other is told that it is used. */
  async use(work: Work, token: string, purpose?: string): Promise<OpenLink> {
    const { id } = await this.find(work, token, work.now, purpose);
    const row = await work.lockOne(MailedLink, id);
    const link = await this.find(work, token, work.now, purpose);
    await work.update(MailedLink, row, { usedAt: work.now });
    return link;
  }

  /** What became of the link with this token; undefined when there never was one, or long ago. */
  async held(from: Queryable, token: string): Promise<HeldLink | undefined> {
    const [row] = await from.query<HeldLink>(sql`
      select ${COLUMNS}, l.minutes, l.mail, l.used_at as "usedAt", l.replaced_at as "replacedAt"
      from mailed_links l where l.token_hash = ${hashToken(token)}`);
    return row;
  }

  /** Takes one back that was not used yet. */
  async replace(work: Work, { id }: { readonly id: string }): Promise<void> {
    await this.end(work, sql`id = ${id}`);
  }

  /** Ends what would let a person in: links of their own, and those to their addresses that name nobody. */
  async endEntrances(work: Work, personId: string): Promise<void> {
    await this.end(
      work,
      sql`purpose = any(${[...ENTRANCES]}::text[]) and (person_id = ${personId} or (person_id is null
        and address in (select value from identifiers where person_id = ${personId})))`,
    );
  }

  /** Ends every link of a person with this purpose: a newer one takes their place. */
  async endOf(work: Work, personId: string, purpose: string): Promise<void> {
    await this.end(work, sql`person_id = ${personId} and purpose = ${purpose}`);
  }

  private async end(work: Work, which: Sql): Promise<void> {
    await work.query(sql`
      update mailed_links set replaced_at = ${work.now}, version = version + 1
      where ${which} and used_at is null and replaced_at is null`);
  }

  private async find(from: Queryable, token: string, now: Date, purpose?: string): Promise<OpenLink> {
    const [row] = await from.query<OpenLink>(sql`
      select ${COLUMNS} from mailed_links l left join accounts a on a.person_id = l.person_id
      where l.token_hash = ${hashToken(token)} and l.used_at is null and l.replaced_at is null
        and l.expires_at > ${now} and a.disabled_at is null
        and (${purpose ?? null}::text is null or l.purpose = ${purpose ?? null})`);
    if (row === undefined) throw notFound('link.not_open');
    return row;
  }
}

/** Whether it was shown on the server, for a person it names, and never mailed. */
export const isPrinted = ({ payload }: OpenLink): boolean => payload['isPrinted'] === true;

/** What a link carries: 43 characters. Anything else was never one of ours. */
export function linkToken(raw: unknown): string {
  if (typeof raw !== 'string' || !/^[A-Za-z0-9_-]{43}$/u.test(raw)) throw notFound('link.not_open');
  return raw;
}
