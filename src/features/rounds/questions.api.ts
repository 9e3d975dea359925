/** Questions about a round, for programs; what is answered for everybody. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Public } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { RoundAnswerInput, RoundQuestionInput, QuestionListQuery } from './question.input.js';
import { type PublishedAnswer, type QuestionRow, Questions } from './questions.service.js';
import { RoundViews } from './round.view.js';

@ApiTags('questions')
@Controller('api/rounds')
export class RoundQuestionsApi {
  constructor(
    private readonly questions: Questions,
    private readonly rounds: RoundViews,
  ) {}

  @Get('open/:id/questions')
  @Public()
  async published(@Here() visit: Visit): Promise<{ items: PublishedAnswer[] }> {
    const { id } = await this.rounds.publicOne(visit.id());
    return { items: await this.questions.published(id) };
  }

  @Post('open/:id/questions')
  @Permit('question.ask')
  async ask(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: RoundQuestionInput,
  ): Promise<{ id: string }> {
    return this.questions.ask(actor, id, input);
  }

  @Get(':id/questions')
  @Permit('question.read')
  async list(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Query() query: QuestionListQuery,
  ): Promise<{ items: readonly QuestionRow[]; next: string | null }> {
    const { items, next } = await this.questions.list(actor, id, query);
    return { items, next };
  }

  @Post(':id/questions')
  @Permit('question.answer')
  async add(@Acting() actor: Actor, @Param('id') id: string, @Body() input: RoundAnswerInput): Promise<{ id: string }> {
    return this.questions.add(actor, id, input);
  }
}

@ApiTags('questions')
@Controller('api/questions/:id')
export class QuestionsApi {
  constructor(private readonly questions: Questions) {}

  @Get()
  @Permit('question.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<QuestionRow> {
    return this.questions.get(actor, id);
  }

  @Post('answer')
  @HttpCode(200)
  @Permit('question.answer')
  async answer(@Acting() actor: Actor, @Param('id') id: string, @Body() input: RoundAnswerInput): Promise<QuestionRow> {
    await this.questions.answer(actor, id, input);
    return this.questions.get(actor, id);
  }

  @Post('set-aside')
  @HttpCode(200)
  @Permit('question.set_aside')
  async setAside(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<QuestionRow> {
    await this.questions.setAside(actor, id, step);
    return this.questions.get(actor, id);
  }
}
