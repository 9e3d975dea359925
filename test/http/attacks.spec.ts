/**
 * Attacks that need no particular page: tricks with methods, hosts, cookies, headers, logs and addresses. What belongs to
 * one feature is attacked in its own specs; forged ids in `outsider.spec.ts`; extra fields and other sites in `bad-input.spec.ts`.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign } from '@fastify/cookie';
import { parse } from 'node-html-parser';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { ROLES, type Role } from '../../src/kernel/policy.js';
import { sql } from '../../src/platform/database/sql.js';
import { listRoutes, type RouteRow } from '../../src/platform/http/routes.js';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const routes = listRoutes(FEATURES_IN_ORDER);
const writes = routes.filter(({ method }) => method !== 'GET');
const pagesWithoutId = routes.filter(
  ({ method, path }) => method === 'GET' && !path.startsWith('/api') && !path.includes(':'),
);
/** Letters and digits that are no id, so that an address only differs from nothing by its method. */
const addressOf = ({ path }: RouteRow): string => path.replace(/:[A-Za-z]+/g, '0198c0de-0000-7000-8000-000000000000');

let world: WebWorld;
const visitors = new Map<Role, Visitor>();
let administrator: Visitor;

beforeAll(async () => {
  world = await openWebWorld();
  for (const role of ROLES) visitors.set(role, await world.signIn(role));
  administrator = visitors.get('administrator') as Visitor;
}, 120_000);

afterAll(async () => {
  await world?.close();
});

async function auditCount(): Promise<number> {
  const [row] = await world.db.query<{ count: number }>(sql`select count(*)::int as count from audit_events`);
  return row?.count ?? 0;
}

describe('a method that is not what it says', () => {
  it.each(['PUT', 'PATCH', 'HEAD', 'OPTIONS'] as const)(
    'as %s does nothing at any address that writes',
    async (method) => {
      const before = await auditCount();
      const wrong: string[] = [];
      for (const route of writes) {
        if (routes.some((each) => each.method === method && each.path === route.path)) continue;
        const { statusCode, headers } = await administrator.ask({ method, url: addressOf(route) });
        const allowed = headers['access-control-allow-origin'] ?? headers['access-control-allow-methods'];
        if (statusCode < 300 && method !== 'HEAD') wrong.push(`${method} ${route.path} answered ${statusCode}`);
        if (allowed !== undefined) wrong.push(`${method} ${route.path} lets ${String(allowed)} in`);
      }
      expect(wrong).toEqual([]);
      expect(await auditCount()).toBe(before);
    },
  );

  it('is not taken from a header, a field or the address', async () => {
    const before = await auditCount();
    const { personId } = await world.person();
    const url = `/people/${personId}`;
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const answer = await administrator.ask({ method: 'GET', url: `${url}/disable`, headers: { [name]: 'POST' } });
      expect(answer.statusCode).toBe(404);
    }
    expect((await administrator.get(`${url}/disable?_method=POST&note=x`)).statusCode).toBe(404);
    expect(
      (await administrator.submit('/people', { _method: 'DELETE', name: 'A', email: 'a@example.org' })).statusCode,
    ).toBe(422);
    expect(await auditCount()).toBe(before);
  });

  it('and a page that is only looked at changes nothing', async () => {
    const before = await auditCount();
    for (const visitor of visitors.values()) for (const { path } of pagesWithoutId) await visitor.get(path);
    expect(await auditCount()).toBe(before);
  }, 120_000);
});

