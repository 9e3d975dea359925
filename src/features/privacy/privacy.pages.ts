/** One's own data as a page and to take along, and what administrators see of a person's. */
import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { Disposals } from './disposals.service.js';
import { PersonalDataBook } from './personal-data.service.js';
import { PersonalDataPageViews } from './personal-data.page-view.js';
import { ExportInput, RemovalInput } from './privacy.input.js';

@Controller('me/data')
export class MyDataPages {
  constructor(
    private readonly book: PersonalDataBook,
    private readonly views: PersonalDataPageViews,
  ) {}

  @Get()
  @Permit('personal_data.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('privacy/my-data', this.views.own(await this.book.own(visit.actor)));
  }

  @Get('download')
  @Permit('personal_data.read')
  async download(@Here() visit: Visit, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return asFile(reply, 'my-data.json', await this.book.download(visit.actor));
  }
}

function asFile(reply: FastifyReply, name: string, data: object): string {
  reply.type('application/json; charset=utf-8');
  reply.header('content-disposition', `attachment; filename="${name}"`);
  reply.header('cache-control', 'private, no-store');
  return JSON.stringify(data, null, 2);
}

@Controller('people/:id/data')
export class PersonDataPages {
  constructor(
    private readonly book: PersonalDataBook,
    private readonly disposals: Disposals,
    private readonly views: PersonalDataPageViews,
  ) {}

  @Get()
  @Permit('personal_data.read_of_others')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('privacy/person', this.views.removal(visit, await this.book.removal(visit.actor, visit.id())));
  }

  @Post('export')
  @HttpCode(200)
  @Permit('personal_data.export')
  @Fresh()
  @Resubmit('show')
  async exportFor(
    @Here() visit: Visit,
    @Body() input: ExportInput,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return asFile(reply, 'personal-data.json', await this.book.exportFor(visit.actor, visit.id(), input));
  }

  @Post('propose')
  @Permit('disposal.propose')
  @Resubmit('show')
  async propose(@Here() visit: Visit, @Body() input: RemovalInput): Promise<Redirect> {
    const { id } = await this.disposals.propose(visit.actor, visit.id(), input);
    return redirect(`/disposals/${id}`, 'disposal.proposed');
  }
}
