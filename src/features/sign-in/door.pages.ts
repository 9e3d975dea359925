/** The pages at the door: signing in and out, signing up, and a lost passphrase. */
import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { safePath } from '../identity/index.js';
import { lostPassphrasePage, sentPage, signInPage, signUpPage, withNext } from './door.view.js';
import { Entry } from './entry.service.js';
import { LinkRequests } from './link-requests.service.js';
import { type Begun, Sessions } from './sessions.service.js';
import { LinkInput, SignInForm, SignOutInput, SignUpInput, TextLinkInput } from './sign-in.input.js';

/** Where the code of a second step is asked for. */
const CODE_PATH = '/sign-in/code';
/** Where those begin whose roles wait for a second step. */
const SET_UP_PATH = '/me/second-factor';

/** Where somebody goes whose session was begun: on, to the page that asks for their code, or to set up a second step. */
export function afterBegin(outcome: Begun, next: string | undefined, done?: string): Redirect {
  if (outcome === 'code_due') return redirect(withNext(CODE_PATH, next));
  return redirect(outcome === 'set_up_due' ? SET_UP_PATH : (next ?? '/'), done);
}

@Controller('sign-in')
export class SignInPages {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly entry: Entry,
    private readonly sessions: Sessions,
    private readonly requests: LinkRequests,
    private readonly texts: Texts,
  ) {}

  @Get()
  @Public()
  async form(@Here() visit: Visit): Promise<Page | Redirect> {
    const next = nextOf(visit);
    if (visit.actor.kind === 'person' && visit.refused === undefined) return redirect(next ?? '/');
    const { sms, oidc, idleMinutes: minutes } = this.config;
    const reason = await this.sessions.overAt(visit);
    const ways = { next, refused: visit.refused, hasTexts: sms !== undefined, serviceName: oidc?.name };
    return page('sign-in/sign-in', signInPage(this.texts, { ...ways, over: reason && { reason, minutes } }), {
      hasForm: true,
    });
  }

  @Post()
  @Public()
  @Resubmit('form')
  async byPassphrase(@Here() visit: Visit, @Body() input: SignInForm): Promise<Redirect> {
    const { accountId, accountVersion } = await this.entry.byPassphrase(input.email, input.password, visit.request.ip);
    const entrance = { accountId, accountVersion, method: 'passphrase' } as const;
    return afterBegin(await this.sessions.begin(visit, entrance), safePath(input.next));
  }

  @Post('link')
  @Public()
  @Resubmit('form')
  async sendLink(@Here() visit: Visit, @Body() input: LinkInput): Promise<Redirect> {
    await this.requests.askByMail(input.address, visit.request.ip, { next: safePath(input.next) });
    return redirect('/sign-in/sent', 'link.asked', { address: input.address });
  }

  @Post('text')
  @Public()
  @Resubmit('form')
  async sendText(@Here() visit: Visit, @Body() input: TextLinkInput): Promise<Redirect> {
    await this.requests.askByText(input.telephone, visit.request.ip, { next: safePath(input.next) });
    return redirect('/sign-in/sent?by=text', 'link.asked', { address: input.telephone });
  }

  @Get('sent')
  @Public()
  sent(@Here() visit: Visit): Page {
    const how = { isText: visit.query['by'] === 'text', isDemo: this.config.demo };
    return page('sign-in/sent', sentPage(this.texts, how));
  }
}

@Controller()
export class DoorPages {
  constructor(
    private readonly requests: LinkRequests,
    private readonly sessions: Sessions,
    private readonly texts: Texts,
  ) {}

  @Get('sign-up')
  @Public()
  signUpForm(@Here() visit: Visit): Page | Redirect {
    const next = nextOf(visit);
    if (visit.actor.kind === 'person' && visit.refused === undefined) return redirect(next ?? '/');
    return page('sign-in/door', signUpPage(this.texts, next, visit.refused), { hasForm: true });
  }

  @Post('sign-up')
  @Public()
  @Resubmit('signUpForm')
  async signUp(@Here() visit: Visit, @Body() input: SignUpInput): Promise<Redirect> {
    const terms = { name: input.name, next: safePath(input.next) };
    await this.requests.askByMail(input.email, visit.request.ip, terms);
    return redirect('/sign-in/sent', 'link.asked', { address: input.email });
  }

  @Get('lost-passphrase')
  @Public()
  lostForm(@Here() visit: Visit): Page {
    return page('sign-in/door', lostPassphrasePage(this.texts, visit.refused), { hasForm: true });
  }

  @Post('lost-passphrase')
  @Public()
  @Resubmit('lostForm')
  async lost(@Here() visit: Visit, @Body() input: LinkInput): Promise<Redirect> {
    await this.requests.askForPassphrase(input.address, visit.request.ip);
    return redirect('/sign-in/sent', 'link.asked', { address: input.address });
  }

  @Post('sign-out')
  @Public()
  async signOut(@Here() visit: Visit, @Body() input: SignOutInput): Promise<Redirect> {
    await this.sessions.leave(visit);
    // What this browser kept of the pages goes too: the next person at a shared computer finds nothing.
    visit.reply.header('clear-site-data', '"cache", "storage"');
    // From the page of a link that is for somebody else one comes back to it.
    return redirect(safePath(input.next) ?? '/sign-in');
  }
}

const nextOf = (visit: Visit): string | undefined => safePath(visit.refused?.values['next'] ?? visit.query['next']);
