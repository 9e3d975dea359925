/** Motions and the roll call for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { MotionInput, RecordVoteInput, TakeUpInput, VoteInput } from './decisions.input.js';
import { type MotionView, MotionViews } from './motion.view.js';
import { Motions } from './motions.service.js';
import { Votes } from './votes.service.js';

@ApiTags('motions')
@Controller('api/motions')
export class MotionsApi {
  constructor(
    private readonly motions: Motions,
    private readonly votes: Votes,
    private readonly views: MotionViews,
  ) {}

  @Get(':id')
  @Permit('meeting.read')
  async show(@Here() visit: Visit): Promise<MotionView> {
    return this.views.one(visit.actor, visit.id());
  }

  @Put(':id')
  @Permit('motion.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: MotionInput): Promise<MotionView> {
    await this.motions.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/votes')
  @HttpCode(200)
  @Permit('motion.vote')
  async vote(@Acting() actor: Actor, @Param('id') id: string, @Body() input: VoteInput): Promise<MotionView> {
    await this.votes.vote(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/record-vote')
  @HttpCode(200)
  @Permit('motion.record_vote')
  async recordVote(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: RecordVoteInput,
  ): Promise<MotionView> {
    await this.votes.recordVote(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/close-vote')
  @HttpCode(200)
  @Permit('motion.close_vote')
  async closeVote(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<MotionView> {
    await this.votes.closeVote(actor, id, step);
    return this.views.one(actor, id);
  }

  @Post(':id/table')
  @HttpCode(200)
  @Permit('motion.table')
  async table(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<MotionView> {
    await this.motions.table(actor, id, step);
    return this.views.one(actor, id);
  }

  @Post(':id/take-up')
  @HttpCode(200)
  @Permit('motion.take_up')
  async takeUp(@Acting() actor: Actor, @Param('id') id: string, @Body() input: TakeUpInput): Promise<MotionView> {
    await this.motions.takeUp(actor, id, input);
    return this.views.one(actor, id);
  }
}
