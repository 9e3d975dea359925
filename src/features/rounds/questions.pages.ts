/** Questions about a round as pages of staff. Everybody asks and reads on the page of the round. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { RoundAnswerInput, QuestionListQuery } from './question.input.js';
import { QuestionPageViews } from './question.page-view.js';
import { Questions } from './questions.service.js';

@Controller('rounds/:id/questions')
export class RoundQuestionsPages {
  constructor(
    private readonly questions: Questions,
    private readonly views: QuestionPageViews,
  ) {}

  @Get()
  @Permit('question.read')
  async list(@Here() visit: Visit, @Query() query: QuestionListQuery): Promise<Page> {
    return page('rounds/questions', await this.views.list(visit, query));
  }

  @Get('new')
  @Permit('question.answer')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/question-new', await this.views.newForm(visit));
  }

  @Post()
  @Permit('question.answer')
  @Resubmit('newForm')
  async add(@Here() visit: Visit, @Body() input: RoundAnswerInput): Promise<Redirect> {
    await this.questions.add(visit.actor, visit.id(), input);
    return redirect(visit.path, 'question.answer');
  }
}

@Controller('questions/:id')
export class QuestionPages {
  constructor(
    private readonly questions: Questions,
    private readonly views: QuestionPageViews,
  ) {}

  @Get()
  @Permit('question.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/question', await this.views.show(visit));
  }

  @Post('answer')
  @Permit('question.answer')
  @Resubmit('show')
  async answer(@Here() visit: Visit, @Body() input: RoundAnswerInput): Promise<Redirect> {
    const { roundId } = await this.questions.answer(visit.actor, visit.id(), input);
    return redirect(`/rounds/${roundId}/questions`, 'question.answer');
  }

  @Post('set-aside')
  @Permit('question.set_aside')
  @Resubmit('show')
  async setAside(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    const { roundId } = await this.questions.setAside(visit.actor, visit.id(), step);
    return redirect(`/rounds/${roundId}/questions`, 'question.set_aside');
  }
}
