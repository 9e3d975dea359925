/** Stipends, childcare claims and what they are paid by, for programs. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type ClaimListItem, type ClaimView, ClaimViews } from './childcare-claim.view.js';
import { ChildcareClaims } from './childcare-claims.service.js';
import { type StipendListItem, type StipendView, StipendViews } from './stipend.view.js';
import { Stipends } from './stipends.service.js';
import { personActor } from './support-home.page-view.js';
import { type SupportHome, SupportHomeViews } from './support-home.view.js';
import {
  ApproveStipendsInput,
  ClaimInput,
  ClaimListQuery,
  ClaimTermsInput,
  RateCardInput,
  StipendListQuery,
  StipendPolicyInput,
} from './support.input.js';
import { SupportPoliciesPageViews, type SupportPoliciesView } from './support-policies.page-view.js';
import { SupportPolicies } from './support-policies.service.js';

@ApiTags('participant support')
@Controller('api/support')
export class SupportApi {
  constructor(
    private readonly home: SupportHomeViews,
    private readonly policies: SupportPolicies,
    private readonly policyViews: SupportPoliciesPageViews,
  ) {}

  @Get()
  @Permit('support.read_own')
  async own(@Acting() actor: Actor): Promise<SupportHome> {
    return this.home.of(personActor(actor));
  }

  @Get('policies/:id')
  @Permit('support.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<SupportPoliciesView> {
    return this.policyViews.of(actor, id);
  }

  @Post('policies/:id/stipends')
  @Permit('stipend_policy.create')
  async addPolicy(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: StipendPolicyInput,
  ): Promise<{ id: string }> {
    return this.policies.addPolicy(actor, id, input);
  }

  @Delete('policies/:id/stipends/:policyId')
  @Permit('stipend_policy.remove')
  async removePolicy(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('policyId') policyId: string,
  ): Promise<{ id: string }> {
    return this.policies.remove(actor, id, 'stipend_policy', policyId);
  }

  @Post('policies/:id/rates')
  @Permit('childcare_rate_card.create')
  async addCard(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: RateCardInput,
  ): Promise<{ id: string }> {
    return this.policies.addCard(actor, id, input);
  }

  @Delete('policies/:id/rates/:cardId')
  @Permit('childcare_rate_card.remove')
  async removeCard(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('cardId') cardId: string,
  ): Promise<{ id: string }> {
    return this.policies.remove(actor, id, 'childcare_rate_card', cardId);
  }
}

@ApiTags('participant support')
@Controller('api/support/stipends')
export class StipendsApi {
  constructor(
    private readonly stipends: Stipends,
    private readonly views: StipendViews,
  ) {}

  @Get()
  @Permit('stipend.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: StipendListQuery,
  ): Promise<{ items: StipendListItem[]; next: string | null }> {
    const { items, next } = await this.stipends.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Get(':id')
  @Permit('stipend.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<StipendView> {
    return this.views.one(actor, id);
  }

  /** All of those named, or none. */
  @Post('approve')
  @HttpCode(200)
  @Permit('stipend.approve')
  async approveMany(
    @Acting() actor: Actor,
    @Body() input: ApproveStipendsInput,
  ): Promise<{ count: number; amount: Money }> {
    const ids = input.stipends.map(({ id }) => id);
    const { count, amount } = await this.stipends.approveMany(actor, ids);
    return { count, amount: Money.fromDecimal(amount) };
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Permit('stipend.approve')
  async approve(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<StipendView> {
    await this.stipends.approve(actor, id, step);
    return this.views.one(actor, id);
  }

  @Post(':id/void')
  @HttpCode(200)
  @Permit('stipend.void')
  async void(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<StipendView> {
    await this.stipends.void(actor, id, step);
    return this.views.one(actor, id);
  }
}

@ApiTags('participant support')
@Controller('api/support/claims')
export class ChildcareClaimsApi {
  constructor(
    private readonly claims: ChildcareClaims,
    private readonly views: ClaimViews,
  ) {}

  @Get()
  @Permit('childcare_claim.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ClaimListQuery,
  ): Promise<{ items: ClaimListItem[]; next: string | null }> {
    const { items, next } = await this.claims.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Get(':id')
  @Permit('childcare_claim.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<ClaimView> {
    return this.views.one(actor, id);
  }

  /** A draft: its answer says what it comes to. It is sent by `submit`. */
  @Post()
  @Permit('childcare_claim.create')
  async create(@Acting() actor: Actor, @Body() input: ClaimInput): Promise<ClaimView> {
    const { id } = await this.claims.create(actor, input);
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('childcare_claim.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ClaimTermsInput): Promise<ClaimView> {
    await this.claims.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/submit')
  @HttpCode(200)
  @Permit('childcare_claim.submit')
  async submit(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ClaimView> {
    await this.claims.submit(actor, id, step);
    return this.views.one(actor, id);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Permit('childcare_claim.approve')
  async approve(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ClaimView> {
    await this.claims.approve(actor, id, step);
    return this.views.one(actor, id);
  }

  @Post(':id/return')
  @HttpCode(200)
  @Permit('childcare_claim.return')
  async return(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ClaimView> {
    await this.claims.refuse(actor, id, 'return', step);
    return this.views.one(actor, id);
  }

  @Post(':id/deny')
  @HttpCode(200)
  @Permit('childcare_claim.deny')
  async deny(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ClaimView> {
    await this.claims.refuse(actor, id, 'deny', step);
    return this.views.one(actor, id);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Permit('childcare_claim.withdraw')
  async withdraw(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ClaimView> {
    await this.claims.withdraw(actor, id, step);
    return this.views.one(actor, id);
  }
}
