/** Rounds as pages for staff. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { ExtensionInput, RoundInput, RoundListQuery, RubricInput } from './round.input.js';
import { RoundForms } from './round.forms.js';
import { PublishViews } from './round-publish.page-view.js';
import { RoundPageViews } from './round.page-view.js';
import { type RoundStep, Rounds } from './rounds.service.js';

@Controller('rounds')
export class RoundsPages {
  constructor(
    private readonly rounds: Rounds,
    private readonly views: RoundPageViews,
    private readonly forms: RoundForms,
    private readonly publishing: PublishViews,
  ) {}

  @Get()
  @Permit('round.read')
  async list(@Here() visit: Visit, @Query() query: RoundListQuery): Promise<Page> {
    return page('rounds/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('round.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.forms.newForm(visit));
  }

  @Post()
  @Permit('round.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: RoundInput): Promise<Redirect> {
    const { id } = await this.rounds.create(visit.actor, input);
    return redirect(`/rounds/${id}`, 'round.created', { name: input.name });
  }

  @Get(':id')
  @Permit('round.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/round', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('round.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.forms.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('round.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: RoundInput): Promise<Redirect> {
    await this.rounds.update(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}`, 'round.updated', { name: input.name });
  }

  @Get(':id/rubric')
  @Permit('round.update')
  async rubricForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.forms.rubricForm(visit));
  }

  @Post(':id/rubric')
  @Permit('round.update')
  @Resubmit('rubricForm')
  async setRubric(@Here() visit: Visit, @Body() input: RubricInput): Promise<Redirect> {
    await this.rounds.setRubric(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}`, 'round.rubric_changed');
  }

  @Get(':id/extend')
  @Permit('round.extend')
  async extendForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.forms.extendForm(visit));
  }

  @Post(':id/extend')
  @Permit('round.extend')
  @Resubmit('extendForm')
  async extend(@Here() visit: Visit, @Body() input: ExtensionInput): Promise<Redirect> {
    await this.rounds.extend(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}`, 'round.extend');
  }

  @Post(':id/open-criteria-for-comment')
  @Permit('round.open_criteria_for_comment')
  @Resubmit('show')
  async openCriteria(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'open_criteria_for_comment', step);
  }

  @Get(':id/publish')
  @Permit('round.publish')
  async publishForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/publish', await this.publishing.show(visit));
  }

  @Post(':id/publish')
  @Permit('round.publish')
  @Resubmit('publishForm')
  async publish(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'publish', step);
  }

  @Post(':id/begin-review')
  @Permit('round.begin_review')
  @Resubmit('show')
  async beginReview(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'begin_review', step);
  }

  @Post(':id/begin-decisions')
  @Permit('round.begin_decisions')
  @Resubmit('show')
  async beginDecisions(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'begin_decisions', step);
  }

  @Post(':id/complete')
  @Permit('round.complete')
  @Resubmit('show')
  async complete(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'complete', step);
  }

  @Post(':id/cancel')
  @Permit('round.cancel')
  @Resubmit('show')
  async cancel(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'cancel', step);
  }

  private async take(visit: Visit, action: RoundStep, step: StepInput): Promise<Redirect> {
    await this.rounds.take(visit.actor, visit.id(), action, step);
    return redirect(`/rounds/${visit.id()}`, `round.${action}`);
  }
}
