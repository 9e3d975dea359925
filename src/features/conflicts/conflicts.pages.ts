/** Conflicts of interest as pages: one's own, those one answers, and the form to declare one. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { ConflictInput, ConflictListQuery, FoundConflictInput } from './conflict.input.js';
import { ConflictPageViews } from './conflict.page-view.js';
import { Conflicts } from './conflicts.service.js';

@Controller('conflicts')
export class ConflictsPages {
  constructor(
    private readonly conflicts: Conflicts,
    private readonly views: ConflictPageViews,
  ) {}

  @Get()
  @Permit('conflict.read')
  async list(@Here() visit: Visit, @Query() query: ConflictListQuery): Promise<Page> {
    return page('conflicts/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('conflict.declare')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('conflicts/form', await this.views.newForm(visit));
  }

  @Post()
  @Permit('conflict.declare')
  @Resubmit('newForm')
  async declare(@Here() visit: Visit, @Body() input: ConflictInput): Promise<Redirect> {
    await this.conflicts.declareOwn(visit.actor, input);
    return redirect('/conflicts', 'conflict.declared');
  }

  /** Records what the house found, and leads to where it is confirmed or dismissed. */
  @Post('found')
  @Permit('conflict.confirm')
  async recordFound(@Here() visit: Visit, @Body() input: FoundConflictInput): Promise<Redirect> {
    const { id } = await this.conflicts.recordFound(visit.actor, input);
    return redirect(`/conflicts/${id}`);
  }

  @Get(':id')
  @Permit('conflict.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('conflicts/conflict', await this.views.show(visit));
  }

  @Post(':id/confirm')
  @Permit('conflict.confirm')
  @Resubmit('show')
  async confirm(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.conflicts.take(visit.actor, visit.id(), 'confirm', step);
    return redirect(`/conflicts/${visit.id()}`, 'conflict.confirm');
  }

  @Post(':id/dismiss')
  @Permit('conflict.dismiss')
  @Resubmit('show')
  async dismiss(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.conflicts.take(visit.actor, visit.id(), 'dismiss', step);
    return redirect(`/conflicts/${visit.id()}`, 'conflict.dismiss');
  }
}
