/** More time as pages and as JSON: applicants ask, officers answer or give it of their own. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { actsFor, ApplicationViews } from './application.view.js';
import { ExtensionAskInput, ExtensionGiveInput, ExtensionGrantInput } from './extension.input.js';
import { askPage, boardPage, dayOffWarning, givePage, requestPage } from './extension.view.js';
import { type ExtensionBoard, readExtensionBoard, readExtensionHead } from './extensions.reads.js';
import { Extensions } from './extensions.service.js';
import type { ExtensionRequest } from './extension.entity.js';

@Controller('applications')
export class MoreTimePages {
  constructor(
    private readonly db: Database,
    private readonly extensions: Extensions,
    private readonly views: ApplicationViews,
    private readonly texts: Texts,
  ) {}

  @Get(':id/more-time')
  @Permit('extension_request.ask')
  async askForm(@Here() visit: Visit): Promise<Page> {
    const { application, isOwn } = await this.views.whole(visit.actor, visit.id());
    if (!isOwn) throw forbidden('permission.missing', { params: { permission: 'extension_request.ask' } });
    if (!['draft', 'expired'].includes(application.state)) throw conflict('extension.not_a_draft');
    const { dueAt } = await readExtensionHead(this.db, application.id);
    const due = this.db.currentCalendar.formatInstant(dueAt, 'full');
    return page('applications/form', askPage(this.texts, application, due, visit.refused));
  }

  @Post(':id/more-time')
  @Permit('extension_request.ask')
  @Resubmit('askForm')
  async ask(@Here() visit: Visit, @Body() input: ExtensionAskInput): Promise<Redirect> {
    const { id } = await this.extensions.ask(visit.actor, visit.id(), input);
    return redirect(`/extension-requests/${id}`, 'extension_request.ask');
  }
}

@Controller('extensions')
export class ExtensionPages {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly extensions: Extensions,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('extension_request.read')
  async board(@Here() visit: Visit): Promise<Page> {
    const board = await readExtensionBoard(this.db, this.policy, visit.actor);
    const mayGive = this.policy.mightDo(visit.actor, 'application.extend');
    return page('applications/team', boardPage(this.texts, this.db.currentCalendar, board, mayGive));
  }

  @Get('new')
  @Permit('application.extend')
  giveForm(@Here() visit: Visit): Page {
    return page('applications/form', givePage(this.texts, visit.query['number'], visit.refused));
  }

  @Post()
  @Permit('application.extend')
  @Resubmit('giveForm')
  async give(@Here() visit: Visit, @Body() input: ExtensionGiveInput): Promise<Redirect> {
    await this.extensions.giveByNumber(visit.actor, input);
    const warned = dayOffWarning(this.texts, this.db.currentCalendar, input.dueOn);
    return warned === undefined
      ? redirect('/extensions', 'extension.given')
      : redirect('/extensions', 'extension.given_on_day_off', { warned });
  }
}

@Controller('extension-requests')
export class ExtensionRequestPages {
  constructor(
    private readonly db: Database,
    private readonly extensions: Extensions,
    private readonly texts: Texts,
  ) {}

  @Get(':id')
  @Permit('extension_request.read')
  async show(@Here() visit: Visit): Promise<Page> {
    const { request, actions } = await this.extensions.see(visit.actor, visit.id());
    const head = await readExtensionHead(this.db, request.applicationId);
    const isOwn = actsFor(visit.actor, request.organizationId, request.applicationId);
    const parts = { request, head, actions, isOwn, refused: visit.refused };
    return page('applications/team', requestPage(this.texts, this.db.currentCalendar, parts));
  }

  @Post(':id/grant')
  @Permit('extension_request.grant')
  @Resubmit('show')
  async grant(@Here() visit: Visit, @Body() input: ExtensionGrantInput): Promise<Redirect> {
    await this.extensions.grant(visit.actor, visit.id(), input);
    const warned = dayOffWarning(this.texts, this.db.currentCalendar, input.dueOn);
    const href = `/extension-requests/${visit.id()}`;
    return warned === undefined
      ? redirect(href, 'extension_request.grant')
      : redirect(href, 'extension.given_on_day_off', { warned });
  }

  @Post(':id/deny')
  @Permit('extension_request.deny')
  @Resubmit('show')
  async deny(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.extensions.deny(visit.actor, visit.id(), step);
    return redirect(`/extension-requests/${visit.id()}`, 'extension_request.deny');
  }

  @Post(':id/withdraw')
  @Permit('extension_request.withdraw')
  @Resubmit('show')
  async withdraw(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.extensions.withdraw(visit.actor, visit.id(), step);
    return redirect(`/extension-requests/${visit.id()}`, 'extension_request.withdraw');
  }
}

interface RequestView {
  readonly request: ExtensionRequest;
  readonly actions: readonly ApiAction[];
}

@ApiTags('applications')
@Controller('api')
export class ExtensionsApi {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly extensions: Extensions,
    private readonly texts: Texts,
  ) {}

  @Post('applications/:id/more-time')
  @Permit('extension_request.ask')
  async ask(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ExtensionAskInput,
  ): Promise<{ id: string }> {
    return this.extensions.ask(actor, id, input);
  }

  @Get('extensions')
  @Permit('extension_request.read')
  async board(@Acting() actor: Actor): Promise<ExtensionBoard> {
    return readExtensionBoard(this.db, this.policy, actor);
  }

  @Post('extensions')
  @Permit('application.extend')
  async give(@Acting() actor: Actor, @Body() input: ExtensionGiveInput): Promise<{ id: string }> {
    return this.extensions.giveByNumber(actor, input);
  }

  @Get('extension-requests/:id')
  @Permit('extension_request.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<RequestView> {
    const { request, actions } = await this.extensions.see(actor, id);
    return { request, actions: apiActions(this.texts, actions) };
  }

  @Post('extension-requests/:id/grant')
  @HttpCode(200)
  @Permit('extension_request.grant')
  async grant(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ExtensionGrantInput,
  ): Promise<RequestView> {
    await this.extensions.grant(actor, id, input);
    return this.show(actor, id);
  }

  @Post('extension-requests/:id/deny')
  @HttpCode(200)
  @Permit('extension_request.deny')
  async deny(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<RequestView> {
    await this.extensions.deny(actor, id, step);
    return this.show(actor, id);
  }

  @Post('extension-requests/:id/withdraw')
  @HttpCode(200)
  @Permit('extension_request.withdraw')
  async withdraw(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<RequestView> {
    await this.extensions.withdraw(actor, id, step);
    return this.show(actor, id);
  }
}
