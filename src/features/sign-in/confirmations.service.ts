/** Confirmations: proving once more that it is still the person who signed in: by passphrase, code or mailed code. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type ActingSession, Confirmer, type ProofOffer, type ProofWay } from '../../platform/http/confirmation.js';
import type { FreshProof } from '../../platform/http/route.js';
import { Mailer } from '../../platform/mail/mail.js';
import { firstAddress } from '../identity/index.js';
import { ConfirmationCode } from './confirmation-code.entity.js';
import { Limits, networkOf, withoutKey } from './limits.service.js';
import { fitsPassphrase } from './passphrases.js';
import { appCode, mailedCode, newMailedCode, recoveryCode } from './second-factor.rules.js';
import { actorOf, SecondFactors } from './second-factors.service.js';
import { Sessions } from './sessions.service.js';

/** So long a proof counts. */
const FRESH_MINUTES = 15;
const CODE_MINUTES = 10;
const MOST_TRIES = 5;
const TRIES = { most: 10, minutes: 15 } as const;
const MAILS = { most: 5, minutes: 60 } as const;

interface Standing {
  readonly personId: string;
  readonly name: string;
  readonly passphraseHash: string | null;
  readonly address: string | null;
  readonly confirmedAt: Date;
  readonly secondFactorAt: Date | null;
  readonly isSetUp: boolean;
  /** Came in by a card and has shown nothing else since. Whoever made the card knows its PIN too. */
  readonly isByCardAlone: boolean;
}

@Injectable()
export class Confirmations extends Confirmer {
  constructor(
    private readonly db: Database,
    private readonly sessions: Sessions,
    private readonly secondFactors: SecondFactors,
    private readonly limits: Limits,
    private readonly mailer: Mailer,
  ) {
    super();
  }

  override async isFresh(session: ActingSession, proof: FreshProof): Promise<boolean> {
    const standing = await this.standing(session);
    if (standing === undefined) return false;
    // Who has a way that is their own alone proves it by that; a card lets in who has none.
    const hasOwnWay = standing.isSetUp || standing.passphraseHash !== null || standing.address !== null;
    if (standing.isByCardAlone && hasOwnWay) return false;
    const oldest = this.db.now.getTime() - FRESH_MINUTES * 60_000;
    const provedAt = proof === 'code' && standing.isSetUp ? standing.secondFactorAt : standing.confirmedAt;
    return provedAt !== null && provedAt.getTime() > oldest;
  }

  override async offer(session: ActingSession, proof: FreshProof, again: boolean): Promise<ProofOffer> {
    const standing = await this.standing(session);
    if (standing === undefined) return { ways: [] };
    const { isSetUp, passphraseHash, address } = standing;
    if (isSetUp && proof === 'code') return { ways: ['code'] };
    if (isSetUp && passphraseHash !== null) return { ways: ['code', 'passphrase'] };
    if (isSetUp) return { ways: ['code'] };
    if (passphraseHash !== null) return { ways: ['passphrase'] };
    if (address === null) return { ways: [] };
    await this.mailCode(session, { ...standing, address }, again);
    return { ways: ['mailed_code'], mailedTo: partlyHidden(address) };
  }

  override async prove(session: ActingSession, typed: string, address: string, proof: FreshProof): Promise<boolean> {
    const standing = await this.standing(session);
    if (standing === undefined) return false;
    if (standing.isSetUp && (appCode(typed) !== undefined || recoveryCode(typed) !== undefined || proof === 'code')) {
      const mark = (work: Work): Promise<void> => this.mark(work, session, 'code');
      const given = await this.secondFactors.take(session.accountId, typed, address, mark);
      if (given !== undefined) return true;
      // A passphrase may look like a recovery code.
      if (proof === 'code' || appCode(typed) !== undefined) return false;
    }
    const key = `proof:${session.accountId}:${networkOf(address)}`;
    await this.limits.take(key, TRIES);
    if (standing.passphraseHash === null)
      return !standing.isSetUp && (await this.takeMailed(session, standing, typed, key));
    if (!(await fitsPassphrase(standing.passphraseHash, typed))) return false;
    await withoutKey(() =>
      this.db.work(actorOf(standing), async (work) => {
        await this.limits.forgive(work, key);
        await this.mark(work, session, 'passphrase');
        return null;
      }),
    );
    return true;
  }

  /** The session is fresh as soon as what proves it is used up, so that the second of two presses finds it so. */
  private async mark(work: Work, session: ActingSession, way: ProofWay): Promise<void> {
    if (way === 'code') await this.sessions.markSecondFactor(work, session.sessionId);
    else await this.sessions.confirm(work, session.sessionId);
    work.audit({
      action: 'session.confirmed',
      ...{ subjectType: 'account', subjectId: session.accountId, after: { way } },
    });
  }

