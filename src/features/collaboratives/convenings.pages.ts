/** Convenings and attendances as pages. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { ConveningForms } from './convening.forms.js';
import { ConfirmAttendanceInput, ConveningInput, CorrectAttendanceInput } from './convening.input.js';
import { ConveningPageViews } from './convening.page-view.js';
import { Convenings } from './convenings.service.js';

@Controller('convenings')
export class ConveningsPages {
  constructor(
    private readonly convenings: Convenings,
    private readonly views: ConveningPageViews,
    private readonly forms: ConveningForms,
  ) {}

  @Get(':id')
  @Permit('convening.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/convening', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('convening.plan')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.edit(visit));
  }

  @Post(':id/edit')
  @Permit('convening.plan')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: ConveningInput): Promise<Redirect> {
    await this.convenings.update(visit.actor, visit.id(), input);
    return redirect(`/convenings/${visit.id()}`, 'convening.updated');
  }

  @Post(':id/cancel')
  @Permit('convening.cancel')
  @Resubmit('show')
  async cancel(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.convenings.cancel(visit.actor, visit.id(), step);
    return redirect(`/convenings/${visit.id()}`, 'convening.cancel');
  }

  @Post(':id/attendance')
  @Permit('attendance.confirm')
  @Resubmit('show')
  async confirmAttendance(@Here() visit: Visit, @Body() input: ConfirmAttendanceInput): Promise<Redirect> {
    const { attended, absent } = await this.convenings.confirmAttendance(visit.actor, visit.id(), input);
    return redirect(`/convenings/${visit.id()}`, 'convening.attendance', { attended, absent });
  }
}

@Controller('attendances')
export class AttendancesPages {
  constructor(
    private readonly convenings: Convenings,
    private readonly forms: ConveningForms,
  ) {}

  @Get(':id/correct')
  @Permit('attendance.confirm')
  async correctForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.correct(visit));
  }

  @Post(':id/confirm')
  @Permit('attendance.confirm')
  @Resubmit('correctForm')
  async confirm(@Here() visit: Visit, @Body() input: CorrectAttendanceInput): Promise<Redirect> {
    return this.correct(visit, 'confirm', input);
  }

  @Post(':id/mark-absent')
  @Permit('attendance.mark_absent')
  @Resubmit('correctForm')
  async markAbsent(@Here() visit: Visit, @Body() input: CorrectAttendanceInput): Promise<Redirect> {
    return this.correct(visit, 'mark_absent', input);
  }

  private async correct(
    visit: Visit,
    action: 'confirm' | 'mark_absent',
    input: CorrectAttendanceInput,
  ): Promise<Redirect> {
    const { conveningId } = await this.convenings.correct(visit.actor, visit.id(), action, input);
    return redirect(`/convenings/${conveningId}`, `attendance.${action}`);
  }
}
