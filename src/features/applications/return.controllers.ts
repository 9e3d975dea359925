/** Sending an application back for a fix, the mail before it is sent, and what changed when it returned. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { ReturnInput } from './application.input.js';
import { Applications } from './applications.service.js';
import { ReturnChanges, type ReturnComparison } from './return.changes.js';
import { ReturnPageViews } from './return.page-view.js';

@Controller('applications')
export class ApplicationReturnsPages {
  constructor(
    private readonly applications: Applications,
    private readonly views: ReturnPageViews,
  ) {}

  @Get(':id/return')
  @Permit('application.return')
  async returnForm(@Here() visit: Visit): Promise<Page> {
    return page('applications/return', await this.views.form(visit));
  }

  @Post(':id/return')
  @Permit('application.return')
  @Resubmit('returnForm')
  async return(@Here() visit: Visit, @Body() input: ReturnInput): Promise<Redirect> {
    await this.applications.return(visit.actor, visit.id(), input);
    return redirect(`/applications/${visit.id()}`, 'application.return');
  }

  /** Nothing is changed by looking. */
  @Post(':id/return/preview')
  @HttpCode(200)
  @Permit('application.return')
  @Resubmit('returnForm')
  async previewReturn(@Here() visit: Visit, @Body() input: ReturnInput): Promise<Page> {
    return page('applications/return', await this.views.preview(visit, input));
  }

  @Get(':id/changes')
  @Permit('application.read')
  async changes(@Here() visit: Visit): Promise<Page> {
    return page('applications/changes', await this.views.changes(visit));
  }
}

@ApiTags('applications')
@Controller('api/applications')
export class ApplicationReturnsApi {
  constructor(private readonly changesRead: ReturnChanges) {}

  @Get(':id/changes')
  @Permit('application.read')
  async changes(@Acting() actor: Actor, @Param('id') id: string): Promise<ReturnComparison> {
    return this.changesRead.get(actor, id);
  }
}
