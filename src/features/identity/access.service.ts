/** Access: who can do what, where - read from the policy's own table and the roles that are in force. */
import { Injectable } from '@nestjs/common';
import type { Actor, Grant, PersonActor } from '../../kernel/actor.js';
import { notFound, unauthenticated } from '../../kernel/errors.js';
import {
  agencyWide,
  anywhere,
  type Condition,
  includes,
  Policy,
  type Role,
  ROLES,
  type Scopes,
} from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { AgencySettings } from '../agency/index.js';
import type { AccessQuery } from './access.input.js';
import { DUTY_PAIRS, type DutyVerdict, type Hand, SOLE_RELEASE_PAIR, verdictOf } from './duty-pairs.js';
import { delegationInForce, lentGrants, type LentRow } from './delegations.reads.js';
import { grantInForce } from './grants.js';
import { type ScopeChoice, ScopeDirectory, type ScopeStanding } from './scopes.js';
import { type StandingAdministrator, standingAdministrators } from './standing.js';

export interface NamedPerson {
  readonly id: string;
  readonly name: string;
  /** For whom they can do it, where somebody lent it to them. */
  readonly actingFor?: NamedPerson;
}

interface Holder extends Grant {
  readonly personId: string;
  readonly name: string;
}

/** A role that includes a permission, and under which condition. */
export interface RoleLine {
  readonly role: Role;
  readonly condition: string;
}

export interface AccessRow {
  readonly permission: string;
  readonly meaning: string;
  /** Everybody who signed in, whatever their roles. */
  readonly everyone: boolean;
  readonly roles: readonly RoleLine[];
  readonly people: readonly NamedPerson[];
}

export interface AccessView {
  readonly scope: ScopeChoice | null;
  /** Who holds which role here. */
  readonly holders: readonly { readonly role: Role; readonly people: readonly NamedPerson[] }[];
  readonly rows: readonly AccessRow[];
}

/** A grant with the name of where it is held. */
export interface NamedGrant extends Grant {
  readonly scopeName: string | null;
  /** What they are there, where more than the role decides. */
  readonly standing?: ScopeStanding;
}

/** One of the actor's own roles that includes a permission. */
export interface OwnRoleLine extends NamedGrant {
  readonly condition: string;
  /** Held, and not usable before the second step. */
  readonly withheld: boolean;
}

export interface OwnAccessRow {
  readonly permission: string;
  readonly meaning: string;
  readonly everyone: boolean;
  readonly by: readonly OwnRoleLine[];
}

export interface WhyView extends OwnAccessRow {
  readonly roles: readonly RoleLine[];
  readonly administrators: readonly StandingAdministrator[];
  /** Whether bringing their organization is the way: it takes acting for one, and they act for nobody yet. */
  readonly registers: boolean;
}

/** Something one can ask about. */
export interface WhyChoice {
  readonly permission: string;
  readonly meaning: string;
}

export interface DutyView {
  readonly first: { readonly meaning: string; readonly people: readonly NamedPerson[] };
  readonly second: { readonly meaning: string; readonly people: readonly NamedPerson[] };
  readonly verdict: DutyVerdict;
}

