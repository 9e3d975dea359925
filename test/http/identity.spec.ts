import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { Accounts, Roles } from '../../src/features/identity/index.js';
import { sql } from '../../src/platform/database/sql.js';
import { type MadePerson, personWith } from '../factories/people.js';
import { type Answer, openWebWorld, type WebWorld } from '../support/world.js';

let world: WebWorld;
let administrator: MadePerson;

/** Starting the whole application takes its time on a busy machine. */
const WORLD_MILLISECONDS = 60_000;

beforeAll(async () => {
  world = await openWebWorld();
  administrator = await personWith(world, 'administrator');
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

/** A browser: it keeps cookies, and sends a form with everything its page gave it. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async get(url: string): Promise<Answer> {
    return this.keep(await world.inject({ url, headers: { cookie: this.cookie } }));
  }

  async json(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, json?: unknown): Promise<Answer> {
    return this.keep(await world.inject({ method, url, json, headers: { cookie: this.cookie } }));
  }

  /** Fills in the form on this page that posts to `action`. */
  async submit(page: string, action: string, fields: Record<string, string>): Promise<Answer> {
    const form = parse((await this.get(page)).body).querySelector(`form[action="${action}"]`);
    if (form === null) throw new Error(`${page} has no form for ${action}`);
    const sent: Record<string, string> = {};
    for (const input of form.querySelectorAll('input[type=hidden]')) {
      sent[input.getAttribute('name') ?? ''] = input.getAttribute('value') ?? '';
    }
    return this.post(action, { ...sent, ...fields });
  }

  async post(url: string, form: Record<string, string>): Promise<Answer> {
    return this.keep(await world.inject({ method: 'POST', url, form, headers: { cookie: this.cookie } }));
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(answer: Answer): Answer {
    for (const { name, value } of answer.cookies) this.cookies.set(name, value);
    return answer;
  }
}

async function signedIn({ email, passphrase }: MadePerson): Promise<Browser> {
  const browser = new Browser();
  const answer = await browser.json('POST', '/api/session', { email, password: passphrase });
  expect(answer.statusCode).toBe(200);
  return browser;
}

const words = (answer: Answer): string => parse(answer.body).querySelector('main')?.text.replace(/\s+/gu, ' ') ?? '';

describe('the session API', () => {
  it('signs in, says who one is, and signs out', async () => {
    const made = await personWith(world, 'finance_officer');
    const browser = new Browser();
    const opened = await browser.json('POST', '/api/session', { email: made.email, password: made.passphrase });
    const me = {
      person: { id: made.actor.personId, name: made.actor.name },
      roles: [{ role: 'finance_officer', scopeKind: 'agency', scopeId: null }],
    };
    expect([opened.statusCode, opened.json()]).toEqual([200, me]);
    expect((await browser.json('GET', '/api/me')).json()).toEqual(me);
    const before = browser.cookie;
    expect((await browser.json('DELETE', '/api/session')).statusCode).toBe(204);
    expect((await world.inject({ url: '/api/me', headers: { cookie: before } })).statusCode).toBe(401);
  });

  it('answers 401 to a wrong passphrase, with a code in the optional field or without', async () => {
    const made = await personWith(world, 'auditor');
    for (const extra of [{}, { code: '123456' }]) {
      const answer = await new Browser().json('POST', '/api/session', {
        email: made.email,
        password: 'wrong',
        ...extra,
      });
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'session.wrong']);
    }
  });

  it('keeps the session of one who may not do something', async () => {
    const browser = await signedIn(await personWith(world, 'reviewer'));
    expect((await browser.json('GET', '/api/people')).statusCode).toBe(403);
    expect((await browser.json('GET', '/api/me')).statusCode).toBe(200);
  });
});

