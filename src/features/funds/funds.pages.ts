/** Funds, their pools and allotments as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { ListQuery } from '../../platform/lists/list.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { AllotmentInput, AllotmentReturnInput, FundInput, PoolInput } from './fund.input.js';
import { FundPageViews } from './fund.page-view.js';
import { Funds } from './funds.service.js';

@Controller('funds')
export class FundsPages {
  constructor(
    private readonly funds: Funds,
    private readonly views: FundPageViews,
  ) {}

  @Get()
  @Permit('fund.read')
  async list(@Here() visit: Visit, @Query() query: ListQuery): Promise<Page> {
    return page('funds/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('fund.create')
  newForm(@Here() visit: Visit): Page {
    return page('funds/form', this.views.newForm(visit));
  }

  @Post()
  @Permit('fund.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: FundInput): Promise<Redirect> {
    const { id } = await this.funds.create(visit.actor, input);
    return redirect(`/funds/${id}`, 'fund.created', { name: input.name });
  }

  @Get(':id')
  @Permit('fund.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('funds/fund', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('fund.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('fund.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: FundInput): Promise<Redirect> {
    await this.funds.update(visit.actor, visit.id(), input);
    return redirect(`/funds/${visit.id()}`, 'fund.updated', { name: input.name });
  }

  @Get(':id/pools/new')
  @Permit('fund.update')
  async poolForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.poolForm(visit));
  }

  @Post(':id/pools')
  @Permit('fund.update')
  @Resubmit('poolForm')
  async addPool(@Here() visit: Visit, @Body() input: PoolInput): Promise<Redirect> {
    await this.funds.addPool(visit.actor, visit.id(), input);
    return redirect(`/funds/${visit.id()}`, 'pool.created', { name: input.name });
  }
}

@Controller('allotments')
export class AllotmentsPages {
  constructor(
    private readonly funds: Funds,
    private readonly views: FundPageViews,
  ) {}

  @Get('new')
  @Permit('allotment.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.allotmentForm(visit));
  }

  @Post()
  @Permit('allotment.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: AllotmentInput): Promise<Redirect> {
    await this.funds.allot(visit.actor, input);
    return redirect(`/sources/${input.sourceId}`, 'allotment.created', { amount: input.amount.format() });
  }

  @Get('return')
  @Permit('allotment.return')
  async returnForm(@Here() visit: Visit): Promise<Page> {
    return page('funds/form', await this.views.returnForm(visit));
  }

  @Post('return')
  @Permit('allotment.return')
  @Resubmit('returnForm')
  async giveBack(@Here() visit: Visit, @Body() input: AllotmentReturnInput): Promise<Redirect> {
    await this.funds.returnAllotment(visit.actor, input);
    return redirect(`/sources/${input.sourceId}`, 'allotment.returned', { amount: input.amount.format() });
  }
}
