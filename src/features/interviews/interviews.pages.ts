/** Interviews as pages. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import {
  ChooseSlotInput,
  InterviewScoresInput,
  OfferInterviewInput,
  PanelInput,
  SlotsInput,
} from './interview.input.js';
import { InterviewFormViews } from './interview-form.page-view.js';
import { InterviewPageViews } from './interview.page-view.js';
import { InterviewPanels } from './interview-panels.service.js';
import { Interviews, type InterviewStep } from './interviews.service.js';

@Controller('interviews')
export class InterviewsPages {
  constructor(
    private readonly interviews: Interviews,
    private readonly panels: InterviewPanels,
    private readonly views: InterviewPageViews,
    private readonly forms: InterviewFormViews,
  ) {}

  @Get('rounds/:roundId')
  @Permit('interview.read')
  async round(@Here() visit: Visit): Promise<Page> {
    return page('interviews/round', await this.views.round(visit));
  }

  @Get('rounds/:roundId/slots')
  @Permit('interview.offer')
  async slotsForm(@Here() visit: Visit): Promise<Page> {
    return page('interviews/form', await this.forms.slotsForm(visit));
  }

  @Post('rounds/:roundId/slots')
  @Permit('interview.offer')
  @Resubmit('slotsForm')
  async addSlots(@Here() visit: Visit, @Body() input: SlotsInput): Promise<Redirect> {
    const { ids } = await this.panels.addSlots(visit.actor, visit.id('roundId'), input);
    return redirect(`/interviews/rounds/${visit.id('roundId')}`, 'interview.slots', { count: ids.length });
  }

  @Post('slots/:id/remove')
  @Permit('interview.offer')
  async removeSlot(@Here() visit: Visit): Promise<Redirect> {
    const { roundId } = await this.panels.removeSlot(visit.actor, visit.id());
    return redirect(`/interviews/rounds/${roundId}`, 'interview.slot_removed');
  }

  @Get('rounds/:roundId/offer')
  @Permit('interview.offer')
  async offerForm(@Here() visit: Visit): Promise<Page> {
    return page('interviews/form', await this.forms.offerForm(visit));
  }

  @Post('rounds/:roundId/offer')
  @Permit('interview.offer')
  @Resubmit('offerForm')
  async offer(@Here() visit: Visit, @Body() input: OfferInterviewInput): Promise<Redirect> {
    const { id } = await this.interviews.offer(visit.actor, input);
    return redirect(`/interviews/${id}`, 'interview.offered');
  }

  @Get(':id')
  @Permit('interview.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('interviews/show', await this.views.show(visit));
  }

  @Get(':id/panel')
  @Permit('interview.offer')
  async panelForm(@Here() visit: Visit): Promise<Page> {
    return page('interviews/form', await this.forms.panelForm(visit));
  }

  @Post(':id/panel')
  @Permit('interview.offer')
  @Resubmit('panelForm')
  async setPanel(@Here() visit: Visit, @Body() input: PanelInput): Promise<Redirect> {
    await this.interviews.setPanel(visit.actor, visit.id(), input);
    return redirect(`/interviews/${visit.id()}`, 'interview.panel');
  }

  @Get(':id/scores')
  @Permit('interview.score')
  async scoresForm(@Here() visit: Visit): Promise<Page> {
    return page('interviews/form', await this.forms.scoresForm(visit));
  }

  @Post(':id/scores')
  @Permit('interview.score')
  @Resubmit('scoresForm')
  async score(@Here() visit: Visit, @Body() input: InterviewScoresInput): Promise<Redirect> {
    await this.interviews.score(visit.actor, visit.id(), input);
    return redirect(`/interviews/${visit.id()}`, 'interview.scored');
  }

  @Post(':id/choose-slot')
  @Permit('interview.choose_slot')
  @Resubmit('show')
  async chooseSlot(@Here() visit: Visit, @Body() input: ChooseSlotInput): Promise<Redirect> {
    await this.interviews.choose(visit.actor, visit.id(), 'choose_slot', input);
    return redirect(`/interviews/${visit.id()}`, 'interview.choose_slot');
  }

  @Post(':id/reschedule')
  @Permit('interview.reschedule')
  @Resubmit('show')
  async reschedule(@Here() visit: Visit, @Body() input: ChooseSlotInput): Promise<Redirect> {
    await this.interviews.choose(visit.actor, visit.id(), 'reschedule', input);
    return redirect(`/interviews/${visit.id()}`, 'interview.reschedule');
  }

  @Post(':id/hold')
  @Permit('interview.hold')
  @Resubmit('show')
  async hold(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'hold', step);
  }

  @Post(':id/miss')
  @Permit('interview.miss')
  @Resubmit('show')
  async miss(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'miss', step);
  }

  @Post(':id/cancel')
  @Permit('interview.cancel')
  @Resubmit('show')
  async cancel(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'cancel', step);
  }

  private async take(visit: Visit, action: InterviewStep, step: StepInput): Promise<Redirect> {
    await this.interviews.take(visit.actor, visit.id(), action, step);
    return redirect(`/interviews/${visit.id()}`, `interview.${action}`);
  }
}
