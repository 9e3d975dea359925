/** Convenings and attendances for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import {
  AnswerInput,
  ConfirmAttendanceInput,
  ConveningInput,
  ConveningListQuery,
  CorrectAttendanceInput,
} from './convening.input.js';
import { type ConveningListItem, type ConveningView, ConveningViews } from './convening.view.js';
import { Convenings } from './convenings.service.js';

@ApiTags('convenings')
@Controller('api/convenings')
export class ConveningsApi {
  constructor(
    private readonly convenings: Convenings,
    private readonly views: ConveningViews,
  ) {}

  @Get()
  @Permit('convening.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ConveningListQuery,
  ): Promise<{ items: ConveningListItem[]; next: string | null }> {
    const { items, next } = await this.convenings.list(actor, query);
    return { items: items.map((row) => this.views.row(row)), next };
  }

  @Get(':id')
  @Permit('convening.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<ConveningView> {
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('convening.plan')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ConveningInput): Promise<ConveningView> {
    await this.convenings.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Permit('convening.cancel')
  async cancel(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ConveningView> {
    await this.convenings.cancel(actor, id, step);
    return this.views.one(actor, id);
  }

  @Post(':id/attendance')
  @HttpCode(200)
  @Permit('attendance.confirm')
  async confirmAttendance(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ConfirmAttendanceInput,
  ): Promise<ConveningView> {
    await this.convenings.confirmAttendance(actor, id, input);
    return this.views.one(actor, id);
  }
}

@ApiTags('convenings')
@Controller('api/attendances')
export class AttendancesApi {
  constructor(
    private readonly convenings: Convenings,
    private readonly views: ConveningViews,
  ) {}

  @Post(':id/confirm')
  @HttpCode(200)
  @Permit('attendance.confirm')
  async confirm(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: CorrectAttendanceInput,
  ): Promise<ConveningView> {
    const { conveningId } = await this.convenings.correct(actor, id, 'confirm', input);
    return this.views.one(actor, conveningId);
  }

  @Post(':id/mark-absent')
  @HttpCode(200)
  @Permit('attendance.mark_absent')
  async markAbsent(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: CorrectAttendanceInput,
  ): Promise<ConveningView> {
    const { conveningId } = await this.convenings.correct(actor, id, 'mark_absent', input);
    return this.views.one(actor, conveningId);
  }

  /** A participant sees their own attendance and no list of others, so the answer is only the id. */
  @Post(':id/answer')
  @HttpCode(200)
  @Permit('attendance.answer')
  async answer(@Acting() actor: Actor, @Param('id') id: string, @Body() input: AnswerInput): Promise<{ id: string }> {
    return this.convenings.answer(actor, id, input);
  }
}
