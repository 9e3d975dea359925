/** OrganizationReader: gathers what one organization's page and JSON show, for the twins that share it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Texts } from '../../platform/texts/texts.js';
import { ExclusionChecks } from './exclusion-checks.service.js';
import { OrganizationDocuments } from './organization-documents.service.js';
import { OrganizationPeople } from './organization-people.js';
import { OrganizationUses } from './organization-uses.js';
import { organizationActions, type WholeOrganization } from './organization.view.js';
import { Organizations } from './organizations.service.js';

@Injectable()
export class OrganizationReader {
  constructor(
    private readonly organizations: Organizations,
    private readonly checks: ExclusionChecks,
    private readonly people: OrganizationPeople,
    private readonly documents: OrganizationDocuments,
    private readonly uses: OrganizationUses,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  async whole(actor: Actor, id: string): Promise<WholeOrganization> {
    // First, because it says 404 for what this actor may not see.
    const detail = await this.organizations.get(actor, id);
    const [checks, people, uses, documents, mayAddDocument] = await Promise.all([
      this.checks.of(actor, id),
      this.people.of(actor, id),
      this.uses.of(actor, id),
      this.documents.of(actor, id),
      this.documents.mayAdd(actor, id),
    ]);
    const { roles, manages } = people;
    const may = {
      editsOwn: roles.includes('owner') || roles.includes('editor') || helps(actor, id),
      ...{
        manages,
        isMember: people.members.some(({ personId }) => actor.kind === 'person' && personId === actor.personId),
        mayAddDocument,
        isMerged: detail.mergedInto !== null,
      },
      hasEin: typeof detail.organization.ein === 'string',
    };
    const actions = organizationActions(this.policy, actor, id, may, this.texts);
    const { members, invitations, claims } = people;
    return { detail, checks, members, invitations, claims, documents, uses, actions };
  }

  /** Whether this actor may invite people to it and change their roles. */
  async manages(actor: Actor, id: string): Promise<boolean> {
    return (await this.people.of(actor, id)).manages;
  }
}

const helps = (actor: Actor, id: string): boolean =>
  actor.kind === 'person' && (actor.assists?.some((each) => each.organizationId === id) ?? false);
