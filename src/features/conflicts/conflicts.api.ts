/** Conflicts of interest for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { ConflictInput, ConflictListQuery, FoundConflictInput } from './conflict.input.js';
import { type ConflictDetail, type ConflictListItem, ConflictViews } from './conflict.view.js';
import { Conflicts, type FoundRow } from './conflicts.service.js';

@ApiTags('conflicts')
@Controller('api/conflicts')
export class ConflictsApi {
  constructor(
    private readonly conflicts: Conflicts,
    private readonly views: ConflictViews,
  ) {}

  @Get()
  @Permit('conflict.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: ConflictListQuery,
  ): Promise<{ items: ConflictListItem[]; next: string | null }> {
    const { items, next } = await this.conflicts.list(actor, query);
    return { items: items.map((item) => this.views.row(item)), next };
  }

  @Get('found')
  @Permit('conflict.read')
  async found(@Acting() actor: Actor): Promise<{ items: FoundRow[] }> {
    return { items: await this.conflicts.found(actor) };
  }

  @Get(':id')
  @Permit('conflict.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<ConflictDetail> {
    return this.views.one(actor, id);
  }

  @Post()
  @Permit('conflict.declare')
  async declare(@Acting() actor: Actor, @Body() input: ConflictInput): Promise<{ id: string }> {
    return this.conflicts.declareOwn(actor, input);
  }

  @Post('found')
  @Permit('conflict.confirm')
  async recordFound(@Acting() actor: Actor, @Body() input: FoundConflictInput): Promise<{ id: string }> {
    return this.conflicts.recordFound(actor, input);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Permit('conflict.confirm')
  async confirm(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ConflictDetail> {
    await this.conflicts.take(actor, id, 'confirm', step);
    return this.views.one(actor, id);
  }

  @Post(':id/dismiss')
  @HttpCode(200)
  @Permit('conflict.dismiss')
  async dismiss(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<ConflictDetail> {
    await this.conflicts.take(actor, id, 'dismiss', step);
    return this.views.one(actor, id);
  }
}
