/** Entry: whose account an address and a passphrase open. Everything that is wrong is refused in the same words and time. */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { invalid, tooOften } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { normalizeAddress } from '../identity/index.js';
import { TRIES, TRIES_OF_ACCOUNT, TRIES_OF_NETWORK } from './entry.rules.js';
import { Limits, networkOf, withoutKey } from './limits.service.js';
import { fitsPassphrase } from './passphrases.js';

interface Candidate {
  readonly accountId: string;
  readonly personId: string;
  readonly hash: string | null;
  readonly version: number;
  readonly isDisabled: boolean;
}

/** Of so many who share an address the passphrases are compared; each takes a while. */
const MOST_SHARING = 5;

@Injectable()
export class Entry {
  constructor(
    private readonly db: Database,
    private readonly limits: Limits,
  ) {}

  /** Throws `session.wrong`, `session.wait_or_link` or `session.link_only`; sessions are opened by `Sessions.begin`. */
  async byPassphrase(
    email: string,
    passphrase: string,
    address: string,
  ): Promise<{ accountId: string; personId: string; accountVersion: number }> {
    const value = normalizeAddress(email);
    const network = networkOf(address);
    const [here, wide, everybody] = [`try:${value}:${network}`, `try:${value}`, `try-from:${network}`];
    await this.limits.take(here, TRIES, 'session.wait_or_link');
    await this.limits.take(everybody, TRIES_OF_NETWORK, 'session.wait_or_link');
    const candidates = await this.candidates(value);
    const minutes = await this.limits.waiting(wide, TRIES_OF_ACCOUNT);
    if (minutes !== undefined && !(await this.isKnown(candidates, network))) {
      throw tooOften('session.link_only', minutes);
    }
    const found = await this.fitting(candidates, passphrase);
    if (found === undefined) throw invalid('session.wrong', { status: 401 });
    await withoutKey(() =>
      this.db.work(systemActor('sign-in'), async (work) => {
        await this.limits.forgive(work, here, wide);
        await this.limits.giveBack(work, everybody);
        return null;
      }),
    );
    return { accountId: found.accountId, personId: found.personId, accountVersion: found.version };
  }

  private async fitting(candidates: readonly Candidate[], passphrase: string): Promise<Candidate | undefined> {
    // A family without passphrases takes as long as nobody, or the time would tell of them.
    const hashed = candidates.filter(({ hash }) => hash !== null);
    if (hashed.length === 0) await fitsPassphrase(null, passphrase);
    let found: Candidate | undefined;
    for (const candidate of hashed) {
      const fits = await fitsPassphrase(candidate.hash, passphrase);
      if (fits && !candidate.isDisabled) found ??= candidate;
    }
    return found;
  }

  private candidates(value: string): Promise<Candidate[]> {
    return this.db.query<Candidate>(sql`
      select a.id as "accountId", a.person_id as "personId", a.passphrase_hash as hash,
             a.version, a.disabled_at is not null as "isDisabled"
      from identifiers i join accounts a on a.person_id = i.person_id
      where i.kind = 'address' and i.value = ${value}
      order by a.passphrase_hash is null, a.id limit ${MOST_SHARING}`);
  }

  /** Whether one of them was signed in from this network before. */
  private async isKnown(candidates: readonly Candidate[], network: string): Promise<boolean> {
    const rows = await this.db.query<{ address: string }>(sql`
      select distinct address from account_sessions
      where account_id = any(${candidates.map(({ accountId }) => accountId)}::uuid[])`);
    return rows.some(({ address }) => networkOf(address) === network);
  }
}
