/** Sources as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { ModificationInput, SourceInput, SourceListQuery } from './source.input.js';
import { SourcePageViews } from './source.page-view.js';
import { type SourceStep, Sources } from './sources.service.js';

@Controller('sources')
export class SourcesPages {
  constructor(
    private readonly sources: Sources,
    private readonly views: SourcePageViews,
  ) {}

  @Get()
  @Permit('source.read')
  async list(@Here() visit: Visit, @Query() query: SourceListQuery): Promise<Page> {
    return page('funds/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('source.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.newForm(visit));
  }

  @Post()
  @Permit('source.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: SourceInput): Promise<Redirect> {
    const { id } = await this.sources.create(visit.actor, input);
    return redirect(`/sources/${id}`, 'source.created', { name: input.name });
  }

  @Get(':id')
  @Permit('source.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('funds/source', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('source.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('source.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: SourceInput): Promise<Redirect> {
    await this.sources.update(visit.actor, visit.id(), input);
    return redirect(`/sources/${visit.id()}`, 'source.updated', { name: input.name });
  }

  @Get(':id/modify')
  @Permit('source.modify')
  async modifyForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.modifyForm(visit));
  }

  @Post(':id/modify')
  @Permit('source.modify')
  @Resubmit('modifyForm')
  async modify(@Here() visit: Visit, @Body() input: ModificationInput): Promise<Redirect> {
    await this.sources.modify(visit.actor, visit.id(), input);
    return redirect(`/sources/${visit.id()}`, 'source.modified');
  }

  @Post(':id/activate')
  @Permit('source.activate')
  @Resubmit('show')
  async activate(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'activate', step);
  }

  @Post(':id/begin-liquidation')
  @Permit('source.begin_liquidation')
  @Resubmit('show')
  async beginLiquidation(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'begin_liquidation', step);
  }

  @Post(':id/close')
  @Permit('source.close')
  @Resubmit('show')
  async close(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'close', step);
  }

  private async take(visit: Visit, action: SourceStep, step: StepInput): Promise<Redirect> {
    await this.sources.take(visit.actor, visit.id(), action, step);
    return redirect(`/sources/${visit.id()}`, `source.${action}`);
  }
}
