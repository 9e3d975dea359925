/** Help to applicants for people and for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import {
  AssistanceEntryInput,
  HelpTakeInput,
  TechnicalAssistanceInput,
  TechnicalAssistanceListQuery,
} from './technical-assistance.input.js';
import { TechnicalAssistancePageViews } from './technical-assistance.page-view.js';
import { type AssistanceItem, type AssistanceView, TechnicalAssistanceViews } from './technical-assistance.view.js';
import { TechnicalAssistances } from './technical-assistances.service.js';

@ApiTags('technical assistance')
@Controller('api/technical-assistances')
export class TechnicalAssistancesApi {
  constructor(
    private readonly assistances: TechnicalAssistances,
    private readonly views: TechnicalAssistanceViews,
  ) {}

  @Get()
  @Permit('technical_assistance.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: TechnicalAssistanceListQuery,
  ): Promise<{ items: AssistanceItem[]; next: string | null }> {
    return this.views.list(actor, query);
  }

  @Post()
  @Permit('technical_assistance.ask')
  async ask(@Acting() actor: Actor, @Body() input: TechnicalAssistanceInput): Promise<{ id: string }> {
    return this.assistances.ask(actor, input);
  }

  @Get(':id')
  @Permit('technical_assistance.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<AssistanceView> {
    return this.views.one(actor, id);
  }

  /** By the colleague who was named; whoever handed it over sees it still. */
  @Post(':id/take')
  @HttpCode(200)
  @Permit('technical_assistance.take')
  async take(@Acting() actor: Actor, @Param('id') id: string, @Body() input: HelpTakeInput): Promise<AssistanceView> {
    await this.assistances.take(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/entries')
  @Permit('technical_assistance.log')
  async log(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: AssistanceEntryInput,
  ): Promise<{ id: string }> {
    return this.assistances.log(actor, id, input);
  }

  @Post(':id/close')
  @HttpCode(200)
  @Permit('technical_assistance.close')
  async close(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AssistanceView> {
    await this.assistances.step(actor, id, 'close', step);
    return this.views.one(actor, id);
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @Permit('technical_assistance.reopen')
  async reopen(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AssistanceView> {
    await this.assistances.step(actor, id, 'reopen', step);
    return this.views.one(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Permit('technical_assistance.cancel')
  async cancel(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AssistanceView> {
    await this.assistances.step(actor, id, 'cancel', step);
    return this.views.one(actor, id);
  }
}

@Controller('technical-assistances')
export class TechnicalAssistancesPages {
  constructor(
    private readonly assistances: TechnicalAssistances,
    private readonly views: TechnicalAssistancePageViews,
  ) {}

  @Get()
  @Permit('technical_assistance.read')
  async list(@Here() visit: Visit, @Query() query: TechnicalAssistanceListQuery): Promise<Page> {
    return page('screening/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('technical_assistance.ask')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('screening/form', await this.views.newForm(visit));
  }

  @Post()
  @Permit('technical_assistance.ask')
  @Resubmit('newForm')
  async ask(@Here() visit: Visit, @Body() input: TechnicalAssistanceInput): Promise<Redirect> {
    const { id } = await this.assistances.ask(visit.actor, input);
    return redirect(`/technical-assistances/${id}`, 'technical_assistance.asked');
  }

  @Get(':id')
  @Permit('technical_assistance.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('screening/technical-assistance', await this.views.show(visit));
  }

  @Post(':id/take')
  @Permit('technical_assistance.take')
  @Resubmit('show')
  async take(@Here() visit: Visit, @Body() input: HelpTakeInput): Promise<Redirect> {
    await this.assistances.take(visit.actor, visit.id(), input);
    return redirect(`/technical-assistances/${visit.id()}`, 'technical_assistance.take');
  }

  @Post(':id/entries')
  @Permit('technical_assistance.log')
  @Resubmit('show')
  async log(@Here() visit: Visit, @Body() input: AssistanceEntryInput): Promise<Redirect> {
    await this.assistances.log(visit.actor, visit.id(), input);
    return redirect(`/technical-assistances/${visit.id()}`, 'technical_assistance.logged');
  }

  @Post(':id/close')
  @Permit('technical_assistance.close')
  @Resubmit('show')
  async close(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.assistances.step(visit.actor, visit.id(), 'close', step);
    return redirect(`/technical-assistances/${visit.id()}`, 'technical_assistance.close');
  }

  @Post(':id/reopen')
  @Permit('technical_assistance.reopen')
  @Resubmit('show')
  async reopen(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.assistances.step(visit.actor, visit.id(), 'reopen', step);
    return redirect(`/technical-assistances/${visit.id()}`, 'technical_assistance.reopen');
  }

  @Post(':id/cancel')
  @Permit('technical_assistance.cancel')
  @Resubmit('show')
  async cancel(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.assistances.step(visit.actor, visit.id(), 'cancel', step);
    return redirect(`/technical-assistances/${visit.id()}`, 'technical_assistance.cancel');
  }
}