  /** Mails a code for this session, unless one that still holds was mailed already. */
  private async mailCode(
    session: ActingSession,
    person: Standing & { address: string },
    again: boolean,
  ): Promise<void> {
    const { sessionId } = session;
    if (!again && (await this.isMailed(this.db, sessionId))) return;
    const key = `proof-mail:${session.accountId}`;
    if (!(await this.limits.fits(key, MAILS))) return;
    const code = newMailedCode();
    await withoutKey(() =>
      this.db.work(actorOf(person), async (work) => {
        // Of several at once one mails a code, and the mails of an hour are not used up by the others.
        await work.query(sql`select 1 from account_sessions where id = ${sessionId} for update`);
        if (!again && (await this.isMailed(work, sessionId))) {
          await this.limits.giveBack(work, key);
          return null;
        }
        await work.query(sql`
          update confirmation_codes set expires_at = ${work.now}, version = version + 1
          where session_id = ${sessionId} and used_at is null and expires_at > ${work.now}`);
        const expiresAt = new Date(work.now.getTime() + CODE_MINUTES * 60_000);
        await work.insertOne(ConfirmationCode, {
          ...{ sessionId, expiresAt, tries: 0, usedAt: null },
          codeHash: hashOf(sessionId, code),
        });
        await this.mailer.send(work, {
          to: person.address,
          subjectKey: 'mail.confirmation_code.subject',
          about: null,
          template: 'mail/confirmation-code',
          view: { name: person.name, code: `${code.slice(0, 4)} ${code.slice(4)}`, minutes: CODE_MINUTES },
          carriesSecret: true,
        });
        return null;
      }),
    );
  }

  /** Whether a code for this session is on its way that still holds for a while. */
  private async isMailed(from: Queryable, sessionId: string): Promise<boolean> {
    const open = await from.query(sql`
      select 1 from confirmation_codes where session_id = ${sessionId} and used_at is null and tries < ${MOST_TRIES}
        and expires_at > ${new Date(this.db.now.getTime() + 60_000)}`);
    return open.length > 0;
  }

  /** A wrong one is counted with the code, so that a code is worth five tries wherever they come from. */
  private async takeMailed(session: ActingSession, standing: Standing, typed: string, key: string): Promise<boolean> {
    const { sessionId } = session;
    const code = mailedCode(typed);
    return withoutKey(() =>
      this.db.work(actorOf(standing), async (work) => {
        const [row] = await work.query<{ id: string; codeHash: string }>(sql`
          update confirmation_codes set tries = tries + 1, version = version + 1
          where id = (select id from confirmation_codes where session_id = ${sessionId} and used_at is null
                        and tries < ${MOST_TRIES} and expires_at > ${work.now} order by created_at desc, id desc limit 1
                      for update)
          returning id, code_hash as "codeHash"`);
        if (row === undefined || code === undefined || row.codeHash !== hashOf(sessionId, code)) return false;
        await work.query(sql`update confirmation_codes set used_at = ${work.now} where id = ${row.id}`);
        await this.limits.forgive(work, key);
        await this.mark(work, session, 'mailed_code');
        return true;
      }),
    );
  }

  private async standing({ accountId, sessionId }: ActingSession): Promise<Standing | undefined> {
    const [row] = await this.db.query<Standing>(sql`
      select p.id as "personId", p.name, a.passphrase_hash as "passphraseHash", s.confirmed_at as "confirmedAt",
             s.second_factor_at as "secondFactorAt",
             s.method = 'card' and s.confirmed_at <= s.opened_at as "isByCardAlone",
             ${firstAddress(sql`p.id`)} as address,
             exists (select 1 from second_factors f where f.account_id = a.id and f.ended_at is null
                       and f.confirmed_at is not null) as "isSetUp"
      from account_sessions s join accounts a on a.id = s.account_id join persons p on p.id = a.person_id
      where s.id = ${sessionId} and a.id = ${accountId} and s.ended_at is null and a.disabled_at is null`);
    return row;
  }
}

/** Of eight digits that hold for ten minutes and five tries, in one session: a quick hash is enough. */
function hashOf(sessionId: string, code: string): string {
  return createHash('sha256').update(`${sessionId}:${code}`, 'utf8').digest('hex');
}

/** `m…@example.org`: enough to know which mailbox, too little for somebody who looks over a shoulder. */
function partlyHidden(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? address : `${[...address][0]}…${address.slice(at)}`;
}
