/** The page of an invitation: looking at it uses nothing up, its button joins the organization and signs in. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, type Redirect, redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { afterBegin, LinkDoor, linkToken, Sessions } from '../sign-in/index.js';
import { joinPage } from './join.view.js';
import { OrganizationInvitations } from './organization-invitations.service.js';
import { JoinInput } from './registration.input.js';

/** A page, where to go next, or the page of a link that is over. */
type Answer = Page | Redirect | string;

@Controller('join')
export class JoinPages {
  constructor(
    private readonly invitations: OrganizationInvitations,
    private readonly sessions: Sessions,
    private readonly door: LinkDoor,
    private readonly texts: Texts,
  ) {}

  @Get(':token')
  @Public()
  async show(@Here() visit: Visit): Promise<Answer> {
    return this.door.orOver(visit, (token) => this.showing(visit, token));
  }

  /** The page again, with what was wrong. */
  form(visit: Visit): Promise<Page> {
    const { token } = visit.request.params as { token?: unknown };
    return this.showing(visit, linkToken(token));
  }

  @Post(':token')
  @Public()
  @Resubmit('form')
  async join(@Here() visit: Visit, @Body() input: JoinInput): Promise<Answer> {
    return this.door.orOver(visit, (token) => this.joining(visit, token, input));
  }

  private async joining(visit: Visit, token: string, input: JoinInput): Promise<Page | Redirect> {
    const { actor } = visit;
    if (actor.kind === 'person') {
      const { organizationId, organizationName: name } = await this.invitations.acceptAs(actor, token);
      return redirect(`/organizations/${organizationId}`, 'organization_invitation.accepted', { name });
    }
    const joined = await this.invitations.accept(token, input);
    if (joined === 'who') return this.showing(visit, token, true);
    const { organizationId, organizationName: name, accountId } = joined;
    if (accountId === undefined) return redirect('/sign-in');
    const begun = await this.sessions.begin(visit, { accountId, method: 'link' });
    const { path } = afterBegin(begun, `/organizations/${organizationId}`);
    return redirect(path, begun === 'open' ? 'organization_invitation.accepted' : undefined, { name });
  }

  private async showing(visit: Visit, token: string, asksWho = false): Promise<Page> {
    const invitation = await this.invitations.look(token);
    visit.reply.header('cache-control', 'no-store');
    const at = { actor: visit.actor, token, asksWho: asksWho || visit.refused !== undefined };
    return page('organizations/join', joinPage(invitation, at, this.texts, visit.refused), { hasForm: true });
  }
}
