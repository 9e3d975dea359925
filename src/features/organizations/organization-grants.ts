/**
 * OrganizationGrants: keeps the applicant's role of identity in step with the memberships here. The role opens the
 * door; which member role somebody holds is looked up where it matters.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Roles, ScopeDirectory, type ScopeName } from '../identity/index.js';

const REASON = 'Member of the organization';
const END_REASON = 'No longer a member of the organization';

@Injectable()
export class OrganizationGrants implements OnModuleInit {
  constructor(
    private readonly roles: Roles,
    private readonly scopes: ScopeDirectory,
  ) {}

  /** Tells identity what the organizations are called that roles are held in. */
  onModuleInit(): void {
    this.scopes.register({
      kind: 'organization',
      names: (from: Queryable, ids: readonly string[]) =>
        from.query<ScopeName>(sql`select id, name from organizations where id = any(${[...ids]}::uuid[])`),
      choices: (from: Queryable) =>
        from.query<ScopeName>(sql`select id, name from organizations order by lower(name), id`),
    });
  }

  /** Grants the role unless it is held already. */
  async grant(work: Work, personId: string, organizationId: string): Promise<void> {
    const held = await work.query(sql`
      select 1 from role_grants where person_id = ${personId} and role = 'applicant' and scope_kind = 'organization'
        and scope_id = ${organizationId} and ended_at is null and (ends_on is null or ends_on >= ${work.today})`);
    if (held.length > 0) return;
    await this.roles.add(work, personId, {
      role: 'applicant',
      scopeKind: 'organization',
      scopeId: organizationId,
      reason: REASON,
    });
  }

  /** Ends the role, if it is still held. */
  async end(work: Work, personId: string, organizationId: string): Promise<void> {
    const endedBy = work.actor.kind === 'person' ? work.actor.personId : null;
    const ended = await work.query(sql`
      update role_grants set ended_at = ${work.now}, ended_by = ${endedBy}, end_reason = ${END_REASON},
             version = version + 1
      where person_id = ${personId} and role = 'applicant' and scope_kind = 'organization'
        and scope_id = ${organizationId} and ended_at is null returning id`);
    if (ended.length === 0) return;
    work.audit({
      action: 'role.ended',
      subjectType: 'person',
      subjectId: personId,
      note: END_REASON,
      before: { role: 'applicant', scopeKind: 'organization', scopeId: organizationId },
    });
  }
}
