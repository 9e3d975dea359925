/**
 * Roles: giving one to another person and ending one, each with its reason. A grave role is proposed by one
 * administrator and holds once another has confirmed it; whoever it is for decides nothing about it.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import type { Role, ScopeKind } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Delegations } from './delegations.service.js';
import { requirePermission } from './accounts.service.js';
import { type GrantNews, RoleNews } from './role-news.js';
import { type GrantTerms, grantProblem } from './identity.rules.js';
import { Person } from './person.entity.js';
import { GRAVE_ROLES, RoleGrant } from './role-grant.entity.js';
import { ScopeDirectory } from './scopes.js';
import { lockAdministrators, requireAnotherAdministrator } from './standing.js';

export interface NewGrant extends Omit<GrantTerms, 'startsOn' | 'endsOn' | 'scopeId'> {
  readonly scopeId?: string | null;
  /** Today when absent. */
  readonly startsOn?: string;
  readonly endsOn?: string | null;
  readonly reason: string;
}

/** A role as somebody holds it somewhere. */
export interface HeldRole {
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
}

/** Whether this role, given by a person, waits for a second administrator. */
const isGrave = (role: string): boolean => (GRAVE_ROLES as readonly string[]).includes(role);

@Injectable()
export class Roles {
  constructor(
    private readonly db: Database,
    private readonly scopes: ScopeDirectory,
    private readonly news: RoleNews,
    private readonly delegations: Delegations,
  ) {}

