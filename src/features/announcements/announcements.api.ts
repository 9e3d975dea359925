/** Announcements for programs; those for everybody without signing in. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { type Actor, PUBLIC_ACTOR } from '../../kernel/actor.js';
import { ApiTags } from '../../platform/http/api-description.js';
import { Permit, Public } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import { StepInput } from '../../platform/input/step.input.js';
import { AnnouncementInput, AnnouncementListQuery } from './announcement.input.js';
import { type AnnouncementRow, Announcements, type ShownAnnouncement } from './announcements.service.js';

@ApiTags('announcements')
@Controller('api/announcements')
export class AnnouncementsApi {
  constructor(private readonly announcements: Announcements) {}

  @Get()
  @Permit('announcement.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: AnnouncementListQuery,
  ): Promise<{ items: readonly AnnouncementRow[]; next: string | null }> {
    const { items, next } = await this.announcements.list(actor, query);
    return { items, next };
  }

  @Get('public')
  @Public()
  async everybody(): Promise<{ items: ShownAnnouncement[] }> {
    return { items: await this.announcements.current(PUBLIC_ACTOR) };
  }

  @Get(':id')
  @Permit('announcement.manage')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<AnnouncementRow> {
    return this.announcements.get(actor, id);
  }

  @Post()
  @Permit('announcement.create')
  async create(@Acting() actor: Actor, @Body() input: AnnouncementInput): Promise<{ id: string }> {
    return this.announcements.create(actor, input);
  }

  @Put(':id')
  @Permit('announcement.update')
  async update(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: AnnouncementInput,
  ): Promise<AnnouncementRow> {
    await this.announcements.update(actor, id, input);
    return this.announcements.get(actor, id);
  }

  @Post(':id/publish')
  @HttpCode(200)
  @Permit('announcement.publish')
  async publish(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AnnouncementRow> {
    await this.announcements.take(actor, id, 'publish', step);
    return this.announcements.get(actor, id);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Permit('announcement.withdraw')
  async withdraw(@Acting() actor: Actor, @Param('id') id: string, @Body() step: StepInput): Promise<AnnouncementRow> {
    await this.announcements.take(actor, id, 'withdraw', step);
    return this.announcements.get(actor, id);
  }
}
