/** Signing in and out, one's own account, and the page an invitation leads to. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { Accounts, type SessionAccount } from './accounts.service.js';
import { safePath } from './identity.rules.js';
import { Invitations } from './invitations.service.js';
import { ChangePassphraseInput, NewPassphraseInput, NothingInput, SignInForm } from './people.input.js';
import { People } from './people.service.js';
import { invitationPage, mePage, meView, signInPage } from './session.view.js';

/** A session that begins or ends gets a new name, so that one known from before is worth nothing. */
export async function openSession(visit: Pick<Visit, 'request'>, account: SessionAccount): Promise<void> {
  await visit.request.session.regenerate();
  visit.request.session.account = account;
}

@Controller()
export class SessionPages {
  constructor(
    private readonly accounts: Accounts,
    private readonly texts: Texts,
  ) {}

  @Get('sign-in')
  @Public()
  signInForm(@Here() visit: Visit): Page | Redirect {
    const next = safePath(visit.refused?.values['next'] ?? visit.query['next']);
    if (visit.actor.kind === 'person' && visit.refused === undefined) return redirect(next ?? '/');
    return page('identity/sign-in', signInPage(this.texts, next, visit.refused), { hasForm: true });
  }

  @Post('sign-in')
  @Public()
  @Resubmit('signInForm')
  async signIn(@Here() visit: Visit, @Body() input: SignInForm): Promise<Redirect> {
    await openSession(visit, await this.accounts.signIn(input.email, input.password, visit.request.ip));
    return redirect(safePath(input.next) ?? '/');
  }

  @Post('sign-out')
  @Public()
  async signOut(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await visit.request.session.destroy();
    return redirect('/sign-in');
  }
}

@Controller('me')
export class MePages {
  constructor(
    private readonly accounts: Accounts,
    private readonly people: People,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Permit('account.read')
  async show(@Here() visit: Visit): Promise<Page> {
    const { person } = meView(visit.actor);
    const grants = await this.people.grants(person.id);
    return page('identity/me', mePage(this.texts, person.name, grants, visit.refused));
  }

  @Post('passphrase')
  @Permit('account.change_passphrase')
  @Resubmit('show')
  async changePassphrase(@Here() visit: Visit, @Body() input: ChangePassphraseInput): Promise<Redirect> {
    await openSession(visit, await this.accounts.changePassphrase(visit.actor, input, visit.request.ip));
    return redirect('/me', 'account.passphrase_changed');
  }
}

@Controller('invitation')
export class InvitationPages {
  constructor(
    private readonly invitations: Invitations,
    private readonly texts: Texts,
  ) {}

  @Get(':token')
  @Public()
  async show(@Here() visit: Visit): Promise<Page> {
    const token = tokenOf(visit);
    const view = invitationPage(this.texts, await this.invitations.get(token), token, visit.refused);
    return page('identity/invitation', view, { hasForm: true });
  }

  @Post(':token')
  @Public()
  @Resubmit('show')
  async accept(@Here() visit: Visit, @Body() input: NewPassphraseInput): Promise<Redirect> {
    await this.invitations.accept(tokenOf(visit), input);
    return redirect('/sign-in', 'invitation.accepted');
  }
}

/** The token in the path; only its shape is looked at here. */
function tokenOf(visit: Visit): string {
  const { token } = visit.request.params as { token?: unknown };
  if (typeof token !== 'string' || !/^[A-Za-z0-9_-]{43}$/u.test(token)) throw notFound('invitation.not_open');
  return token;
}
