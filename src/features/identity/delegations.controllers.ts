/** Lending approvals to colleagues: one's own page, the administrators' list, and both as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import type { ListPage } from '../../platform/lists/list.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { DelegationInput, DelegationListQuery } from './delegation.input.js';
import { type DelegationView, DelegationLists } from './delegation-lists.service.js';
import { delegationsPage, ownDelegationsPage } from './delegation.view.js';
import { Delegations } from './delegations.service.js';
import { NoteInput, NothingInput } from './people.input.js';

type DelegationList = Pick<ListPage<DelegationView>, 'items' | 'next' | 'count'>;

@Controller()
export class DelegationsPages {
  constructor(
    private readonly delegations: Delegations,
    private readonly lists: DelegationLists,
    private readonly settings: AgencySettings,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get('me/delegations')
  @Permit('delegation.read_own')
  async own(@Here() visit: Visit, @Query() query: DelegationListQuery = {}): Promise<Page> {
    const { actor, refused } = visit;
    const [list, lendable] = await Promise.all([this.lists.own(actor, query), this.lists.lendable(actor)]);
    const { delegationDays: days } = await this.settings.current();
    const parts = { actor, refused, days, lendable, policy: this.policy, texts: this.texts };
    return page('identity/delegations', ownDelegationsPage(list, parts));
  }

  @Post('me/delegations')
  @Permit('delegation.give')
  @Fresh()
  @Resubmit('own')
  async give(@Here() visit: Visit, @Body() input: DelegationInput): Promise<Redirect> {
    const { needsConfirmation } = await this.delegations.give(visit.actor, input);
    return redirect('/me/delegations', needsConfirmation ? 'delegation.proposed' : 'delegation.given');
  }

  @Post('me/delegations/:id/end')
  @Permit('delegation.end')
  @Resubmit('own')
  async endOwn(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.delegations.end(visit.actor, visit.id(), input.note);
    return redirect('/me/delegations', 'delegation.ended');
  }

  @Get('delegations')
  @Permit('delegation.read')
  async all(@Here() visit: Visit, @Query() query: DelegationListQuery = {}): Promise<Page> {
    const list = await this.lists.all(visit.actor, query);
    const parts = { actor: visit.actor, policy: this.policy, texts: this.texts };
    return page('identity/delegations', delegationsPage(list, query, parts));
  }

  @Post('delegations/:id/confirm')
  @Permit('delegation.confirm')
  @Fresh()
  @Resubmit('all')
  async confirm(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.delegations.confirm(visit.actor, visit.id());
    return redirect('/delegations', 'delegation.confirmed');
  }

  @Post('delegations/:id/decline')
  @Permit('delegation.decline')
  @Resubmit('all')
  async decline(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.delegations.decline(visit.actor, visit.id(), input.note);
    return redirect('/delegations', 'delegation.declined');
  }

  @Post('delegations/:id/end')
  @Permit('delegation.end_any')
  @Resubmit('all')
  async end(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.delegations.end(visit.actor, visit.id(), input.note);
    return redirect('/delegations', 'delegation.ended');
  }
}

@Controller('api')
export class DelegationsApi {
  constructor(
    private readonly delegations: Delegations,
    private readonly lists: DelegationLists,
  ) {}

  @Get('me/delegations')
  @Permit('delegation.read_own')
  async own(@Acting() actor: Actor, @Query() query: DelegationListQuery): Promise<DelegationList> {
    const { items, next, count } = await this.lists.own(actor, query);
    return { items, next, count };
  }

  @Post('me/delegations')
  @HttpCode(201)
  @Permit('delegation.give')
  @Fresh()
  give(@Acting() actor: Actor, @Body() input: DelegationInput): Promise<{ id: string; needsConfirmation: boolean }> {
    return this.delegations.give(actor, input);
  }

  @Get('delegations')
  @Permit('delegation.read')
  async all(@Acting() actor: Actor, @Query() query: DelegationListQuery): Promise<DelegationList> {
    const { items, next, count } = await this.lists.all(actor, query);
    return { items, next, count };
  }

  @Post('delegations/:id/confirm')
  @HttpCode(200)
  @Permit('delegation.confirm')
  @Fresh()
  confirm(@Acting() actor: Actor, @Param('id') id: string, @Body() _input: NothingInput): Promise<{ id: string }> {
    return this.delegations.confirm(actor, id);
  }

  @Post('delegations/:id/decline')
  @HttpCode(200)
  @Permit('delegation.decline')
  decline(@Acting() actor: Actor, @Param('id') id: string, @Body() input: NoteInput): Promise<{ id: string }> {
    return this.delegations.decline(actor, id, input.note);
  }

  @Post('me/delegations/:id/end')
  @HttpCode(200)
  @Permit('delegation.end')
  endOwn(@Acting() actor: Actor, @Param('id') id: string, @Body() input: NoteInput): Promise<{ id: string }> {
    return this.delegations.end(actor, id, input.note);
  }

  @Post('delegations/:id/end')
  @HttpCode(200)
  @Permit('delegation.end_any')
  end(@Acting() actor: Actor, @Param('id') id: string, @Body() input: NoteInput): Promise<{ id: string }> {
    return this.delegations.end(actor, id, input.note);
  }
}
