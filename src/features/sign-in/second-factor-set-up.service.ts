/** SecondFactorSetUp: how somebody sets their second step up, makes new recovery codes, or takes it off again. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { AgencySettings } from '../agency/index.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { Account, firstAddress } from '../identity/index.js';
import { Limits, withoutKey } from './limits.service.js';
import { hashPassphrase } from './passphrases.js';
import { SecondFactorNews } from './second-factor-news.js';
import { RecoveryCode, SecondFactor } from './second-factor.entity.js';
import { appAddress, appCode, newRecoveryCodes, newSecret, recoveryCode } from './second-factor.rules.js';
import { SecondFactors } from './second-factors.service.js';
import { Sessions } from './sessions.service.js';

const CODE_TRIES = { most: 20, minutes: 15 } as const;

/** What an app is told, by picture or by typing. */
export interface BegunFactor {
  readonly secret: string;
  readonly address: string;
}

export interface FactorStanding {
  readonly accountId: string;
  /** Since when it is set up; null when it is not. */
  readonly since: Date | null;
  readonly recoveryCodesLeft: number;
  readonly hasBegun: boolean;
}

@Injectable()
export class SecondFactorSetUp {
  constructor(
    private readonly db: Database,
    private readonly secondFactors: SecondFactors,
    private readonly sessions: Sessions,
    private readonly secrets: Secrets,
    private readonly limits: Limits,
    private readonly news: SecondFactorNews,
    private readonly agency: AgencySettings,
  ) {}

