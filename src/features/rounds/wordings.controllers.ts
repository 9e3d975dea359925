/** The words that certifiers sign, as pages and as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { WordingConfirmInput, WordingDeclineInput, WordingInput } from './wording.input.js';
import { WordingViews } from './wording.page-view.js';
import type { WordingLine, WordingView } from './wording.reads.js';
import { Wordings } from './wordings.service.js';

@Controller('wordings')
export class WordingPages {
  constructor(
    private readonly wordings: Wordings,
    private readonly views: WordingViews,
  ) {}

  @Get()
  @Permit('wording.read')
  async list(@Here() visit: Visit): Promise<Page> {
    return page('rounds/wordings', await this.views.list(visit));
  }

  @Get(':id')
  @Permit('wording.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('rounds/wording', await this.views.show(visit));
  }

  @Get(':id/new')
  @Permit('wording.propose')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('rounds/form', await this.views.form(visit));
  }

  @Post(':id')
  @Permit('wording.propose')
  @Resubmit('newForm')
  async propose(@Here() visit: Visit, @Body() input: WordingInput): Promise<Redirect> {
    await this.wordings.propose(visit.actor, visit.id(), input);
    return redirect(`/wordings/${visit.id()}`, 'wording.proposed');
  }

  @Post(':id/confirm')
  @Permit('wording.confirm')
  @Resubmit('show')
  async confirm(@Here() visit: Visit, @Body() input: WordingConfirmInput): Promise<Redirect> {
    await this.wordings.confirm(visit.actor, visit.id(), input.proposalId);
    return redirect(`/wordings/${visit.id()}`, 'wording.confirmed');
  }

  @Post(':id/decline')
  @Permit('wording.decline')
  @Resubmit('show')
  async decline(@Here() visit: Visit, @Body() input: WordingDeclineInput): Promise<Redirect> {
    await this.wordings.decline(visit.actor, visit.id(), input.proposalId, input.note);
    return redirect(`/wordings/${visit.id()}`, 'wording.declined');
  }
}

@ApiTags('rounds')
@Controller('api/wordings')
export class WordingsApi {
  constructor(private readonly wordings: Wordings) {}

  @Get()
  @Permit('wording.read')
  async list(@Acting() actor: Actor): Promise<{ items: readonly WordingLine[]; next: null }> {
    return { items: await this.wordings.list(actor), next: null };
  }

  @Get(':id')
  @Permit('wording.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<WordingView> {
    return this.wordings.get(actor, id);
  }

  @Post(':id')
  @HttpCode(201)
  @Permit('wording.propose')
  async propose(@Acting() actor: Actor, @Param('id') id: string, @Body() input: WordingInput): Promise<WordingView> {
    await this.wordings.propose(actor, id, input);
    return this.wordings.get(actor, id);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Permit('wording.confirm')
  async confirm(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: WordingConfirmInput,
  ): Promise<WordingView> {
    await this.wordings.confirm(actor, id, input.proposalId);
    return this.wordings.get(actor, id);
  }

  @Post(':id/decline')
  @HttpCode(200)
  @Permit('wording.decline')
  async decline(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: WordingDeclineInput,
  ): Promise<WordingView> {
    await this.wordings.decline(actor, id, input.proposalId, input.note);
    return this.wordings.get(actor, id);
  }
}
