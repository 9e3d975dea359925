/** Putting a name right, as pages and for programs. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { Names } from './names.service.js';
import { CorrectedNameInput, OwnNameInput } from './people.input.js';
import { People, type PersonView } from './people.service.js';
import { nameForm } from './people.view.js';

@Controller('people/:id/name')
export class PersonNamePages {
  constructor(
    private readonly people: People,
    private readonly names: Names,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('person.correct_name')
  async form(@Here() visit: Visit): Promise<Page> {
    const person = await this.people.get(visit.actor, visit.id());
    return page('identity/person-form', nameForm(person, this.texts, visit.refused));
  }

  @Post()
  @Permit('person.correct_name')
  @Fresh()
  @Resubmit('form')
  async correct(@Here() visit: Visit, @Body() input: CorrectedNameInput): Promise<Redirect> {
    await this.names.correct(visit.actor, visit.id(), input);
    return redirect(`/people/${visit.id()}`, 'person.name_corrected');
  }
}

@Controller('api')
export class NamesApi {
  constructor(
    private readonly people: People,
    private readonly names: Names,
  ) {}

  @Post('people/:id/name')
  @HttpCode(200)
  @Permit('person.correct_name')
  @Fresh()
  async correct(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: CorrectedNameInput,
  ): Promise<PersonView> {
    await this.names.correct(actor, id, input);
    return this.people.get(actor, id);
  }

  @Post('me/name')
  @HttpCode(200)
  @Permit('account.correct_name')
  async correctOwn(@Acting() actor: Actor, @Body() input: OwnNameInput): Promise<{ id: string }> {
    return this.names.correctOwn(actor, input);
  }
}
