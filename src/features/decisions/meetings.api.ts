/** Meetings, their dockets and slates for programs. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { AttendanceInput, DocketItemInput, MeetingInput, MeetingListQuery, MotionInput } from './decisions.input.js';
import { type MeetingListItem, type MeetingView, MeetingViews } from './meeting.view.js';
import { Meetings } from './meetings.service.js';
import { type MotionView, MotionViews } from './motion.view.js';
import { Motions } from './motions.service.js';
import { type SlateJson, slateJson } from './slate.json.js';
import { Slates } from './slate.view.js';

@ApiTags('meetings')
@Controller('api/meetings')
export class MeetingsApi {
  constructor(
    private readonly meetings: Meetings,
    private readonly views: MeetingViews,
    private readonly motions: Motions,
    private readonly motionViews: MotionViews,
    private readonly slates: Slates,
  ) {}

  @Get()
  @Permit('meeting.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: MeetingListQuery,
  ): Promise<{ items: MeetingListItem[]; next: string | null }> {
    const { items, next } = await this.meetings.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Get(':id')
  @Permit('meeting.read')
  async show(@Here() visit: Visit): Promise<MeetingView> {
    return this.views.one(visit.actor, visit.id());
  }

  @Post()
  @Permit('meeting.create')
  async create(@Acting() actor: Actor, @Body() input: MeetingInput): Promise<MeetingView> {
    const { id } = await this.meetings.create(actor, input);
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('meeting.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: MeetingInput): Promise<MeetingView> {
    await this.meetings.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/give-notice')
  @HttpCode(200)
  @Permit('meeting.give_notice')
  async giveNotice(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<MeetingView> {
    await this.meetings.take(actor, id, 'give_notice', step);
    return this.views.one(actor, id);
  }

  @Post(':id/open')
  @HttpCode(200)
  @Permit('meeting.open')
  async open(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<MeetingView> {
    await this.meetings.open(actor, id, step);
    return this.views.one(actor, id);
  }

  @Post(':id/adjourn')
  @HttpCode(200)
  @Permit('meeting.adjourn')
  async adjourn(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<MeetingView> {
    await this.meetings.take(actor, id, 'adjourn', step);
    return this.views.one(actor, id);
  }

  @Post(':id/approve-minutes')
  @HttpCode(200)
  @Permit('meeting.approve_minutes')
  async approveMinutes(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<MeetingView> {
    await this.meetings.take(actor, id, 'approve_minutes', step);
    return this.views.one(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Permit('meeting.cancel')
  async cancel(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<MeetingView> {
    await this.meetings.take(actor, id, 'cancel', step);
    return this.views.one(actor, id);
  }

  @Post(':id/attendance')
  @HttpCode(200)
  @Permit('meeting.record_attendance')
  async attendance(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: AttendanceInput,
  ): Promise<MeetingView> {
    await this.meetings.recordAttendance(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/docket')
  @Permit('docket.add')
  async addItem(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: DocketItemInput,
  ): Promise<{ id: string }> {
    return this.meetings.addItem(actor, id, input);
  }

  @Delete(':id/docket/:itemId')
  @Permit('docket.remove')
  async removeItem(@Here() visit: Visit): Promise<{ id: string }> {
    return this.meetings.removeItem(visit.actor, visit.id(), visit.id('itemId'));
  }

  /** The slate with what was asked for the best ranked, as far as it fits. */
  @Get(':id/rounds/:roundId')
  @Permit('meeting.read')
  async slate(@Here() visit: Visit): Promise<SlateJson> {
    return slateJson(await this.slates.one(visit.actor, visit.id(), visit.id('roundId'), undefined));
  }

  @Post(':id/motions')
  @Permit('motion.create')
  async move(@Acting() actor: Actor, @Param('id') id: string, @Body() input: MotionInput): Promise<MotionView> {
    const motion = await this.motions.create(actor, id, input);
    return this.motionViews.one(actor, motion.id);
  }
}
