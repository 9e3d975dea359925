/** What is paid in a collaborative, as pages. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { RateCardInput, StipendPolicyInput } from './support.input.js';
import { SupportPoliciesPageViews } from './support-policies.page-view.js';
import { SupportPolicies } from './support-policies.service.js';

@Controller('support/policies')
export class SupportPoliciesPages {
  constructor(
    private readonly policies: SupportPolicies,
    private readonly views: SupportPoliciesPageViews,
  ) {}

  @Get(':id')
  @Permit('support.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/policies', await this.views.show(visit));
  }

  @Get(':id/stipends/new')
  @Permit('stipend_policy.create')
  async newPolicy(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/form', await this.views.newPolicy(visit));
  }

  @Post(':id/stipends')
  @Permit('stipend_policy.create')
  @Resubmit('newPolicy')
  async addPolicy(@Here() visit: Visit, @Body() input: StipendPolicyInput): Promise<Redirect> {
    await this.policies.addPolicy(visit.actor, visit.id(), input);
    return redirect(`/support/policies/${visit.id()}`, 'stipend_policy.created');
  }

  @Post(':id/stipends/:policyId/remove')
  @Permit('stipend_policy.remove')
  @Resubmit('show')
  async removePolicy(@Here() visit: Visit): Promise<Redirect> {
    await this.policies.remove(visit.actor, visit.id(), 'stipend_policy', visit.id('policyId'));
    return redirect(`/support/policies/${visit.id()}`, 'stipend_policy.removed');
  }

  @Get(':id/rates/new')
  @Permit('childcare_rate_card.create')
  async newCard(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/form', await this.views.newCard(visit));
  }

  @Post(':id/rates')
  @Permit('childcare_rate_card.create')
  @Resubmit('newCard')
  async addCard(@Here() visit: Visit, @Body() input: RateCardInput): Promise<Redirect> {
    await this.policies.addCard(visit.actor, visit.id(), input);
    return redirect(`/support/policies/${visit.id()}`, 'childcare_rate_card.created');
  }

  @Post(':id/rates/:cardId/remove')
  @Permit('childcare_rate_card.remove')
  @Resubmit('show')
  async removeCard(@Here() visit: Visit): Promise<Redirect> {
    await this.policies.remove(visit.actor, visit.id(), 'childcare_rate_card', visit.id('cardId'));
    return redirect(`/support/policies/${visit.id()}`, 'childcare_rate_card.removed');
  }
}
