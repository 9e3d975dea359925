/** The audit trail as pages and as a spreadsheet. */
import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { Permit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { AuditTrail } from './audit-trail.service.js';
import { AuditQuery } from './audit.input.js';
import { csvHead, csvRow, eventPage, trailPage } from './audit.view.js';

@Controller('audit')
export class AuditPages {
  constructor(
    private readonly trail: AuditTrail,
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('audit.read')
  async list(@Here() visit: Visit, @Query() query: AuditQuery): Promise<Page | StreamableFile> {
    const { actor } = visit;
    const trail = await this.trail.list(actor, query);
    if (query.format === 'csv') {
      return new StreamableFile(Readable.from(this.csv(actor, query), { objectMode: false }), {
        type: 'text/csv; charset=utf-8',
        disposition: `attachment; filename="audit-${this.db.today}.csv"`,
      });
    }
    const [kinds, state] = await Promise.all([this.trail.kinds(), this.trail.state()]);
    const dates = this.db.currentCalendar;
    return page('audit/trail', trailPage({ texts: this.texts, dates, query, trail, kinds, state }));
  }

  @Get('events/:number')
  @Permit('audit.read')
  async show(@Here() visit: Visit): Promise<Page> {
    const { number } = visit.request.params as { number: string };
    const event = await this.trail.get(visit.actor, number);
    return page('audit/event', eventPage(this.texts, this.db.currentCalendar, event));
  }

  private async *csv(actor: Actor, query: AuditQuery): AsyncGenerator<string> {
    // The mark tells spreadsheets that the text is UTF-8.
    yield `\uFEFF${csvHead(this.texts)}`;
    for await (const events of this.trail.export(actor, query)) {
      yield events.map((event) => csvRow(this.db.currentCalendar, event)).join('');
    }
  }
}