describe('the sign-in page', () => {
  it('leads where one was going, under a new session', async () => {
    const browser = new Browser();
    const sent = await browser.get('/people?role=auditor');
    expect([sent.statusCode, sent.headers.location]).toEqual([303, '/sign-in?next=%2Fpeople%3Frole%3Dauditor']);
    await browser.get('/sign-in');
    const before = browser.cookie;
    const answer = await browser.submit('/sign-in?next=%2Fpeople%3Frole%3Dauditor', '/sign-in', {
      email: administrator.email,
      password: administrator.passphrase,
    });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/people?role=auditor']);
    expect(before).not.toBe('');
    expect(browser.cookie).not.toBe(before);
    expect((await world.inject({ url: '/api/me', headers: { cookie: before } })).statusCode).toBe(401);
    expect((await browser.get('/people?role=auditor')).statusCode).toBe(200);
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example/', '/.//evil.example'])(
    'never leads to %s',
    async (next) => {
      const page = parse((await new Browser().get(`/sign-in?next=${encodeURIComponent(next)}`)).body);
      expect(page.querySelector('input[name=next]')).toBeNull();
      const { email, passphrase } = administrator;
      const answer = await new Browser().submit('/sign-in', '/sign-in', { email, password: passphrase, next });
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/']);
    },
  );

  it('keeps the address and not the passphrase when they do not match', async () => {
    const answer = await new Browser().submit('/sign-in?next=/people', '/sign-in', {
      email: administrator.email,
      password: 'not the passphrase',
    });
    expect(answer.statusCode).toBe(401);
    const page = parse(answer.body);
    expect(page.querySelector('input[name=email]')?.getAttribute('value')).toBe(administrator.email);
    expect(page.querySelector('input[name=password]')?.getAttribute('value') ?? '').toBe('');
    expect(page.querySelector('input[name=next]')?.getAttribute('value')).toBe('/people');
    expect(words(answer)).toContain('do not match an open account');
    expect(answer.body).not.toContain('not the passphrase');
  });

  it('refuses a form without its token', async () => {
    const { email, passphrase } = administrator;
    const answer = await new Browser().post('/sign-in', { email, password: passphrase });
    expect(answer.statusCode).toBe(403);
  });

  it('stores nothing made from a passphrase by a quick hash', async () => {
    await new Browser().submit('/sign-in', '/sign-in', {
      email: administrator.email,
      password: administrator.passphrase,
    });
    const made = await personWith(world, 'clerk');
    const key = { 'idempotency-key': 'the-same-key-again' };
    const json = { email: made.email, password: made.passphrase };
    for (let time = 0; time < 2; time += 1) {
      const answer = await world.inject({ method: 'POST', url: '/api/session', json, headers: key });
      expect(answer.statusCode).toBe(200);
    }
    const { sql } = await import('../../src/platform/database/sql.js');
    expect(
      await world.db.query(sql`select * from idempotency_keys where route like '%session' or route like '%sign-in'`),
    ).toEqual([]);
  });

  it('signs out by a form, and the session is gone', async () => {
    const browser = await signedIn(await personWith(world, 'clerk'));
    const before = browser.cookie;
    const answer = await browser.submit('/me', '/sign-out', {});
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in']);
    expect((await world.inject({ url: '/api/me', headers: { cookie: before } })).statusCode).toBe(401);
  });
});

describe("one's own account", () => {
  it('ends at once when an administrator closes it', async () => {
    const made = await personWith(world, 'clerk');
    const browser = await signedIn(made);
    await world.get(Accounts).disable(administrator.actor, made.actor.personId, 'Left');
    expect((await browser.json('GET', '/api/me')).statusCode).toBe(401);
    expect((await browser.get('/me')).headers.location).toBe('/sign-in?next=%2Fme');
  });
});

describe('people', () => {
  it('are added, given a role, and have it ended, by pages alone', async () => {
    const browser = await signedIn(administrator);
    const added = await browser.submit('/people/new', '/people', { name: "Paula O'Page", email: 'paula@example.org' });
    const path = String(added.headers.location);
    expect(path).toMatch(/^\/people\/[0-9a-f-]{36}$/u);
    expect(words(await browser.get(path))).toContain("Paula O'Page was added.");
    const blank = await browser.submit(path, `${path}/roles`, { role: 'facilitator', scopeKind: 'agency', reason: '' });
    expect(blank.statusCode).toBe(422);
    expect(parse(blank.body).querySelector('.error-summary a')?.getAttribute('href')).toBe('#f-reason');
    const terms = { role: 'facilitator', scopeKind: 'agency', reason: 'Asked for by the director' };
    const granted = await browser.submit(path, `${path}/roles`, terms);
    expect(granted.statusCode).toBe(303);
    const page = parse((await browser.get(path)).body);
    const end = page.querySelector('form[action$="/end"]')?.getAttribute('action') ?? '';
    expect((await browser.submit(path, end, { note: 'Left' })).statusCode).toBe(303);
    expect(words(await browser.get(path))).toContain('Role ended.');
    expect(words(await browser.get('/people?q=paula'))).toContain('1 person');
  });

  it('see on the page of a person that a role was declined, and never held', async () => {
    const browser = await signedIn(administrator);
    const second = await personWith(world, 'administrator');
    const { personId } = await personWith(world, 'participant').then(({ actor }) => actor);
    const terms = { role: 'finance_officer', scopeKind: 'agency', reason: 'For the year end' } as const;
    const { id } = await world.get(Roles).grant(second.actor, personId, terms);
    await browser.submit(`/people/${personId}`, `/people/${personId}/roles/${id}/decline`, { note: 'Left' });
    const page = parse((await browser.get(`/people/${personId}`)).body);
    expect(page.querySelector('#past-table, [aria-labelledby=past-table]')?.innerText ?? page.innerText).toMatch(
      /Never held\s+Not given\. Left/u,
    );
  });

  it('who mistype an address are still signed in', async () => {
    const browser = await signedIn(administrator);
    const page = await browser.get('/nothing-of-the-kind');
    expect(page.statusCode).toBe(404);
    expect(parse(page.body).querySelector('a[href="/me"]')).not.toBeNull();
  });

  it('opens a form again with what was typed when the address is taken', async () => {
    const browser = await signedIn(administrator);
    const answer = await browser.submit('/people/new', '/people', { name: 'Same', email: administrator.email });
    expect(answer.statusCode).toBe(422);
    const page = parse(answer.body);
    expect(page.querySelector('input[name=name]')?.getAttribute('value')).toBe('Same');
    expect(page.querySelector('input[name=isShared]')).not.toBeNull();
    const shared = await browser.submit('/people/new', '/people', {
      ...{ name: 'Same', email: administrator.email, isShared: 'yes' },
    });
    expect(shared.statusCode).toBe(303);
  });

  it('have their name put right by an administrator, with the reason in the trail', async () => {
    const browser = await signedIn(administrator);
    const { personId } = (await personWith(world, 'clerk')).actor;
    const at = `/people/${personId}/name`;
    expect((await browser.get(at)).statusCode).toBe(200);
    const blank = await browser.submit(at, at, { name: 'Paula Right', reason: '' });
    expect(blank.statusCode).toBe(422);
    expect(parse(blank.body).querySelector('input[name=name]')?.getAttribute('value')).toBe('Paula Right');
    expect((await browser.submit(at, at, { name: 'Paula Right', reason: 'A slip' })).statusCode).toBe(303);
    expect(words(await browser.get(`/people/${personId}`))).toContain('Paula Right');
    const event = await world.db.query(sql`
      select note from audit_events
      where action = 'person.name_corrected' and subject_id = ${personId}`);
    expect(event).toMatchObject([{ note: 'A slip' }]);
    const own = await browser.json('POST', `/api/people/${administrator.actor.personId}/name`, {
      ...{ name: 'Somebody', reason: 'x' },
    });
    expect([own.statusCode, own.json().code]).toEqual([403, 'person.own_name']);
  });

  it('put their own name right, unless they act for the agency', async () => {
    const parent = await signedIn(await personWith(world, 'participant'));
    const page = await parent.get('/me');
    expect(parse(page.body).querySelector('form[action="/me/name"]')).not.toBeNull();
    expect((await parent.submit('/me', '/me/name', { name: ' ' })).statusCode).toBe(422);
    expect((await parent.submit('/me', '/me/name', { name: 'Pat Parent' })).statusCode).toBe(303);
    expect(parse((await parent.get('/me')).body).querySelector('h1')?.text).toBe('Pat Parent');
    const clerk = await signedIn(await personWith(world, 'clerk'));
    expect(parse((await clerk.get('/me')).body).querySelector('form[action="/me/name"]')).toBeNull();
    const refused = await clerk.json('POST', '/api/me/name', { name: 'Finance approver' });
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'person.name_by_administrator']);
  });

  it('are read by an auditor, who finds no way to change anything', async () => {
    const browser = await signedIn(await personWith(world, 'auditor'));
    const path = `/people/${administrator.actor.personId}`;
    const answer = await browser.get(path);
    expect(answer.statusCode).toBe(200);
    const forms = parse(answer.body).querySelectorAll('main form');
    expect(forms.map((form) => form.getAttribute('action'))).toEqual([]);
    const api = await browser.json('POST', `/api/people/${administrator.actor.personId}/roles`, {
      ...{ role: 'clerk', scopeKind: 'agency', reason: 'x' },
    });
    expect(api.statusCode).toBe(403);
  });

  it('give nobody a role of their own, by page or API', async () => {
    const browser = await signedIn(administrator);
    const { personId } = administrator.actor;
    expect(parse((await browser.get(`/people/${personId}`)).body).querySelector('main form')).not.toBeNull();
    const terms = { role: 'finance_approver', scopeKind: 'agency', reason: 'I could use it' };
    const api = await browser.json('POST', `/api/people/${personId}/roles`, terms);
    expect([api.statusCode, api.json().code]).toEqual([403, 'role.own_grant']);
    expect((await browser.json('GET', '/api/me')).json().roles).toHaveLength(1);
  });

  it('answer 404 for nobody and 422 for a body that says too much', async () => {
    const browser = await signedIn(administrator);
    expect((await browser.get('/people/not-an-id')).statusCode).toBe(404);
    expect((await browser.json('GET', '/api/people/01890000-0000-7000-8000-000000000000')).statusCode).toBe(404);
    const extra = { name: 'X', email: 'x@example.org', passphraseHash: 'mine' };
    expect((await browser.json('POST', '/api/people', extra)).statusCode).toBe(422);
  });
});

