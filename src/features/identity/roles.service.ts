/** Roles: granting one to another person and ending one, each with its reason. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { requireAnotherAdministrator, requirePermission } from './accounts.service.js';
import { type GrantTerms, grantProblem } from './identity.rules.js';
import { Person } from './person.entity.js';
import { RoleGrant } from './role-grant.entity.js';
import { ScopeDirectory } from './scopes.js';

export interface NewGrant extends Omit<GrantTerms, 'startsOn' | 'endsOn' | 'scopeId'> {
  readonly scopeId?: string | null;
  /** Today when absent. */
  readonly startsOn?: string;
  readonly endsOn?: string | null;
  readonly reason: string;
}

@Injectable()
export class Roles {
  constructor(
    private readonly db: Database,
    private readonly scopes: ScopeDirectory,
  ) {}

  async grant(actor: Actor, personId: string, grant: NewGrant): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'role.grant');
      const { scopeKind, scopeId } = grant;
      const missing = scopeKind !== 'agency' && scopeId && !(await this.scopes.exists(work, scopeKind, scopeId));
      if (missing) throw invalidField('scopeId', 'field.not_found');
      return { id: await this.add(work, personId, grant) };
    });
  }

  async end(actor: Actor, personId: string, grantId: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'role.end');
      await work.lockOne(Person, personId);
      const grant = await work.lockOne(RoleGrant, grantId);
      if (grant.personId !== personId) throw notFound('thing.not_found');
      if (grant.endedAt !== null) throw conflict('role.already_ended');
      if (grant.role === 'administrator') await requireAnotherAdministrator(work, personId);
      const endedBy = actor.kind === 'person' ? actor.personId : null;
      await work.update(RoleGrant, grant, { endedAt: work.now, endedBy, endReason: note });
      work.audit({
        action: 'role.ended',
        subjectType: 'person',
        subjectId: personId,
        note,
        before: { role: grant.role, scopeKind: grant.scopeKind, scopeId: grant.scopeId },
      });
      return { id: grantId };
    });
  }

  /** The step itself, for use cases that make an account and its roles together. */
  async add(work: Work, personId: string, grant: NewGrant): Promise<string> {
    const terms = { ...grant, scopeId: grant.scopeId ?? null, startsOn: grant.startsOn ?? work.today };
    const complete = { ...terms, endsOn: grant.endsOn ?? null };
    const grantedBy = work.actor.kind === 'person' ? work.actor.personId : null;
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
    const row = await work.insertOne(RoleGrant, {
      ...{ personId, role, scopeKind, scopeId, reason, grantedBy, startsOn, endsOn },
      ...{ endedAt: null, endedBy: null, endReason: null },
    });
    const after = { role, scopeKind, scopeId, startsOn, endsOn };
    work.audit({ action: 'role.granted', subjectType: 'person', subjectId: personId, note: reason, after });
    return row.id;
  }

  /** Roles whose last day is past make room for a new grant of the same. */
  private async closeRunOut(work: Work, personId: string): Promise<void> {
    await work.query(sql`
      update role_grants set ended_at = ${work.now}, end_reason = 'The last day passed.', version = version + 1
      where person_id = ${personId} and ended_at is null and ends_on < ${work.today}`);
  }
}
