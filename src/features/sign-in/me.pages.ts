/** One's own account: address, telephone, passphrase, and where one is signed in. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Fresh, Permit, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Names, NothingInput, OwnNameInput } from '../identity/index.js';
import { LinkRequests } from './link-requests.service.js';
import { OwnPage, personOf } from './own-page.js';
import { OwnSessions } from './own-sessions.service.js';
import { PassphraseChanges } from './passphrase-changes.service.js';
import { Sessions } from './sessions.service.js';
import { AddressInput, ChangePassphraseInput, NewPassphraseInput, TelephoneInput } from './sign-in.input.js';

@Controller('me')
export class MePages {
  constructor(
    private readonly page: OwnPage,
    private readonly own: OwnSessions,
    private readonly requests: LinkRequests,
    private readonly passphrases: PassphraseChanges,
    private readonly sessions: Sessions,
    private readonly names: Names,
  ) {}

  @Get()
  @Permit('account.read')
  show(@Here() visit: Visit): Promise<Page> {
    return this.page.show(visit);
  }

  @Post('sessions/end')
  @Permit('account.end_session')
  @Resubmit('show')
  async endOthers(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    const { count } = await this.own.endOthers(visit.actor);
    return redirect('/me', 'session.others_ended', { count });
  }

  @Post('sessions/:id/end')
  @Permit('account.end_session')
  @Resubmit('show')
  async end(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.own.end(visit.actor, visit.id());
    return redirect('/me', 'session.ended');
  }

  @Post('name')
  @Permit('account.correct_name')
  @Resubmit('show')
  async correctName(@Here() visit: Visit, @Body() input: OwnNameInput): Promise<Redirect> {
    await this.names.correctOwn(visit.actor, input);
    return redirect('/me', 'account.name_corrected');
  }

  @Post('address')
  @Permit('account.change_address')
  @Fresh()
  @Resubmit('show')
  async changeAddress(@Here() visit: Visit, @Body() input: AddressInput): Promise<Redirect> {
    await this.requests.askToChange(personOf(visit), 'address', input.email);
    return redirect('/me', 'address.asked', { address: input.email });
  }

  @Post('telephone')
  @Permit('account.change_address')
  @Fresh()
  @Resubmit('show')
  async changeTelephone(@Here() visit: Visit, @Body() input: TelephoneInput): Promise<Redirect> {
    await this.requests.askToChange(personOf(visit), 'telephone', input.telephone);
    return redirect('/me', 'telephone.asked', { telephone: input.telephone });
  }

  @Post('passphrase')
  @Permit('account.change_passphrase')
  @Resubmit('show')
  async changePassphrase(@Here() visit: Visit, @Body() input: ChangePassphraseInput): Promise<Redirect> {
    await this.passphrases.change(visit.actor, input, visit.request.ip);
    await this.sessions.renew(visit);
    return redirect('/me', 'account.passphrase_changed');
  }

  @Post('passphrase/add')
  @Permit('account.change_passphrase')
  @Fresh()
  @Resubmit('show')
  async addPassphrase(@Here() visit: Visit, @Body() input: NewPassphraseInput): Promise<Redirect> {
    await this.passphrases.add(visit.actor, input);
    await this.sessions.renew(visit);
    return redirect('/me', 'account.passphrase_set');
  }
}
