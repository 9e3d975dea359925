/** Sources for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { ModificationInput, SourceInput, SourceListQuery } from './source.input.js';
import { type SourceListItem, type SourceView, SourceViews } from './source.view.js';
import { Sources } from './sources.service.js';

@ApiTags('sources')
@Controller('api/sources')
export class SourcesApi {
  constructor(
    private readonly sources: Sources,
    private readonly views: SourceViews,
  ) {}

  @Get()
  @Permit('source.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: SourceListQuery,
  ): Promise<{ items: SourceListItem[]; next: string | null }> {
    const { items, next } = await this.sources.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Get(':id')
  @Permit('source.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<SourceView> {
    return this.views.one(actor, id);
  }

  @Post()
  @Permit('source.create')
  async create(@Acting() actor: Actor, @Body() input: SourceInput): Promise<SourceView> {
    const { id } = await this.sources.create(actor, input);
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('source.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: SourceInput): Promise<SourceView> {
    await this.sources.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/activate')
  @HttpCode(200)
  @Permit('source.activate')
  async activate(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<SourceView> {
    await this.sources.take(actor, id, 'activate', step);
    return this.views.one(actor, id);
  }

  @Post(':id/modify')
  @HttpCode(200)
  @Permit('source.modify')
  async modify(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ModificationInput): Promise<SourceView> {
    await this.sources.modify(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/begin-liquidation')
  @HttpCode(200)
  @Permit('source.begin_liquidation')
  async beginLiquidation(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() step: StepInput,
  ): Promise<SourceView> {
    await this.sources.take(actor, id, 'begin_liquidation', step);
    return this.views.one(actor, id);
  }

  @Post(':id/close')
  @HttpCode(200)
  @Permit('source.close')
  async close(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<SourceView> {
    await this.sources.take(actor, id, 'close', step);
    return this.views.one(actor, id);
  }
}
