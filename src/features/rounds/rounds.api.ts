/** Rounds for programs; the open ones for everybody. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit, Public } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { ExtensionInput, RoundInput, RoundListQuery, RubricInput } from './round.input.js';
import {
  type PublicRound,
  type PublicRoundWithRubric,
  type RoundListItem,
  type RoundView,
  RoundViews,
} from './round.view.js';
import { type RoundStep, Rounds } from './rounds.service.js';

@ApiTags('rounds')
@Controller('api/rounds')
export class RoundsApi {
  constructor(
    private readonly rounds: Rounds,
    private readonly views: RoundViews,
  ) {}

  @Get()
  @Permit('round.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: RoundListQuery,
  ): Promise<{ items: RoundListItem[]; next: string | null }> {
    const { items, next } = await this.rounds.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Get('open')
  @Public()
  async open(): Promise<{ items: PublicRound[] }> {
    return { items: await this.views.open() };
  }

  @Get('open/:id')
  @Public()
  async openOne(@Param('id') id: string): Promise<PublicRoundWithRubric> {
    return this.views.publicOne(id);
  }

  @Get(':id')
  @Permit('round.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<RoundView> {
    return this.views.one(actor, id);
  }

  @Post()
  @Permit('round.create')
  async create(@Acting() actor: Actor, @Body() input: RoundInput): Promise<RoundView> {
    const { id } = await this.rounds.create(actor, input);
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('round.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: RoundInput): Promise<RoundView> {
    await this.rounds.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Put(':id/rubric')
  @Permit('round.update')
  async setRubric(@Acting() actor: Actor, @Param('id') id: string, @Body() input: RubricInput): Promise<RoundView> {
    await this.rounds.setRubric(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/extend')
  @HttpCode(200)
  @Permit('round.extend')
  async extend(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ExtensionInput): Promise<RoundView> {
    await this.rounds.extend(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/open-criteria-for-comment')
  @HttpCode(200)
  @Permit('round.open_criteria_for_comment')
  async openCriteria(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<RoundView> {
    return this.take(actor, id, 'open_criteria_for_comment', step);
  }

  @Post(':id/publish')
  @HttpCode(200)
  @Permit('round.publish')
  async publish(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<RoundView> {
    return this.take(actor, id, 'publish', step);
  }

  @Post(':id/begin-review')
  @HttpCode(200)
  @Permit('round.begin_review')
  async beginReview(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<RoundView> {
    return this.take(actor, id, 'begin_review', step);
  }

  @Post(':id/begin-decisions')
  @HttpCode(200)
  @Permit('round.begin_decisions')
  async beginDecisions(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<RoundView> {
    return this.take(actor, id, 'begin_decisions', step);
  }

  @Post(':id/complete')
  @HttpCode(200)
  @Permit('round.complete')
  async complete(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<RoundView> {
    return this.take(actor, id, 'complete', step);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Permit('round.cancel')
  async cancel(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<RoundView> {
    return this.take(actor, id, 'cancel', step);
  }

  private async take(actor: Actor, id: string, action: RoundStep, step: StepInput): Promise<RoundView> {
    await this.rounds.take(actor, id, action, step);
    return this.views.one(actor, id);
  }
}
