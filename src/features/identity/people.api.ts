/** People and their roles as JSON. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Fresh, Permit } from '../../platform/http/route.js';
import { Acting } from '../../platform/http/visit.js';
import type { ListPage } from '../../platform/lists/list.js';
import { Accounts } from './accounts.service.js';
import { GrantInput, NoteInput, NothingInput, PeopleQuery, PersonInput } from './people.input.js';
import { type GrantView, People, type PersonLine, type PersonView } from './people.service.js';
import { Roles } from './roles.service.js';

@Controller('api/people')
export class PeopleApi {
  constructor(
    private readonly people: People,
    private readonly roles: Roles,
    private readonly accounts: Accounts,
  ) {}

  @Get()
  @Permit('person.read')
  async list(@Acting() actor: Actor, @Query() query: PeopleQuery): Promise<Omit<ListPage<PersonLine>, 'sort'>> {
    const { items, next, count } = await this.people.list(actor, query);
    const lines = items.map(({ id, name, address, account, roles }) => ({ id, name, address, account, roles }));
    return { items: lines, next, count };
  }

  @Post()
  @HttpCode(201)
  @Permit('person.create')
  async create(@Acting() actor: Actor, @Body() input: PersonInput): Promise<PersonView> {
    const { id } = await this.people.create(actor, input);
    return this.people.get(actor, id);
  }

  @Get(':id')
  @Permit('person.read')
  show(@Acting() actor: Actor, @Param('id') id: string): Promise<PersonView> {
    return this.people.get(actor, id);
  }

  @Get(':id/roles')
  @Permit('person.read')
  async listRoles(
    @Acting() actor: Actor,
    @Param('id') id: string,
  ): Promise<{ items: readonly GrantView[]; next: null }> {
    const { grants } = await this.people.get(actor, id);
    return { items: grants, next: null };
  }

  @Post(':id/roles')
  @HttpCode(201)
  @Permit('role.grant')
  @Fresh()
  async grant(@Acting() actor: Actor, @Param('id') id: string, @Body() input: GrantInput): Promise<PersonView> {
    await this.roles.grant(actor, id, input);
    return this.people.get(actor, id);
  }

  @Post(':id/roles/:grantId/confirm')
  @HttpCode(200)
  @Permit('role.confirm')
  @Fresh()
  async confirm(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('grantId') grantId: string,
    @Body() _input: NothingInput,
  ): Promise<PersonView> {
    await this.roles.confirm(actor, id, grantId);
    return this.people.get(actor, id);
  }

  @Post(':id/roles/:grantId/decline')
  @HttpCode(200)
  @Permit('role.decline')
  @Fresh()
  async decline(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('grantId') grantId: string,
    @Body() input: NoteInput,
  ): Promise<PersonView> {
    await this.roles.decline(actor, id, grantId, input.note);
    return this.people.get(actor, id);
  }

  @Post(':id/roles/:grantId/end')
  @HttpCode(200)
  @Permit('role.end')
  @Fresh()
  async end(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Param('grantId') grantId: string,
    @Body() input: NoteInput,
  ): Promise<PersonView> {
    await this.roles.end(actor, id, grantId, input.note);
    return this.people.get(actor, id);
  }

  @Post(':id/invite')
  @HttpCode(200)
  @Permit('person.invite')
  @Fresh()
  async invite(@Acting() actor: Actor, @Param('id') id: string, @Body() _input: NothingInput): Promise<PersonView> {
    await this.people.invite(actor, id);
    return this.people.get(actor, id);
  }

  @Post(':id/disable')
  @HttpCode(200)
  @Permit('account.disable')
  @Fresh()
  async disable(@Acting() actor: Actor, @Param('id') id: string, @Body() input: NoteInput): Promise<PersonView> {
    await this.accounts.disable(actor, id, input.note);
    return this.people.get(actor, id);
  }

  @Post(':id/enable')
  @HttpCode(200)
  @Permit('account.enable')
  @Fresh()
  async enable(@Acting() actor: Actor, @Param('id') id: string, @Body() input: NoteInput): Promise<PersonView> {
    await this.accounts.enable(actor, id, input.note);
    return this.people.get(actor, id);
  }
}
