/** A list as a file, for people and for programs. */
import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { page, type Page, type Redirect, redirect } from '../../platform/pages/page.js';
import { SHEET_TYPES } from '../../platform/spreadsheets/sheet-file.js';
import { disposition } from './attachments.controllers.js';
import { ListExportInput } from './list-export.input.js';
import { ListExportPageViews } from './list-export.page-view.js';
import { ListExports, type ListExportView } from './list-exports.service.js';

@ApiTags('exports')
@Controller('api/exports')
export class ListExportsApi {
  constructor(private readonly exports: ListExports) {}

  @Post()
  @Permit('list_export.create')
  async ask(@Acting() actor: Actor, @Body() input: ListExportInput): Promise<{ id: string }> {
    return this.exports.ask(actor, input);
  }

  @Get(':id')
  @Permit('list_export.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<ListExportView> {
    return this.exports.show(actor, id);
  }
}

@Controller('exports')
export class ListExportsPages {
  constructor(
    private readonly exports: ListExports,
    private readonly views: ListExportPageViews,
  ) {}

  @Get('new')
  @Permit('list_export.create')
  newForm(@Here() visit: Visit): Page {
    return page('documents/list-export-form', this.views.newForm(visit));
  }

  @Post()
  @Permit('list_export.create')
  @Resubmit('newForm')
  async ask(@Here() visit: Visit, @Body() input: ListExportInput): Promise<Redirect> {
    const { id } = await this.exports.ask(visit.actor, input);
    return redirect(`/exports/${id}`);
  }

  @Get(':id')
  @Permit('list_export.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('documents/list-export', await this.views.show(visit));
  }

  @Get(':id/file')
  @Permit('list_export.read')
  async file(@Here() visit: Visit, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const { fileName, format, content } = await this.exports.open(visit.actor, visit.id());
    reply.type(SHEET_TYPES[format]);
    reply.header('content-disposition', disposition('attachment', fileName));
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'private, no-store');
    return content;
  }
}
