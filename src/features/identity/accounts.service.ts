/** Accounts: signing in, the person behind a session, passphrases, and closing an account. */
import { Injectable } from '@nestjs/common';
import type { Actor, Grant, PersonActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalid, invalidField, notFound, unauthenticated } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { ActorSource } from '../../platform/http/guard.js';
import { endOpenInvitations } from './invitation.steps.js';
import { Account } from './account.entity.js';
import { Attempts, withoutKey } from './attempts.service.js';
import { normalizeAddress, passphraseProblem, subjectHash } from './identity.rules.js';
import { fitsPassphrase, hashPassphrase } from './passphrases.js';

/** What a session keeps: whose it is, and since when it holds. */
export interface SessionAccount {
  readonly accountId: string;
  readonly epoch: number;
}

interface Candidate {
  readonly accountId: string;
  readonly epoch: number;
  readonly personId: string;
  readonly name: string;
  readonly hash: string | null;
  readonly isDisabled: boolean;
}

export interface ChangePassphrase {
  readonly current: string;
  readonly passphrase: string;
  readonly repeat: string;
}

@Injectable()
export class Accounts {
  constructor(
    private readonly db: Database,
    private readonly attempts: Attempts,
  ) {}

  /** Whose account this address and passphrase open. Everything that is wrong is refused in the same words and time. */
  async signIn(email: string, passphrase: string, address: string): Promise<SessionAccount> {
    return withoutKey(async () => {
      const value = normalizeAddress(email);
      const attempt = { subject: subjectHash('address', value), address };
      await this.attempts.begin(attempt);
      const found = await this.fitting(await this.candidates(value), passphrase);
      if (found === undefined) throw invalid('session.wrong', { status: 401 });
      const actor: PersonActor = { kind: 'person', personId: found.personId, name: found.name, grants: [] };
      await this.db.work(actor, async (work) => {
        await this.attempts.succeeded(work, attempt);
        work.audit({ action: 'session.opened', subjectType: 'account', subjectId: found.accountId });
      });
      return { accountId: found.accountId, epoch: found.epoch };
    });
  }

  /** Changes the actor's own passphrase and ends all sessions; the answer is what this one goes on with. */
  async changePassphrase(actor: Actor, input: ChangePassphrase, address: string): Promise<SessionAccount> {
    if (actor.kind !== 'person') throw unauthenticated('session.required');
    return withoutKey(async () => {
      const account = await this.ofPerson(this.db, actor.personId);
      const attempt = { subject: subjectHash('account', account.accountId), address };
      await this.attempts.begin(attempt);
      if (!(await fitsPassphrase(account.hash, input.current)))
        throw invalidField('current', 'passphrase.current_wrong');
      checkNew(input, [account.name, input.current]);
      const passphraseHash = await hashPassphrase(input.passphrase);
      return this.db.work(actor, async (work) => {
        const row = await work.lockOne(Account, account.accountId);
        // Somebody else's change in between means that the passphrase just checked is no longer the one.
        if (row.epoch !== account.epoch || row.disabledAt !== null) throw conflict('thing.changed_meanwhile');
        await work.update(Account, row, { passphraseHash, epoch: row.epoch + 1 });
        await endOpenInvitations(work, actor.personId);
        await this.attempts.succeeded(work, attempt);
        work.audit({ action: 'account.passphrase_changed', subjectType: 'account', subjectId: row.id });
        return { accountId: row.id, epoch: row.epoch };
      });
    });
  }

