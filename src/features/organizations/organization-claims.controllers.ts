/** Requests to act for an organization, as pages and as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { apiActions, story } from '../../platform/pages/lifecycle-views.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { claimDetailPage, type ClaimLists, claimsPage } from './organization-claims.view.js';
import { OrganizationClaims } from './organization-claims.service.js';
import { ApproveClaimInput, ClaimListQuery } from './registration.input.js';

type Json = Record<string, unknown>;

/** One's own and those that wait for an answer; of the one that is named the page that is asked for. */
async function listsOf(claims: OrganizationClaims, actor: Actor, query: ClaimListQuery): Promise<ClaimLists> {
  const { list = 'waiting', limit } = query;
  const start = Object.assign(new ClaimListQuery(), { limit });
  const [own, waiting] = await Promise.all([
    claims.own(actor, list === 'own' ? query : start),
    claims.waiting(actor, list === 'waiting' ? query : start),
  ]);
  return { own, waiting };
}

@Controller('organization-claims')
export class OrganizationClaimsPages {
  constructor(
    private readonly claims: OrganizationClaims,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('organization_claim.ask')
  async list(@Here() visit: Visit, @Query() query: ClaimListQuery): Promise<Page> {
    const isStaff = this.policy.can(visit.actor, 'organization.update', {});
    const lists = await listsOf(this.claims, visit.actor, query);
    return page('organizations/claims', claimsPage(lists, query, isStaff, this.claims.machine, this.texts, this.db));
  }

  @Get(':id')
  @Permit('organization_claim.ask')
  async show(@Here() visit: Visit): Promise<Page> {
    const claim = await this.claims.get(visit.actor, visit.id());
    const told = await story(this.db, this.texts, this.db.currentCalendar, 'organization_claim', claim.id);
    const state = this.claims.machine.state(claim.state);
    return page('organizations/claim', claimDetailPage(claim, state, told, this.texts, visit.refused));
  }

  @Post(':id/approve')
  @Permit('organization_claim.approve')
  @Resubmit('show')
  async approve(@Here() visit: Visit, @Body() input: ApproveClaimInput): Promise<Redirect> {
    await this.claims.approve(visit.actor, visit.id(), input);
    return redirect('/organization-claims', 'organization_claim.approve');
  }

  @Post(':id/deny')
  @Permit('organization_claim.deny')
  @Resubmit('show')
  async deny(@Here() visit: Visit, @Body() input: StepInput): Promise<Redirect> {
    await this.claims.deny(visit.actor, visit.id(), input);
    return redirect('/organization-claims', 'organization_claim.deny');
  }

  @Post(':id/withdraw')
  @Permit('organization_claim.withdraw')
  @Resubmit('show')
  async withdraw(@Here() visit: Visit, @Body() input: StepInput): Promise<Redirect> {
    await this.claims.withdraw(visit.actor, visit.id(), input);
    return redirect('/organization-claims', 'organization_claim.withdraw');
  }
}

@Controller('api/organization-claims')
export class OrganizationClaimsApi {
  constructor(
    private readonly claims: OrganizationClaims,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('organization_claim.ask')
  async list(@Acting() actor: Actor, @Query() query: ClaimListQuery): Promise<Json> {
    const { own, waiting } = await listsOf(this.claims, actor, query);
    return { items: own.items, next: own.next, waiting: waiting.items, waitingNext: waiting.next };
  }

  @Get(':id')
  @Permit('organization_claim.ask')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<Json> {
    const { actions, ...claim } = await this.claims.get(actor, id);
    return { ...claim, actions: apiActions(this.texts, actions) };
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Permit('organization_claim.approve')
  async approve(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ApproveClaimInput): Promise<Json> {
    return this.claims.approve(actor, id, input);
  }

  @Post(':id/deny')
  @HttpCode(200)
  @Permit('organization_claim.deny')
  async deny(@Acting() actor: Actor, @Param('id') id: string, @Body() input: StepInput): Promise<Json> {
    return this.claims.deny(actor, id, input);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Permit('organization_claim.withdraw')
  async withdraw(@Acting() actor: Actor, @Param('id') id: string, @Body() input: StepInput): Promise<Json> {
    return this.claims.withdraw(actor, id, input);
  }
}
