/** OrganizationPeople: who acts for an organization, who was invited to, and who asks to - as one actor may see it. */
import { Injectable } from '@nestjs/common';
import { ListQuery } from '../../platform/lists/list.js';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { type ClaimLine, OrganizationClaims } from './organization-claims.service.js';
import { type InvitationLine, OrganizationInvitations } from './organization-invitations.service.js';
import type { MemberRole } from './organization.entity.js';
import { type LiveMember, OrganizationMembers } from './organization-members.service.js';
import { organizationSubject } from './organizations.service.js';

/** Those who act for an organization, were invited to, or ask to; the last two for who manages them. */
export interface PeopleOf {
  readonly members: readonly LiveMember[];
  readonly invitations: readonly InvitationLine[];
  readonly claims: readonly ClaimLine[];
  readonly roles: readonly MemberRole[];
  readonly manages: boolean;
}

@Injectable()
export class OrganizationPeople {
  constructor(
    private readonly members: OrganizationMembers,
    private readonly invitations: OrganizationInvitations,
    private readonly claims: OrganizationClaims,
    private readonly policy: Policy,
  ) {}

  async of(actor: Actor, id: string): Promise<PeopleOf> {
    const [members, roles] = await Promise.all([this.members.live(id), this.members.rolesOf(actor, id)]);
    const isStaff = this.policy.can(actor, 'organization.update', organizationSubject(id));
    const manages = roles.includes('owner') || isStaff;
    const [invitations, claims] = manages
      ? await Promise.all([this.invitations.open(id), this.claims.waiting(actor, new ListQuery(), id)])
      : [[], undefined];
    return { members, invitations, claims: claims?.items ?? [], roles, manages };
  }
}
