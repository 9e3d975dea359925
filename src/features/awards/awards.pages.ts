/** Awards as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { AwardForms } from './award.forms.js';
import { AcceptInput, AwardBudgetInput, AwardListQuery, AwardTermsInput } from './award.input.js';
import { AGREEMENT_KIND, LETTER_KIND } from './award.lifecycle.js';
import { AwardPreviewViews } from './award-preview.view.js';
import { AwardPageViews } from './award.page-view.js';
import { AwardTerms } from './award-terms.service.js';
import { type AwardStep, Awards } from './awards.service.js';

@Controller('awards')
export class AwardsPages {
  constructor(
    private readonly awards: Awards,
    private readonly terms: AwardTerms,
    private readonly views: AwardPageViews,
    private readonly forms: AwardForms,
    private readonly previews: AwardPreviewViews,
  ) {}

  @Get()
  @Permit('award.read')
  async list(@Here() visit: Visit, @Query() query: AwardListQuery): Promise<Page> {
    return page('awards/list', await this.views.list(visit.actor, query));
  }

  @Get(':id')
  @Permit('award.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('awards/award', await this.views.show(visit));
  }

  @Get(':id/letter')
  @Permit('award.read')
  async letter(@Here() visit: Visit): Promise<Page> {
    return page('awards/letter', await this.previews.of(visit, LETTER_KIND));
  }

  @Get(':id/agreement')
  @Permit('award.read')
  async agreement(@Here() visit: Visit): Promise<Page> {
    return page('awards/letter', await this.previews.of(visit, AGREEMENT_KIND));
  }

  @Get(':id/edit')
  @Permit('award.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('awards/form', await this.forms.terms(visit));
  }

  @Post(':id/edit')
  @Permit('award.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: AwardTermsInput): Promise<Redirect> {
    await this.terms.update(visit.actor, visit.id(), input);
    return redirect(`/awards/${visit.id()}`, 'award.updated');
  }

  @Get(':id/budget')
  @Permit('award.update')
  async budgetForm(@Here() visit: Visit): Promise<Page> {
    return page('awards/form', await this.forms.budget(visit));
  }

  @Post(':id/budget')
  @Permit('award.update')
  @Resubmit('budgetForm')
  async updateBudget(@Here() visit: Visit, @Body() input: AwardBudgetInput): Promise<Redirect> {
    await this.terms.updateBudget(visit.actor, visit.id(), input);
    return redirect(`/awards/${visit.id()}`, 'award.budget_updated');
  }

  @Get(':id/accept')
  @Permit('award.accept')
  async acceptForm(@Here() visit: Visit): Promise<Page> {
    return page('awards/accept', await this.forms.accept(visit));
  }

  @Post(':id/accept')
  @Permit('award.accept')
  @Resubmit('acceptForm')
  async accept(@Here() visit: Visit, @Body() input: AcceptInput): Promise<Redirect> {
    await this.awards.accept(visit.actor, visit.id(), input);
    return redirect(`/awards/${visit.id()}`, 'award.accept');
  }

  @Post(':id/prepare')
  @Permit('award.prepare')
  @Resubmit('show')
  async prepare(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'prepare', step);
  }

  @Post(':id/offer')
  @Permit('award.offer')
  @Resubmit('show')
  async offer(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'offer', step);
  }

  @Post(':id/countersign')
  @Permit('award.countersign')
  @Resubmit('show')
  async countersign(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'countersign', step);
  }

  @Post(':id/suspend')
  @Permit('award.suspend')
  @Resubmit('show')
  async suspend(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'suspend', step);
  }

  @Post(':id/resume')
  @Permit('award.resume')
  @Resubmit('show')
  async resume(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'resume', step);
  }

  @Post(':id/correct')
  @Permit('award.correct')
  @Resubmit('show')
  async correct(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'correct', step);
  }

  @Post(':id/decline')
  @Permit('award.decline')
  @Resubmit('show')
  async decline(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'decline', step);
  }

  @Post(':id/lapse')
  @Permit('award.lapse')
  @Resubmit('show')
  async lapse(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'lapse', step);
  }

  @Post(':id/rescind')
  @Permit('award.rescind')
  @Resubmit('show')
  async rescind(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'rescind', step);
  }

  @Post(':id/terminate')
  @Permit('award.terminate')
  @Resubmit('show')
  async terminate(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'terminate', step);
  }

  @Post(':id/begin-closeout')
  @Permit('award.begin_closeout')
  @Resubmit('show')
  async beginCloseout(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'begin_closeout', step);
  }

  @Post(':id/close')
  @Permit('award.close')
  @Resubmit('show')
  async close(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'close', step);
  }

  @Post(':id/reopen')
  @Permit('award.reopen')
  @Resubmit('show')
  async reopen(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'reopen', step);
  }

  private async take(visit: Visit, action: AwardStep, step: StepInput): Promise<Redirect> {
    await this.awards.take(visit.actor, visit.id(), action, step);
    return redirect(`/awards/${visit.id()}`, `award.${action}`);
  }
}
