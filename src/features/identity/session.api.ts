/** Sessions and one's own account as JSON. */
import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { unauthenticated } from '../../kernel/errors.js';
import { ActorSource } from '../../platform/http/guard.js';
import { Permit, Public } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { Accounts } from './accounts.service.js';
import { ChangePassphraseInput, SignInInput } from './people.input.js';
import { openSession } from './session.pages.js';
import { type MeView, meView } from './session.view.js';

@Controller('api')
export class SessionApi {
  constructor(
    private readonly accounts: Accounts,
    private readonly actors: ActorSource,
  ) {}

  @Post('session')
  @HttpCode(200)
  @Public()
  async signIn(@Here() visit: Visit, @Body() input: SignInInput): Promise<MeView> {
    const account = await this.accounts.signIn(input.email, input.password, visit.request.ip);
    const actor = await this.actors.load(account);
    if (actor === undefined) throw unauthenticated('session.required');
    await openSession(visit, account);
    return meView(actor);
  }

  @Delete('session')
  @HttpCode(204)
  @Public()
  async signOut(@Here() visit: Visit): Promise<void> {
    await visit.request.session.destroy();
  }

  @Get('me')
  @Permit('account.read')
  me(@Acting() actor: Actor): MeView {
    return meView(actor);
  }

  @Post('me/passphrase')
  @HttpCode(200)
  @Permit('account.change_passphrase')
  async changePassphrase(@Here() visit: Visit, @Body() input: ChangePassphraseInput): Promise<MeView> {
    await openSession(visit, await this.accounts.changePassphrase(visit.actor, input, visit.request.ip));
    return meView(visit.actor);
  }
}