  /** Gives the role, or proposes it where a second administrator has to confirm it. */
  async grant(actor: Actor, personId: string, grant: NewGrant): Promise<{ id: string; needsConfirmation: boolean }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'role.grant');
      const { scopeKind, scopeId } = grant;
      // Who works on one application is said by those who write it, and by nobody else.
      if (scopeKind === 'application') throw invalidField('scopeKind', 'role.scope_unfit');
      const missing = scopeKind !== 'agency' && scopeId && !(await this.scopes.exists(work, scopeKind, scopeId));
      if (missing) throw invalidField('scopeId', 'field.not_found');
      const row = await this.insert(work, personId, grant);
      await this.tell(work, row, row.needsConfirmation ? 'proposed' : 'in_force');
      return { id: row.id, needsConfirmation: row.needsConfirmation };
    });
  }

  /** The second administrator's yes; from now on the role holds. */
  async confirm(actor: Actor, personId: string, grantId: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'role.confirm');
      const grant = await this.lockWaiting(work, personId, grantId);
      if (actor.kind !== 'person') throw forbidden('role.confirmed_by_a_person');
      if (actor.personId === grant.personId) throw forbidden('role.own_confirmation');
      if (actor.personId === grant.grantedBy) throw forbidden('role.confirmed_by_another');
      if (grant.endsOn !== null && grant.endsOn < work.today) throw conflict('role.run_out');
      await work.update(RoleGrant, grant, { confirmedAt: work.now, confirmedBy: actor.personId });
      work.audit({ action: 'role.confirmed', ...subject(grant), after: termsOf(grant) });
      await this.tell(work, grant, 'in_force');
      return { id: grantId };
    });
  }

  /** A proposed role is not given after all: by another administrator, or taken back by whoever proposed it. */
  async decline(actor: Actor, personId: string, grantId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'role.decline');
      const grant = await this.lockWaiting(work, personId, grantId);
      if (personOf(actor) === grant.personId) throw forbidden('role.own_confirmation');
      await this.close(work, grant, note, 'role.declined');
      await this.tell(work, grant, 'declined', note);
      return { id: grantId };
    });
  }

  /** Ends a role that was given; this needs nobody else. */
  async end(actor: Actor, personId: string, grantId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'role.end');
      const grant = await this.lockGrant(work, personId, grantId);
      if (isWaiting(grant)) throw conflict('role.not_confirmed_yet');
      if (grant.role === 'administrator') await requireAnotherAdministrator(work, personId);
      await this.close(work, grant, note, 'role.ended');
      await this.tell(work, grant, 'ended', note);
      return { id: grantId };
    });
  }

  /** The step itself, for use cases that make an account and its roles together. */
  async add(work: Work, personId: string, grant: NewGrant): Promise<string> {
    return (await this.insert(work, personId, grant)).id;
  }

  /** The step for use cases whose own rules end a role: somebody left an organization. Nothing when it is not held. */
  async endHeld(work: Work, personId: string, { role, scopeKind, scopeId }: HeldRole, note: string): Promise<void> {
    const rows = await work.query<{ id: string }>(sql`
      select id from role_grants where person_id = ${personId} and role = ${role} and scope_kind = ${scopeKind}
        and scope_id is not distinct from ${scopeId}::uuid and ended_at is null`);
    for (const row of rows) await this.close(work, await work.lockOne(RoleGrant, row.id), note, 'role.ended');
  }

  /**
   * The applicant's role that follows from acting for an organization, or from working on one application: whoever
   * registers one or takes an invitation has it by that, and nobody gave it to them.
   */
  async addFollowing(
    work: Work,
    personId: string,
    scopeId: string,
    reason: string,
    scopeKind: 'organization' | 'application' = 'organization',
  ): Promise<string> {
    const giver = personOf(work.actor);
    const terms = { role: 'applicant' as const, scopeKind, scopeId, reason };
    return (await this.insert(work, personId, terms, giver === personId ? null : giver)).id;
  }

  private async insert(
    work: Work,
    personId: string,
    grant: NewGrant,
    grantedBy = personOf(work.actor),
  ): Promise<RoleGrant> {
    const terms = { ...grant, scopeId: grant.scopeId ?? null, startsOn: grant.startsOn ?? work.today };
    const complete = { ...terms, endsOn: grant.endsOn ?? null };
    // Whatever use case leads here, nobody gives a role to themselves.
    if (grantedBy === personId) throw forbidden('role.own_grant');
    const problem = grantProblem(complete);
    if (problem !== undefined) throw problem;
    // Grants of one person are made one after another, so that two at once cannot both find none.
    await work.lockOne(Person, personId);
    await this.closeRunOut(work, personId);
    const held = await work.query(sql`
      select 1 from role_grants where person_id = ${personId} and role = ${grant.role} and ended_at is null
        and scope_kind = ${grant.scopeKind} and scope_id is not distinct from ${complete.scopeId}::uuid`);
    if (held.length > 0) throw invalidField('role', 'role.held_already');
    const { role, scopeKind, scopeId, startsOn, endsOn, reason } = complete;
    const needsConfirmation = grantedBy !== null && isGrave(role);
    const row = await work.insertOne(RoleGrant, {
      ...{ personId, role, scopeKind, scopeId, reason, grantedBy, startsOn, endsOn, needsConfirmation },
      ...{ confirmedAt: null, confirmedBy: null, endedAt: null, endedBy: null, endReason: null },
    });
    const action = needsConfirmation ? 'role.proposed' : 'role.granted';
    work.audit({ action, ...subject(row), note: reason, after: { ...termsOf(row), startsOn, endsOn } });
    return row;
  }

  private async lockGrant(work: Work, personId: string, grantId: string): Promise<RoleGrant> {
    // Before the person: whoever makes or ends administrators waits here for each other.
    await lockAdministrators(work);
    await work.lockOne(Person, personId);
    const grant = await work.lockOne(RoleGrant, grantId);
    if (grant.personId !== personId) throw notFound('thing.not_found');
    if (grant.endedAt !== null) throw conflict('role.already_ended');
    return grant;
  }

  private async lockWaiting(work: Work, personId: string, grantId: string): Promise<RoleGrant> {
    const grant = await this.lockGrant(work, personId, grantId);
    if (!isWaiting(grant)) throw conflict('role.already_confirmed');
    return grant;
  }

  private async close(work: Work, grant: RoleGrant, note: string, action: string): Promise<void> {
    await work.update(RoleGrant, grant, { endedAt: work.now, endedBy: personOf(work.actor), endReason: note });
    work.audit({ action, ...subject(grant), note, before: termsOf(grant) });
    // What was lent of it is over with it.
    await this.delegations.endOf(work, grant.id, note);
  }

  private tell(work: Work, grant: RoleGrant, news: GrantNews, note?: string): Promise<void> {
    return this.news.tell(work, { ...grant, note: note ?? grant.reason }, news);
  }

  /** Roles whose last day is past make room for a new grant of the same. */
  private async closeRunOut(work: Work, personId: string): Promise<void> {
    await work.query(sql`
      update role_grants set ended_at = ${work.now}, end_reason = 'The last day passed.', version = version + 1
      where person_id = ${personId} and ended_at is null and ends_on < ${work.today}`);
  }
}

const isWaiting = ({ needsConfirmation, confirmedAt }: RoleGrant): boolean => needsConfirmation && confirmedAt === null;

const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.personId : null);

const subject = ({ personId }: RoleGrant): { subjectType: string; subjectId: string } => ({
  subjectType: 'person',
  subjectId: personId,
});

const termsOf = ({ role, scopeKind, scopeId }: RoleGrant): Record<string, unknown> => ({ role, scopeKind, scopeId });
