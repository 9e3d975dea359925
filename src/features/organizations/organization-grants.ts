/**
 * OrganizationGrants: keeps the applicant's role of identity in step with the memberships here. The role opens the
 * door; which member role somebody holds is looked up where it matters.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Texts } from '../../platform/texts/texts.js';
import { grantOpen, Roles, ScopeDirectory, type ScopeName, type ScopeStanding } from '../identity/index.js';
import { MEMBER_ROLES, type MemberRole } from './organization.entity.js';

const REASON = 'Member of the organization';
const END_REASON = 'No longer a member of the organization';

@Injectable()
export class OrganizationGrants implements OnModuleInit {
  constructor(
    private readonly roles: Roles,
    private readonly scopes: ScopeDirectory,
    private readonly texts: Texts,
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
      standings: (from, personId, ids) => this.standings(from, personId, ids),
    });
  }

  /** What somebody is in these organizations, and their owners, who decide it. */
  private async standings(from: Queryable, personId: string, ids: readonly string[]): Promise<ScopeStanding[]> {
    const rows = await from.query<{ id: string; roles: MemberRole[]; deciders: string[] }>(sql`
      select m.organization_id as id, array_agg(m.role) as roles,
             array(select p.name from organization_members o join persons p on p.id = o.person_id
               where o.organization_id = m.organization_id and o.role = 'owner' and o.ended_at is null
               order by lower(p.name), p.id limit 5) as deciders
      from organization_members m
      where m.person_id = ${personId} and m.organization_id = any(${[...ids]}::uuid[]) and m.ended_at is null
      group by m.organization_id`);
    return rows.map(({ id, roles, deciders }) => ({
      ...{ id, deciders },
      parts: MEMBER_ROLES.filter((role) => roles.includes(role)).map((role) => ({
        label: this.texts.t(`organization_member.field.role.${role}`),
        may: this.texts.t(`organization_member.role_may.${role}`),
      })),
    }));
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