  /** Closes the account at once: whoever is signed in with it is out. */
  async disable(actor: Actor, personId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'account.disable');
      if (actor.kind === 'person' && actor.personId === personId) throw forbidden('account.own_disable');
      const row = await this.lockOf(work, personId);
      if (row.disabledAt !== null) throw conflict('account.already_disabled');
      await requireAnotherAdministrator(work, personId);
      await work.update(Account, row, { disabledAt: work.now, epoch: row.epoch + 1 });
      await endOpenInvitations(work, personId);
      work.audit({ action: 'account.disabled', subjectType: 'person', subjectId: personId, note });
      return { id: personId };
    });
  }

  async enable(actor: Actor, personId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'account.enable');
      if (actor.kind === 'person' && actor.personId === personId) throw forbidden('account.own_enable');
      const row = await this.lockOf(work, personId);
      if (row.disabledAt === null) throw conflict('account.not_disabled');
      await work.update(Account, row, { disabledAt: null });
      work.audit({ action: 'account.enabled', subjectType: 'person', subjectId: personId, note });
      return { id: personId };
    });
  }

  private async fitting(candidates: readonly Candidate[], passphrase: string): Promise<Candidate | undefined> {
    if (candidates.length === 0) await fitsPassphrase(null, passphrase);
    let found: Candidate | undefined;
    for (const candidate of candidates) {
      const fits = await fitsPassphrase(candidate.hash, passphrase);
      if (fits && !candidate.isDisabled) found ??= candidate;
    }
    return found;
  }

  private candidates(value: string): Promise<Candidate[]> {
    return this.db.query<Candidate>(sql`
      select a.id as "accountId", a.epoch, p.id as "personId", p.name, a.passphrase_hash as hash,
             a.disabled_at is not null as "isDisabled"
      from identifiers i join accounts a on a.person_id = i.person_id join persons p on p.id = i.person_id
      where i.kind = 'address' and i.value = ${value} order by a.id limit 5`);
  }

  private async ofPerson(from: Queryable, personId: string): Promise<Candidate> {
    const [row] = await from.query<Candidate>(sql`
      select a.id as "accountId", a.epoch, p.id as "personId", p.name, a.passphrase_hash as hash,
             a.disabled_at is not null as "isDisabled"
      from accounts a join persons p on p.id = a.person_id where p.id = ${personId}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  private async lockOf(work: Work, personId: string): Promise<Account> {
    const [row] = await work.query<{ id: string }>(sql`select id from accounts where person_id = ${personId}`);
    if (row === undefined) throw notFound('thing.not_found');
    return work.lockOne(Account, row.id);
  }
}

/** Refuses a new passphrase that is too easy or was typed two ways. */
export function checkNew(
  input: { readonly passphrase: string; readonly repeat: string },
  avoid: readonly string[],
): void {
  const problem = passphraseProblem('passphrase', input.passphrase, avoid);
  if (problem !== undefined) throw problem;
  if (input.passphrase !== input.repeat) throw invalidField('repeat', 'passphrase.repeat_differs');
}

/** 403 for what this actor's roles do not include. */
export function requirePermission(work: Work, permission: string): void {
  if (!work.policy.can(work.actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
}

/**
 * Refuses what would leave no administrator beside this person: nobody could ever grant a role again. Such steps are
 * taken one after another, so that two administrators cannot end each other.
 */
export async function requireAnotherAdministrator(work: Work, personId: string): Promise<void> {
  await work.query(sql`select pg_advisory_xact_lock(hashtext('role.administrators'))`);
  const others = await work.query(sql`
    select 1 from role_grants g join accounts a on a.person_id = g.person_id
    where g.role = 'administrator' and g.ended_at is null and g.person_id <> ${personId}
      and g.starts_on <= ${work.today} and (g.ends_on is null or g.ends_on >= ${work.today})
      and a.disabled_at is null and a.passphrase_hash is not null limit 1`);
  if (others.length === 0) throw conflict('role.last_administrator');
}

/** The person behind a session with the roles that hold today; asked once for each request. */
@Injectable()
export class SessionActors extends ActorSource {
  constructor(private readonly db: Database) {
    super();
  }

  override async load({ accountId, epoch }: SessionAccount): Promise<PersonActor | undefined> {
    const today = this.db.today;
    const [row] = await this.db.queryOften<{ personId: string; name: string; grants: Grant[] }>(sql`
      select p.id as "personId", p.name,
             coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'scopeKind', g.scope_kind, 'scopeId', g.scope_id)
                                order by g.role, g.id) filter (where g.id is not null), '[]') as grants
      from accounts a join persons p on p.id = a.person_id
      left join role_grants g on g.person_id = p.id and g.ended_at is null and g.starts_on <= ${today}
                             and (g.ends_on is null or g.ends_on >= ${today})
      where a.id = ${accountId} and a.epoch = ${epoch} and a.disabled_at is null
      group by p.id`);
    return row === undefined ? undefined : { kind: 'person', ...row };
  }
}
