/** Motions and the roll call as pages. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { DecisionForms } from './decisions.forms.js';
import { MotionInput, RecordVoteInput, TakeUpInput, VoteInput } from './decisions.input.js';
import { MotionPageViews } from './motion.page-view.js';
import { Motions } from './motions.service.js';
import { Votes } from './votes.service.js';

@Controller('motions')
export class MotionsPages {
  constructor(
    private readonly motions: Motions,
    private readonly votes: Votes,
    private readonly views: MotionPageViews,
    private readonly forms: DecisionForms,
  ) {}

  @Get(':id')
  @Permit('meeting.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('decisions/motion', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('motion.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('decisions/form', await this.forms.editMotion(visit));
  }

  @Post(':id/edit')
  @Permit('motion.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: MotionInput): Promise<Redirect> {
    await this.motions.update(visit.actor, visit.id(), input);
    return redirect(`/motions/${visit.id()}`, 'motion.updated');
  }

  @Post(':id/votes')
  @Permit('motion.vote')
  @Resubmit('show')
  async vote(@Here() visit: Visit, @Body() input: VoteInput): Promise<Redirect> {
    await this.votes.vote(visit.actor, visit.id(), input);
    return redirect(`/motions/${visit.id()}`, 'motion.voted');
  }

  @Post(':id/record-vote')
  @Permit('motion.record_vote')
  @Resubmit('show')
  async recordVote(@Here() visit: Visit, @Body() input: RecordVoteInput): Promise<Redirect> {
    await this.votes.recordVote(visit.actor, visit.id(), input);
    return redirect(`/motions/${visit.id()}`, 'motion.vote_recorded');
  }

  @Post(':id/close-vote')
  @Permit('motion.close_vote')
  @Resubmit('show')
  async closeVote(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    const { state } = await this.votes.closeVote(visit.actor, visit.id(), step);
    return redirect(`/motions/${visit.id()}`, `motion.${state}`);
  }

  @Post(':id/table')
  @Permit('motion.table')
  @Resubmit('show')
  async table(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.motions.table(visit.actor, visit.id(), step);
    return redirect(`/motions/${visit.id()}`, 'motion.table');
  }

  @Post(':id/take-up')
  @Permit('motion.take_up')
  @Resubmit('show')
  async takeUp(@Here() visit: Visit, @Body() input: TakeUpInput): Promise<Redirect> {
    await this.motions.takeUp(visit.actor, visit.id(), input);
    return redirect(`/motions/${visit.id()}`, 'motion.take_up');
  }
}
