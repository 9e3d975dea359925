/**
 * OrganizationGrants: keeps the applicant's role of identity in step with the memberships here. The role opens the
 * door; which member role somebody holds is looked up where it matters.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { grantOpen, Roles, ScopeDirectory, type ScopeName } from '../identity/index.js';

const REASON = 'Member of the organization';
const END_REASON = 'No longer a member of the organization';

@Injectable()
export class OrganizationGrants implements OnModuleInit {
  constructor(
    private readonly roles: Roles,
    private readonly scopes: ScopeDirectory,
  ) {}

  /**
   * Tells identity what the organizations are called that roles are held in. They are no choices: who acts for one is
   * kept on its own page, and their number would drown a list.
   */
  onModuleInit(): void {
    this.scopes.register({
      kind: 'organization',
      names: (from: Queryable, ids: readonly string[]) =>
        from.query<ScopeName>(sql`select id, name from organizations where id = any(${[...ids]}::uuid[])`),
    });
  }

  /** Grants the role unless it is held already. */
  async grant(work: Work, personId: string, organizationId: string): Promise<void> {
    const held = await work.query(sql`
      select 1 from role_grants g where person_id = ${personId} and role = 'applicant' and scope_kind = 'organization'
        and scope_id = ${organizationId} and ${grantOpen('g', work.today)}`);
    if (held.length > 0) return;
    await this.roles.addFollowing(work, personId, organizationId, REASON);
  }

  /** Ends the role, if it is still held. */
  async end(work: Work, personId: string, organizationId: string): Promise<void> {
    const held = { role: 'applicant', scopeKind: 'organization', scopeId: organizationId } as const;
    await this.roles.endHeld(work, personId, held, END_REASON);
  }
}
