/** Childcare claims as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { ClaimPageViews } from './childcare-claim.page-view.js';
import { ChildcareClaims } from './childcare-claims.service.js';
import { ClaimListQuery, ClaimTermsInput } from './support.input.js';

@Controller('support/claims')
export class ChildcareClaimsPages {
  constructor(
    private readonly claims: ChildcareClaims,
    private readonly views: ClaimPageViews,
  ) {}

  @Get()
  @Permit('support.read')
  async list(@Here() visit: Visit, @Query() query: ClaimListQuery): Promise<Page> {
    return page('participant-support/list', await this.views.list(visit.actor, query));
  }

  @Get(':id')
  @Permit('childcare_claim.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/claim', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('childcare_claim.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/claim-form', await this.views.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('childcare_claim.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: ClaimTermsInput): Promise<Redirect> {
    await this.claims.update(visit.actor, visit.id(), input);
    return redirect(`/support/claims/${visit.id()}`);
  }

  @Post(':id/submit')
  @Permit('childcare_claim.submit')
  @Resubmit('show')
  async submit(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.claims.submit(visit.actor, visit.id(), step);
    return redirect('/support', 'childcare_claim.submit');
  }

  @Post(':id/approve')
  @Permit('childcare_claim.approve')
  @Resubmit('show')
  async approve(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.claims.approve(visit.actor, visit.id(), step);
    return redirect(`/support/claims/${visit.id()}`, 'childcare_claim.approve');
  }

  @Post(':id/return')
  @Permit('childcare_claim.return')
  @Resubmit('show')
  async return(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.claims.refuse(visit.actor, visit.id(), 'return', step);
    return redirect(`/support/claims/${visit.id()}`, 'childcare_claim.return');
  }

  @Post(':id/deny')
  @Permit('childcare_claim.deny')
  @Resubmit('show')
  async deny(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.claims.refuse(visit.actor, visit.id(), 'deny', step);
    return redirect(`/support/claims/${visit.id()}`, 'childcare_claim.deny');
  }

  @Post(':id/withdraw')
  @Permit('childcare_claim.withdraw')
  @Resubmit('show')
  async withdraw(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.claims.withdraw(visit.actor, visit.id(), step);
    return redirect('/support', 'childcare_claim.withdraw');
  }
}
