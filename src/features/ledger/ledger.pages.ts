/** The books as pages: the entries behind an amount, and the months. */
import { Readable } from 'node:stream';
import { Body, Controller, Get, Post, Query, StreamableFile } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { LedgerEntries } from './ledger-entries.service.js';
import { LedgerMonths } from './ledger-months.service.js';
import { monthsView, monthView } from './ledger-months.view.js';
import { LedgerQuery, MonthInput, MonthReopenInput } from './ledger.input.js';
import { monthName } from './ledger.rules.js';
import { csvHead, csvRow, entriesView } from './ledger.view.js';

@Controller('ledger')
export class LedgerPages {
  constructor(
    private readonly entries: LedgerEntries,
    private readonly months: LedgerMonths,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('ledger.read')
  async list(@Here() visit: Visit, @Query() query: LedgerQuery): Promise<Page | StreamableFile> {
    if (query.format === 'csv') {
      return new StreamableFile(Readable.from(this.csv(visit.actor, query), { objectMode: false }), {
        type: 'text/csv; charset=utf-8',
        disposition: `attachment; filename="ledger-${this.db.today}.csv"`,
      });
    }
    const entries = await this.entries.list(visit.actor, query);
    const sources = await this.entries.sources(visit.actor);
    const dates = this.db.currentCalendar;
    return page('ledger/entries', entriesView({ texts: this.texts, dates, query, entries, sources }));
  }

  @Get('months')
  @Permit('ledger.read')
  async monthList(@Here() visit: Visit): Promise<Page> {
    const months = await this.months.list();
    return page(
      'ledger/months',
      monthsView(
        this.texts,
        months.map((month) => monthView(this.texts, this.policy, visit.actor, month)),
      ),
    );
  }

  @Post('months/close')
  @Permit('ledger.close_month')
  @Resubmit('monthList')
  async close(@Here() visit: Visit, @Body() input: MonthInput): Promise<Redirect> {
    const { id } = await this.months.close(visit.actor, `${input.month}-01`);
    return redirect('/ledger/months', 'ledger.month_closed', { month: monthName(id) });
  }

  @Post('months/reopen')
  @Permit('ledger.reopen_month')
  @Resubmit('monthList')
  async reopen(@Here() visit: Visit, @Body() input: MonthReopenInput): Promise<Redirect> {
    const { id } = await this.months.reopen(visit.actor, `${input.month}-01`, input.note);
    return redirect('/ledger/months', 'ledger.month_reopened', { month: monthName(id) });
  }

  private async *csv(actor: Actor, query: LedgerQuery): AsyncGenerator<string> {
    // The mark tells spreadsheets that the text is UTF-8.
    yield `\uFEFF${csvHead(this.texts)}`;
    for await (const { rows, names } of this.entries.export(actor, query)) {
      yield rows.map((row) => csvRow(this.texts, names, row)).join('');
    }
  }
}
