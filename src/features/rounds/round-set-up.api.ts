/** Setting a round up, and its criteria in comment, for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { Permit, Public } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { CommentGroups } from './comment-groups.service.js';
import {
  AudienceInput,
  CommentAnswerInput,
  CommentInput,
  GroupInput,
  GroupMailInput,
  GroupRefInput,
  HeardInput,
} from './criteria.input.js';
import type { CommentView } from './criteria.reads.js';
import { Criteria } from './criteria.service.js';
import { Limits } from '../sign-in/index.js';
import { limitStrangers } from './eligibility.limit.js';
import { CheckInput, recordOf } from './eligibility.input.js';
import { Eligibility, type EligibilityResult } from './eligibility.service.js';
import { type ExplainedDifference, RoundChanges } from './round-changes.view.js';
import {
  ChangeReasonInput,
  EligibilityInput,
  FormChoiceInput,
  RoundCopyInput,
  RoundDatesInput,
} from './round-set-up.input.js';
import { RoundSetUp } from './round-set-up.service.js';
import { type RoundView, RoundViews } from './round.view.js';
import { Rounds } from './rounds.service.js';
import { readRubricVersions, type RubricVersionView } from './rubric-versions.js';

@ApiTags('rounds')
@Controller('api/rounds')
export class RoundSetUpApi {
  constructor(
    private readonly setUp: RoundSetUp,
    private readonly changes: RoundChanges,
    private readonly eligibility: Eligibility,
    private readonly limits: Limits,
    private readonly views: RoundViews,
  ) {}

  @Put(':id/form')
  @Permit('round.update')
  async chooseForm(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: FormChoiceInput,
  ): Promise<RoundView> {
    await this.setUp.chooseForm(actor, id, input);
    return this.views.one(actor, id);
  }

  @Put(':id/eligibility')
  @Permit('round.update')
  async setEligibility(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: EligibilityInput,
  ): Promise<RoundView> {
    await this.setUp.setEligibility(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/copy')
  @Permit('round.create')
  async copy(@Acting() actor: Actor, @Param('id') id: string, @Body() input: RoundCopyInput): Promise<RoundView> {
    const copy = await this.setUp.copy(actor, id, input);
    return this.views.one(actor, copy.id);
  }

  @Get(':id/changes')
  @Permit('round.read')
  async showChanges(@Acting() actor: Actor, @Param('id') id: string): Promise<{ items: ExplainedDifference[] }> {
    return { items: await this.changes.differences(actor, id) };
  }

  @Post(':id/changes/reason')
  @HttpCode(200)
  @Permit('round.answer_comment')
  async giveReason(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChangeReasonInput,
  ): Promise<{ items: ExplainedDifference[] }> {
    await this.setUp.giveReason(actor, id, input);
    return { items: await this.changes.differences(actor, id) };
  }

  @Post(':id/dates')
  @HttpCode(200)
  @Permit('round.change_dates')
  async changeDates(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: RoundDatesInput,
  ): Promise<RoundView> {
    await this.setUp.changeDates(actor, id, input);
    return this.views.one(actor, id);
  }

  /** For everybody; kept when somebody answers for an organization of theirs. */
  @Post('open/:id/check')
  @HttpCode(200)
  @Public()
  async check(@Here() visit: Visit, @Body() input: CheckInput): Promise<EligibilityResult> {
    await limitStrangers(this.limits, visit);
    return this.eligibility.check(visit.actor, visit.id(), recordOf(input.answers), input.organizationId);
  }
}

@ApiTags('rounds')
@Controller('api/rounds')
export class CriteriaApi {
  constructor(
    private readonly db: Database,
    private readonly criteria: Criteria,
    private readonly groups: CommentGroups,
    private readonly rounds: Rounds,
  ) {}

  @Get(':id/criteria')
  @Permit('round.read')
  async versions(@Acting() actor: Actor, @Param('id') id: string): Promise<{ items: RubricVersionView[] }> {
    await this.rounds.get(actor, id);
    return { items: await readRubricVersions(this.db, id) };
  }

  @Get(':id/comments')
  @Permit('round.read')
  async comments(@Acting() actor: Actor, @Param('id') id: string): Promise<{ items: CommentView[] }> {
    await this.rounds.get(actor, id);
    return { items: await this.criteria.comments(this.db, id) };
  }

  @Post(':id/comments')
  @Permit('round.answer_comment')
  async enter(@Acting() actor: Actor, @Param('id') id: string, @Body() input: HeardInput): Promise<CommentView> {
    const comment = await this.criteria.enter(actor, id, input);
    return this.criteria.getComment(this.db, id, comment.id);
  }

  @Post(':id/comments/:commentId')
  @HttpCode(200)
  @Permit('round.answer_comment')
  async answer(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('commentId') commentId: string,
    @Body() input: CommentAnswerInput,
  ): Promise<CommentView> {
    await this.criteria.answer(actor, id, commentId, input);
    return this.criteria.getComment(this.db, id, commentId);
  }

  @Post('open/:id/comments')
  @Public()
  async comment(@Here() visit: Visit, @Body() input: CommentInput): Promise<{ id: string }> {
    return this.criteria.comment({ actor: visit.actor, address: visit.request.ip }, visit.id(), input);
  }

  @Post(':id/criteria/audience')
  @HttpCode(200)
  @Permit('round.update')
  async setAudience(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: AudienceInput,
  ): Promise<{ id: string }> {
    return this.groups.setAudience(actor, id, input);
  }

  @Post(':id/groups')
  @Permit('round.update')
  async addGroup(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: GroupInput,
  ): Promise<{ id: string; mailed: number }> {
    return this.groups.add(actor, id, input);
  }

  @Post(':id/groups/mail')
  @HttpCode(200)
  @Permit('round.update')
  async mailLink(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: GroupMailInput,
  ): Promise<{ id: string; mailed: number }> {
    return this.groups.mailLink(actor, id, input);
  }

  @Post(':id/groups/replace-link')
  @HttpCode(200)
  @Permit('round.update')
  async replaceLink(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: GroupRefInput,
  ): Promise<{ id: string }> {
    return this.groups.replaceLink(actor, id, input);
  }

  @Post(':id/groups/end')
  @HttpCode(200)
  @Permit('round.update')
  async endGroup(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: GroupRefInput,
  ): Promise<{ id: string }> {
    return this.groups.end(actor, id, input);
  }
}
