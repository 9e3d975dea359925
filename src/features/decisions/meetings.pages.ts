/** Meetings, their dockets and slates as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { DecisionForms } from './decisions.forms.js';
import { AttendanceInput, DocketItemInput, MeetingInput, MeetingListQuery, MotionInput } from './decisions.input.js';
import { MeetingPageViews } from './meeting.page-view.js';
import { Meetings, type MeetingStep } from './meetings.service.js';
import { Motions } from './motions.service.js';
import { SlatePageViews } from './slate.page-view.js';

@Controller('meetings')
export class MeetingsPages {
  constructor(
    private readonly meetings: Meetings,
    private readonly motions: Motions,
    private readonly views: MeetingPageViews,
    private readonly slates: SlatePageViews,
    private readonly forms: DecisionForms,
  ) {}

  @Get()
  @Permit('meeting.read')
  async list(@Here() visit: Visit, @Query() query: MeetingListQuery): Promise<Page> {
    return page('decisions/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('meeting.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('decisions/form', await this.forms.newMeeting(visit));
  }

  @Post()
  @Permit('meeting.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: MeetingInput): Promise<Redirect> {
    const { id } = await this.meetings.create(visit.actor, input);
    return redirect(`/meetings/${id}`, 'meeting.created');
  }

  @Get(':id')
  @Permit('meeting.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('decisions/meeting', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('meeting.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('decisions/form', await this.forms.editMeeting(visit));
  }

  @Post(':id/edit')
  @Permit('meeting.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: MeetingInput): Promise<Redirect> {
    await this.meetings.update(visit.actor, visit.id(), input);
    return redirect(`/meetings/${visit.id()}`, 'meeting.updated');
  }

  @Post(':id/give-notice')
  @Permit('meeting.give_notice')
  @Resubmit('show')
  async giveNotice(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'give_notice', step);
  }

  @Post(':id/open')
  @Permit('meeting.open')
  @Resubmit('show')
  async open(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.meetings.open(visit.actor, visit.id(), step);
    return redirect(`/meetings/${visit.id()}`, 'meeting.open');
  }

  @Post(':id/adjourn')
  @Permit('meeting.adjourn')
  @Resubmit('show')
  async adjourn(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'adjourn', step);
  }

  @Post(':id/approve-minutes')
  @Permit('meeting.approve_minutes')
  @Resubmit('show')
  async approveMinutes(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'approve_minutes', step);
  }

  @Post(':id/cancel')
  @Permit('meeting.cancel')
  @Resubmit('show')
  async cancel(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    return this.take(visit, 'cancel', step);
  }

  @Post(':id/attendance')
  @Permit('meeting.record_attendance')
  @Resubmit('show')
  async attendance(@Here() visit: Visit, @Body() input: AttendanceInput): Promise<Redirect> {
    await this.meetings.recordAttendance(visit.actor, visit.id(), input);
    return redirect(`/meetings/${visit.id()}`, 'meeting.attendance_recorded');
  }

  @Get(':id/docket/new')
  @Permit('docket.add')
  async docketForm(@Here() visit: Visit): Promise<Page> {
    return page('decisions/form', await this.forms.newDocketItem(visit));
  }

  @Post(':id/docket')
  @Permit('docket.add')
  @Resubmit('docketForm')
  async addItem(@Here() visit: Visit, @Body() input: DocketItemInput): Promise<Redirect> {
    await this.meetings.addItem(visit.actor, visit.id(), input);
    return redirect(`/meetings/${visit.id()}`, 'docket.added');
  }

  @Post(':id/docket/:itemId/remove')
  @Permit('docket.remove')
  @Resubmit('show')
  async removeItem(@Here() visit: Visit): Promise<Redirect> {
    await this.meetings.removeItem(visit.actor, visit.id(), visit.id('itemId'));
    return redirect(`/meetings/${visit.id()}`, 'docket.removed');
  }

  @Get(':id/rounds/:roundId')
  @Permit('meeting.read')
  async slate(@Here() visit: Visit): Promise<Page> {
    return page('decisions/slate', await this.slates.show(visit));
  }

  @Get(':id/motions/new')
  @Permit('motion.create')
  async motionForm(@Here() visit: Visit): Promise<Page> {
    return page('decisions/form', await this.forms.newMotion(visit));
  }

  @Post(':id/motions')
  @Permit('motion.create')
  @Resubmit('motionForm')
  async move(@Here() visit: Visit, @Body() input: MotionInput): Promise<Redirect> {
    const { id } = await this.motions.create(visit.actor, visit.id(), input);
    return redirect(`/motions/${id}`, 'motion.created');
  }

  private async take(visit: Visit, action: MeetingStep, step: StepInput): Promise<Redirect> {
    await this.meetings.take(visit.actor, visit.id(), action, step);
    return redirect(`/meetings/${visit.id()}`, `meeting.${action}`);
  }
}
