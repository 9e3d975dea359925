/** Reviews as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { AssignReviewInput, DeclareReviewConflictInput, ReviewDraftInput, ReviewListQuery } from './review.input.js';
import { ReviewPageViews } from './review.page-view.js';
import { ReviewRoundViews } from './review-round.page-view.js';
import { type ReviewStep, Reviews } from './reviews.service.js';

@Controller('reviews')
export class ReviewsPages {
  constructor(
    private readonly reviews: Reviews,
    private readonly views: ReviewPageViews,
    private readonly rounds: ReviewRoundViews,
  ) {}

  @Get()
  @Permit('review.read')
  async list(@Here() visit: Visit, @Query() query: ReviewListQuery): Promise<Page> {
    return page('reviews/list', await this.views.list(visit.actor, query));
  }

  @Get('rounds/:roundId')
  @Permit('ranking.read')
  async round(@Here() visit: Visit): Promise<Page> {
    return page('reviews/round', await this.rounds.round(visit));
  }

  @Post('rounds/:roundId/assign')
  @Permit('review.assign')
  @Resubmit('round')
  async assign(@Here() visit: Visit, @Body() input: AssignReviewInput): Promise<Redirect> {
    await this.reviews.assign(visit.actor, visit.id('roundId'), input);
    return redirect(`/reviews/rounds/${visit.id('roundId')}`, 'review.assigned');
  }

  @Post('rounds/:roundId/close-panel')
  @Permit('review.close_panel')
  @Resubmit('round')
  async closePanel(@Here() visit: Visit): Promise<Redirect> {
    await this.reviews.closePanel(visit.actor, visit.id('roundId'));
    return redirect(`/reviews/rounds/${visit.id('roundId')}`, 'review.close_panel');
  }

  @Get(':id')
  @Permit('review.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('reviews/show', await this.views.show(visit));
  }

  @Post(':id/save')
  @Permit('review.update')
  @Resubmit('show')
  async save(@Here() visit: Visit, @Body() input: ReviewDraftInput): Promise<Redirect> {
    const { id } = await this.reviews.saveDraft(visit.actor, visit.id(), input);
    return redirect(this.views.nextPath(id, input.goTo), 'review.saved');
  }

  @Get(':id/declare-conflict')
  @Permit('review.declare_conflict')
  async conflictForm(@Here() visit: Visit): Promise<Page> {
    return page('reviews/form', await this.views.conflictForm(visit));
  }

  @Post(':id/declare-conflict')
  @Permit('review.declare_conflict')
  @Resubmit('conflictForm')
  async declareConflict(@Here() visit: Visit, @Body() input: DeclareReviewConflictInput): Promise<Redirect> {
    await this.reviews.declareConflict(visit.actor, visit.id(), input);
    return redirect('/reviews', 'review.declare_conflict');
  }

  @Post(':id/start')
  @Permit('review.start')
  @Resubmit('show')
  async start(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'start', step);
  }

  @Post(':id/submit')
  @Permit('review.submit')
  @Resubmit('show')
  async submit(@Here() visit: Visit, @Body() input: ReviewDraftInput): Promise<Redirect> {
    await this.reviews.submit(visit.actor, visit.id(), input);
    return redirect(`/reviews/${visit.id()}`, 'review.submit');
  }

  @Post(':id/reopen')
  @Permit('review.reopen')
  @Resubmit('show')
  async reopen(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'reopen', step);
  }

  @Post(':id/withdraw')
  @Permit('review.withdraw')
  @Resubmit('show')
  async withdraw(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'withdraw', step);
  }

  private async take(visit: Visit, action: ReviewStep, step: StepInput): Promise<Redirect> {
    await this.reviews.take(visit.actor, visit.id(), action, step);
    return redirect(`/reviews/${visit.id()}`, `review.${action}`);
  }
}
