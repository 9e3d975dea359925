/** Messages to many applicants, for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { NothingInput } from '../identity/index.js';
import { BroadcastTests } from './broadcast-tests.service.js';
import { BroadcastInput, BroadcastItemsQuery, BroadcastListQuery, SendBroadcastInput } from './broadcast.input.js';
import type { BroadcastItemRow, BroadcastPreview, BroadcastRow } from './broadcast.view.js';
import { Broadcasts } from './broadcasts.service.js';

type WithPreview = BroadcastRow & { readonly preview: BroadcastPreview | null };

@ApiTags('broadcasts')
@Controller('api/broadcasts')
export class BroadcastsApi {
  constructor(
    private readonly broadcasts: Broadcasts,
    private readonly tests: BroadcastTests,
  ) {}

  @Get()
  @Permit('broadcast.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: BroadcastListQuery,
  ): Promise<{ items: readonly BroadcastRow[]; next: string | null }> {
    const { items, next } = await this.broadcasts.list(actor, query);
    return { items, next };
  }

  @Get(':id')
  @Permit('broadcast.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<WithPreview> {
    const row = await this.broadcasts.get(actor, id);
    const preview = row.state === 'draft' ? await this.broadcasts.preview(actor, row) : null;
    return { ...row, preview };
  }

  @Get(':id/items')
  @Permit('broadcast.read')
  async items(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Query() query: BroadcastItemsQuery,
  ): Promise<{ items: readonly BroadcastItemRow[]; next: string | null }> {
    const row = await this.broadcasts.get(actor, id);
    const { items, next } = await this.broadcasts.items(actor, row, query);
    return { items, next };
  }

  @Post()
  @Permit('broadcast.create')
  async create(@Acting() actor: Actor, @Body() input: BroadcastInput): Promise<{ id: string }> {
    return this.broadcasts.create(actor, input);
  }

  @Put(':id')
  @Permit('broadcast.update')
  async update(@Acting() actor: Actor, @Param('id') id: string, @Body() input: BroadcastInput): Promise<WithPreview> {
    await this.broadcasts.update(actor, id, input);
    return this.show(actor, id);
  }

  @Post(':id/send')
  @HttpCode(200)
  @Permit('broadcast.send')
  async send(@Acting() actor: Actor, @Param('id') id: string, @Body() input: SendBroadcastInput): Promise<WithPreview> {
    await this.broadcasts.send(actor, id, input);
    return this.show(actor, id);
  }

  @Post(':id/test')
  @HttpCode(200)
  @Permit('broadcast.send')
  async test(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() _input: NothingInput,
  ): Promise<{ id: string; address: string }> {
    return this.tests.send(actor, id);
  }

  @Post(':id/discard')
  @HttpCode(200)
  @Permit('broadcast.discard')
  async discard(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<WithPreview> {
    await this.broadcasts.discard(actor, id, step);
    return this.show(actor, id);
  }
}
