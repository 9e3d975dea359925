/** Announcements as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { AnnouncementInput, AnnouncementListQuery } from './announcement.input.js';
import { AnnouncementPageViews } from './announcement.page-view.js';
import { Announcements } from './announcements.service.js';

@Controller('announcements')
export class AnnouncementsPages {
  constructor(
    private readonly announcements: Announcements,
    private readonly views: AnnouncementPageViews,
  ) {}

  @Get()
  @Permit('announcement.read')
  async list(@Here() visit: Visit, @Query() query: AnnouncementListQuery): Promise<Page> {
    return page('announcements/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('announcement.create')
  newForm(@Here() visit: Visit): Page {
    return page('announcements/form', this.views.newForm(visit));
  }

  @Post()
  @Permit('announcement.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: AnnouncementInput): Promise<Redirect> {
    const { id } = await this.announcements.create(visit.actor, input);
    return redirect(`/announcements/${id}`, 'announcement.created');
  }

  @Get(':id')
  @Permit('announcement.manage')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('announcements/announcement', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('announcement.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('announcements/form', await this.views.editForm(visit));
  }

  @Post(':id/edit')
  @Permit('announcement.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: AnnouncementInput): Promise<Redirect> {
    await this.announcements.update(visit.actor, visit.id(), input);
    return redirect(`/announcements/${visit.id()}`, 'announcement.updated');
  }

  @Post(':id/publish')
  @Permit('announcement.publish')
  @Resubmit('show')
  async publish(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.announcements.take(visit.actor, visit.id(), 'publish', step);
    return redirect(`/announcements/${visit.id()}`, 'announcement.publish');
  }

  @Post(':id/withdraw')
  @Permit('announcement.withdraw')
  @Resubmit('show')
  async withdraw(@Here() visit: Visit, @Body() step: StepInput): Promise<Redirect> {
    await this.announcements.take(visit.actor, visit.id(), 'withdraw', step);
    return redirect(`/announcements/${visit.id()}`, 'announcement.withdraw');
  }
}
