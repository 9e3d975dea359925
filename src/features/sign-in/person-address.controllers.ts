/** A new address for somebody who lost their mailbox, as a page and for programs. */
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, type Redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { People } from '../identity/index.js';
import { personAddressPage } from './door.view.js';
import { LinkRequests } from './link-requests.service.js';
import { OtherAddressInput } from './sign-in.input.js';

@Controller('people/:id/address')
export class PersonAddressPages {
  constructor(
    private readonly people: People,
    private readonly requests: LinkRequests,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('person.change_address')
  async form(@Here() visit: Visit): Promise<Page> {
    const { id, name } = await this.people.get(visit.actor, visit.id());
    return page('sign-in/door', personAddressPage(this.texts, { id, name }, visit.refused));
  }

  @Post()
  @Permit('person.change_address')
  @Fresh()
  @Resubmit('form')
  async ask(@Here() visit: Visit, @Body() input: OtherAddressInput): Promise<Redirect> {
    await this.requests.askToChangeFor(visit.actor, visit.id(), input);
    return redirect(`/people/${visit.id()}`, 'address.asked', { address: input.email });
  }
}

@Controller('api/people/:id/address')
export class PersonAddressApi {
  constructor(private readonly requests: LinkRequests) {}

  @Post()
  @HttpCode(202)
  @Permit('person.change_address')
  @Fresh()
  async ask(
    @Acting() actor: Actor,
    @Param('id') id: string,
    @Body() input: OtherAddressInput,
  ): Promise<{ sent: true }> {
    await this.requests.askToChangeFor(actor, id, input);
    return { sent: true };
  }
}