describe('a name of the server that was made up', () => {
  const elsewhere = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };

  it('stands in no answer and no address that is followed', async () => {
    for (const url of ['/', '/sign-in', '/funding', '/people', '/api/me', '/nothing-there']) {
      const answer = await world.inject({ url, headers: elsewhere });
      expect(`${String(answer.headers.location)} ${answer.body}`).not.toContain('evil.example');
    }
  });

  it('stands in no mail', async () => {
    const csrf = await administrator.csrf();
    const form = { _csrf: csrf, name: 'Somebody New', email: 'somebody.new@example.org' };
    const answer = await administrator.ask({ method: 'POST', url: '/people', form, headers: { ...elsewhere } });
    expect(answer.statusCode).toBe(303);
    await world.drain();
    const mails = await world.db.query<{ body: string }>(
      sql`select body from mails where recipient = 'somebody.new@example.org'`,
    );
    expect(mails).toHaveLength(1);
    expect(mails[0]?.body).toContain('http://granary.test/');
    expect(mails[0]?.body).not.toContain('evil.example');
  });

  it('does not pass for an origin of ours', async () => {
    const answer = await administrator.ask({
      ...{ method: 'POST', url: '/api/people', json: { name: 'A', email: 'origin@example.org' } },
      headers: { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    expect(answer.statusCode).toBe(403);
  });
});

describe('a cookie that was made up', () => {
  const cookieName = (): string => administrator.cookie.split('=')[0] ?? '';

  it.each([
    ['one that was never signed', () => 'a'.repeat(43)],
    ['one signed with a secret that is not ours', () => encodeURIComponent(sign('a'.repeat(43), 'x'.repeat(40)))],
    [
      'the id of a real session with the signature of another',
      () => {
        const [mine = '', signature = ''] = [administrator.cookie, visitors.get('auditor')?.cookie ?? ''].map(
          (cookie, index) => decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[index] ?? '',
        );
        return encodeURIComponent(`${mine}.${signature}`);
      },
    ],
    ['something far too long', () => 'x'.repeat(5000)],
    ['half an encoding', () => '%E0%A4%A'],
  ])('signs nobody in: %s', async (_, value) => {
    const answer = await world.inject({ url: '/api/me', headers: { cookie: `${cookieName()}=${value()}` } });
    expect(answer.statusCode).toBe(401);
  });

  it('is not kept when somebody signs in with it', async () => {
    const planted = `${cookieName()}=${encodeURIComponent('planted'.repeat(6))}`;
    const person = await world.person([{ role: 'auditor' }]);
    const answer = await world.inject({
      ...{ method: 'POST', url: '/api/session', headers: { cookie: planted } },
      json: { email: person.email, password: 'orchard lantern copper rain' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.cookies.map(({ value }) => value).join()).not.toContain('planted');
    expect((await world.inject({ url: '/api/me', headers: { cookie: planted } })).statusCode).toBe(401);
  });
});

describe('what every answer carries', () => {
  it('keeps out scripts, frames and other sites, and is kept by nobody', async () => {
    const wrong: string[] = [];
    for (const { path } of pagesWithoutId) {
      const { headers, statusCode } = await administrator.get(path);
      const policy = String(headers['content-security-policy']);
      if (/unsafe|\*|https?:/.test(policy)) wrong.push(`${path}: ${policy}`);
      // Scripts are files of ours, and nothing else.
      if (/script-src ([^;]*)/.exec(policy)?.[1] !== "'self'") wrong.push(`${path}: ${policy}`);
      if (!policy.includes("default-src 'none'") || !policy.includes("frame-ancestors 'none'"))
        wrong.push(`${path}: ${policy}`);
      if (headers['x-content-type-options'] !== 'nosniff') wrong.push(`${path} may be sniffed`);
      if (!String(headers['cache-control']).includes('no-store')) wrong.push(`${path} may be kept (${statusCode})`);
      if (headers['x-powered-by'] !== undefined || headers['server'] !== undefined)
        wrong.push(`${path} says what runs`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('has no script and no style written into a page, for any role', async () => {
    const wrong: string[] = [];
    for (const [role, visitor] of visitors) {
      for (const { path } of pagesWithoutId) {
        const { body, headers } = await visitor.get(path);
        if (!String(headers['content-type']).startsWith('text/html')) continue;
        const page = parse(body);
        const inline = page.querySelectorAll('script:not([src]), style, [style]').length;
        const handlers = page
          .querySelectorAll('*')
          .filter((each) => Object.keys(each.attributes).some((key) => /^on/i.test(key)));
        const elsewhere = page.querySelectorAll('a[href^="javascript:"], [src^="http"], link[href^="http"]').length;
        if (inline + handlers.length + elsewhere > 0) wrong.push(`${role} ${path}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('has a cookie that only this site gets, and behind TLS only over TLS', async () => {
    const flags = await cookieOf(world);
    expect(flags).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    const safe = await openWebWorld({ env: { PUBLIC_URL: 'https://granary.test', TRUST_PROXY: '127.0.0.1' } });
    try {
      const answer = await safe.inject({ url: '/sign-in', headers: { 'x-forwarded-proto': 'https' } });
      expect(answer.headers['strict-transport-security']).toContain('max-age=31536000');
      expect(answer.cookies).toEqual([
        expect.objectContaining({ name: '__Host-granary', secure: true, httpOnly: true }),
      ]);
    } finally {
      await safe.close();
    }
  }, 60_000);
});

async function cookieOf({ inject }: WebWorld): Promise<unknown> {
  return (await inject({ url: '/sign-in' })).cookies[0];
}

describe('what is refused', () => {
  it('leaves one line that says who, where from and why, and nothing that was typed', async () => {
    const watched = await openWebWorld({ env: { LOG_LEVEL: 'info' } });
    try {
      const { personId } = await watched.person([{ role: 'auditor' }]);
      const auditor = await watched.signIn('auditor');
      const typed = { email: 'somebody@example.org', password: 'not the right words' };
      await watched.inject({ method: 'POST', url: '/api/session', json: typed });
      await auditor.submit('/me/passphrase', { current: typed.password, passphrase: 'x'.repeat(20), repeat: 'x' });
      await auditor.post(`/api/people/${personId}/disable`, { note: 'Gone' });
      const lines = watched.troubles.filter((line) => line.includes('"msg":"refused"'));
      const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      const me = `person:${auditor.person.personId}`;
      expect(told).toEqual([
        expect.objectContaining({ code: 'session.wrong', status: 401, route: '/api/session', actor: 'public' }),
        expect.objectContaining({ code: 'passphrase.current_wrong', route: '/me/passphrase', actor: me }),
        expect.objectContaining({
          code: 'permission.missing',
          status: 403,
          route: '/api/people/:id/disable',
          actor: me,
        }),
      ]);
      for (const line of lines) expect(line).not.toMatch(/somebody@|not the right|Gone/);
      expect(told.every(({ network }) => network === '127.0.0.1')).toBe(true);
    } finally {
      await watched.close();
    }
  }, 60_000);
});

describe('an address that cannot be read', () => {
  it.each(['/%zz', '/people/%zz', '/%', '/%c0%af', '/people?q=%zz', '/..%2f..%2fetc%2fpasswd', '//evil.example/%2f..'])(
    '%s gets a page that says so, and leads nowhere else',
    async (url) => {
      const answer = await administrator.get(url);
      expect([200, 400, 404]).toContain(answer.statusCode);
      expect(answer.headers['content-type']).toMatch(/^text\/html/);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers.location).toBeUndefined();
    },
  );

  it('gets problem details where a program asked', async () => {
    const answer = await administrator.get('/api/people/%zz');
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });
});

describe('line breaks', () => {
  const BREAK = '%0d%0aSet-Cookie:%20stolen=1%0d%0a%0d%0a<script>';

  it('make no header', async () => {
    for (const url of [`/sign-in?next=/${BREAK}`, `/people?q=${BREAK}`, `/people/${BREAK}`, `/attachments/${BREAK}`]) {
      const answer: Answer = await administrator.get(url);
      expect(JSON.stringify(answer.headers)).not.toContain('stolen');
      expect(answer.body).not.toContain('<script>');
    }
    expect((await world.inject({ url: `/people?q=${BREAK}` })).headers.location).not.toMatch(/[\r\n]/);
  });

  it('make no line of a log, which names routes and never what was asked for', async () => {
    const url = `/people/${'secret-looking-thing'}${BREAK}`;
    await administrator.ask({ url, headers: { 'user-agent': 'a "level":"info" b' } });
    for (const line of world.troubles) {
      expect(() => JSON.parse(line) as unknown).not.toThrow();
      expect(line.trimEnd()).not.toMatch(/[\r\n]/);
      expect(line).not.toContain('secret-looking-thing');
    }
  });
});

describe('a formula in a name', () => {
  it('is text in every table that can be downloaded', async () => {
    const names = ['=HYPERLINK("http://evil.example")', '+1+1', '-2+3', '@SUM(A1)', '\u2009=1+1'];
    for (const [index, name] of names.entries()) {
      const made = await administrator.post('/api/people', { name, email: `formula${index}@example.org` });
      expect(made.statusCode).toBe(201);
      await administrator.post('/api/organizations', { name, kind: 'school' });
    }
    const wrong: string[] = [];
    let tables = 0;
    for (const { path } of routes.filter(({ method, path: each }) => method === 'GET' && !each.includes(':'))) {
      for (const visitor of [administrator, visitors.get('auditor'), visitors.get('finance_officer')]) {
        const answer = await visitor?.get(`${path}?format=csv`);
        const plain = await visitor?.get(path);
        for (const each of [answer, plain]) {
          if (!String(each?.headers['content-type']).startsWith('text/csv')) continue;
          tables += 1;
          const cells = (each?.body ?? '').split(/\r\n|,/).map((cell) => cell.replace(/^\ufeff?"?/, ''));
          const live = cells.filter((cell) => /^\s*[=+@\t]|^\s*-[^\d.]|^\s*-\d[^\d.,]/.test(cell));
          if (live.length > 0) wrong.push(`${path}: ${live[0]}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(tables).toBeGreaterThan(1);
  }, 60_000);
});

it('none of it failed on our side', () => {
  expect(failuresOf(world)).toEqual([]);
});
