/**
 * Oidc: speaks with the agency's sign-in service (OpenID Connect): authorization code with PKCE, state and nonce. Who
 * came back is told by issuer and subject; an address alone opens nothing.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type * as Client from 'openid-client';
import { invalid, notFound, unavailable } from '../../kernel/errors.js';
import type { Config } from '../../platform/config/config.js';
import type { OidcSettings } from '../../platform/config/sign-in-settings.js';
import { CONFIG, LOGGER } from '../../platform/config/tokens.js';

/** What is kept in the cookie's session until the service sends somebody back. */
export interface OidcAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Whoever came back. */
export interface OidcIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly address: string | null;
  /** The service vouches that the address is theirs. */
  readonly isAddressVerified: boolean;
  readonly hasSecondFactor: boolean;
}

const RETURN_PATH = '/sign-in/oidc/return';
const PATIENCE_SECONDS = 10;
/** A description that could not be fetched is asked for again; one that was is kept so long. */
const KEPT_MILLISECONDS = 3_600_000;

@Injectable()
export class Oidc {
  private described: { readonly config: Promise<Client.Configuration>; readonly until: number } | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  get isOffered(): boolean {
    return this.config.oidc !== undefined;
  }

  /** What people call the service. */
  get name(): string {
    return this.settings().name;
  }

  /** Where to send somebody, and what to remember until they are back. */
  async begin(): Promise<{ readonly address: string; readonly attempt: OidcAttempt }> {
    const client = await import('openid-client');
    const described = await this.describe();
    const attempt = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(described, {
      redirect_uri: `${this.config.publicUrl}${RETURN_PATH}`,
      scope: 'openid email',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { address: url.href, attempt };
  }

  /** Takes what the service sent somebody back with; `path` is the address with its query. */
  async finish(attempt: OidcAttempt, path: string): Promise<OidcIdentity> {
    const client = await import('openid-client');
    const described = await this.describe();
    try {
      const tokens = await client.authorizationCodeGrant(described, new URL(path, this.config.publicUrl), {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('The service sent no claims');
      // The address and the word that it is verified come from one place: of two addresses one may be anybody's.
      const isTold = claims['email'] !== undefined && claims['email_verified'] !== undefined;
      const told = isTold ? {} : await this.more(client, described, tokens.access_token, claims.sub);
      return this.identityOf({ ...claims, ...told });
    } catch (error) {
      // What was sent may carry codes and tokens: only what kind of fault it is goes into the log.
      const { name, code } = error as { name?: string; code?: string };
      this.logger.warn({ fault: { name, code } }, 'signing in by the sign-in service failed');
      throw invalid('oidc.failed', { params: { name: this.name }, status: 401 });
    }
  }

  private identityOf(claims: Readonly<Record<string, unknown>>): OidcIdentity {
    const { iss, sub, email, email_verified: isVerified, amr } = claims;
    const claimed = Array.isArray(amr) && amr.includes('mfa');
    return {
      issuer: String(iss),
      subject: String(sub),
      address: typeof email === 'string' ? email : null,
      isAddressVerified: isVerified === true,
      hasSecondFactor: claimed || this.settings().secondFactor === 'trusted',
    };
  }

  /** The address, where the service tells it apart from who it is; not needed to know who came. */
  private async more(
    client: typeof Client,
    described: Client.Configuration,
    token: string,
    subject: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (described.serverMetadata().userinfo_endpoint === undefined) return {};
    const { email, email_verified: isVerified } = await client.fetchUserInfo(described, token, subject);
    return { email, email_verified: isVerified };
  }

  private async describe(): Promise<Client.Configuration> {
    // The machine's own time: this is about the age of a copy.
    if (this.described === undefined || performance.now() > this.described.until) {
      this.described = { config: this.discover(), until: performance.now() + KEPT_MILLISECONDS };
    }
    try {
      return await this.described.config;
    } catch (error) {
      this.described = undefined;
      const { name, code } = error as { name?: string; code?: string };
      this.logger.warn({ fault: { name, code } }, 'the sign-in service does not answer');
      throw unavailable('oidc.away', { params: { name: this.name }, retryAfterSeconds: 60 });
    }
  }

  private async discover(): Promise<Client.Configuration> {
    const client = await import('openid-client');
    const { issuer, clientId, clientSecret } = this.settings();
    const url = new URL(issuer);
    // What is said of a person is held against the service's own signature, not against the line it came by alone.
    const execute = [client.enableNonRepudiationChecks];
    // The settings allow http for this machine alone, and never in production.
    if (url.protocol === 'http:') execute.push(client.allowInsecureRequests);
    return client.discovery(url, clientId, clientSecret, undefined, { execute, timeout: PATIENCE_SECONDS });
  }

  private settings(): OidcSettings {
    if (this.config.oidc === undefined) throw notFound('thing.not_found');
    return this.config.oidc;
  }
}
