/** Signing in by the agency's sign-in service, and connecting one's own account with it. */
import { Body, Controller, Get, Post } from '@nestjs/common';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { Fresh, Permit, Public, Resubmit } from '../../platform/http/route.js';
import { Here, type Visit } from '../../platform/http/visit.js';
import { type Page, page, redirect, Redirect } from '../../platform/pages/page.js';
import { NothingInput, safePath } from '../identity/index.js';
import { afterBegin } from './door.pages.js';
import { ExternalIdentities } from './external-identities.service.js';
import { Oidc, type OidcAttempt, type OidcIdentity } from './oidc.service.js';
import { OidcViews } from './oidc.view.js';
import { personOf } from './own-page.js';
import { Sessions } from './sessions.service.js';

declare module '@fastify/session' {
  interface FastifySessionObject {
    /** Somebody was sent to the sign-in service and is expected back. */
    oidc?: OidcAttempt & { personId?: string; next?: string; since: string };
    /** Who came back to connect their account; they are shown it and press a button. */
    oidcFound?: Pick<OidcIdentity, 'issuer' | 'subject' | 'address'> & { personId: string; since: string };
  }
}

/** So long somebody may take at the service, and to press the button after it. */
const MINUTES = 15;
const OWN_PATH = '/me/oidc';

@Controller('sign-in/oidc')
export class OidcDoorPages {
  constructor(
    private readonly db: Database,
    private readonly oidc: Oidc,
    private readonly identities: ExternalIdentities,
    private readonly sessions: Sessions,
  ) {}

  /** A link rather than a form: browsers let no form lead to another site here. */
  @Get()
  @Public()
  async begin(@Here() visit: Visit): Promise<Redirect> {
    if (!this.oidc.isOffered) throw notFound('thing.not_found');
    // Nobody is signed in by a link of another site: here they see what they do.
    if (visit.request.headers['sec-fetch-site'] === 'cross-site') return redirect('/sign-in');
    const { address, attempt } = await this.oidc.begin();
    const personId = visit.actor.kind === 'person' ? visit.actor.personId : undefined;
    const since = this.db.now.toISOString();
    visit.request.session.oidc = { ...attempt, personId, next: safePath(visit.query['next']), since };
    return new Redirect(address);
  }

  @Get('return')
  @Public()
  async finish(@Here() visit: Visit): Promise<Redirect> {
    if (!this.oidc.isOffered) throw notFound('thing.not_found');
    const { oidc: attempt } = visit.request.session;
    // It is good once, however it ends.
    visit.request.session.oidc = undefined;
    if (attempt === undefined || isOld(attempt.since, this.db.now)) return redirect('/sign-in', 'oidc.too_late');
    if (visit.query['error'] === 'access_denied' && visit.query['state'] === attempt.state) {
      return redirect(attempt.personId === undefined ? '/sign-in' : OWN_PATH, 'oidc.canceled');
    }
    const identity = await this.oidc.finish(attempt, visit.request.url);
    if (attempt.personId !== undefined) return this.toConnect(visit, attempt.personId, identity);
    const accountId = await this.identities.accountOf(identity);
    if (accountId === undefined) throw forbidden('oidc.not_connected', { params: { name: this.oidc.name } });
    const { hasSecondFactor } = identity;
    const outcome = await this.sessions.begin(visit, { accountId, method: 'oidc', hasSecondFactor });
    return afterBegin(outcome, attempt.next);
  }

  /** Nothing is connected by an address somebody was led to: they see who came back and press a button. */
  private toConnect(visit: Visit, personId: string, { issuer, subject, address }: OidcIdentity): Redirect {
    const { actor } = visit;
    if (actor.kind !== 'person' || actor.personId !== personId) return redirect('/sign-in', 'oidc.too_late');
    visit.request.session.oidcFound = { issuer, subject, address, personId, since: this.db.now.toISOString() };
    return redirect(OWN_PATH);
  }
}

@Controller('me/oidc')
export class OwnOidcPages {
  constructor(
    private readonly db: Database,
    private readonly identities: ExternalIdentities,
    private readonly views: OidcViews,
  ) {}

  @Get()
  @Permit('external_identity.connect')
  async show(@Here() visit: Visit): Promise<Page> {
    return page('sign-in/oidc', await this.views.own(personOf(visit), this.found(visit)?.address));
  }

  @Post('connect')
  @Permit('external_identity.connect')
  @Fresh()
  @Resubmit('show')
  async connect(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    const found = this.found(visit);
    if (found === undefined) throw conflict('external_identity.nobody_came_back');
    await this.identities.connect(personOf(visit), found);
    visit.request.session.oidcFound = undefined;
    return redirect(OWN_PATH, 'external_identity.connected');
  }

  @Post(':id/end')
  @Permit('external_identity.end')
  @Fresh()
  @Resubmit('show')
  async end(@Here() visit: Visit, @Body() _input: NothingInput): Promise<Redirect> {
    await this.identities.end(personOf(visit), visit.id());
    return redirect(OWN_PATH, 'external_identity.ended');
  }

  private found({ actor, request }: Visit): Pick<OidcIdentity, 'issuer' | 'subject' | 'address'> | undefined {
    const { oidcFound: found } = request.session;
    if (found === undefined || actor.kind !== 'person' || found.personId !== actor.personId) return undefined;
    return isOld(found.since, this.db.now) ? undefined : found;
  }
}

function isOld(since: string, now: Date): boolean {
  return now.getTime() - new Date(since).getTime() > MINUTES * 60_000;
}
