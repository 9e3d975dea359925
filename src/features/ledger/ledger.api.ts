/** The books as JSON. */
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { Texts } from '../../platform/texts/texts.js';
import { LedgerEntries } from './ledger-entries.service.js';
import { LedgerMonths } from './ledger-months.service.js';
import { type MonthView, monthView } from './ledger-months.view.js';
import { AccountQuery, LedgerQuery, MonthInput, MonthReopenInput } from './ledger.input.js';
import { type AccountView, accountView, type EntryView, entryView } from './ledger.view.js';

@Controller('api/ledger')
export class LedgerApi {
  constructor(
    private readonly entries: LedgerEntries,
    private readonly months: LedgerMonths,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get('transfers')
  @Permit('ledger.read')
  async transfers(
    @Acting() actor: Actor,
    @Query() query: LedgerQuery,
  ): Promise<{ items: EntryView[]; next: string | null }> {
    const { page, names } = await this.entries.list(actor, query);
    return { items: page.items.map((row) => entryView(this.texts, names, row)), next: page.next };
  }

  @Get('accounts')
  @Permit('ledger.read')
  async accounts(
    @Acting() actor: Actor,
    @Query() query: AccountQuery,
  ): Promise<{ items: AccountView[]; next: string | null }> {
    const { page, names } = await this.entries.accounts(actor, query);
    return { items: page.items.map((row) => accountView(this.texts, names, row)), next: page.next };
  }

  @Get('months')
  @Permit('ledger.read')
  async list(@Acting() actor: Actor): Promise<{ items: MonthView[]; next: null }> {
    const months = await this.months.list();
    return { items: months.map((month) => monthView(this.texts, this.policy, actor, month)), next: null };
  }

  @Post('months/close')
  @HttpCode(200)
  @Permit('ledger.close_month')
  async close(@Acting() actor: Actor, @Body() input: MonthInput): Promise<{ id: string }> {
    return this.months.close(actor, `${input.month}-01`);
  }

  @Post('months/reopen')
  @HttpCode(200)
  @Permit('ledger.reopen_month')
  async reopen(@Acting() actor: Actor, @Body() input: MonthReopenInput): Promise<{ id: string }> {
    return this.months.reopen(actor, `${input.month}-01`, input.note);
  }
}
