/** The people of an organization: asking to join, inviting, changing roles, leaving - as pages and as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, notFound } from '../../kernel/errors.js';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { OrganizationClaims } from './organization-claims.service.js';
import { type InvitationLine, OrganizationInvitations } from './organization-invitations.service.js';
import { MemberRolesInput } from './organization.input.js';
import { OrganizationMembers } from './organization-members.service.js';
import { OrganizationReader } from './organization-reader.js';
import { Organizations } from './organizations.service.js';
import { claimPage, invitePage, plainForm, rolesPage } from './registration.forms.js';
import { OrganizationClaimInput, InvitationRefInput, InvitationsInput } from './registration.input.js';
import { StepInput } from '../../platform/input/step.input.js';

@Controller('organizations')
export class OrganizationPeoplePages {
  constructor(
    private readonly organizations: Organizations,
    private readonly members: OrganizationMembers,
    private readonly claims: OrganizationClaims,
    private readonly invitations: OrganizationInvitations,
    private readonly reader: OrganizationReader,
    private readonly texts: Texts,
  ) {}

  @Get(':id/ask-to-join')
  @Permit('organization_claim.ask')
  async askForm(@Here() visit: Visit): Promise<Page> {
    const candidate = await this.claims.candidate(visit.id());
    return page('organizations/plain-form', claimPage(candidate, this.texts, visit.refused));
  }

  @Post(':id/ask-to-join')
  @Permit('organization_claim.ask')
  @Resubmit('askForm')
  async ask(@Here() visit: Visit, @Body() input: OrganizationClaimInput): Promise<Redirect> {
    await this.claims.ask(visit.actor, visit.id(), input);
    return redirect('/organization-claims', 'organization_claim.asked');
  }

  @Get(':id/invite')
  @Permit('member.manage')
  async inviteForm(@Here() visit: Visit): Promise<Page> {
    const { organization } = await this.organizations.get(visit.actor, visit.id());
    await this.requireManager(visit.actor, visit.id());
    const isNew = visit.query['new'] === 'yes';
    return page('organizations/plain-form', invitePage(organization, isNew, this.texts, visit));
  }

  @Post(':id/invite')
  @Permit('member.manage')
  @Resubmit('inviteForm')
  async invite(@Here() visit: Visit, @Body() input: InvitationsInput): Promise<Redirect> {
    const { sent } = await this.invitations.invite(visit.actor, visit.id(), input);
    return redirect(`/organizations/${visit.id()}#people`, 'organization_invitation.sent', { count: sent });
  }

  @Post(':id/withdraw-invitation')
  @Permit('member.manage')
  async withdrawInvitation(@Here() visit: Visit, @Body() input: InvitationRefInput): Promise<Redirect> {
    await this.invitations.withdraw(visit.actor, visit.id(), input);
    return redirect(`/organizations/${visit.id()}#people`, 'organization_invitation.withdrawn');
  }

  @Get(':id/members/:personId/roles')
  @Permit('member.manage')
  async rolesForm(@Here() visit: Visit): Promise<Page> {
    const { organization } = await this.organizations.get(visit.actor, visit.id());
    await this.requireManager(visit.actor, visit.id());
    const personId = visit.id('personId');
    const own = (await this.members.live(visit.id())).filter((member) => member.personId === personId);
    const [first] = own;
    if (first === undefined) throw notFound('thing.not_found');
    const person = { personId, name: first.name, roles: own.map(({ role }) => role) };
    return page('organizations/plain-form', rolesPage(organization, person, this.texts, visit.refused));
  }

  @Post(':id/members/:personId/roles')
  @Permit('member.manage')
  @Fresh()
  @Resubmit('rolesForm')
  async setRoles(@Here() visit: Visit, @Body() input: MemberRolesInput): Promise<Redirect> {
    await this.members.setRoles(visit.actor, visit.id(), visit.id('personId'), input);
    if (input.roles.length > 0) {
      return redirect(`/organizations/${visit.id()}#people`, 'organization_member.changed');
    }
    // Whoever took themselves off sees it no more.
    const isOwn = visit.actor.kind === 'person' && visit.actor.personId === visit.id('personId');
    return redirect(isOwn ? '/' : `/organizations/${visit.id()}#people`, 'organization_member.ended_all');
  }

  @Get(':id/leave')
  @Permit('member.leave')
  async leaveForm(@Here() visit: Visit): Promise<Page> {
    const { organization } = await this.organizations.get(visit.actor, visit.id());
    const href = `/organizations/${organization.id}`;
    const view = plainForm(StepInput, this.texts, visit.refused, {
      action: `${href}/leave`,
      title: this.texts.t('organization_member.leave.title', { name: organization.name }),
      lead: this.texts.t('organization_member.leave.lead'),
      submit: this.texts.t('organization_member.leave.submit'),
      cancel: { label: this.texts.t('organization_member.leave.stay'), href },
      only: [],
    });
    return page('organizations/plain-form', view);
  }

  @Post(':id/leave')
  @Permit('member.leave')
  @Resubmit('leaveForm')
  async leave(@Here() visit: Visit, @Body() _input: StepInput): Promise<Redirect> {
    await this.members.leaveOwn(visit.actor, visit.id());
    return redirect('/', 'organization_member.left');
  }

  private async requireManager(actor: Actor, id: string): Promise<void> {
    if (!(await this.reader.manages(actor, id))) throw forbidden('organization_member.owner_only');
  }
}

@Controller('api/organizations')
export class OrganizationPeopleApi {
  constructor(
    private readonly members: OrganizationMembers,
    private readonly claims: OrganizationClaims,
    private readonly invitations: OrganizationInvitations,
    private readonly organizations: Organizations,
    private readonly reader: OrganizationReader,
  ) {}

  @Post(':id/ask-to-join')
  @HttpCode(201)
  @Permit('organization_claim.ask')
  async ask(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: OrganizationClaimInput,
  ): Promise<{ id: string }> {
    return this.claims.ask(actor, id, input);
  }

  @Get(':id/invitations')
  @Permit('member.manage')
  async open(
    @Acting() actor: Actor,
    @Param('id') id: string,
  ): Promise<{ items: readonly InvitationLine[]; next: null }> {
    await this.organizations.get(actor, id);
    if (!(await this.reader.manages(actor, id))) throw forbidden('organization_member.owner_only');
    return { items: await this.invitations.open(id), next: null };
  }

  @Post(':id/invite')
  @HttpCode(200)
  @Permit('member.manage')
  async invite(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: InvitationsInput,
  ): Promise<{ sent: number }> {
    return this.invitations.invite(actor, id, input);
  }

  @Post(':id/withdraw-invitation')
  @HttpCode(200)
  @Permit('member.manage')
  async withdrawInvitation(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: InvitationRefInput,
  ): Promise<{ id: string }> {
    return this.invitations.withdraw(actor, id, input);
  }

  @Post(':id/members/:personId/roles')
  @HttpCode(200)
  @Permit('member.manage')
  @Fresh()
  async setRoles(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('personId') personId: string,
    @Body() input: MemberRolesInput,
  ): Promise<{ id: string }> {
    return this.members.setRoles(actor, id, personId, input);
  }

  @Post(':id/leave')
  @HttpCode(200)
  @Permit('member.leave')
  async leave(@Acting() actor: Actor, @Param('id') id: string, @Body() _input: StepInput): Promise<{ id: string }> {
    return this.members.leaveOwn(actor, id);
  }
}