@Injectable()
export class Access {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly scopes: ScopeDirectory,
    private readonly settings: AgencySettings,
  ) {}

  /** Every permission with the roles that include it and the people who hold one of them here. */
  async whoCan(query: AccessQuery): Promise<AccessView> {
    const scope = query.scopeId === undefined ? null : await this.scopeOf(query.scopeId);
    const within = scope === null ? undefined : await this.scopes.within(this.db, scope.kind, scope.id);
    const holders = await this.holders();
    const words = query.q?.toLowerCase();
    const area = query.area === 'all' ? undefined : query.area;
    const rows = this.policy
      .permissions()
      .map((permission): AccessRow => {
        const { meaning, everyone = false } = this.policy.row(permission);
        const people = everyone ? [] : this.peopleFor(permission, holders, within, query.role);
        return { permission, meaning, everyone, roles: this.rolesOf(permission), people };
      })
      .filter(({ permission, meaning, roles, people }) => {
        if (area !== undefined && nounOf(permission) !== area) return false;
        if (query.role !== undefined && !roles.some(({ role }) => role === query.role)) return false;
        if (words === undefined) return true;
        return [meaning, ...people.map(({ name }) => name)].some((text) => text.toLowerCase().includes(words));
      });
    const here = ROLES.map((role) => {
      const reaching = holders.filter((each) => each.lent === undefined && each.role === role && holdsIn(each, within));
      return { role, people: distinct(reaching) };
    });
    return { scope, holders: here.filter(({ people }) => people.length > 0), rows };
  }

  /** What this actor's own roles include. */
  async own(actor: Actor): Promise<OwnAccessRow[]> {
    const grants = await this.ownGrants(actor);
    return this.policy
      .permissions()
      .map((permission) => this.ownRow(permission, grants))
      .filter(({ everyone, by }) => everyone || by.length > 0);
  }

  /** All that can be asked about. */
  choices(): WhyChoice[] {
    return this.policy
      .permissions()
      .map((permission) => ({ permission, meaning: this.policy.row(permission).meaning }));
  }

  /** What it takes to do something, how near the actor's own roles come, and whom to ask. */
  async why(actor: Actor, permission: string): Promise<WhyView> {
    if (!this.policy.permissions().includes(permission)) throw notFound('thing.not_found');
    const row = this.ownRow(permission, await this.ownGrants(actor));
    const administrators = await standingAdministrators(this.db, this.db.today);
    const { roles } = this.policy.row(permission);
    const actsForNobody = personOf(actor).grants.every(({ role }) => role === 'participant');
    const registers = row.by.length === 0 && roles.applicant !== undefined && actsForNobody;
    return { ...row, roles: this.rolesOf(permission), administrators, registers };
  }

  /** The pairs of duties, with who could do each, and whether two different people can be found. */
  async duties(): Promise<DutyView[]> {
    const holders = await this.holders();
    const known = this.policy.permissions();
    const { soleRelease } = await this.settings.current();
    const pairs = soleRelease === null ? DUTY_PAIRS : [...DUTY_PAIRS, SOLE_RELEASE_PAIR];
    return pairs
      .filter(({ first, second }) => known.includes(first) && known.includes(second))
      .map((pair) => {
        const duty = (permission: string): DutyView['first'] => ({
          meaning: this.policy.row(permission).meaning,
          people: this.peopleFor(permission, holders, 'anywhere'),
        });
        const [first, second] = [duty(pair.first), duty(pair.second)];
        return { first, second, verdict: verdictOf(first.people.map(handOf), second.people.map(handOf)) };
      });
  }

  private async scopeOf(id: string): Promise<ScopeChoice> {
    const found = await this.scopes.find(this.db, id);
    if (found === undefined) throw notFound('thing.not_found');
    return found;
  }

  private rolesOf(permission: string): RoleLine[] {
    const cells = this.policy.row(permission).roles;
    return ROLES.flatMap((role) => {
      const cell = cells[role];
      return cell === undefined ? [] : [{ role, condition: cell.meaning }];
    });
  }

  private peopleFor(
    permission: string,
    holders: readonly Holder[],
    within: Scopes | undefined | 'anywhere',
    role?: Role,
  ): NamedPerson[] {
    const cells = this.policy.row(permission).roles;
    const able = holders.filter((holder) => {
      const cell = includes(holder, permission) ? cells[holder.role] : undefined;
      if (cell === undefined || (role !== undefined && holder.role !== role)) return false;
      return within === 'anywhere' || reaches(cell, holder, within);
    });
    return distinct(able);
  }

  /** Everybody of the agency with a role in force; applicants and participants are too many, and act for themselves. */
  private async holders(): Promise<Holder[]> {
    const { today } = this.db;
    const own = await this.db.query<Holder>(sql`
      select g.person_id as "personId", p.name, g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId"
      from role_grants g join persons p on p.id = g.person_id join accounts a on a.person_id = p.id
      where g.role not in ('applicant', 'participant') and a.disabled_at is null and ${grantInForce('g', today)}
      order by lower(p.name), p.id limit 5000`);
    // What is lent today counts as what its holder can do for its giver.
    const lent = await this.db.query<LentRow & { personId: string; name: string }>(sql`
      select d.id, d.giver_id as "giverId", giver.name as "giverName", g.role, g.scope_kind as "scopeKind",
             g.scope_id as "scopeId", d.approvals, d.limit_cents::text as "limitCents", d.ends_on as "endsOn",
             p.id as "personId", p.name
      from delegations d join role_grants g on g.id = d.grant_id join persons giver on giver.id = d.giver_id
        join persons p on p.id = d.holder_id
      where ${grantInForce('g', today)} and ${delegationInForce('d', today)}
      order by lower(p.name), d.id limit 5000`);
    const acting = lent.flatMap((row) =>
      lentGrants([row]).map((grant) => ({ ...grant, personId: row.personId, name: row.name })),
    );
    return [...own, ...acting];
  }

  private async ownGrants(actor: Actor): Promise<(NamedGrant & { readonly withheld: boolean })[]> {
    const { personId, grants, withheld = [] } = personOf(actor);
    const all = [
      ...grants.map((grant) => ({ ...grant, withheld: false })),
      ...withheld.map((grant) => ({ ...grant, withheld: true })),
    ];
    const names = await this.scopes.names(this.db, all);
    const standings = await this.scopes.standings(this.db, personId, all);
    return all.map((grant) => ({
      ...grant,
      scopeName: grant.scopeId === null ? null : (names.get(grant.scopeId) ?? null),
      standing: grant.scopeId === null ? undefined : standings.get(grant.scopeId),
    }));
  }

  private ownRow(permission: string, grants: readonly (NamedGrant & { readonly withheld: boolean })[]): OwnAccessRow {
    const { meaning, everyone = false, roles } = this.policy.row(permission);
    const by = grants.flatMap((grant) => {
      const cell = includes(grant, permission) ? roles[grant.role] : undefined;
      return cell === undefined ? [] : [{ ...grant, condition: cell.meaning }];
    });
    return { permission, meaning, everyone, by };
  }
}

