/** The pages about people. */
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { Accounts } from './accounts.service.js';
import { GrantInput, NoteInput, NothingInput, PeopleQuery, PersonInput } from './people.input.js';
import { People } from './people.service.js';
import { peoplePage, personForm, personPage } from './people.view.js';
import { Roles } from './roles.service.js';
import { ScopeDirectory } from './scopes.js';
import { standingAdministrators } from './standing.js';

@Controller('people')
export class PeoplePages {
  constructor(
    private readonly people: People,
    private readonly roles: Roles,
    private readonly accounts: Accounts,
    private readonly scopes: ScopeDirectory,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('person.read')
  async list(@Here() visit: Visit, @Query() query: PeopleQuery): Promise<Page> {
    const mayCreate = this.policy.can(visit.actor, 'person.create', {});
    const list = await this.people.list(visit.actor, query);
    return page('identity/people', peoplePage(list, query, this.texts, mayCreate));
  }

  @Get('new')
  @Permit('person.create')
  newForm(@Here() visit: Visit): Page {
    return page('identity/person-form', personForm(this.texts, visit.refused));
  }

  @Post()
  @Permit('person.create')
  @Resubmit('newForm')
  async create(@Here() visit: Visit, @Body() input: PersonInput): Promise<Redirect> {
    const { id } = await this.people.create(visit.actor, input);
    return redirect(`/people/${id}`, 'person.created', { name: input.name });
  }

  @Get(':id')
  @Permit('person.read')
  async show(@Here() visit: Visit): Promise<Page> {
    const person = await this.people.get(visit.actor, visit.id());
    const choices = await this.scopes.choices(this.db);
    const administrators = await standingAdministrators(this.db, this.db.today);
    const { actor, refused } = visit;
    const { policy, texts } = this;
    const view = personPage({ person, actor, policy, texts, choices, administrators, refused });
    return page('identity/person', view);
  }

  @Post(':id/roles')
  @Permit('role.grant')
  @Fresh()
  @Resubmit('show')
  async grant(@Here() visit: Visit, @Body() input: GrantInput): Promise<Redirect> {
    const { needsConfirmation } = await this.roles.grant(visit.actor, visit.id(), input);
    const role = this.texts.t(`role.${input.role}`);
    return redirect(`/people/${visit.id()}`, needsConfirmation ? 'role.proposed' : 'role.granted', { role });
  }

  @Post(':id/roles/:grantId/confirm')
  @Permit('role.confirm')
  @Fresh()
  @Resubmit('show')
  async confirm(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.roles.confirm(visit.actor, visit.id(), visit.id('grantId'));
    return redirect(`/people/${visit.id()}`, 'role.confirmed');
  }

  @Post(':id/roles/:grantId/decline')
  @Permit('role.decline')
  @Fresh()
  @Resubmit('show')
  async decline(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.roles.decline(visit.actor, visit.id(), visit.id('grantId'), input.note);
    return redirect(`/people/${visit.id()}`, 'role.declined');
  }

  @Post(':id/roles/:grantId/end')
  @Permit('role.end')
  @Fresh()
  @Resubmit('show')
  async end(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.roles.end(visit.actor, visit.id(), visit.id('grantId'), input.note);
    return redirect(`/people/${visit.id()}`, 'role.ended');
  }

  @Post(':id/invite')
  @Permit('person.invite')
  @Fresh()
  @Resubmit('show')
  async invite(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.people.invite(visit.actor, visit.id());
    return redirect(`/people/${visit.id()}`, 'person.invited');
  }

  @Post(':id/disable')
  @Permit('account.disable')
  @Fresh()
  @Resubmit('show')
  async disable(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.accounts.disable(visit.actor, visit.id(), input.note);
    return redirect(`/people/${visit.id()}`, 'account.disabled');
  }

  @Post(':id/enable')
  @Permit('account.enable')
  @Fresh()
  @Resubmit('show')
  async enable(@Here() visit: Visit, @Body() input: NoteInput): Promise<Redirect> {
    await this.accounts.enable(visit.actor, visit.id(), input.note);
    return redirect(`/people/${visit.id()}`, 'account.enabled');
  }
}
