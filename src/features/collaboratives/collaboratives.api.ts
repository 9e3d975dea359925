/** Collaboratives, their years, teams and seats for programs. */
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import {
  CollaborativeInput,
  CollaborativeListQuery,
  CollaborativeYearInput,
  EndSeatInput,
  SeatInput,
  TeamInput,
  TeamNameInput,
} from './collaborative.input.js';
import { type CollaborativeView, CollaborativeViews, type TeamView, type YearView } from './collaborative.view.js';
import { type CollaborativeRow, Collaboratives } from './collaboratives.service.js';
import { ConveningInput } from './convening.input.js';
import { type ConveningView, ConveningViews } from './convening.view.js';
import { Convenings } from './convenings.service.js';
import { Teams } from './teams.service.js';

@ApiTags('collaboratives')
@Controller('api/collaboratives')
export class CollaborativesApi {
  constructor(
    private readonly collaboratives: Collaboratives,
    private readonly views: CollaborativeViews,
  ) {}

  @Get()
  @Permit('collaborative.read')
  async list(
    @Acting() actor: Actor,
    @Query() query: CollaborativeListQuery,
  ): Promise<{ items: readonly CollaborativeRow[]; next: string | null }> {
    const { items, next } = await this.collaboratives.list(actor, query);
    return { items, next };
  }

  @Post()
  @Permit('collaborative.create')
  async create(@Acting() actor: Actor, @Body() input: CollaborativeInput): Promise<{ id: string }> {
    return this.collaboratives.create(actor, input);
  }

  @Get(':id')
  @Permit('collaborative.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<CollaborativeView> {
    return this.views.one(actor, id);
  }

  @Put(':id')
  @Permit('collaborative.update')
  async update(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: CollaborativeInput,
  ): Promise<CollaborativeView> {
    await this.collaboratives.update(actor, id, input);
    return this.views.one(actor, id);
  }

  @Post(':id/years')
  @Permit('collaborative_year.create')
  async addYear(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: CollaborativeYearInput,
  ): Promise<YearView> {
    const year = await this.collaboratives.addYear(actor, id, input);
    return this.views.year(actor, year.id);
  }
}

@ApiTags('collaboratives')
@Controller('api/collaboratives/years')
export class CollaborativeYearsApi {
  constructor(
    private readonly collaboratives: Collaboratives,
    private readonly teams: Teams,
    private readonly convenings: Convenings,
    private readonly views: CollaborativeViews,
    private readonly conveningViews: ConveningViews,
  ) {}

  @Get(':yearId')
  @Permit('collaborative.read')
  async show(@Acting() actor: Actor, @Param('yearId') id: string): Promise<YearView> {
    return this.views.year(actor, id);
  }

  @Put(':yearId')
  @Permit('collaborative_year.update')
  async update(
    @Acting() actor: Actor,
    @Param('yearId') id: string,
    @Body() input: CollaborativeYearInput,
  ): Promise<YearView> {
    await this.collaboratives.updateYear(actor, id, input);
    return this.views.year(actor, id);
  }

  @Post(':yearId/teams')
  @Permit('team.manage')
  async addTeam(@Acting() actor: Actor, @Param('yearId') id: string, @Body() input: TeamInput): Promise<TeamView> {
    const team = await this.teams.add(actor, id, input);
    return this.views.team(actor, team.id);
  }

  @Post(':yearId/copy-teams')
  @HttpCode(200)
  @Permit('team.manage')
  async copyTeams(@Acting() actor: Actor, @Param('yearId') id: string): Promise<{ teams: number; seats: number }> {
    return this.teams.copy(actor, id);
  }

  @Post(':yearId/convenings')
  @Permit('convening.plan')
  async plan(
    @Acting() actor: Actor,
    @Param('yearId') id: string,
    @Body() input: ConveningInput,
  ): Promise<ConveningView> {
    const convening = await this.convenings.plan(actor, id, input);
    return this.conveningViews.one(actor, convening.id);
  }
}

@ApiTags('collaboratives')
@Controller('api')
export class TeamsApi {
  constructor(
    private readonly teams: Teams,
    private readonly views: CollaborativeViews,
  ) {}

  @Get('teams/:id')
  @Permit('collaborative.read')
  async show(@Acting() actor: Actor, @Param('id') id: string): Promise<TeamView> {
    return this.views.team(actor, id);
  }

  @Put('teams/:id')
  @Permit('team.manage')
  async rename(@Acting() actor: Actor, @Param('id') id: string, @Body() input: TeamNameInput): Promise<TeamView> {
    await this.teams.rename(actor, id, input);
    return this.views.team(actor, id);
  }

  @Post('teams/:id/seats')
  @Permit('seat.manage')
  async addSeat(@Acting() actor: Actor, @Param('id') id: string, @Body() input: SeatInput): Promise<TeamView> {
    await this.teams.addSeat(actor, id, input);
    return this.views.team(actor, id);
  }

  @Post('seats/:id/end')
  @HttpCode(200)
  @Permit('seat.manage')
  async endSeat(@Acting() actor: Actor, @Param('id') id: string, @Body() input: EndSeatInput): Promise<TeamView> {
    const { teamId } = await this.teams.endSeat(actor, id, input);
    return this.views.team(actor, teamId);
  }
}
