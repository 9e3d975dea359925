/** Stipends as pages: the list, a convening to approve at once, and one stipend. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { StipendPageViews } from './stipend.page-view.js';
import { Stipends } from './stipends.service.js';
import { ApproveStipendsInput, StipendListQuery } from './support.input.js';

@Controller('support')
export class StipendsPages {
  constructor(
    private readonly stipends: Stipends,
    private readonly views: StipendPageViews,
  ) {}

  @Get('stipends')
  @Permit('support.read')
  async list(@Here() visit: Visit, @Query() query: StipendListQuery): Promise<Page> {
    return page('participant-support/stipends', await this.views.list(visit.actor, query));
  }

  @Get('stipends/:id')
  @Permit('stipend.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/stipend', await this.views.show(visit));
  }

  @Post('stipends/:id/approve')
  @Permit('stipend.approve')
  @Resubmit('show')
  async approve(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.stipends.approve(visit.actor, visit.id(), step);
    return redirect(`/support/stipends/${visit.id()}`, 'stipend.approve');
  }

  @Post('stipends/:id/void')
  @Permit('stipend.void')
  @Resubmit('show')
  async void(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.stipends.void(visit.actor, visit.id(), step);
    return redirect(`/support/stipends/${visit.id()}`, 'stipend.void');
  }

  @Get('convenings/:id')
  @Permit('stipend.approve')
  async convening(@Here() visit: Visit): Promise<Page> {
    return page('participant-support/convening', await this.views.convening(visit));
  }

  @Post('convenings/:id/approve')
  @Permit('stipend.approve')
  @Resubmit('convening')
  async approveMany(@Here() visit: Visit, @Body() input: ApproveStipendsInput): Promise<Redirect> {
    const ids = input.stipends.map(({ id }) => id);
    const { count, amount } = await this.stipends.approveMany(visit.actor, ids);
    const shown = Money.fromDecimal(amount).format({ cents: true });
    return redirect('/support/stipends', 'stipend.approved_many', { count, amount: shown });
  }
}
