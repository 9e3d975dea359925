/** People: adding, finding and inviting the persons the agency knows. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy, type Role, type ScopeKind } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { inviteEffect } from './account.effects.js';
import { Account } from './account.entity.js';
import { requirePermission } from './accounts.service.js';
import { grantInForce } from './grants.js';
import { firstAddress, lockIdentifier } from './identifiers.js';
import { normalizeAddress } from './identity.rules.js';
import type { PeopleQuery, PersonInput } from './people.input.js';
import { Identifier, Person } from './person.entity.js';
import { ScopeDirectory } from './scopes.js';
import { accountUsed } from './standing.js';

export type AccountState = 'none' | 'invited' | 'open' | 'disabled';

export interface PersonLine {
  readonly id: string;
  readonly name: string;
  readonly address: string | null;
  readonly account: AccountState;
  /** The roles that hold today. */
  readonly roles: readonly Role[];
}

/** Where a role stands: it waits for a second administrator, begins later, holds, or holds no longer. */
export type GrantState = 'proposed' | 'to_come' | 'in_force' | 'run_out' | 'ended' | 'declined';

export interface GrantView {
  readonly id: string;
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  /** What the scope is called; absent for the agency and for what is not known by name. */
  readonly scopeName: string | null;
  /** What they are there, where more than the role decides: owner, editor. */
  readonly parts: readonly string[];
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly reason: string;
  readonly state: GrantState;
  readonly grantedBy: string | null;
  readonly grantedById: string | null;
  /** The second administrator, for a role that needs one. */
  readonly confirmedBy: string | null;
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
  when ${accountUsed('a')} then 'open' else 'invited' end as account`;
const ADDRESS = sql`${firstAddress(sql`p.id`)} as address`;
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
      where.push(sql`(lower(p.name) like ${like} or p.id = any(array(
        select i.person_id from identifiers i where i.kind = 'address' and i.value like ${like})))`);
    }
    if (query.role !== undefined) {
      where.push(sql`exists (select from role_grants g where g.person_id = p.id and ${this.live()}
        and g.role = ${query.role})`);
    }
    return readList<PersonLine>(
      this.db,
      {
        columns: sql`p.id, p.name, ${ADDRESS}, ${ACCOUNT_STATE}, ${this.roles()}`,
        ...{ from: FROM, countFrom: sql`persons p`, where },
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
    const rows = await this.db.query<Omit<GrantView, 'scopeName' | 'parts'>>(sql`
      select g.id, g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId", g.starts_on as "startsOn",
             g.ends_on as "endsOn", g.reason, giver.name as "grantedBy", g.granted_by as "grantedById",
             sure.name as "confirmedBy", ${this.grantState()} as state, g.ended_at as "endedAt",
             ender.name as "endedBy", g.end_reason as "endReason", ${this.live()} as "isLive"
      from role_grants g left join persons giver on giver.id = g.granted_by left join persons ender on ender.id = g.ended_by
        left join persons sure on sure.id = g.confirmed_by
      where g.person_id = ${personId} order by "isLive" desc, g.created_at desc, g.id desc limit 500`);
    const names = await this.scopes.names(this.db, rows);
    const standings = await this.scopes.standings(this.db, personId, rows);
    return rows.map((row) => ({
      ...row,
      scopeName: row.scopeId === null ? null : (names.get(row.scopeId) ?? null),
      parts: row.scopeId === null ? [] : (standings.get(row.scopeId)?.parts.map(({ label }) => label) ?? []),
    }));
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
      await work.apply([inviteEffect(id)]);
      work.audit({
        action: 'person.created',
        subjectType: 'person',
        subjectId: id,
        personal: { personId: id, after: { name: input.name } },
      });
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
      await work.apply([inviteEffect(personId)]);
      work.audit({ action: 'person.invited', subjectType: 'person', subjectId: personId });
      return { id: personId };
    });
  }

  /** The step itself: person, address or telephone, and account. */
  async add(
    work: Work,
    name: string,
    value: string,
    passphraseHash: string | null,
    kind: 'address' | 'telephone' = 'address',
  ): Promise<AddedPerson> {
    const { id: personId } = await work.insertOne(Person, { name, locale: 'en' });
    await work.insertOne(Identifier, { personId, kind, value });
    const account = await work.insertOne(Account, { personId, passphraseHash, disabledAt: null });
    return { personId, accountId: account.id };
  }

  /** Who has an account with this address; asked one after another for each address. */
  private async holderOf(work: Work, value: string): Promise<string | undefined> {
    await lockIdentifier(work, value);
    const [row] = await work.query<{ name: string }>(sql`
      select p.name from identifiers i join persons p on p.id = i.person_id
      where i.kind = 'address' and i.value = ${value} order by p.id limit 1`);
    return row?.name;
  }

  private live(): Sql {
    return grantInForce('g', this.db.today);
  }

  private grantState(): Sql {
    const { today } = this.db;
    return sql`case when g.ended_at is not null then
        case when g.needs_confirmation and g.confirmed_at is null then 'declined' else 'ended' end
      when g.ends_on < ${today}::date then 'run_out' when g.needs_confirmation and g.confirmed_at is null then 'proposed'
      when ${this.live()} then 'in_force' else 'to_come' end`;
  }

  private roles(): Sql {
    return sql`array(select distinct g.role from role_grants g where g.person_id = p.id and ${this.live()}
      order by g.role) as roles`;
  }
}
