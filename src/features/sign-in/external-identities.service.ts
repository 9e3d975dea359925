/** ExternalIdentities: whose account an identity at the agency's sign-in service opens, and how the two are connected. */
import { Injectable } from '@nestjs/common';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { normalizeAddress, holdsGraveRole } from '../identity/index.js';
import { withoutKey } from './limits.service.js';
import { ExternalAdmission, ExternalIdentity } from './oidc.entity.js';
import type { OidcIdentity } from './oidc.service.js';
import { SecondFactorNews } from './second-factor-news.js';
import { type AccountHolder, actorOf } from './second-factors.service.js';

export const ADMISSION_DAYS = 14;

export interface IdentityLine {
  readonly id: string;
  readonly issuer: string;
  readonly address: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

export interface AdmissionLine {
  readonly id: string;
  readonly address: string;
  readonly admittedByName: string;
  readonly expiresAt: Date;
}

type Known = Pick<OidcIdentity, 'issuer' | 'subject' | 'address'>;

@Injectable()
export class ExternalIdentities {
  constructor(
    private readonly db: Database,
    private readonly news: SecondFactorNews,
  ) {}

  /**
   * The account this identity opens; undefined when it is connected with none. At the first visit it is connected only
   * where an administrator let this verified address in.
   */
  async accountOf(identity: OidcIdentity): Promise<string | undefined> {
    const found = await this.connected(this.db, identity);
    // Of an account that was closed nothing more is told than of none.
    if (found?.isClosed) return undefined;
    if (found !== undefined) {
      await withoutKey(() =>
        this.db.work(actorOf(found), async (work) => {
          await work.query(sql`
            update external_identities set last_used_at = ${work.now}
            where issuer = ${identity.issuer} and subject = ${identity.subject} and ended_at is null`);
          return null;
        }),
      );
      return found.accountId;
    }
    return this.admit(identity);
  }

