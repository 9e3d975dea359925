/** People: adding, finding and inviting the persons the agency knows. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy, type Role, type ScopeKind } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Account } from './account.entity.js';
import { requirePermission } from './accounts.service.js';
import { normalizeAddress } from './identity.rules.js';
import { INVITATION_TOPIC } from './invitations.service.js';
import type { PeopleQuery, PersonInput } from './people.input.js';
import { Identifier, Person } from './person.entity.js';
import { ScopeDirectory } from './scopes.js';

export type AccountState = 'none' | 'invited' | 'open' | 'disabled';

export interface PersonLine {
  readonly id: string;
  readonly name: string;
  readonly address: string | null;
  readonly account: AccountState;
  /** The roles that hold today. */
  readonly roles: readonly Role[];
}

export interface GrantView {
  readonly id: string;
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  /** What the scope is called; absent for the agency and for what is not known by name. */
  readonly scopeName: string | null;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly reason: string;
  readonly grantedBy: string | null;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  readonly isLive: boolean;
}

export interface PersonView extends PersonLine {
  readonly locale: string;
  readonly grants: readonly GrantView[];
}

export interface AddedPerson {
  readonly personId: string;
  readonly accountId: string;
}

const ACCOUNT_STATE = sql`case when a.id is null then 'none' when a.disabled_at is not null then 'disabled'
  when a.passphrase_hash is null then 'invited' else 'open' end as account`;
const ADDRESS = sql`(select i.value from identifiers i where i.person_id = p.id and i.kind = 'address'
  order by i.created_at, i.id limit 1) as address`;
const FROM = sql`persons p left join accounts a on a.person_id = p.id`;

@Injectable()
export class People {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly scopes: ScopeDirectory,
  ) {}

  async list(actor: Actor, query: PeopleQuery): Promise<ListPage<PersonLine>> {
    const where: Sql[] = [conditionSql(this.policy.filter(actor, 'person.read', {}))];
    if (query.q !== undefined) {
      const like = `%${query.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(lower(p.name) like ${like} or exists (select from identifiers i where i.person_id = p.id
        and i.kind = 'address' and i.value like ${like}))`);
    }
    if (query.role !== undefined) {
      where.push(sql`exists (select from role_grants g where g.person_id = p.id and ${this.live()}
        and g.role = ${query.role})`);
    }
    return readList<PersonLine>(
      this.db,
      {
        columns: sql`p.id, p.name, ${ADDRESS}, ${ACCOUNT_STATE}, ${this.roles()}`,
        from: FROM,
        where,
        sorts: {
          name: { expression: 'lower(p.name)', type: 'text' },
          createdAt: { expression: 'p.created_at', type: 'timestamptz' },
        },
        defaultSort: 'name',
        id: 'p.id',
      },
      query,
    );
  }

  async get(actor: Actor, id: string): Promise<PersonView> {
    if (!this.policy.can(actor, 'person.read', { personId: id })) throw notFound('thing.not_found');
    const row = await this.db.find<PersonLine & { locale: string }>(sql`
      select p.id, p.name, p.locale, ${ADDRESS}, ${ACCOUNT_STATE}, ${this.roles()} from ${FROM} where p.id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    return { ...row, grants: await this.grants(id) };
  }

  /** All roles a person has held, those that hold today first; the caller has asked whether they may be seen. */
  async grants(personId: string): Promise<GrantView[]> {
    const rows = await this.db.query<Omit<GrantView, 'scopeName'>>(sql`
      select g.id, g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId", g.starts_on as "startsOn",
             g.ends_on as "endsOn", g.reason, giver.name as "grantedBy", g.ended_at as "endedAt",
             ender.name as "endedBy", g.end_reason as "endReason", ${this.live()} as "isLive"
      from role_grants g left join persons giver on giver.id = g.granted_by left join persons ender on ender.id = g.ended_by
      where g.person_id = ${personId} order by "isLive" desc, g.created_at desc, g.id desc limit 500`);
    const names = await this.scopes.names(this.db, rows);
    return rows.map((row) => ({ ...row, scopeName: row.scopeId === null ? null : (names.get(row.scopeId) ?? null) }));
  }

  /** Adds the person with an account and sends the link by which they choose their passphrase. */
  async create(actor: Actor, input: PersonInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'person.create');
      const value = normalizeAddress(input.email);
      const other = await this.holderOf(work, value);
      if (other !== undefined && input.isShared !== true) {
        throw invalidField('email', 'person.address_taken', { name: other });
      }
      const { personId: id } = await this.add(work, input.name, value, null);
      work.queue(INVITATION_TOPIC, { personId: id });
      work.audit({ action: 'person.created', subjectType: 'person', subjectId: id, after: { name: input.name } });
      return { id };
    });
  }

  /** Sends a new link; an earlier one that was not used ends with it. */
  async invite(actor: Actor, personId: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'person.invite');
      // A link of one's own would be no harm, but changing the passphrase asks for the one in use.
      if (actor.kind === 'person' && actor.personId === personId) throw forbidden('person.own_invite');
      const [account] = await work.query<{ disabled: boolean }>(
        sql`select disabled_at is not null as disabled from accounts where person_id = ${personId}`,
      );
      if (account === undefined) throw notFound('thing.not_found');
      if (account.disabled) throw conflict('account.is_disabled');
      work.queue(INVITATION_TOPIC, { personId });
      work.audit({ action: 'person.invited', subjectType: 'person', subjectId: personId });
      return { id: personId };
    });
  }

  /** The step itself: person, address and account. */
  async add(work: Work, name: string, address: string, passphraseHash: string | null): Promise<AddedPerson> {
    const { id: personId } = await work.insertOne(Person, { name, locale: 'en' });
    await work.insertOne(Identifier, { personId, kind: 'address', value: address });
    const account = await work.insertOne(Account, { personId, passphraseHash, epoch: 1, disabledAt: null });
    return { personId, accountId: account.id };
  }

  /** Who has an account with this address; asked one after another for each address. */
  private async holderOf(work: Work, value: string): Promise<string | undefined> {
    await work.query(sql`select pg_advisory_xact_lock(hashtext(${`identifier:${value}`}))`);
    const [row] = await work.query<{ name: string }>(sql`
      select p.name from identifiers i join persons p on p.id = i.person_id
      where i.kind = 'address' and i.value = ${value} order by p.id limit 1`);
    return row?.name;
  }

  private live(): Sql {
    const today = this.db.today;
    return sql`(g.ended_at is null and g.starts_on <= ${today} and (g.ends_on is null or g.ends_on >= ${today}))`;
  }

  private roles(): Sql {
    return sql`array(select distinct g.role from role_grants g where g.person_id = p.id and ${this.live()}
      order by g.role) as roles`;
  }
}
