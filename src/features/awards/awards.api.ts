/** Awards for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { AcceptInput, AwardBudgetInput, AwardListQuery, AwardTermsInput } from './award.input.js';
import { type AwardListItem, type AwardView, AwardViews } from './award.view.js';
import { AwardTerms } from './award-terms.service.js';
import { type AwardStep, Awards } from './awards.service.js';

@ApiTags('awards')
@Controller('api/awards')
export class AwardsApi {
  constructor(
    private readonly awards: Awards,
    private readonly terms: AwardTerms,
    private readonly views: AwardViews,
  ) {}

  @Get()
  @Permit('award.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: AwardListQuery,
  ): Promise<{ items: AwardListItem[]; next: string | null }> {
    const { items, next } = await this.views.list(actor, query);
    return { items, next };
  }

  @Get(':id')
  @Permit('award.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<AwardView> {
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('award.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: AwardTermsInput): Promise<AwardView> {
    await this.terms.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Put(':id/budget')
  @Permit('award.update')
  async updateBudget(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: AwardBudgetInput,
  ): Promise<AwardView> {
    await this.terms.updateBudget(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/accept')
  @HttpCode(200)
  @Permit('award.accept')
  async accept(@Acting() actor: Actor, @Param('id') id: string, @Body() input: AcceptInput): Promise<AwardView> {
    await this.awards.accept(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/prepare')
  @HttpCode(200)
  @Permit('award.prepare')
  async prepare(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'prepare', step);
  }

  @Post(':id/offer')
  @HttpCode(200)
  @Permit('award.offer')
  async offer(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'offer', step);
  }

  @Post(':id/countersign')
  @HttpCode(200)
  @Permit('award.countersign')
  async countersign(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'countersign', step);
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @Permit('award.suspend')
  async suspend(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'suspend', step);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Permit('award.resume')
  async resume(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'resume', step);
  }

  @Post(':id/correct')
  @HttpCode(200)
  @Permit('award.correct')
  async correct(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'correct', step);
  }

  @Post(':id/decline')
  @HttpCode(200)
  @Permit('award.decline')
  async decline(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'decline', step);
  }

  @Post(':id/lapse')
  @HttpCode(200)
  @Permit('award.lapse')
  async lapse(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'lapse', step);
  }

  @Post(':id/rescind')
  @HttpCode(200)
  @Permit('award.rescind')
  async rescind(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'rescind', step);
  }

  @Post(':id/terminate')
  @HttpCode(200)
  @Permit('award.terminate')
  async terminate(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'terminate', step);
  }

  @Post(':id/begin-closeout')
  @HttpCode(200)
  @Permit('award.begin_closeout')
  async beginCloseout(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'begin_closeout', step);
  }

  @Post(':id/close')
  @HttpCode(200)
  @Permit('award.close')
  async close(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'close', step);
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @Permit('award.reopen')
  async reopen(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AwardView> {
    return this.take(actor, id, 'reopen', step);
  }

  private async take(actor: Actor, id: string, action: AwardStep, step: StepInput): Promise<AwardView> {
    await this.awards.take(actor, id, action, step);
    return this.views.one(actor, id);
  }
}
