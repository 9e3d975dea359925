/** Colleagues of one application as pages and as JSON, and the page of the link they are mailed. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { afterBegin, LinkDoor, linkToken, Sessions } from '../sign-in/index.js';
import { ApplicationViews } from './application.view.js';
import { ColleagueEnterInput, ColleagueInput, ColleagueRefInput } from './application-colleague.input.js';
import { colleagueDoor, colleaguesPage } from './application-colleague.view.js';
import { ApplicationColleagues, type ColleagueLine } from './application-colleagues.service.js';

type Answer = Page | Redirect | string;

@Controller('applications')
export class ApplicationColleaguePages {
  constructor(
    private readonly db: Database,
    private readonly colleagues: ApplicationColleagues,
    private readonly views: ApplicationViews,
    private readonly texts: Texts,
  ) {}

  @Get(':id/colleagues')
  @Permit('application_colleague.manage')
  async show(@Here() visit: Visit): Promise<Page> {
    const { application, canWrite, isOwn } = await this.views.whole(visit.actor, visit.id());
    if (!isOwn) throw forbidden('permission.missing', { params: { permission: 'application_colleague.manage' } });
    const mayManage = await this.colleagues.mayManage(visit.actor, application.organizationId);
    const view = colleaguesPage(this.texts, this.db.currentCalendar, {
      ...{ application, mayManage, mayInvite: mayManage && canWrite, refused: visit.refused },
      colleagues: await this.colleagues.of(this.db, application.id),
    });
    return page('applications/team', view);
  }

  @Post(':id/colleagues')
  @Permit('application_colleague.manage')
  @Resubmit('show')
  async invite(@Here() visit: Visit, @Body() input: ColleagueInput): Promise<Redirect> {
    await this.colleagues.invite(visit.actor, visit.id(), input);
    return redirect(`/applications/${visit.id()}/colleagues`, 'application_colleague.invited', {
      address: input.address,
    });
  }

  @Post(':id/remove-colleague')
  @Permit('application_colleague.manage')
  @Resubmit('show')
  async remove(@Here() visit: Visit, @Body() input: ColleagueRefInput): Promise<Redirect> {
    await this.colleagues.remove(visit.actor, visit.id(), input);
    return redirect(`/applications/${visit.id()}/colleagues`, 'application_colleague.removed');
  }
}

@ApiTags('applications')
@Controller('api/applications')
export class ApplicationColleaguesApi {
  constructor(
    private readonly db: Database,
    private readonly colleagues: ApplicationColleagues,
    private readonly views: ApplicationViews,
  ) {}

  @Get(':id/colleagues')
  @Permit('application_colleague.manage')
  async list(@Acting() actor: Actor, @Param('id') id: string): Promise<{ items: ColleagueLine[]; next: null }> {
    const { application, isOwn } = await this.views.whole(actor, id);
    if (!isOwn) throw forbidden('permission.missing', { params: { permission: 'application_colleague.manage' } });
    return { items: await this.colleagues.of(this.db, application.id), next: null };
  }

  @Post(':id/colleagues')
  @Permit('application_colleague.manage')
  async invite(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ColleagueInput,
  ): Promise<{ id: string }> {
    return this.colleagues.invite(actor, id, input);
  }

  @Post(':id/remove-colleague')
  @HttpCode(200)
  @Permit('application_colleague.manage')
  async remove(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: ColleagueRefInput,
  ): Promise<{ id: string }> {
    return this.colleagues.remove(actor, id, input);
  }
}

@Controller('colleague')
export class ColleagueDoorPages {
  constructor(
    private readonly colleagues: ApplicationColleagues,
    private readonly sessions: Sessions,
    private readonly door: LinkDoor,
    private readonly texts: Texts,
  ) {}

  @Get(':token')
  @Public()
  async show(@Here() visit: Visit): Promise<Answer> {
    return this.door.orOver(visit, (token) => this.showing(visit, token));
  }

  /** The page again, with what was wrong. */
  form(visit: Visit): Promise<Page> {
    const { token } = visit.request.params as { token?: unknown };
    return this.showing(visit, linkToken(token));
  }

  @Post(':token')
  @Public()
  @Resubmit('form')
  async enter(@Here() visit: Visit, @Body() input: ColleagueEnterInput): Promise<Answer> {
    return this.door.orOver(visit, (token) => this.entering(visit, token, input));
  }

  private async entering(visit: Visit, token: string, input: ColleagueEnterInput): Promise<Page | Redirect> {
    if (visit.actor.kind === 'person') {
      const { applicationId } = await this.colleagues.acceptAs(visit.actor, token);
      return redirect(`/applications/${applicationId}`, 'application_colleague.accepted');
    }
    const came = await this.colleagues.accept(token, input);
    if (came === 'who') return this.showing(visit, token, true);
    if (came.accountId === undefined) return redirect('/sign-in');
    const begun = await this.sessions.begin(visit, { accountId: came.accountId, method: 'link' });
    const { path } = afterBegin(begun, `/applications/${came.applicationId}`);
    return redirect(path, begun === 'open' ? 'application_colleague.accepted' : undefined);
  }

  private async showing(visit: Visit, token: string, asksWho = false): Promise<Page> {
    const door = await this.colleagues.look(token);
    visit.reply.header('cache-control', 'no-store');
    const view = colleagueDoor(this.texts, door, {
      ...{ token, actor: visit.actor, refused: visit.refused },
      asksWho: asksWho || visit.refused !== undefined,
    });
    return page('applications/team-door', view, { hasForm: true });
  }
}