  /** The person connects their own account; an identity that opens another one stays there. */
  async connect(actor: PersonActor, identity: Known): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const [account] = await work.query<{ id: string }>(
          sql`select id from accounts where person_id = ${actor.personId} and disabled_at is null`,
        );
        if (account === undefined) throw notFound('thing.not_found');
        return this.add(work, { ...actor, accountId: account.id }, identity);
      }),
    );
  }

  async end(actor: PersonActor, id: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const ended = await work.query(sql`
        update external_identities i set ended_at = ${work.now}, ended_by = ${actor.personId}, end_reason = 'disconnected',
          version = i.version + 1
        from accounts a where a.id = i.account_id and a.person_id = ${actor.personId} and i.id = ${id}
          and i.ended_at is null returning i.id`);
      if (ended.length === 0) throw notFound('thing.not_found');
      work.audit({ action: 'external_identity.ended', subjectType: 'person', subjectId: actor.personId });
      await this.news.tell(work, actor.personId, 'disconnected');
      return { id };
    });
  }

  /** An administrator lets whoever proves this address at the service in as this person, once. */
  async letIn(actor: Actor, personId: string, address: string): Promise<{ id: string }> {
    if (actor.kind !== 'person' || actor.personId === personId) throw forbidden('external_admission.own');
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        requirePermission(work, 'external_admission.create');
        const people = await work.query(sql`
          select 1 from accounts where person_id = ${personId} and disabled_at is null`);
        if (people.length === 0) throw notFound('thing.not_found');
        if (await holdsGraveRole(work, personId, work.today)) throw forbidden('external_admission.grave_role');
        await this.closeOpen(work, personId);
        const value = normalizeAddress(address);
        await work.query(sql`
          update external_admissions set ended_at = ${work.now}, version = version + 1
          where address = ${value} and used_at is null and ended_at is null and expires_at <= ${work.now}`);
        const expiresAt = new Date(work.now.getTime() + ADMISSION_DAYS * 86_400_000);
        const row = await work.insertOne(ExternalAdmission, {
          ...{ personId, address: value, admittedBy: actor.personId, expiresAt, usedAt: null, endedAt: null },
        });
        work.audit({ action: 'external_admission.created', subjectType: 'person', subjectId: personId });
        return { id: row.id };
      }),
    );
  }

  async endAdmission(actor: Actor, personId: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'external_admission.end');
      if ((await this.closeOpen(work, personId)) === 0) throw notFound('thing.not_found');
      work.audit({ action: 'external_admission.ended', subjectType: 'person', subjectId: personId });
      return { id: personId };
    });
  }

  async ofPerson(from: Queryable, personId: string): Promise<IdentityLine[]> {
    return from.query<IdentityLine>(sql`
      select i.id, i.issuer, i.address, i.created_at as "createdAt", i.last_used_at as "lastUsedAt"
      from external_identities i join accounts a on a.id = i.account_id
      where a.person_id = ${personId} and i.ended_at is null order by i.created_at, i.id`);
  }

  async admissionOf(from: Queryable, personId: string): Promise<AdmissionLine | undefined> {
    const [row] = await from.query<AdmissionLine>(sql`
      select e.id, e.address, p.name as "admittedByName", e.expires_at as "expiresAt"
      from external_admissions e join persons p on p.id = e.admitted_by
      where e.person_id = ${personId} and e.used_at is null and e.ended_at is null and e.expires_at > ${this.db.now}`);
    return row;
  }

  private async admit(identity: OidcIdentity): Promise<string | undefined> {
    if (!identity.isAddressVerified || identity.address === null) return undefined;
    const value = normalizeAddress(identity.address);
    const [found] = await this.db.query<AccountHolder & { id: string }>(sql`
      select e.id, a.id as "accountId", p.id as "personId", p.name
      from external_admissions e join persons p on p.id = e.person_id join accounts a on a.person_id = p.id
      where e.address = ${value} and e.used_at is null and e.ended_at is null and e.expires_at > ${this.db.now}
        and a.disabled_at is null`);
    if (found === undefined) return undefined;
    return withoutKey(() =>
      this.db.work(actorOf(found), async (work) => {
        const admission = await work.lockOne(ExternalAdmission, found.id);
        if (admission.usedAt !== null || admission.endedAt !== null) return undefined;
        if (await holdsGraveRole(work, found.personId, work.today)) return undefined;
        await work.update(ExternalAdmission, admission, { usedAt: work.now });
        await this.add(work, found, identity);
        return found.accountId;
      }),
    );
  }

  private async add(work: Work, holder: AccountHolder, identity: Known): Promise<{ id: string }> {
    const known = await this.connected(work, identity);
    if (known !== undefined) {
      if (known.accountId !== holder.accountId) throw conflict('external_identity.of_another');
      throw conflict('external_identity.connected_already');
    }
    const { issuer, subject, address } = identity;
    const row = await work.insertOne(ExternalIdentity, {
      ...{ accountId: holder.accountId, issuer, subject, address, lastUsedAt: work.now },
      ...{ endedAt: null, endedBy: null, endReason: null },
    });
    const { personId } = holder;
    const after = { issuer };
    work.audit({ action: 'external_identity.connected', subjectType: 'person', subjectId: personId, after });
    await this.news.tell(work, personId, 'connected');
    return { id: row.id };
  }

  private async connected(
    from: Queryable,
    { issuer, subject }: Known,
  ): Promise<(AccountHolder & { readonly isClosed: boolean }) | undefined> {
    const [row] = await from.query<AccountHolder & { isClosed: boolean }>(sql`
      select a.id as "accountId", p.id as "personId", p.name, a.disabled_at is not null as "isClosed"
      from external_identities i join accounts a on a.id = i.account_id join persons p on p.id = a.person_id
      where i.issuer = ${issuer} and i.subject = ${subject} and i.ended_at is null`);
    return row;
  }

  private async closeOpen(work: Work, personId: string): Promise<number> {
    const closed = await work.query(sql`
      update external_admissions set ended_at = ${work.now}, version = version + 1
      where person_id = ${personId} and used_at is null and ended_at is null returning id`);
    return closed.length;
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'external_identities_in_force') throw conflict('external_identity.of_another');
      if (constraint === 'external_admissions_open') throw conflict('external_admission.address_taken');
      throw error;
    }
  }
}

function requirePermission(work: Work, permission: string): void {
  if (!work.policy.can(work.actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
}
