/** SecondFactors: whether somebody has a second step, which roles wait for it, and taking a code. */
import { Inject, Injectable } from '@nestjs/common';
import type { Grant, PersonActor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { usableGrants } from '../identity/index.js';
import { Limits, networkOf, withoutKey } from './limits.service.js';
import { fitsPassphrase } from './passphrases.js';
import { SecondFactorNews } from './second-factor-news.js';
import { SecondFactor } from './second-factor.entity.js';
import {
  appCode,
  type GrantShare,
  recoveryCode,
  SECOND_FACTOR_ROLES,
  shareGrants,
  stepOf,
} from './second-factor.rules.js';

/** How a code was right: made by the app, or one of those kept for a lost phone. */
export type GivenCode = 'app' | 'recovery';

/** Of one account from one network. */
const TRIES = { most: 10, minutes: 15 } as const;
/** Of one account from everywhere: what guessing from a thousand places is worth. Places known for right codes go on. */
const TRIES_FROM_STRANGE_PLACES = { most: 60, minutes: 24 * 60 } as const;
const KNOWN_DAYS = 30;
/** After so many wrong codes the person is told, once a day: whoever types them has got past the first step. */
const WRONG_UNTOLD = { most: 9, minutes: 60 } as const;
const TOLD = { most: 1, minutes: 24 * 60 } as const;

/** What else is written in the transaction that uses a code up. */
export type AlsoWrites = (work: Work) => Promise<void>;
const nothing: AlsoWrites = () => Promise.resolve();

export interface AccountHolder {
  readonly accountId: string;
  readonly personId: string;
  readonly name: string;
}

@Injectable()
export class SecondFactors {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly secrets: Secrets,
    private readonly limits: Limits,
    private readonly news: SecondFactorNews,
  ) {}

  /** Whether roles that decide about money ask for a second step here. */
  get isRequired(): boolean {
    return this.config.secondFactor === 'required';
  }

  async isSetUp(from: Queryable, accountId: string): Promise<boolean> {
    const found = await from.query(sql`
      select 1 from second_factors where account_id = ${accountId} and ended_at is null and confirmed_at is not null`);
    return found.length > 0;
  }

  /** What of these roles works in a session in which the second step was given, or was not. */
  share(grants: readonly Grant[], given: boolean): GrantShare {
    return shareGrants(grants, given, this.isRequired);
  }

  /** Whether roles of this account wait for a second step that nobody set up. */
  async isAwaited(accountId: string): Promise<boolean> {
    if (!this.isRequired) return false;
    const { personId } = await this.holder(this.db, accountId);
    const grants = await usableGrants(this.db, personId, this.db.today);
    return grants.some(({ role }) => SECOND_FACTOR_ROLES.has(role));
  }

  async holder(from: Queryable, accountId: string): Promise<AccountHolder> {
    const [holder] = await from.query<AccountHolder>(sql`
      select a.id as "accountId", p.id as "personId", p.name
      from accounts a join persons p on p.id = a.person_id where a.id = ${accountId} and a.disabled_at is null`);
    if (holder === undefined) throw notFound('thing.not_found');
    return holder;
  }

  /**
   * Takes a code of the app or a recovery code; undefined when it is wrong. Throws `session.wait` when there were too
   * many. An app's code is taken once, and none of an earlier half minute after it; a recovery code is taken once. What
   * `then` writes is there as soon as the code is used up, for those who press twice.
   */
  async take(accountId: string, typed: string, address: string, then = nothing): Promise<GivenCode | undefined> {
    const keys = [`code:${accountId}:${networkOf(address)}`, `code:${accountId}`] as const;
    await this.limits.take(keys[0], TRIES);
    const digits = appCode(typed);
    const isStrange = digits !== undefined && !(await this.isKnownPlace(accountId, address));
    if (isStrange) await this.limits.take(keys[1], TRIES_FROM_STRANGE_PLACES);
    const given =
      digits === undefined
        ? await this.takeRecovery(accountId, typed, keys[0], then)
        : await this.takeOfApp(accountId, digits, isStrange ? keys : [keys[0]], then);
    if (given === undefined) await this.countWrong(accountId);
    return given;
  }

  /** How many recovery codes are left. */
  async recoveryCodesLeft(from: Queryable, accountId: string): Promise<number> {
    const [row] = await from.query<{ count: number }>(sql`
      select count(*)::int as count from recovery_codes c join second_factors f on f.id = c.second_factor_id
      where f.account_id = ${accountId} and f.ended_at is null and f.confirmed_at is not null and c.used_at is null`);
    return row?.count ?? 0;
  }

  private async countWrong(accountId: string): Promise<void> {
    if (await this.limits.fits(`code-wrong:${accountId}`, WRONG_UNTOLD)) return;
    if (!(await this.limits.fits(`code-told:${accountId}`, TOLD))) return;
    const holder = await this.holder(this.db, accountId);
    await withoutKey(() =>
      this.db.work(actorOf(holder), async (work) => {
        work.audit({ action: 'second_factor.many_wrong', subjectType: 'person', subjectId: holder.personId });
        await this.news.tell(work, holder.personId, 'many_wrong');
        return null;
      }),
    );
  }

  private async takeOfApp(
    accountId: string,
    digits: string,
    keys: readonly string[],
    then: AlsoWrites,
  ): Promise<GivenCode | undefined> {
    const actor = actorOf(await this.holder(this.db, accountId));
    return withoutKey(() =>
      this.db.work(actor, async (work) => {
        const factor = await this.lockInForce(work, accountId);
        if (factor === undefined) return undefined;
        const step = this.stepOf(factor, digits, work.now);
        if (step === undefined) return undefined;
        await work.update(SecondFactor, factor, { lastStep: step });
        await this.limits.forgive(work, ...keys);
        await then(work);
        return 'app';
      }),
    );
  }

  private async takeRecovery(
    accountId: string,
    typed: string,
    key: string,
    then: AlsoWrites,
  ): Promise<GivenCode | undefined> {
    const code = recoveryCode(typed);
    const holder = await this.holder(this.db, accountId);
    const [found] = await this.db.query<{ id: string; codeHash: string }>(sql`
      select c.id, c.code_hash as "codeHash" from recovery_codes c join second_factors f on f.id = c.second_factor_id
      where f.account_id = ${accountId} and f.ended_at is null and f.confirmed_at is not null and c.used_at is null
        and c.selector = ${code?.selector ?? ''}`);
    // As slow for a code that does not exist.
    if (!(await fitsPassphrase(found?.codeHash ?? null, code?.plain ?? typed)) || found === undefined) return undefined;
    return withoutKey(() =>
      this.db.work(actorOf(holder), async (work) => {
        const factor = await this.lockInForce(work, accountId);
        const used = await work.query(sql`
          update recovery_codes set used_at = ${work.now}, version = version + 1
          where id = ${found.id} and second_factor_id = ${factor?.id ?? null} and used_at is null returning id`);
        if (used.length === 0) return undefined;
        await this.limits.forgive(work, key);
        const { personId } = holder;
        work.audit({ action: 'second_factor.recovery_code_used', subjectType: 'person', subjectId: personId });
        await this.news.tell(work, personId, 'recovery_used');
        await then(work);
        return 'recovery';
      }),
    );
  }

  /** The row of the step in force, locked. */
  async lockInForce(work: Work, accountId: string): Promise<SecondFactor | undefined> {
    const [row] = await work.query<{ id: string }>(sql`
      select id from second_factors where account_id = ${accountId} and ended_at is null and confirmed_at is not null`);
    const factor = row === undefined ? undefined : await work.lockOne(SecondFactor, row.id);
    // It may have ended while we waited for it.
    return factor?.endedAt === null ? factor : undefined;
  }

  /**
   * The half minute whose code this is. Phones tell the real time: where the clock is shifted for a demonstration, codes
   * are made by the one that is not.
   */
  stepOf(factor: SecondFactor, digits: string, now: Date): number | undefined {
    const real = new Date(now.getTime() - this.config.clockOffsetMs);
    return stepOf(this.secretOf(factor), digits, real, factor.lastStep);
  }

  private secretOf({ id, secretSealed }: SecondFactor): string {
    if (secretSealed === null) throw new Error('A second step that ended has no secret');
    return this.secrets.open({ table: 'second_factors', column: 'secret_sealed', id }, secretSealed);
  }

  /** Whether the right code came from this network of late. */
  private async isKnownPlace(accountId: string, address: string): Promise<boolean> {
    const oldest = new Date(this.db.now.getTime() - KNOWN_DAYS * 86_400_000);
    const rows = await this.db.query<{ address: string }>(sql`
      select distinct address from account_sessions
      where account_id = ${accountId} and second_factor_at is not null and opened_at > ${oldest} limit 200`);
    return rows.some((row) => networkOf(row.address) === networkOf(address));
  }
}

/** They act for themselves, whatever their roles. */
export function actorOf({ personId, name }: Pick<AccountHolder, 'personId' | 'name'>): PersonActor {
  return { kind: 'person', personId, name, grants: [] };
}