  async standing(from: Queryable, personId: string): Promise<FactorStanding> {
    const [row] = await from.query<FactorStanding>(sql`
      select a.id as "accountId", f.confirmed_at as since,
             (select count(*)::int from recovery_codes c where c.second_factor_id = f.id and c.used_at is null)
               as "recoveryCodesLeft",
             exists (select 1 from second_factors b where b.account_id = a.id and b.ended_at is null
                       and b.confirmed_at is null) as "hasBegun"
      from accounts a
      left join second_factors f on f.account_id = a.id and f.ended_at is null and f.confirmed_at is not null
      where a.person_id = ${personId}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  /** Makes a new secret for an app. What is set up already holds until a code of the new one proves it. */
  async begin(actor: PersonActor): Promise<{ id: string }> {
    const { accountId } = await this.standing(this.db, actor.personId);
    return withoutKey(() =>
      this.db.work(actor, async (work) => {
        await work.lockOne(Account, accountId);
        await this.endBegun(work, accountId, 'begun_again');
        const id = newId();
        const place = { table: 'second_factors', column: 'secret_sealed', id };
        const { sealed, keyVersion } = this.secrets.seal(place, newSecret());
        await work.insertOne(SecondFactor, {
          ...{ id, accountId, secretSealed: sealed, keyVersion, lastStep: 0 },
          ...{ confirmedAt: null, endedAt: null, endReason: null },
        });
        work.audit({ action: 'second_factor.begun', subjectType: 'person', subjectId: actor.personId });
        return { id };
      }),
    );
  }

  /** What the app needs to know, until it is proved. */
  async begun(actor: PersonActor): Promise<BegunFactor | undefined> {
    const [row] = await this.db.query<{ id: string; secretSealed: Buffer; address: string | null }>(sql`
      select f.id, f.secret_sealed as "secretSealed",
             ${firstAddress(sql`a.person_id`)} as address
      from second_factors f join accounts a on a.id = f.account_id
      where a.person_id = ${actor.personId} and f.ended_at is null and f.confirmed_at is null`);
    if (row === undefined) return undefined;
    const place = { table: 'second_factors', column: 'secret_sealed', id: row.id };
    const secret = this.secrets.open(place, row.secretSealed);
    const { name } = await this.agency.current();
    return { secret, address: appAddress(secret, name, row.address ?? actor.name) };
  }

  /**
   * The first code proves that the app has the secret: from now on it is asked for. Gives the recovery codes, which are
   * never shown again. Everywhere else the person is signed out.
   */
  async confirm(actor: PersonActor, typed: string): Promise<{ recoveryCodes: readonly string[] }> {
    const { accountId } = await this.standing(this.db, actor.personId);
    await this.limits.take(`set-up:${accountId}`, CODE_TRIES);
    const codes = newRecoveryCodes();
    const hashes = await hashAll(codes);
    await withoutKey(() =>
      this.db.work(actor, async (work) => {
        await work.lockOne(Account, accountId);
        const begun = await this.lockBegun(work, accountId);
        const before = await this.secondFactors.lockInForce(work, accountId);
        const digits = appCode(typed);
        const step = digits === undefined ? undefined : this.secondFactors.stepOf(begun, digits, work.now);
        if (step === undefined) throw invalidField('code', 'second_factor.code_wrong');
        if (before !== undefined) await this.endOne(work, before, 'replaced');
        await work.update(SecondFactor, begun, { confirmedAt: work.now, lastStep: step });
        await this.keepCodes(work, begun.id, hashes);
        await this.limits.forgive(work, `set-up:${accountId}`);
        await this.afterChange(work, actor, accountId, before === undefined ? 'set_up' : 'replaced');
        if (actor.sessionId !== undefined) await this.sessions.markSecondFactor(work, actor.sessionId);
        return null;
      }),
    );
    return { recoveryCodes: codes };
  }

  /** Ten new ones; those from before stop working. */
  async renewCodes(actor: PersonActor): Promise<{ recoveryCodes: readonly string[] }> {
    const { accountId } = await this.standing(this.db, actor.personId);
    const codes = newRecoveryCodes();
    const hashes = await hashAll(codes);
    await withoutKey(() =>
      this.db.work(actor, async (work) => {
        const factor = await this.secondFactors.lockInForce(work, accountId);
        if (factor === undefined) throw conflict('second_factor.not_set_up');
        await this.keepCodes(work, factor.id, hashes);
        work.audit({ action: 'second_factor.codes_renewed', subjectType: 'person', subjectId: actor.personId });
        await this.news.tell(work, actor.personId, 'codes_renewed');
        return null;
      }),
    );
    return { recoveryCodes: codes };
  }

  /** The person takes it off themselves: roles that ask for it wait again. */
  async remove(actor: PersonActor): Promise<{ id: string }> {
    const { accountId } = await this.standing(this.db, actor.personId);
    return this.db.work(actor, async (work) => {
      await this.end(work, accountId, 'removed');
      await this.afterChange(work, actor, accountId, 'removed');
      return { id: actor.personId };
    });
  }

  /** The step itself, for others that end it: two administrators, or the command on the server. */
  async end(work: Work, accountId: string, reason: string): Promise<void> {
    await work.lockOne(Account, accountId);
    await this.endBegun(work, accountId, reason);
    const factor = await this.secondFactors.lockInForce(work, accountId);
    if (factor === undefined) throw conflict('second_factor.not_set_up');
    await this.endOne(work, factor, reason);
  }

  /** Tells the person what others did to it. */
  async tell(work: Work, personId: string, what: string): Promise<void> {
    await this.news.tell(work, personId, what);
  }

  private async afterChange(work: Work, actor: PersonActor, accountId: string, what: string): Promise<void> {
    await this.sessions.endAll(work, accountId, `second_factor_${what}`, actor.sessionId);
    work.audit({ action: `second_factor.${what}`, subjectType: 'person', subjectId: actor.personId });
    await this.news.tell(work, actor.personId, what);
  }

  private async endOne(work: Work, factor: SecondFactor, endReason: string): Promise<void> {
    await work.query(sql`delete from recovery_codes where second_factor_id = ${factor.id}`);
    await work.update(SecondFactor, factor, { endedAt: work.now, endReason, secretSealed: null, keyVersion: null });
  }

  private async endBegun(work: Work, accountId: string, reason: string): Promise<void> {
    await work.query(sql`
      update second_factors set ended_at = ${work.now}, end_reason = ${reason}, secret_sealed = null,
        key_version = null, version = version + 1
      where account_id = ${accountId} and ended_at is null and confirmed_at is null`);
  }

  private async lockBegun(work: Work, accountId: string): Promise<SecondFactor> {
    const [row] = await work.query<{ id: string }>(sql`
      select id from second_factors where account_id = ${accountId} and ended_at is null and confirmed_at is null`);
    if (row === undefined) throw conflict('second_factor.not_begun');
    return work.lockOne(SecondFactor, row.id);
  }

  private async keepCodes(work: Work, secondFactorId: string, hashes: readonly HashedCode[]): Promise<void> {
    await work.query(sql`delete from recovery_codes where second_factor_id = ${secondFactorId}`);
    await work.insert(
      RecoveryCode,
      hashes.map((each) => ({ ...each, secondFactorId, usedAt: null })),
    );
  }
}

interface HashedCode {
  readonly selector: string;
  readonly codeHash: string;
}

/** They are short enough to be typed, so their hashes are slow ones. */
async function hashAll(codes: readonly string[]): Promise<HashedCode[]> {
  const parted = codes.map((code) => recoveryCode(code)).filter((code) => code !== undefined);
  return Promise.all(parted.map(async ({ selector, plain }) => ({ selector, codeHash: await hashPassphrase(plain) })));
}
