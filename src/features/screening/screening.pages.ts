/** Screening as pages: the worklist, one application's checks, and what is done to many at once. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { NothingInput } from '../identity/index.js';
import { JudgementsInput, RunInput, WorklistQuery } from './screening.input.js';
import { ScreeningPageViews } from './screening.page-view.js';
import { Screening } from './screening.service.js';
import { ScreeningRunPageViews } from './screening-run.page-view.js';
import { withList } from './worklist.address.js';
import { ScreeningRuns } from './screening-runs.service.js';

@Controller('screening')
export class ScreeningPages {
  constructor(
    private readonly screening: Screening,
    private readonly runs: ScreeningRuns,
    private readonly views: ScreeningPageViews,
    private readonly runViews: ScreeningRunPageViews,
  ) {}

  @Get()
  @Permit('screening.read')
  async list(@Here() visit: Visit, @Query() query: WorklistQuery): Promise<Page> {
    return page('screening/worklist', await this.views.list(visit.actor, query));
  }

  /** What was ticked, and what the step asks for. */
  @Get('choose')
  @Permit('screening.run')
  async choose(@Here() visit: Visit): Promise<Page> {
    return page('screening/choose', await this.runViews.choose(visit));
  }

  @Post('runs')
  @Permit('screening.run')
  @Resubmit('choose')
  async run(@Here() visit: Visit, @Body() input: RunInput): Promise<Redirect> {
    const { id } = await this.runs.run(visit.actor, input);
    return redirect(withList(`/screening/runs/${id}`, visit));
  }

  @Get('runs/:id')
  @Permit('screening.read')
  async runOf(@Here() visit: Visit): Promise<Page> {
    return page('screening/run', await this.runViews.show(visit));
  }

  @Post('runs/:id/carry-on')
  @Permit('screening.run')
  @Resubmit('runOf')
  async carryOn(@Here() visit: Visit, @Body() _: NothingInput): Promise<Redirect> {
    await this.runs.carryOn(visit.actor, visit.id());
    return redirect(withList(`/screening/runs/${visit.id()}`, visit));
  }

  @Get(':id')
  @Permit('screening.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('screening/application', await this.views.show(visit));
  }

  @Post(':id/judgements')
  @Permit('screening.judge')
  @Resubmit('show')
  async judge(@Here() visit: Visit, @Body() input: JudgementsInput): Promise<Redirect> {
    const { judged } = await this.screening.judge(visit.actor, visit.id(), input);
    return redirect(`/screening/${visit.id()}`, 'screening.judged', { count: judged });
  }
}
