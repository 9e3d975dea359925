/** Reviews for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { AssignReviewInput, DeclareReviewConflictInput, ReviewDraftInput, ReviewListQuery } from './review.input.js';
import { type RankingView, type ReviewListItem, type ReviewView, ReviewViews } from './review.view.js';
import { Reviews } from './reviews.service.js';

@ApiTags('reviews')
@Controller('api/reviews')
export class ReviewsApi {
  constructor(
    private readonly reviews: Reviews,
    private readonly views: ReviewViews,
  ) {}

  @Get()
  @Permit('review.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ReviewListQuery,
  ): Promise<{ items: ReviewListItem[]; next: string | null }> {
    const { items, next } = await this.reviews.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Get('rounds/:roundId')
  @Permit('ranking.read')
  async ranking(@Acting() actor: Actor, @Param('roundId') roundId: string): Promise<RankingView> {
    return this.views.ranking(actor, roundId);
  }

  @Post('rounds/:roundId/assign')
  @Permit('review.assign')
  async assign(
    @Acting() actor: Actor,
    @Param('roundId') roundId: string,
    @Body() input: AssignReviewInput,
  ): Promise<{ id: string }> {
    return this.reviews.assign(actor, roundId, input);
  }

  @Post('rounds/:roundId/close-panel')
  @HttpCode(200)
  @Permit('review.close_panel')
  async closePanel(@Acting() actor: Actor, @Param('roundId') roundId: string): Promise<{ id: string }> {
    return this.reviews.closePanel(actor, roundId);
  }

  @Get(':id')
  @Permit('review.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<ReviewView> {
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('review.update')
  async save(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ReviewDraftInput): Promise<ReviewView> {
    await this.reviews.saveDraft(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/start')
  @HttpCode(200)
  @Permit('review.start')
  async start(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ReviewView> {
    await this.reviews.take(actor, id, 'start', step);
    return this.views.one(actor, id);
  }

  @Post(':id/submit')
  @HttpCode(200)
  @Permit('review.submit')
  async submit(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ReviewDraftInput): Promise<ReviewView> {
    await this.reviews.submit(actor, id, input);
    return this.views.one(actor, id);
  }

  /** The review is hidden from its reviewer afterwards, so there is nothing to show. */
  @Post(':id/declare-conflict')
  @HttpCode(200)
  @Permit('review.declare_conflict')
  async declareConflict(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: DeclareReviewConflictInput,
  ): Promise<{ id: string }> {
    return this.reviews.declareConflict(actor, id, input);
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @Permit('review.reopen')
  async reopen(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ReviewView> {
    await this.reviews.take(actor, id, 'reopen', step);
    return this.views.one(actor, id);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Permit('review.withdraw')
  async withdraw(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ReviewView> {
    await this.reviews.take(actor, id, 'withdraw', step);
    return this.views.one(actor, id);
  }
}
