/** The whole application to read, print and save as a PDF; and answers of an earlier one, taken into a draft. */
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { ReuseInput, ReuseQuery } from './answer.input.js';
import { AnswerReuse } from './answer-reuse.service.js';
import { ReuseViews } from './answer-reuse.view.js';
import { AnswerSheets } from './answer-sheet.view.js';

@Controller('applications')
export class AnswerSheetsPages {
  constructor(
    private readonly sheets: AnswerSheets,
    private readonly reuse: AnswerReuse,
    private readonly reuseViews: ReuseViews,
  ) {}

  @Get(':id/print')
  @Permit('application.read')
  async print(@Here() visit: Visit): Promise<Page> {
    return page('applications/sheet', await this.sheets.page(visit));
  }

  @Get(':id/pdf')
  @Permit('application.read')
  async pdf(@Here() visit: Visit, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const { name, content } = await this.sheets.pdf(visit.actor, visit.id());
    reply.type('application/pdf').header('content-disposition', `inline; filename="${name}"`);
    return content;
  }

  @Get(':id/reuse')
  @Permit('application.update')
  async reuseForm(@Here() visit: Visit, @Query() query: ReuseQuery): Promise<Page> {
    return page('applications/reuse', await this.reuseViews.page(visit, query));
  }

  @Post(':id/reuse')
  @Permit('application.update')
  @Resubmit('reuseForm')
  async take(@Here() visit: Visit, @Body() input: ReuseInput): Promise<Redirect> {
    const { count } = await this.reuse.take(visit.actor, visit.id(), input.earlierId, input.keys);
    return redirect(`/applications/${visit.id()}`, 'answer.reused', { count });
  }
}

@ApiTags('applications')
@Controller('api/applications')
export class AnswerReuseApi {
  constructor(private readonly reuse: AnswerReuse) {}

  @Post(':id/reuse')
  @HttpCode(200)
  @Permit('application.update')
  async take(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ReuseInput,
  ): Promise<{ id: string; count: number }> {
    return this.reuse.take(actor, id, input.earlierId, input.keys);
  }
}
