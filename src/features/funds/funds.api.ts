/** Funds, pools and allotments for programs. */
import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { ListQuery } from '../../platform/lists/list.js';
import { AllotmentInput, AllotmentReturnInput, FundInput, PoolInput } from './fund.input.js';
import { type FundView, FundViews } from './fund.view.js';
import { type FundRow, Funds } from './funds.service.js';

@ApiTags('funds')
@Controller('api/funds')
export class FundsApi {
  constructor(
    private readonly funds: Funds,
    private readonly views: FundViews,
  ) {}

  @Get()
  @Permit('fund.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ListQuery,
  ): Promise<{ items: readonly FundRow[]; next: string | null }> {
    const { items, next } = await this.funds.list(actor, query);
    return { items, next };
  }

  @Get(':id')
  @Permit('fund.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<FundView> {
    return this.views.one(actor, id);
  }

  @Post()
  @Permit('fund.create')
  async create(@Acting() actor: Actor, @Body() input: FundInput): Promise<FundView> {
    const { id } = await this.funds.create(actor, input);
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('fund.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: FundInput): Promise<FundView> {
    await this.funds.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/pools')
  @Permit('fund.update')
  async addPool(@Acting() actor: Actor, @Param('id') id: string, @Body() input: PoolInput): Promise<{ id: string }> {
    return this.funds.addPool(actor, id, input);
  }
}

@ApiTags('allotments')
@Controller('api/allotments')
export class AllotmentsApi {
  constructor(private readonly funds: Funds) {}

  @Post()
  @Permit('allotment.create')
  async create(@Acting() actor: Actor, @Body() input: AllotmentInput): Promise<{ id: string }> {
    return this.funds.allot(actor, input);
  }

  @Post('return')
  @Permit('allotment.return')
  async giveBack(@Acting() actor: Actor, @Body() input: AllotmentReturnInput): Promise<{ id: string }> {
    return this.funds.returnAllotment(actor, input);
  }
}
