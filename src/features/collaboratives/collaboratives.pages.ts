/** Collaboratives, their years, teams and seats as pages. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { CollaborativeForms } from './collaborative.forms.js';
import {
  CollaborativeInput,
  CollaborativeListQuery,
  CollaborativeYearInput,
  EndSeatInput,
  SeatInput,
  TeamInput,
  TeamNameInput,
} from './collaborative.input.js';
import { CollaborativePageViews } from './collaborative.page-view.js';
import { Collaboratives } from './collaboratives.service.js';
import { ConveningForms } from './convening.forms.js';
import { ConveningInput } from './convening.input.js';
import { Convenings } from './convenings.service.js';
import { Teams } from './teams.service.js';

@Controller('collaboratives')
export class CollaborativesPages {
  constructor(
    private readonly collaboratives: Collaboratives,
    private readonly views: CollaborativePageViews,
    private readonly forms: CollaborativeForms,
  ) {}

  @Get()
  @Permit('collaborative.read')
  async list(@Here() visit: Visit, @Query() query: CollaborativeListQuery): Promise<Page> {
    return page('collaboratives/list', await this.views.list(visit.actor, query));
  }

  @Get('new')
  @Permit('collaborative.create')
  async newForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.create(visit));
  }

  @Post()
  @Permit('collaborative.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: CollaborativeInput): Promise<Redirect> {
    const { id } = await this.collaboratives.create(visit.actor, input);
    return redirect(`/collaboratives/${id}`, 'collaborative.created', { name: input.name });
  }

  @Get(':id')
  @Permit('collaborative.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/show', await this.views.show(visit));
  }

  @Get(':id/edit')
  @Permit('collaborative.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.edit(visit));
  }

  @Post(':id/edit')
  @Permit('collaborative.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: CollaborativeInput): Promise<Redirect> {
    await this.collaboratives.update(visit.actor, visit.id(), input);
    return redirect(`/collaboratives/${visit.id()}`, 'collaborative.updated', { name: input.name });
  }

  @Get(':id/years/new')
  @Permit('collaborative_year.create')
  async yearForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.newYear(visit));
  }

  @Post(':id/years')
  @Permit('collaborative_year.create')
  @Resubmit('yearForm')
  async addYear(@Here() visit: Visit, @Body() input: CollaborativeYearInput): Promise<Redirect> {
    const { id } = await this.collaboratives.addYear(visit.actor, visit.id(), input);
    return redirect(`/collaboratives/years/${id}`, 'collaborative_year.created', { name: input.name });
  }
}

@Controller('collaboratives/years')
export class CollaborativeYearsPages {
  constructor(
    private readonly collaboratives: Collaboratives,
    private readonly teams: Teams,
    private readonly convenings: Convenings,
    private readonly views: CollaborativePageViews,
    private readonly forms: CollaborativeForms,
    private readonly conveningForms: ConveningForms,
  ) {}

  @Get(':yearId')
  @Permit('collaborative.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/year', await this.views.year(visit));
  }

  @Get(':yearId/edit')
  @Permit('collaborative_year.update')
  async editForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.editYear(visit));
  }

  @Post(':yearId/edit')
  @Permit('collaborative_year.update')
  @Resubmit('editForm')
  async update(@Here() visit: Visit, @Body() input: CollaborativeYearInput): Promise<Redirect> {
    const { id } = await this.collaboratives.updateYear(visit.actor, visit.id('yearId'), input);
    return redirect(`/collaboratives/years/${id}`, 'collaborative_year.updated', { name: input.name });
  }

  @Get(':yearId/teams/new')
  @Permit('team.manage')
  async teamForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.newTeam(visit));
  }

  @Post(':yearId/teams')
  @Permit('team.manage')
  @Resubmit('teamForm')
  async addTeam(@Here() visit: Visit, @Body() input: TeamInput): Promise<Redirect> {
    const { id } = await this.teams.add(visit.actor, visit.id('yearId'), input);
    return redirect(`/teams/${id}`, 'team.created', { name: input.name ?? input.district });
  }

  @Post(':yearId/copy-teams')
  @Permit('team.manage')
  @Resubmit('show')
  async copyTeams(@Here() visit: Visit): Promise<Redirect> {
    const copied = await this.teams.copy(visit.actor, visit.id('yearId'));
    return redirect(`/collaboratives/years/${visit.id('yearId')}`, 'team.copied', { ...copied });
  }

  @Get(':yearId/convenings/new')
  @Permit('convening.plan')
  async conveningForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.conveningForms.plan(visit));
  }

  @Post(':yearId/convenings')
  @Permit('convening.plan')
  @Resubmit('conveningForm')
  async plan(@Here() visit: Visit, @Body() input: ConveningInput): Promise<Redirect> {
    const { id } = await this.convenings.plan(visit.actor, visit.id('yearId'), input);
    return redirect(`/convenings/${id}`, 'convening.planned');
  }
}

@Controller()
export class TeamsPages {
  constructor(
    private readonly teams: Teams,
    private readonly views: CollaborativePageViews,
    private readonly forms: CollaborativeForms,
  ) {}

  @Get('teams/:id')
  @Permit('collaborative.read')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/team', await this.views.team(visit));
  }

  @Get('teams/:id/edit')
  @Permit('team.manage')
  async nameForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.renameTeam(visit));
  }

  @Post('teams/:id/edit')
  @Permit('team.manage')
  @Resubmit('nameForm')
  async rename(@Here() visit: Visit, @Body() input: TeamNameInput): Promise<Redirect> {
    await this.teams.rename(visit.actor, visit.id(), input);
    return redirect(`/teams/${visit.id()}`, 'team.updated', { name: input.name });
  }

  @Get('teams/:id/seats/new')
  @Permit('seat.manage')
  async seatForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.newSeat(visit));
  }

  @Post('teams/:id/seats')
  @Permit('seat.manage')
  @Resubmit('seatForm')
  async addSeat(@Here() visit: Visit, @Body() input: SeatInput): Promise<Redirect> {
    await this.teams.addSeat(visit.actor, visit.id(), input);
    return redirect(`/teams/${visit.id()}`, 'seat.created');
  }

  @Get('seats/:id/end')
  @Permit('seat.manage')
  async endForm(@Here() visit: Visit): Promise<Page> {
    return page('collaboratives/form', await this.forms.endSeat(visit));
  }

  @Post('seats/:id/end')
  @Permit('seat.manage')
  @Resubmit('endForm')
  async endSeat(@Here() visit: Visit, @Body() input: EndSeatInput): Promise<Redirect> {
    const { teamId } = await this.teams.endSeat(visit.actor, visit.id(), input);
    return redirect(`/teams/${teamId}`, 'seat.ended');
  }
}
