/** One's own data, retention, holds and disposals for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Fresh, Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { ListQuery } from '../../platform/lists/list.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type DisposalLogRow, DisposalReads } from './disposals.reads.js';
import { Disposals } from './disposals.service.js';
import { LegalHolds } from './legal-holds.service.js';
import { PersonalDataBook, type RemovalView } from './personal-data.service.js';
import {
  ExportInput,
  DisposalListQuery,
  HoldListQuery,
  LegalHoldInput,
  RemovalInput,
  RetentionTermInput,
} from './privacy.input.js';
import {
  type DisposalDetail,
  type DisposalListItem,
  type LegalHoldDetail,
  type LegalHoldItem,
  PrivacyViews,
} from './privacy.view.js';
import { Retention, type RetentionLine } from './retention.service.js';

interface JsonList<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

@ApiTags('privacy')
@Controller('api')
export class PersonalDataApi {
  constructor(
    private readonly book: PersonalDataBook,
    private readonly disposals: Disposals,
  ) {}

  @Get('me/data')
  @Permit('personal_data.read')
  async own(@Acting() actor: Actor): Promise<object> {
    return this.book.download(actor);
  }

  @Get('people/:id/data')
  @Permit('personal_data.read_of_others')
  async removal(@Acting() actor: Actor, @Param('id') id: string): Promise<RemovalView> {
    return this.book.removal(actor, id);
  }

  @Post('people/:id/data/export')
  @HttpCode(200)
  @Permit('personal_data.export')
  @Fresh()
  async exportFor(@Acting() actor: Actor, @Param('id') id: string, @Body() input: ExportInput): Promise<object> {
    return this.book.exportFor(actor, id, input);
  }

  @Post('people/:id/data/propose')
  @Permit('disposal.propose')
  async propose(@Acting() actor: Actor, @Param('id') id: string, @Body() input: RemovalInput): Promise<{ id: string }> {
    return this.disposals.propose(actor, id, input);
  }
}

@ApiTags('privacy')
@Controller('api/retention')
export class RetentionApi {
  constructor(private readonly retention: Retention) {}

  @Get()
  @Permit('retention.read')
  async list(@Acting() actor: Actor): Promise<JsonList<RetentionLine>> {
    return { items: await this.retention.list(actor), next: null };
  }

  @Get(':name')
  @Permit('retention.read')
  async show(@Acting() actor: Actor, @Param('name') name: string): Promise<RetentionLine> {
    return this.retention.get(actor, name);
  }

  @Put(':name')
  @Permit('retention.update')
  async update(
    @Acting() actor: Actor,
    @Param('name') name: string,
    @Body() input: RetentionTermInput,
  ): Promise<RetentionLine> {
    await this.retention.update(actor, name, input);
    return this.retention.get(actor, name);
  }
}

@ApiTags('privacy')
@Controller('api/legal-holds')
export class LegalHoldsApi {
  constructor(
    private readonly holds: LegalHolds,
    private readonly views: PrivacyViews,
  ) {}

  @Get()
  @Permit('legal_hold.read')
  async list(@Acting() actor: Actor, @Query() query: HoldListQuery): Promise<JsonList<LegalHoldItem>> {
    const { items, next } = await this.holds.list(actor, query);
    return { items: items.map((item) => this.views.hold(item)), next };
  }

  @Get(':id')
  @Permit('legal_hold.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<LegalHoldDetail> {
    return this.views.oneHold(actor, id);
  }

  @Post()
  @HttpCode(201)
  @Permit('legal_hold.place')
  async place(@Acting() actor: Actor, @Body() input: LegalHoldInput): Promise<LegalHoldDetail> {
    const { id } = await this.holds.place(actor, input);
    return this.views.oneHold(actor, id);
  }

  @Post(':id/lift')
  @HttpCode(200)
  @Permit('legal_hold.lift')
  async lift(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<LegalHoldDetail> {
    await this.holds.lift(actor, id, step);
    return this.views.oneHold(actor, id);
  }
}

@ApiTags('privacy')
@Controller('api/disposals')
export class DisposalsApi {
  constructor(
    private readonly disposals: Disposals,
    private readonly reads: DisposalReads,
    private readonly views: PrivacyViews,
  ) {}

  @Get()
  @Permit('disposal.read')
  async list(@Acting() actor: Actor, @Query() query: DisposalListQuery): Promise<JsonList<DisposalListItem>> {
    const { items, next } = await this.reads.list(actor, query);
    return { items: items.map((item) => this.views.disposal(item)), next };
  }

  @Get('log')
  @Permit('disposal.read')
  async log(@Acting() actor: Actor, @Query() query: ListQuery): Promise<JsonList<DisposalLogRow>> {
    const { items, next } = await this.reads.log(actor, query);
    return { items, next };
  }

  @Get(':id')
  @Permit('disposal.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<DisposalDetail> {
    return this.views.oneDisposal(actor, id);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Permit('disposal.approve')
  @Fresh()
  async approve(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<DisposalDetail> {
    await this.disposals.take(actor, id, 'approve', step);
    return this.views.oneDisposal(actor, id);
  }

  @Post(':id/decline')
  @HttpCode(200)
  @Permit('disposal.decline')
  async decline(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<DisposalDetail> {
    await this.disposals.take(actor, id, 'decline', step);
    return this.views.oneDisposal(actor, id);
  }
}
