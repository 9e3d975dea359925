/** The participant's page: what to answer, what is paid, and a claim. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { AnswerInput, Convenings } from '../collaboratives/index.js';
import { ChildcareClaims } from './childcare-claims.service.js';
import { ClaimInput } from './support.input.js';
import { SupportHomePageViews } from './support-home.page-view.js';

@Controller('support')
export class SupportHomePages {
  constructor(
    private readonly views: SupportHomePageViews,
    private readonly claims: ChildcareClaims,
    private readonly convenings: Convenings,
  ) {}

  @Get()
  @Permit('support.read_own')
  async home(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/home', await this.views.home(visit));
  }

  @Post('answers/:id')
  @Permit('attendance.answer')
  @Resubmit('home')
  async answer(@Here() visit: Visit, @Body() input: AnswerInput): Promise<Redirect> {
    await this.convenings.answer(visit.actor, visit.id(), input);
    return redirect('/support', input.coming ? 'support.answered_yes' : 'support.answered_no');
  }

  @Get('claims/new')
  @Permit('childcare_claim.create')
  async newClaim(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/claim-form', await this.views.newClaim(visit));
  }

  /**
   * The claim is written, and the next page shows what it comes to before it is sent. A refused one leaves the address of
   * its form, which opens again.
   */
  @Post('claims/new')
  @Permit('childcare_claim.create')
  @Resubmit('newClaim')
  async createClaim(@Here() visit: Visit, @Body() input: ClaimInput): Promise<Redirect> {
    const { id } = await this.claims.create(visit.actor, input);
    return redirect(`/support/claims/${id}`);
  }
}
