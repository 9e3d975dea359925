/** Entering things for an organization: its pages and JSON. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import type { ListPage } from '../../platform/lists/list.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { AssistanceInput, AssistanceListQuery } from './assistance.input.js';
import { assistancesPage, organizationAssistancesPage } from './assistance.view.js';
import { type AssistanceView, Assistances } from './assistances.service.js';
import { NoteInput } from './people.input.js';

type AssistanceList = Pick<ListPage<AssistanceView>, 'items' | 'next' | 'count'>;

@Controller()
export class AssistancesPages {
  constructor(
    private readonly assistances: Assistances,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get('assistances')
  @Permit('assistance.read')
  async list(@Here() visit: Visit, @Query() query: AssistanceListQuery): Promise<Page> {
    const list = await this.assistances.list(visit.actor, query);
    return page('identity/assistances', assistancesPage(list, this.parts(visit)));
  }

  @Get('organizations/:id/assistances')
  @Permit('assistance.read')
  async show(@Here() visit: Visit, @Query() query: AssistanceListQuery): Promise<Page> {
    const id = visit.id();
    const name = await this.assistances.organization(visit.actor, id);
    const list = await this.assistances.list(visit.actor, { ...query, organizationId: id });
    return page('identity/assistances', organizationAssistancesPage({ id, name }, list, this.parts(visit)));
  }

  @Post('organizations/:id/assistances')
  @Permit('assistance.start')
  @Resubmit('show')
  async start(@Here() visit: Visit, @Body() input: AssistanceInput): Promise<Redirect> {
    await this.assistances.start(visit.actor, visit.id(), input);
    return redirect(`/organizations/${visit.id()}`, 'assistance.started');
  }

  @Post('organizations/:id/assistances/:assistanceId/end')
  @Permit('assistance.end')
  @Resubmit('show')
  async end(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.assistances.end(visit.actor, visit.id(), visit.id('assistanceId'), input.note);
    return redirect(`/organizations/${visit.id()}/assistances`, 'assistance.ended');
  }

  private parts({ actor, refused }: Visit): Parameters<typeof assistancesPage>[1] {
    return { actor, refused, policy: this.policy, texts: this.texts, today: this.db.today };
  }
}

@Controller('api')
export class AssistancesApi {
  constructor(private readonly assistances: Assistances) {}

  @Get('assistances')
  @Permit('assistance.read')
  async list(@Acting() actor: Actor, @Query() query: AssistanceListQuery): Promise<AssistanceList> {
    const { items, next, count } = await this.assistances.list(actor, query);
    return { items, next, count };
  }

  @Post('organizations/:id/assistances')
  @HttpCode(201)
  @Permit('assistance.start')
  start(@Acting() actor: Actor, @Param('id') id: string, @Body() input: AssistanceInput): Promise<{ id: string }> {
    return this.assistances.start(actor, id, input);
  }

  @Post('organizations/:id/assistances/:assistanceId/end')
  @HttpCode(200)
  @Permit('assistance.end')
  end(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('assistanceId') assistanceId: string,
    @Body() input: NoteInput,
  ): Promise<{ id: string }> {
    return this.assistances.end(actor, id, assistanceId, input.note);
  }
}
