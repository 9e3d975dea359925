/** Interviews for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import {
  ChooseSlotInput,
  InterviewListQuery,
  InterviewScoresInput,
  OfferInterviewInput,
  PanelInput,
  SlotsInput,
} from './interview.input.js';
import { InterviewPanels } from './interview-panels.service.js';
import type { SlotRow } from './interview.reads.js';
import { type InterviewListItem, type InterviewView, InterviewViews } from './interview.view.js';
import { Interviews } from './interviews.service.js';
import { InterviewRounds } from './interview-rounds.service.js';

@ApiTags('interviews')
@Controller('api/interviews')
export class InterviewsApi {
  constructor(
    private readonly interviews: Interviews,
    private readonly panels: InterviewPanels,
    private readonly rounds: InterviewRounds,
    private readonly views: InterviewViews,
  ) {}

  @Get()
  @Permit('interview.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: InterviewListQuery,
  ): Promise<{ items: InterviewListItem[]; next: string | null }> {
    const { items, next } = await this.interviews.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Post()
  @Permit('interview.offer')
  async offer(@Acting() actor: Actor, @Body() input: OfferInterviewInput): Promise<InterviewView> {
    const { id } = await this.interviews.offer(actor, input);
    return this.views.one(actor, id);
  }

  @Get('rounds/:roundId/slots')
  @Permit('interview.offer')
  async slots(@Acting() actor: Actor, @Param('roundId') roundId: string): Promise<{ items: SlotRow[] }> {
    return { items: await this.rounds.slots(actor, roundId) };
  }

  @Post('rounds/:roundId/slots')
  @Permit('interview.offer')
  async addSlots(
    @Acting() actor: Actor,
    @Param('roundId') roundId: string,
    @Body() input: SlotsInput,
  ): Promise<{ ids: string[] }> {
    return this.panels.addSlots(actor, roundId, input);
  }

  @Post('slots/:id/remove')
  @HttpCode(200)
  @Permit('interview.offer')
  async removeSlot(@Acting() actor: Actor, @Param('id') id: string): Promise<{ roundId: string }> {
    return this.panels.removeSlot(actor, id);
  }

  @Get(':id')
  @Permit('interview.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<InterviewView> {
    return this.views.one(actor, id);
  }

  @Put(':id/panel')
  @Permit('interview.offer')
  async setPanel(@Acting() actor: Actor, @Param('id') id: string, @Body() input: PanelInput): Promise<InterviewView> {
    await this.interviews.setPanel(actor, id, input);
    return this.views.one(actor, id);
  }

  @Put(':id/scores')
  @Permit('interview.score')
  async score(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: InterviewScoresInput,
  ): Promise<InterviewView> {
    await this.interviews.score(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/choose-slot')
  @HttpCode(200)
  @Permit('interview.choose_slot')
  async chooseSlot(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChooseSlotInput,
  ): Promise<InterviewView> {
    await this.interviews.choose(actor, id, 'choose_slot', input);
    return this.views.one(actor, id);
  }

  @Post(':id/reschedule')
  @HttpCode(200)
  @Permit('interview.reschedule')
  async reschedule(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ChooseSlotInput,
  ): Promise<InterviewView> {
    await this.interviews.choose(actor, id, 'reschedule', input);
    return this.views.one(actor, id);
  }

  @Post(':id/hold')
  @HttpCode(200)
  @Permit('interview.hold')
  async hold(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<InterviewView> {
    await this.interviews.take(actor, id, 'hold', step);
    return this.views.one(actor, id);
  }

  @Post(':id/miss')
  @HttpCode(200)
  @Permit('interview.miss')
  async miss(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<InterviewView> {
    await this.interviews.take(actor, id, 'miss', step);
    return this.views.one(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Permit('interview.cancel')
  async cancel(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<InterviewView> {
    await this.interviews.take(actor, id, 'cancel', step);
    return this.views.one(actor, id);
  }
}
