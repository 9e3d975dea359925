/** How the first accounts come to be: the first administrator of an empty installation, and those of the demo. */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { conflict, invalidField } from '../../kernel/errors.js';
import type { Role, ScopeKind } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import {
  accountUsed,
  type AddedPerson,
  grantOpen,
  lockAdministrators,
  lockIdentifier,
  normalizeAddress,
  People,
  Roles,
} from '../identity/index.js';
import { PASSPHRASE_MINUTES } from './entry.rules.js';
import { MailedLinks, type PrintedLink } from './mailed-links.service.js';
import { hashPassphrase } from './passphrases.js';

export interface AccountGrant {
  readonly role: Role;
  /** The whole agency when absent. */
  readonly scopeKind?: ScopeKind;
  readonly scopeId?: string | null;
}

export interface EnsuredAccount {
  readonly email: string;
  readonly name: string;
  /** Many accounts made in one work are given one hash made before it; none where a link opens the account. */
  readonly passphrase: string | { readonly hash: string | null };
  readonly grants: readonly AccountGrant[];
}

@Injectable()
export class Administrators {
  constructor(
    private readonly db: Database,
    private readonly people: People,
    private readonly roles: Roles,
    private readonly links: MailedLinks,
  ) {}

  /** The first administrator of an empty installation, with the link that opens the account; refused once there is one. */
  async createFirst(email: string, name: string): Promise<PrintedLink> {
    if (!/^[^\s@]+@[^\s@]+$/u.test(email.trim())) throw invalidField('email', 'field.not_an_address');
    return this.db.work(systemActor('first-start'), async (work) => {
      await lockAdministrators(work);
      const found = await work.query(
        sql`select 1 from role_grants where role = 'administrator' and ended_at is null limit 1`,
      );
      if (found.length > 0) throw conflict('administrator.exists');
      const { personId } = await this.ensureAccount(work, {
        ...{ email, name, passphrase: { hash: null } },
        grants: [{ role: 'administrator' }],
      });
      return this.printLink(work, personId, email);
    });
  }

  /**
   * A link to choose a passphrase with, to be shown on the server; one shown before ends. Nobody's first secret is
   * printed: what is printed is good once and for an hour.
   */
  async printLink(work: Work, personId: string, address: string): Promise<PrintedLink> {
    await this.links.endOf(work, personId, 'passphrase');
    const [account] = await work.query<{ id: string }>(sql`
      select a.id from accounts a where a.person_id = ${personId} and ${accountUsed('a')}`);
    const link = await this.links.print(work, {
      ...{ purpose: 'passphrase', address, personId, minutes: PASSPHRASE_MINUTES },
      payload: { isInvitation: account === undefined },
      mail: { about: null, subjectKey: 'mail.passphrase.subject', template: 'mail/passphrase', view: { name: null } },
    });
    work.audit({ action: 'link.printed', subjectType: 'person', subjectId: personId });
    return link;
  }

  /** The person with this address and these roles, made when missing; what is there stays, the passphrase too. */
  async ensureAccount(work: Work, account: EnsuredAccount): Promise<AddedPerson> {
    const value = normalizeAddress(account.email);
    await lockIdentifier(work, value);
    const ensured = (await this.find(work, value)) ?? (await this.make(work, value, account));
    for (const grant of account.grants) await this.ensureGrant(work, ensured.personId, grant);
    return ensured;
  }

  private async make(work: Work, value: string, { name, passphrase }: EnsuredAccount): Promise<AddedPerson> {
    const hash = typeof passphrase === 'string' ? await hashPassphrase(passphrase) : passphrase.hash;
    const added = await this.people.add(work, name, value, hash);
    work.audit({
      action: 'person.created',
      subjectType: 'person',
      subjectId: added.personId,
      personal: { personId: added.personId, after: { name } },
    });
    return added;
  }

  private async find(work: Work, value: string): Promise<AddedPerson | undefined> {
    const [row] = await work.query<AddedPerson>(sql`
      select a.person_id as "personId", a.id as "accountId" from identifiers i join accounts a on a.person_id = i.person_id
      where i.kind = 'address' and i.value = ${value} order by a.id limit 1`);
    return row;
  }

  private async ensureGrant(work: Work, personId: string, grant: AccountGrant): Promise<void> {
    const { role, scopeKind = 'agency', scopeId = null } = grant;
    const held = await work.query(sql`
      select 1 from role_grants g where g.person_id = ${personId} and g.role = ${role} and g.scope_kind = ${scopeKind}
        and g.scope_id is not distinct from ${scopeId}::uuid and ${grantOpen('g', work.today)}`);
    if (held.length > 0) return;
    await this.roles.add(work, personId, { role, scopeKind, scopeId, reason: 'Set up with the installation.' });
  }
}
