/** Sessions and one's own account as JSON. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { unauthenticated } from '../../kernel/errors.js';
import { ActorSource } from '../../platform/http/guard.js';
import { Permit, Public } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { CodeEntry } from './code-entry.service.js';
import { Entry } from './entry.service.js';
import { LinkRequests } from './link-requests.service.js';
import { type MeView, meView } from './me.view.js';
import { OwnSessions } from './own-sessions.service.js';
import { PassphraseChanges } from './passphrase-changes.service.js';
import { type SessionLine, Sessions } from './sessions.service.js';
import { ChangePassphraseInput, LinkInput, SignInInput, SignUpInput } from './sign-in.input.js';

@Controller('api')
export class SessionApi {
  constructor(
    private readonly entry: Entry,
    private readonly sessions: Sessions,
    private readonly requests: LinkRequests,
    private readonly passphrases: PassphraseChanges,
    private readonly own: OwnSessions,
    private readonly actors: ActorSource,
    private readonly codes: CodeEntry,
  ) {}

  @Post('session')
  @HttpCode(200)
  @Public()
  async signIn(@Here() visit: Visit, @Body() input: SignInInput): Promise<MeView> {
    const { accountId, accountVersion } = await this.entry.byPassphrase(input.email, input.password, visit.request.ip);
    const outcome = await this.sessions.begin(visit, { accountId, accountVersion, method: 'passphrase' });
    if (outcome === 'code_due') await this.codes.giveWithPassphrase(visit, input.code);
    return this.meOf(visit);
  }

  /** A link to sign in with, or to sign up with: the answer is the same. */
  @Post('session/link')
  @HttpCode(202)
  @Public()
  async sendLink(@Here() visit: Visit, @Body() input: LinkInput): Promise<{ sent: true }> {
    await this.requests.askByMail(input.address, visit.request.ip);
    return { sent: true };
  }

  @Post('sign-up')
  @HttpCode(202)
  @Public()
  async signUp(@Here() visit: Visit, @Body() input: SignUpInput): Promise<{ sent: true }> {
    await this.requests.askByMail(input.email, visit.request.ip, { name: input.name });
    return { sent: true };
  }

  @Delete('session')
  @HttpCode(204)
  @Public()
  async signOut(@Here() visit: Visit): Promise<void> {
    await this.sessions.leave(visit);
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
    await this.passphrases.change(visit.actor, input, visit.request.ip);
    await this.sessions.renew(visit);
    return meView(visit.actor);
  }

  @Get('me/sessions')
  @Permit('account.read')
  async list(@Acting() actor: Actor): Promise<{ items: readonly SessionLine[]; next: null }> {
    return { items: await this.own.list(actor), next: null };
  }

  @Delete('me/sessions/:id')
  @HttpCode(204)
  @Permit('account.end_session')
  async end(@Acting() actor: Actor, @Param('id') id: string): Promise<void> {
    await this.own.end(actor, id);
  }

  private async meOf({ request }: Visit): Promise<MeView> {
    const { account } = request.session;
    const actor = account === undefined ? undefined : await this.actors.load(account);
    if (actor === undefined) throw unauthenticated('session.required');
    return meView(actor);
  }
}
