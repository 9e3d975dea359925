/**
 * Cards: a facilitator gives a participant without mail a card with a code to scan and a PIN. Code and PIN are shown
 * once; here lie their hashes. Five wrong PINs in a row make the card worthless, and the facilitator is told.
 */
import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { hashToken, randomToken } from '../../kernel/ids.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import { grantInForce, liveGrants, ScopeDirectory } from '../identity/index.js';
import { CardNews } from './card-news.js';
import { CARD_DAYS, MOST_WRONG_PINS, PIN_DIGITS, PINS_OF_NETWORK } from './entry.rules.js';
import { EntryCard } from './entry-card.entity.js';
import { fitsCard } from './guests.js';
import { Limits, networkOf, withoutKey } from './limits.service.js';
import { fitsPassphrase, hashPassphrase } from './passphrases.js';

/** A participant, and the card they have. */
export interface CardLine {
  readonly personId: string;
  readonly name: string;
  readonly collaborativeId: string;
  readonly collaborative: string;
  readonly cardId: string | null;
  /** The last day on which it is good, as a date of the agency. */
  readonly goodUntil: string | null;
  readonly lastUsedAt: Date | null;
  /** Of the last card, when none is good: `wrong_pins`, or what somebody wrote. */
  readonly revokeReason: string | null;
}

type CardRow = Omit<CardLine, 'collaborative' | 'goodUntil'> & { readonly expiresAt: Date | null };

/** What is printed, once. */
export interface IssuedCard {
  readonly cardId: string;
  readonly personId: string;
  readonly name: string;
  readonly token: string;
  readonly pin: string;
  /** The last day on which it is good, as a date of the agency. */
  readonly goodUntil: string;
}

