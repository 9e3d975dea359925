/** OrganizationReader: gathers what one organization's page and JSON show, for the twins that share it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Texts } from '../../platform/texts/texts.js';
import { ExclusionChecks } from './exclusion-checks.service.js';
import { OrganizationMembers } from './organization-members.service.js';
import { OrganizationUses } from './organization-uses.js';
import { organizationActions, type WholeOrganization } from './organization.view.js';
import { Organizations } from './organizations.service.js';

@Injectable()
export class OrganizationReader {
  constructor(
    private readonly organizations: Organizations,
    private readonly checks: ExclusionChecks,
    private readonly members: OrganizationMembers,
    private readonly uses: OrganizationUses,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  async whole(actor: Actor, id: string): Promise<WholeOrganization> {
    // First, because it says 404 for what this actor may not see.
    const detail = await this.organizations.get(actor, id);
    const [checks, members, uses, roles] = await Promise.all([
      this.checks.of(actor, id),
      this.members.live(id),
      this.uses.of(actor, id),
      this.members.rolesOf(actor, id),
    ]);
    const editsOwn = roles.includes('owner') || roles.includes('editor');
    const actions = organizationActions(this.policy, actor, id, editsOwn, this.texts);
    return { detail, checks, members, uses, actions };
  }
}
