/**
 * A real OpenID Connect provider on loopback, in a process of its own, for tests: `oidc-provider` with one client and
 * people whom the address says who they are. Prints the port it listens on. Ends when its parent does.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const redirectUri = process.argv[2];
const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'granary',
      client_secret: 'a secret of the service that is long enough',
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['tests'] },
  ttl: { Session: 60, Interaction: 60, Grant: 60, AccessToken: 60, AuthorizationCode: 60, IdToken: 60 },
  // `mara` has a verified address, `mara.unverified` the same address that nobody verified, `nameless` none.
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      ...(id !== 'nameless' && {
        email: `${id.split('.')[0]}@County.example`,
        email_verified: !id.endsWith('.unverified'),
      }),
    }),
  }),
});

/** The token of this person comes signed by somebody else, who uses the name of the provider's own key. */
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
function forgeFor(person, response) {
  const end = response.end.bind(response);
  response.end = (body, ...rest) => {
    const answer = body === undefined ? {} : JSON.parse(String(body));
    const [head, claims] = (answer.id_token ?? '').split('.');
    if (claims === undefined || JSON.parse(Buffer.from(claims, 'base64url')).sub !== person) return end(body, ...rest);
    const signature = sign('sha256', Buffer.from(`${head}.${claims}`), stranger).toString('base64url');
    const text = JSON.stringify({ ...answer, id_token: `${head}.${claims}.${signature}` });
    response.setHeader('content-length', Buffer.byteLength(text));
    return end(text);
  };
}

const handle = provider.callback();
server.on('request', async (request, response) => {
  const url = new URL(request.url, `http://127.0.0.1:${port}`);
  const uid = /^\/interaction\/([^/]+)$/.exec(url.pathname)?.[1];
  if (url.pathname === '/token') forgeFor('forged', response);
  if (uid === undefined) return handle(request, response);
  try {
    // Who signs in stands in the address: /interaction/x?as=mara&amr=mfa, or ?as= for somebody who leaves.
    const { params, prompt, grantId } = await provider.interactionDetails(request, response);
    const accountId = url.searchParams.get('as');
    if (accountId === null || accountId === '') {
      const left = { error: 'access_denied', error_description: 'They left' };
      return await provider.interactionFinished(request, response, left, { mergeWithLastSubmission: false });
    }
    const amr = url.searchParams.getAll('amr');
    const grant = grantId
      ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope('openid email');
    const consent = { grantId: await grant.save() };
    const login = { accountId, ...(amr.length > 0 && { amr }) };
    void prompt;
    return await provider.interactionFinished(
      request,
      response,
      { login, consent },
      { mergeWithLastSubmission: false },
    );
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});

process.stdout.write(`${port}\n`);
process.on('disconnect', () => process.exit(0));
