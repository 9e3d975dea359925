/** How long records stay, what holds keep, and what is disposed of, as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { ListQuery } from '../../platform/lists/list.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { DisposalPageViews } from './disposal.page-view.js';
import { Disposals } from './disposals.service.js';
import { LegalHoldPageViews } from './legal-hold.page-view.js';
import { LegalHolds } from './legal-holds.service.js';
import {
  DisposalListQuery,
  HoldListQuery,
  HoldSubjectQuery,
  LegalHoldInput,
  RetentionTermInput,
} from './privacy.input.js';
import { RetentionPageViews } from './retention.page-view.js';
import { Retention } from './retention.service.js';

@Controller('retention')
export class RetentionPages {
  constructor(
    private readonly retention: Retention,
    private readonly views: RetentionPageViews,
  ) {}

  @Get()
  @Permit('retention.read')
  async list(@Here() visit: Visit): Promise<Page> {
    return page('privacy/list', await this.views.list(visit.actor));
  }

  @Get(':name')
  @Permit('retention.update')
  async form(@Here() visit: Visit): Promise<Page> {
    return page('privacy/form', await this.views.form(visit, nameOf(visit)));
  }

  @Post(':name')
  @Permit('retention.update')
  @Resubmit('form')
  async update(@Here() visit: Visit, @Body() input: RetentionTermInput): Promise<Redirect> {
    await this.retention.update(visit.actor, nameOf(visit), input);
    return redirect('/retention', 'retention.updated');
  }
}

const nameOf = (visit: Visit): string => String((visit.request.params as { name?: unknown }).name);

@Controller('legal-holds')
export class LegalHoldsPages {
  constructor(
    private readonly holds: LegalHolds,
    private readonly views: LegalHoldPageViews,
  ) {}

  @Get()
  @Permit('legal_hold.read')
  async list(@Here() visit: Visit, @Query() query: HoldListQuery): Promise<Page> {
    return page('privacy/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('legal_hold.place')
  async newForm(@Here() visit: Visit, @Query() query: HoldSubjectQuery = new HoldSubjectQuery()): Promise<Page> {
    return page('privacy/form', await this.views.newForm(visit, query));
  }

  @Post()
  @Permit('legal_hold.place')
  @Resubmit('newForm')
  async place(@Here() visit: Visit, @Body() input: LegalHoldInput): Promise<Redirect> {
    const { id } = await this.holds.place(visit.actor, input);
    return redirect(`/legal-holds/${id}`, 'legal_hold.placed');
  }

  @Get(':id')
  @Permit('legal_hold.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('privacy/hold', await this.views.show(visit));
  }

  @Post(':id/lift')
  @Permit('legal_hold.lift')
  @Resubmit('show')
  async lift(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.holds.lift(visit.actor, visit.id(), step);
    return redirect(`/legal-holds/${visit.id()}`, 'legal_hold.lift');
  }
}

@Controller('disposals')
export class DisposalsPages {
  constructor(
    private readonly disposals: Disposals,
    private readonly views: DisposalPageViews,
  ) {}

  @Get()
  @Permit('disposal.read')
  async list(@Here() visit: Visit, @Query() query: DisposalListQuery): Promise<Page> {
    return page('privacy/list', await this.views.list(visit.actor, query));
  }

  @Get(':id')
  @Permit('disposal.read')
  async show(@Here() visit: Visit, @Query() query: ListQuery = new ListQuery()): Promise<Page> {
    return page('privacy/disposal', await this.views.show(visit, query));
  }

  @Post(':id/approve')
  @Permit('disposal.approve')
  @Fresh()
  @Resubmit('show')
  async approve(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.disposals.take(visit.actor, visit.id(), 'approve', step);
    return redirect(`/disposals/${visit.id()}`, 'disposal.approve');
  }

  @Post(':id/decline')
  @Permit('disposal.decline')
  @Resubmit('show')
  async decline(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.disposals.take(visit.actor, visit.id(), 'decline', step);
    return redirect(`/disposals/${visit.id()}`, 'disposal.decline');
  }
}
