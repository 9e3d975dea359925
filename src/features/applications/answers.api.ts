/** Answers for programs and for the script of their pages: each is saved on its own, with the version it was read from. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { RestoreInput, SaveAnswersInput, SettleInput } from './answer.input.js';
import { AnswerApiViews, type AnswersAnswer, type SavedAnswer, type StandingAnswers } from './answer-api.view.js';
import { Answers } from './answers.service.js';

@ApiTags('applications')
@Controller('api/applications')
export class AnswersApi {
  constructor(
    private readonly answers: Answers,
    private readonly views: AnswerApiViews,
  ) {}

  @Get(':id/answers')
  @Permit('application.read')
  async list(@Acting() actor: Actor, @Param('id') id: string): Promise<AnswersAnswer> {
    return this.views.all(actor, id);
  }

  /** What stands there now, and nothing else: small enough to be asked for again and again. */
  @Get(':id/answers/standing')
  @Permit('application.read')
  async standing(@Acting() actor: Actor, @Param('id') id: string): Promise<StandingAnswers> {
    return this.views.standing(actor, id);
  }

  @Post(':id/answers')
  @HttpCode(200)
  @Permit('application.update')
  async save(@Acting() actor: Actor, @Param('id') id: string, @Body() input: SaveAnswersInput): Promise<SavedAnswer> {
    return this.views.saved(id, await this.answers.save(actor, id, input.answers, input.as));
  }

  @Post(':id/differences/:refused')
  @HttpCode(200)
  @Permit('application.update')
  async settle(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('refused') refused: string,
    @Body() input: SettleInput,
  ): Promise<{ id: string; key: string }> {
    return this.answers.settle(actor, id, refused, input.choice, input.version);
  }

  @Post(':id/versions')
  @HttpCode(200)
  @Permit('application.update')
  async restore(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: RestoreInput,
  ): Promise<{ id: string; key: string }> {
    return this.answers.restore(actor, id, input.versionId);
  }

  @Post(':id/assisted')
  @HttpCode(200)
  @Permit('application.update')
  async confirmAssisted(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() _step: StepInput,
  ): Promise<{ id: string; count: number }> {
    return this.answers.confirmAssisted(actor, id);
  }
}
