/** Applications for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import {
  ApplicationInput,
  ApplicationListQuery,
  BudgetInput,
  PartnersInput,
  ReturnInput,
  ScreenOutInput,
  SummaryInput,
} from './application.input.js';
import { SubmitInput } from './certifier.input.js';
import { ApplicationSections } from './application-sections.service.js';
import { type ApplicationListItem, type ApplicationView, ApplicationViews } from './application.view.js';
import { Applications, type ApplicationStep } from './applications.service.js';

@ApiTags('applications')
@Controller('api/applications')
export class ApplicationsApi {
  constructor(
    private readonly applications: Applications,
    private readonly sections: ApplicationSections,
    private readonly views: ApplicationViews,
  ) {}

  @Get()
  @Permit('application.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ApplicationListQuery,
  ): Promise<{ items: readonly ApplicationListItem[]; next: string | null }> {
    const { items, next } = await this.views.list(actor, query);
    return { items, next };
  }

  @Post()
  @Permit('application.create')
  async create(@Acting() actor: Actor, @Body() input: ApplicationInput): Promise<{ id: string }> {
    return this.applications.create(actor, input);
  }

  @Get(':id')
  @Permit('application.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<ApplicationView> {
    return this.views.one(actor, id);
  }

  @Put(':id/summary')
  @Permit('application.update')
  async summary(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: SummaryInput,
  ): Promise<ApplicationView> {
    await this.sections.saveSummary(actor, id, input);
    return this.views.one(actor, id);
  }

  @Put(':id/budget')
  @Permit('application.update')
  async budget(@Acting() actor: Actor, @Param('id') id: string, @Body() input: BudgetInput): Promise<ApplicationView> {
    await this.sections.saveBudget(actor, id, input);
    return this.views.one(actor, id);
  }

  @Put(':id/partners')
  @Permit('application.update')
  async partners(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: PartnersInput,
  ): Promise<ApplicationView> {
    await this.sections.savePartners(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/submit')
  @HttpCode(200)
  @Permit('application.submit')
  async submit(@Acting() actor: Actor, @Param('id') id: string, @Body() input: SubmitInput): Promise<ApplicationView> {
    await this.applications.submit(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/return')
  @HttpCode(200)
  @Permit('application.return')
  async return(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ReturnInput): Promise<ApplicationView> {
    await this.applications.return(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/screen-out')
  @HttpCode(200)
  @Permit('application.screen_out')
  async screenOut(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ScreenOutInput,
  ): Promise<ApplicationView> {
    await this.applications.screenOut(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/screen-in')
  @HttpCode(200)
  @Permit('application.screen_in')
  async screenIn(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ApplicationView> {
    return this.take(actor, id, 'screen_in', step);
  }

  @Post(':id/appeal')
  @HttpCode(200)
  @Permit('application.appeal')
  async appeal(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ApplicationView> {
    return this.take(actor, id, 'appeal', step);
  }

  @Post(':id/uphold')
  @HttpCode(200)
  @Permit('application.uphold')
  async uphold(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ApplicationView> {
    return this.take(actor, id, 'uphold', step);
  }

  @Post(':id/allow')
  @HttpCode(200)
  @Permit('application.allow')
  async allow(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ApplicationView> {
    return this.take(actor, id, 'allow', step);
  }

  @Post(':id/shortlist')
  @HttpCode(200)
  @Permit('application.shortlist')
  async shortlist(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ApplicationView> {
    return this.take(actor, id, 'shortlist', step);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Permit('application.withdraw')
  async withdraw(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ApplicationView> {
    return this.take(actor, id, 'withdraw', step);
  }

  private async take(actor: Actor, id: string, action: ApplicationStep, step: StepInput): Promise<ApplicationView> {
    await this.applications.take(actor, id, action, step);
    return this.views.one(actor, id);
  }
}