/** The noun of a permission: `award` of `award.sign`. */
export const nounOf = (permission: string): string => permission.split('.')[0] ?? permission;

/** Whether a role held there counts here; what depends on the thing itself - whose it is, its state - is left open. */
function reaches(cell: Condition, grant: Grant, within: Scopes | undefined): boolean {
  if (cell.name === agencyWide.name) return grant.scopeKind === 'agency';
  return cell.name === anywhere.name || holdsIn(grant, within);
}

function holdsIn({ scopeKind, scopeId }: Grant, within: Scopes | undefined): boolean {
  if (scopeKind === 'agency') return true;
  const held = within?.[scopeKind] ?? [];
  return scopeId !== null && (typeof held === 'string' ? held === scopeId : held.includes(scopeId));
}

/** Each person once, and once more for each they act for; not for others where they can by themselves. */
function distinct(holders: readonly Holder[]): NamedPerson[] {
  const own = new Map<string, NamedPerson>();
  const acting = new Map<string, NamedPerson>();
  for (const { personId: id, name, lent } of holders) {
    if (lent === undefined) own.set(id, { id, name });
    else acting.set(`${id}:${lent.giverId}`, { id, name, actingFor: { id: lent.giverId, name: lent.giverName } });
  }
  return [...own.values(), ...[...acting.values()].filter(({ id }) => !own.has(id))];
}

const handOf = ({ id, actingFor }: NamedPerson): Hand => (actingFor === undefined ? [id] : [id, actingFor.id]);

function personOf(actor: Actor): PersonActor {
  if (actor.kind !== 'person') throw unauthenticated('session.required');
  return actor;
}
