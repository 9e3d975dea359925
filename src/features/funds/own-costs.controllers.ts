/** The agency's own costs, for programs and as pages. */
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { ListQuery } from '../../platform/lists/list.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { OwnCostCorrectionInput, OwnCostInput } from './own-cost.input.js';
import { OwnCostPageViews } from './own-cost.page-view.js';
import { type OwnCostRow, OwnCosts } from './own-costs.service.js';

@ApiTags('own costs')
@Controller('api/pools/:id/costs')
export class OwnCostsApi {
  constructor(private readonly costs: OwnCosts) {}

  @Get()
  @Permit('fund.read')
  async list(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Query() query: ListQuery,
  ): Promise<{ items: readonly OwnCostRow[]; next: string | null }> {
    const { items, next } = await this.costs.list(actor, id, query);
    return { items, next };
  }

  @Post()
  @Permit('own_cost.book')
  async book(@Acting() actor: Actor, @Param('id') id: string, @Body() input: OwnCostInput): Promise<{ id: string }> {
    return this.costs.book(actor, id, input);
  }

  @Post(':costId/correct')
  @Permit('own_cost.book')
  async correct(
    @Acting() actor: Actor,
    @Param('costId') costId: string,
    @Body() input: OwnCostCorrectionInput,
  ): Promise<{ poolId: string }> {
    return this.costs.correct(actor, costId, input);
  }
}

@Controller('pools/:id/costs')
export class OwnCostsPages {
  constructor(
    private readonly costs: OwnCosts,
    private readonly views: OwnCostPageViews,
  ) {}

  @Get()
  @Permit('fund.read')
  async list(@Here() visit: Visit, @Query() query: ListQuery): Promise<Page> {
    return page('funds/list', await this.views.list(visit, query));
  }

  @Get('new')
  @Permit('own_cost.book')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.newForm(visit));
  }

  @Post()
  @Permit('own_cost.book')
  @Resubmit('newForm')
  async book(@Here() visit: Visit, @Body() input: OwnCostInput): Promise<Redirect> {
    await this.costs.book(visit.actor, visit.id(), input);
    return redirect(`/pools/${visit.id()}/costs`, 'own_cost.booked', { amount: input.amount.format() });
  }

  @Get(':costId/correct')
  @Permit('own_cost.book')
  async correctForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.correctForm(visit));
  }

  @Post(':costId/correct')
  @Permit('own_cost.book')
  @Resubmit('correctForm')
  async correct(@Here() visit: Visit, @Body() input: OwnCostCorrectionInput): Promise<Redirect> {
    const { poolId } = await this.costs.correct(visit.actor, visit.id('costId'), input);
    return redirect(`/pools/${poolId}/costs`, 'own_cost.taken_back');
  }
}
