/** Screening for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { NothingInput } from '../identity/index.js';
import { JudgementsInput, RunInput, ScreeningListQuery } from './screening.input.js';
import { Screening } from './screening.service.js';
import { type ScreeningItem, ScreeningViews } from './screening.view.js';
import { ScreeningRuns, type RunView } from './screening-runs.service.js';

@ApiTags('screening')
@Controller('api/screening')
export class ScreeningApi {
  constructor(
    private readonly screening: Screening,
    private readonly runs: ScreeningRuns,
    private readonly views: ScreeningViews,
  ) {}

  @Get()
  @Permit('screening.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ScreeningListQuery,
  ): Promise<{ items: ScreeningItem[]; next: string | null }> {
    return this.views.list(actor, query);
  }

  @Post('runs')
  @Permit('screening.run')
  async run(@Acting() actor: Actor, @Body() input: RunInput): Promise<{ id: string }> {
    return this.runs.run(actor, input);
  }

  @Get('runs/:id')
  @Permit('screening.read')
  async runOf(@Acting() actor: Actor, @Param('id') id: string): Promise<RunView> {
    return this.runs.get(actor, id);
  }

  @Post('runs/:id/carry-on')
  @HttpCode(200)
  @Permit('screening.run')
  async carryOn(@Acting() actor: Actor, @Param('id') id: string, @Body() _: NothingInput): Promise<RunView> {
    await this.runs.carryOn(actor, id);
    return this.runs.get(actor, id);
  }

  @Get(':id')
  @Permit('screening.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<ScreeningItem> {
    return this.views.one(actor, id);
  }

  @Post(':id/judgements')
  @HttpCode(200)
  @Permit('screening.judge')
  async judge(@Acting() actor: Actor, @Param('id') id: string, @Body() input: JudgementsInput): Promise<ScreeningItem> {
    await this.screening.judge(actor, id, input);
    return this.views.one(actor, id);
  }
}