describe('settings', () => {
  it('are changed on their page, and the form keeps what was typed', async () => {
    const browser = await signedIn(administrator);
    const form = { name: 'Example District', timeZone: 'America/Denver', fiscalYearStartMonth: '9' };
    const refused = await browser.submit('/settings/edit', '/settings', { ...form, holidays: 'soon' });
    expect(refused.statusCode).toBe(422);
    expect(parse(refused.body).querySelector('textarea[name=holidays]')?.text).toBe('soon');
    const answer = await browser.submit('/settings/edit', '/settings', {
      ...{ ...form, holidays: '11/26/2015', 'districts[0][name]': 'Auburn', 'districts[1][name]': 'Kent' },
    });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/settings']);
    const page = words(await browser.get('/settings'));
    for (const expected of ['Settings saved.', 'Example District', 'Mountain', 'Auburn', 'Kent', 'November 26, 2015']) {
      expect(page).toContain(expected);
    }
    const again = parse((await browser.get('/settings/edit')).body);
    expect(again.querySelectorAll('input[name^="districts"][type=hidden]')).toHaveLength(2);
    expect((await browser.json('GET', '/api/settings')).json()).toMatchObject({ name: 'Example District' });
  });

  it('and rule sets are read by those who may', async () => {
    const auditor = await signedIn(await personWith(world, 'auditor'));
    expect((await auditor.get('/settings')).statusCode).toBe(200);
    expect((await auditor.get('/settings/edit')).statusCode).toBe(403);
    const list = (await auditor.json('GET', '/api/rule-sets')).json().items as { id: string; name: string }[];
    expect(list.map(({ name }) => name)).toEqual(['UG-2024', 'UG-2020', 'RTTD-2012']);
    const page = words(await auditor.get(`/settings/rule-sets/${list[0]?.id}`));
    for (const expected of ['$1,000,000', '15%', '90 days', '3 years', '2 CFR 200.501'])
      expect(page).toContain(expected);
    expect((await auditor.get('/settings/rule-sets')).statusCode).toBe(200);
    const reviewer = await signedIn(await personWith(world, 'reviewer'));
    expect((await reviewer.get('/settings')).statusCode).toBe(403);
    expect((await reviewer.json('GET', `/api/rule-sets/${list[0]?.id}`)).statusCode).toBe(403);
  });
});