@Injectable()
export class Cards {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly scopes: ScopeDirectory,
    private readonly limits: Limits,
    private readonly news: CardNews,
  ) {}

  /** Everybody who takes part in a collaborative of the actor's, or those with this in their name. */
  async list(actor: Actor, query: ListQuery): Promise<ListPage<CardLine>> {
    const { today, now, currentCalendar: calendar } = this.db;
    const where = [
      sql`g.role = 'participant' and g.scope_kind = 'collaborative' and ${grantInForce('g', today)}`,
      conditionSql(this.policy.filter(actor, 'card.read', { scopes: { collaborative: 'g.scope_id' } })),
    ];
    if (query.q !== undefined) where.push(sql`p.name ilike ${`%${query.q.replace(/[\\%_]/g, '\\$&')}%`}`);
    const found = await readList<CardRow>(
      this.db,
      {
        columns: sql`p.id as "personId", p.name, g.scope_id as "collaborativeId", c.id as "cardId",
          c.expires_at as "expiresAt", c.last_used_at as "lastUsedAt",
          case when c.id is null then (select o.revoke_reason from entry_cards o where o.person_id = p.id
            order by o.created_at desc limit 1) end as "revokeReason"`,
        from: sql`role_grants g join persons p on p.id = g.person_id
          left join entry_cards c on c.person_id = p.id and c.revoked_at is null and c.expires_at > ${now}`,
        ...{ where, id: 'g.id', defaultSort: 'name' },
        sorts: { name: { expression: 'lower(p.name)', type: 'text' } },
      },
      query,
    );
    const names = await this.scopes.names(
      this.db,
      found.items.map(({ collaborativeId }) => ({ scopeKind: 'collaborative' as const, scopeId: collaborativeId })),
    );
    const items = found.items.map(({ expiresAt, ...row }) => ({
      ...row,
      collaborative: names.get(row.collaborativeId) ?? '',
      goodUntil: expiresAt === null ? null : calendar.today(expiresAt),
    }));
    return { ...found, items };
  }

  /** A new card; an earlier one of the same person is worthless from then on. */
  async issue(
    actor: Actor,
    { personId, collaborativeId }: { personId: string; collaborativeId: string },
  ): Promise<IssuedCard> {
    return withoutKey(async () => {
      const token = randomToken();
      const pin = String(randomInt(10 ** PIN_DIGITS)).padStart(PIN_DIGITS, '0');
      const pinHash = await hashPassphrase(pin);
      return this.db.work(actor, async (work) => {
        const name = await this.participant(work, personId, collaborativeId);
        const grants = await liveGrants(work, personId, work.today);
        if (!grants.every(({ role }) => fitsCard(role))) throw conflict('card.not_for_roles');
        await this.revokeOpen(work, personId, 'replaced');
        await this.endSessions(work, personId);
        const card = await work.insertOne(EntryCard, {
          ...{ personId, collaborativeId, pinHash, tokenHash: hashToken(token), failures: 0 },
          issuedBy: actor.kind === 'person' ? actor.personId : null,
          expiresAt: new Date(work.now.getTime() + CARD_DAYS * 86_400_000),
          ...{ lastUsedAt: null, revokedAt: null, revokeReason: null },
        });
        work.audit({ action: 'card.issued', subjectType: 'person', subjectId: personId, after: { cardId: card.id } });
        await this.news.issued(work, card);
        return { cardId: card.id, personId, name, token, pin, goodUntil: work.calendar.today(card.expiresAt) };
      });
    });
  }

  async revoke(actor: Actor, cardId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const card = await work.lockOne(EntryCard, cardId);
      this.requireMine(work, 'card.revoke', card.collaborativeId);
      if (card.revokedAt !== null) throw conflict('card.revoked_already');
      await work.update(EntryCard, card, { revokedAt: work.now, revokeReason: note });
      await this.endSessions(work, card.personId);
      work.audit({ action: 'card.revoked', subjectType: 'person', subjectId: card.personId, note });
      return { id: cardId };
    });
  }

  /** Whose card this is, for the page that asks for its PIN; 404 `card.not_open` when it is worthless. */
  async look(token: string): Promise<{ cardId: string; name: string }> {
    const [card] = await this.db.query<{ cardId: string; name: string }>(sql`
      select c.id as "cardId", p.name from entry_cards c join persons p on p.id = c.person_id
      join accounts a on a.person_id = c.person_id
      where c.token_hash = ${hashToken(token)} and c.revoked_at is null and c.expires_at > ${this.db.now}
        and a.disabled_at is null`);
    if (card === undefined) throw notFound('card.not_open');
    return card;
  }

  /** The account that card and PIN open. */
  async enter(token: string, pin: string, address: string): Promise<{ accountId: string }> {
    return withoutKey(async () => {
      const { cardId } = await this.look(token);
      const key = `pin-from:${networkOf(address)}`;
      await this.limits.take(key, PINS_OF_NETWORK);
      const outcome = await this.db.work(systemActor('card'), async (work) => {
        // One after another for each card: of a hundred at once still five are looked at.
        const card = await work.lockOne(EntryCard, cardId);
        if (card.revokedAt !== null) throw notFound('card.not_open');
        const isRight = await fitsPassphrase(card.pinHash, pin.replace(/\s/gu, ''));
        if (!isRight) return this.wrong(work, card);
        await work.update(EntryCard, card, { failures: 0, lastUsedAt: work.now });
        await this.limits.giveBack(work, key);
        const [account] = await work.query<{ id: string }>(
          sql`select id from accounts where person_id = ${card.personId}`,
        );
        return { accountId: account?.id ?? '' };
      });
      if ('left' in outcome && outcome.left === 0) throw notFound('card.worn_out');
      if ('left' in outcome) throw invalidField('pin', 'card.pin_wrong', { left: outcome.left });
      return outcome;
    });
  }

  private async wrong(work: Work, card: EntryCard): Promise<{ left: number }> {
    const failures = card.failures + 1;
    const left = Math.max(0, MOST_WRONG_PINS - failures);
    if (left > 0) {
      await work.update(EntryCard, card, { failures });
      return { left };
    }
    await work.update(EntryCard, card, { failures, revokedAt: work.now, revokeReason: 'wrong_pins' });
    await this.news.wornOut(work, card);
    work.audit({ action: 'card.revoked', subjectType: 'person', subjectId: card.personId, note: 'wrong_pins' });
    return { left };
  }

  private async revokeOpen(work: Work, personId: string, reason: string): Promise<void> {
    await work.query(sql`
      update entry_cards set revoked_at = ${work.now}, revoke_reason = ${reason}, version = version + 1
      where person_id = ${personId} and revoked_at is null`);
  }

  /** Whoever got in by a card that was lost is out with it; what was opened in another way stays. */
  private async endSessions(work: Work, personId: string): Promise<void> {
    await work.query(sql`
      update account_sessions s set ended_at = ${work.now}, end_reason = 'card_ended'
      from accounts a where a.id = s.account_id and a.person_id = ${personId} and s.method = 'card'
        and s.ended_at is null`);
  }

  /** The name of somebody who takes part in this collaborative, which the actor holds. */
  private async participant(work: Work, personId: string, collaborativeId: string): Promise<string> {
    this.requireMine(work, 'card.issue', collaborativeId);
    const [person] = await work.query<{ name: string }>(sql`
      select p.name from persons p where p.id = ${personId} and exists (
        select from role_grants g where g.person_id = p.id and g.role = 'participant' and g.scope_kind = 'collaborative'
          and g.scope_id = ${collaborativeId} and ${grantInForce('g', work.today)})`);
    if (person === undefined) throw notFound('thing.not_found');
    // Cards of one person are made one after another.
    await work.query(sql`select pg_advisory_xact_lock(hashtext(${`card:${personId}`}))`);
    return person.name;
  }

  /** What lies in somebody else's collaborative is not there. */
  private requireMine(work: Work, permission: string, collaborativeId: string): void {
    const subject = { scopes: { collaborative: collaborativeId } };
    if (!work.policy.can(work.actor, permission, subject)) throw notFound('thing.not_found');
  }
}
