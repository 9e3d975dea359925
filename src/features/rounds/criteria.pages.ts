/** Pages of criteria in comment: staff sets out who is asked and answers; everybody reads and comments. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
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
import { CriteriaViews } from './criteria.page-view.js';
import { Criteria } from './criteria.service.js';

@Controller('rounds')
export class CriteriaPages {
  constructor(
    private readonly views: CriteriaViews,
    private readonly criteria: Criteria,
    private readonly groups: CommentGroups,
  ) {}

  @Get(':id/criteria')
  @Permit('round.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/criteria', await this.views.staff(visit));
  }

  @Get(':id/criteria/compare')
  @Permit('round.read')
  async compare(@Here() visit: Visit): Promise<Page> {
    return page('rounds/list', await this.views.compare(visit));
  }

  @Post(':id/criteria/audience')
  @Permit('round.update')
  @Resubmit('show')
  async setAudience(@Here() visit: Visit, @Body() input: AudienceInput): Promise<Redirect> {
    await this.groups.setAudience(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}/criteria`, 'criteria.audience_set');
  }

  @Post(':id/groups')
  @Permit('round.update')
  @Resubmit('show')
  async addGroup(@Here() visit: Visit, @Body() input: GroupInput): Promise<Redirect> {
    const { mailed } = await this.groups.add(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}/criteria`, 'criteria.group_added', { name: input.name, mailed });
  }

  @Get(':id/groups/mail')
  @Permit('round.update')
  async mailForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.views.mailForm(visit));
  }

  @Post(':id/groups/mail')
  @Permit('round.update')
  @Resubmit('mailForm')
  async mailLink(@Here() visit: Visit, @Body() input: GroupMailInput): Promise<Redirect> {
    const { mailed } = await this.groups.mailLink(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}/criteria`, 'criteria.link_mailed', { count: mailed });
  }

  @Post(':id/groups/replace-link')
  @Permit('round.update')
  @Resubmit('show')
  async replaceLink(@Here() visit: Visit, @Body() input: GroupRefInput): Promise<Redirect> {
    await this.groups.replaceLink(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}/criteria`, 'criteria.link_replaced');
  }

  @Post(':id/groups/end')
  @Permit('round.update')
  @Resubmit('show')
  async endGroup(@Here() visit: Visit, @Body() input: GroupRefInput): Promise<Redirect> {
    await this.groups.end(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}/criteria`, 'criteria.group_ended');
  }

  @Get(':id/comments/new')
  @Permit('round.answer_comment')
  async heardForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.views.heardForm(visit));
  }

  @Post(':id/comments')
  @Permit('round.answer_comment')
  @Resubmit('heardForm')
  async enter(@Here() visit: Visit, @Body() input: HeardInput): Promise<Redirect> {
    await this.criteria.enter(visit.actor, visit.id(), input);
    return redirect(`/rounds/${visit.id()}/criteria`, 'criteria.entered');
  }

  @Get(':id/comments/:commentId')
  @Permit('round.answer_comment')
  async answerForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/comment-answer', await this.views.answerForm(visit));
  }

  @Post(':id/comments/:commentId')
  @Permit('round.answer_comment')
  @Resubmit('answerForm')
  async answer(@Here() visit: Visit, @Body() input: CommentAnswerInput): Promise<Redirect> {
    await this.criteria.answer(visit.actor, visit.id(), visit.id('commentId'), input);
    return redirect(`/rounds/${visit.id()}/criteria`, 'criteria.answered');
  }
}

@Controller()
export class PublicCriteriaPages {
  constructor(
    private readonly views: CriteriaViews,
    private readonly criteria: Criteria,
    private readonly groups: CommentGroups,
  ) {}

  @Get('funding/:id/criteria')
  @Public()
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/criteria-public', await this.views.public(visit), { hasForm: true });
  }

  @Post('funding/:id/criteria')
  @Public()
  @Resubmit('show')
  async comment(@Here() visit: Visit, @Body() input: CommentInput): Promise<Redirect> {
    await this.criteria.comment({ actor: visit.actor, address: visit.request.ip }, visit.id(), input);
    return redirect(`/funding/${visit.id()}/criteria`, 'criteria.commented');
  }

  @Get('criteria/:token')
  @Public()
  async showGroup(@Here() visit: Visit): Promise<Page> {
    const { token } = visit.request.params as { token: string };
    return page('rounds/criteria-public', await this.views.group(visit, token), { hasForm: true });
  }

  @Post('criteria/:token')
  @Public()
  @Resubmit('showGroup')
  async commentAsGroup(@Here() visit: Visit, @Body() input: CommentInput): Promise<Redirect> {
    const { token } = visit.request.params as { token: string };
    const { roundId } = await this.groups.open(token);
    await this.criteria.comment({ actor: visit.actor, address: visit.request.ip, token }, roundId, input);
    return redirect(`/criteria/${token}`, 'criteria.commented');
  }
}
