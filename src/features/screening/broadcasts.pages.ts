/** Messages to many applicants as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { BroadcastInput, BroadcastItemsQuery, BroadcastListQuery, SendBroadcastInput } from './broadcast.input.js';
import { NothingInput } from '../identity/index.js';
import { BroadcastTests } from './broadcast-tests.service.js';
import { BroadcastPageViews } from './broadcast.page-view.js';
import { Broadcasts } from './broadcasts.service.js';

@Controller('broadcasts')
export class BroadcastsPages {
  constructor(
    private readonly broadcasts: Broadcasts,
    private readonly views: BroadcastPageViews,
    private readonly tests: BroadcastTests,
  ) {}

  @Get()
  @Permit('broadcast.read')
  async list(@Here() visit: Visit, @Query() query: BroadcastListQuery): Promise<Page> {
    return page('screening/broadcasts', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('broadcast.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('screening/broadcast-form', await this.views.newForm(visit));
  }

  @Post()
  @Permit('broadcast.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: BroadcastInput): Promise<Redirect> {
    const { id } = await this.broadcasts.create(visit.actor, input);
    return redirect(`/broadcasts/${id}`, 'broadcast.created');
  }

  @Get(':id')
  @Permit('broadcast.read')
  async show(@Here() visit: Visit, @Query() query: BroadcastItemsQuery): Promise<Page> {
    return page('screening/broadcast', await this.views.show(visit, query));
  }

  /** The page again after a refused step. */
  async again(visit: Visit): Promise<Page> {
    return page('screening/broadcast', await this.views.show(visit, {}));
  }

  @Get(':id/edit')
  @Permit('broadcast.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('screening/broadcast-form', await this.views.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('broadcast.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: BroadcastInput): Promise<Redirect> {
    await this.broadcasts.update(visit.actor, visit.id(), input);
    return redirect(`/broadcasts/${visit.id()}`, 'broadcast.updated');
  }

  @Post(':id/send')
  @Permit('broadcast.send')
  @Resubmit('again')
  async send(@Here() visit: Visit, @Body() input: SendBroadcastInput): Promise<Redirect> {
    await this.broadcasts.send(visit.actor, visit.id(), input);
    return redirect(`/broadcasts/${visit.id()}`, 'broadcast.send');
  }

  @Post(':id/test')
  @Permit('broadcast.send')
  @Resubmit('again')
  async test(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    const { address } = await this.tests.send(visit.actor, visit.id());
    return redirect(`/broadcasts/${visit.id()}`, 'broadcast.tested', { address });
  }

  @Post(':id/discard')
  @Permit('broadcast.discard')
  @Resubmit('again')
  async discard(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.broadcasts.discard(visit.actor, visit.id(), step);
    return redirect('/broadcasts', 'broadcast.discard');
  }
}
