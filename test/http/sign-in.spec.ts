/** The journeys at the door, by pages alone: signing up, a mailed link, a lost passphrase, a link that is over, a card. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { People } from '../../src/features/identity/index.js';
import { Administrators } from '../../src/features/sign-in/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { collaborativeWithTeam } from '../factories/collaboratives.js';
import { type MadePerson, personWith } from '../factories/people.js';
import { type Answer, failuresOf, openWebWorld, type WebWorld } from '../support/world.js';

let world: WebWorld;
let administrator: MadePerson;

/** Starting the whole application takes its time on a busy machine. */
const WORLD_MILLISECONDS = 60_000;
const PHONE = 'Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0';
const NEW = 'thirteen brass kettles';

beforeAll(async () => {
  world = await openWebWorld();
  administrator = await personWith(world, 'administrator');
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

/** A browser: it keeps cookies, and sends a form with everything its page gave it. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async get(url: string): Promise<Answer> {
    return this.keep(await world.inject({ url, headers: this.headers }));
  }

  async json(method: 'GET' | 'POST' | 'DELETE', url: string, json?: unknown): Promise<Answer> {
    return this.keep(await world.inject({ method, url, json, headers: this.headers }));
  }

  /** Fills in the form on this page that posts to `action`, the first when it is not named. */
  async submit(page: string | Answer, action: string, fields: Record<string, string> = {}): Promise<Answer> {
    const answer = typeof page === 'string' ? await this.get(page) : page;
    const form = parse(answer.body).querySelector(`form[method="post"][action="${action}"]`);
    if (form === null) throw new Error(`The page has no form for ${action}: ${words(answer)}`);
    const sent: Record<string, string> = {};
    for (const input of form.querySelectorAll('input')) {
      const name = input.getAttribute('name');
      if (name !== undefined) sent[name] = input.getAttribute('value') ?? '';
    }
    return this.post(action, { ...sent, ...fields });
  }

  async post(url: string, form: Record<string, string>): Promise<Answer> {
    return this.keep(await world.inject({ method: 'POST', url, form, headers: this.headers }));
  }

  get headers(): Record<string, string> {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '), 'user-agent': PHONE };
  }

  private keep(answer: Answer): Answer {
    for (const { name, value } of answer.cookies) this.cookies.set(name, value);
    return answer;
  }
}

const words = (answer: Answer): string => parse(answer.body).querySelector('main')?.text.replace(/\s+/gu, ' ') ?? '';

/** The path of the last link that was mailed to this address. */
async function linkFor(email: string): Promise<string> {
  await world.drain();
  const [mail] = await world.db.query<{ body: string }>(
    sql`select body from mails where recipient = ${email} order by created_at desc, id desc limit 1`,
  );
  return /http:\/\/granary\.test(\/links\/\S+)/u.exec(mail?.body ?? '')?.[1] ?? 'no link';
}

async function signedIn({ email, passphrase }: MadePerson): Promise<Browser> {
  const browser = new Browser();
  const answer = await browser.json('POST', '/api/session', { email, password: passphrase });
  expect(answer.statusCode).toBe(200);
  return browser;
}

const whereTo = (answer: Answer): unknown[] => [answer.statusCode, answer.headers.location];

describe('signing up', () => {
  it('takes a name, an address, a mail and one button, and leads where one was going', async () => {
    const browser = new Browser();
    const next = encodeURIComponent('/me?from=sign-up');
    const asked = await browser.submit(`/sign-up?next=${next}`, '/sign-up', {
      name: 'Rosa Rivera',
      email: 'Rosa@Example.org',
    });
    expect(whereTo(asked)).toEqual([303, '/sign-in/sent']);
    expect(words(await browser.get('/sign-in/sent'))).toContain('A message is on its way to Rosa@Example.org');
    const link = await linkFor('rosa@example.org');
    // A mail scanner follows the link as often as it likes.
    for (let look = 0; look < 3; look += 1) expect((await world.inject({ url: link })).statusCode).toBe(200);
    const phone = new Browser();
    const page = await phone.get(link);
    expect(parse(page.body).querySelectorAll('main button')).toHaveLength(1);
    // The name was typed once and is not asked again; a slip can be mended.
    expect(words(page)).toContain('Hello, Rosa Rivera');
    expect(parse(page.body).querySelectorAll('main input:not([type=hidden])')).toHaveLength(0);
    const other = parse((await phone.get(`${link}?name=other`)).body);
    expect(other.querySelector('input[name=name]:not([type=hidden])')?.getAttribute('value')).toBe('Rosa Rivera');
    const [mail] = await world.db.query<{ body: string }>(
      sql`select body from mails where recipient = 'rosa@example.org' order by created_at desc limit 1`,
    );
    // Whoever asked may be a stranger: what they typed is not what we write to somebody.
    expect(mail?.body).not.toContain('Rosa Rivera');
    expect(mail?.body).not.toContain('.m..');
    expect(whereTo(await phone.submit(page, link))).toEqual([303, '/me?from=sign-up']);
    expect((await phone.json('GET', '/api/me')).json()).toMatchObject({ person: { name: 'Rosa Rivera' }, roles: [] });
    expect(words(await phone.get('/me'))).toContain('Firefox on Android');
  });

  it('asks for a name that is missing, and uses nothing up', async () => {
    await new Browser().submit('/sign-in', '/sign-in/link', { address: 'nameless@example.org' });
    const link = await linkFor('nameless@example.org');
    const browser = new Browser();
    const refused = await browser.submit(link, link, { name: '' });
    expect(refused.statusCode).toBe(422);
    expect(parse(refused.body).querySelector('.error-summary a')?.getAttribute('href')).toBe('#f-name');
    expect((await browser.submit(refused, link, { name: 'Nell' })).statusCode).toBe(303);
  });

  it('answers the same whether the address is known or not', async () => {
    const made = await personWith(world, 'auditor');
    const answerFor = async (email: string): Promise<string> => {
      const browser = new Browser();
      const asked = await browser.submit('/sign-up', '/sign-up', { name: 'Somebody', email });
      expect(whereTo(asked)).toEqual([303, '/sign-in/sent']);
      return words(await browser.get('/sign-in/sent')).replaceAll(email, 'ADDRESS');
    };
    expect(await answerFor(made.email)).toBe(await answerFor('never.seen@example.org'));
    const link = await linkFor(made.email);
    expect(words(await new Browser().get(link))).toContain(`Hello, ${made.actor.name}`);
  });
});

describe('a mailed link', () => {
  it('signs in by its button, under a new cookie, where one was going', async () => {
    const made = await personWith(world, 'auditor');
    const browser = new Browser();
    await browser.submit('/sign-in?next=%2Fpeople', '/sign-in/link', { address: made.email });
    const link = await linkFor(made.email);
    const before = browser.headers['cookie'];
    expect(whereTo(await browser.submit(link, link))).toEqual([303, '/people']);
    expect(browser.headers['cookie']).not.toBe(before);
    expect((await browser.get('/people')).statusCode).toBe(200);
  });

  it('is no help to another site: its button needs the page it stands on', async () => {
    const made = await personWith(world, 'auditor');
    await new Browser().submit('/sign-in', '/sign-in/link', { address: made.email });
    const link = await linkFor(made.email);
    expect((await new Browser().post(link, {})).statusCode).toBe(403);
    expect((await new Browser().get(link)).statusCode).toBe(200);
  });

  it('that was used or has run out says so kindly and mails another by one button', async () => {
    const made = await personWith(world, 'auditor');
    await new Browser().submit('/sign-in', '/sign-in/link', { address: made.email });
    const link = await linkFor(made.email);
    const browser = new Browser();
    await browser.submit(link, link);
    const used = await new Browser().get(link);
    expect([used.statusCode, words(used)]).toEqual([404, expect.stringContaining('This link was used')]);
    expect(used.body).not.toContain(made.email);
    const other = new Browser();
    expect(whereTo(await other.submit(link, `${link}/again`))).toEqual([303, '/sign-in/sent']);
    const another = await linkFor(made.email);
    expect(another).not.toBe(link);
    world.clock.advance(16 * 60_000);
    expect(words(await other.get(another))).toContain('This link has run out');
    // Pressed at the last moment on a page that was open.
    const late = await other.submit(await other.get('/sign-up'), '/sign-up', { name: 'x', email: 'x@example.org' });
    expect(late.statusCode).toBe(303);
  });

  it('that never was leads on to where one gets another', async () => {
    for (const token of ['short', 'x'.repeat(43), '%00', '..%2f..']) {
      const answer = await new Browser().get(`/links/${token}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.body).toContain('/sign-in');
    }
  });

  it('of a shared address asks who one is after the button', async () => {
    const email = 'our.family@example.org';
    await world.db.work(systemActor('test'), async (work) => {
      await world.get(People).add(work, 'Ada Family', email, null);
      await world.get(People).add(work, 'Ben Family', email, null);
      return null;
    });
    await new Browser().submit('/sign-in', '/sign-in/link', { address: email });
    const link = await linkFor(email);
    const browser = new Browser();
    const who = await browser.submit(link, link);
    expect([who.statusCode, words(who)]).toEqual([200, expect.stringContaining('Who are you?')]);
    const ben = parse(who.body)
      .querySelectorAll('input[name=personId]')
      .find((input) => input.parentNode?.text.includes('Ben'));
    const answer = await browser.submit(who, link, { personId: ben?.getAttribute('value') ?? '' });
    expect(answer.statusCode).toBe(303);
    expect((await browser.json('GET', '/api/me')).json()).toMatchObject({ person: { name: 'Ben Family' } });
  });
});

describe('a lost passphrase', () => {
  it('is replaced by a mailed link, which ends every session and lets in', async () => {
    const made = await personWith(world, 'clerk');
    const elsewhere = await signedIn(made);
    const browser = new Browser();
    expect(whereTo(await browser.submit('/lost-passphrase', '/lost-passphrase', { address: made.email }))).toEqual([
      303,
      '/sign-in/sent',
    ]);
    const link = await linkFor(made.email);
    const short = await browser.submit(link, `${link}/passphrase`, { passphrase: 'short', repeat: 'short' });
    expect(short.statusCode).toBe(422);
    const common = await browser.submit(link, `${link}/passphrase`, {
      passphrase: 'passwordpassword',
      repeat: 'passwordpassword',
    });
    expect(words(common)).toContain('tried first');
    expect(common.body).not.toContain('passwordpassword');
    const saved = await browser.submit(link, `${link}/passphrase`, { passphrase: NEW, repeat: NEW });
    expect(whereTo(saved)).toEqual([303, '/']);
    expect(words(await browser.get('/'))).toContain('Passphrase saved.');
    expect((await browser.json('GET', '/api/me')).statusCode).toBe(200);
    expect((await elsewhere.json('GET', '/api/me')).statusCode).toBe(401);
    await signedIn({ ...made, passphrase: NEW });
  });

  it('of nobody is answered the same, and nothing is said', async () => {
    const browser = new Browser();
    const answer = await browser.submit('/lost-passphrase', '/lost-passphrase', { address: 'nobody.at@example.org' });
    expect(whereTo(answer)).toEqual([303, '/sign-in/sent']);
  });
});

describe('a link shown on the server', () => {
  const made = async (): Promise<{ link: string; email: string; personId: string }> => {
    const email = `first.${newId()}@example.org`;
    return world.db.work(systemActor('server'), async (work) => {
      const account = { email, name: 'First Keeper', passphrase: { hash: null }, grants: [] };
      const { personId } = await world.get(Administrators).ensureAccount(work, account);
      const { path } = await world.get(Administrators).printLink(work, personId, email);
      return { link: path, email, personId };
    });
  };

  it('chooses a passphrase and lets in, once', async () => {
    const { link, email } = await made();
    const browser = new Browser();
    const page = await browser.get(link);
    expect(words(page)).toContain('Welcome, First Keeper');
    expect(words(page)).not.toContain('Sign in without one');
    expect(whereTo(await browser.submit(link, `${link}/passphrase`, { passphrase: NEW, repeat: NEW }))).toEqual([
      303,
      '/',
    ]);
    expect((await browser.json('GET', '/api/me')).json()).toMatchObject({ person: { name: 'First Keeper' } });
    const over = await new Browser().get(link);
    expect(over.statusCode).toBe(404);
    expect(words(over)).toContain('npm run administrator:link');
    expect(await world.db.query(sql`select 1 from mails where recipient = ${email}`)).toHaveLength(0);
  });

  it('runs out after an hour, is replaced by the next, and offers no mail', async () => {
    const { link, email, personId } = await made();
    const next = await world.db.work(systemActor('server'), (work) =>
      world.get(Administrators).printLink(work, personId, email),
    );
    const replaced = await new Browser().get(link);
    expect([replaced.statusCode, words(replaced)]).toEqual([404, expect.not.stringContaining('Mail me a new link')]);
    expect((await new Browser().get(next.path)).statusCode).toBe(200);
    world.clock.advance(61 * 60_000);
    expect((await new Browser().get(next.path)).statusCode).toBe(404);
  });
});

describe('an invitation', () => {
  it('is opened by looking, and used up by a passphrase or by going without', async () => {
    await world.get(People).create(administrator.actor, { name: 'Iris', email: 'iris@example.org' });
    const link = await linkFor('iris@example.org');
    const browser = new Browser();
    expect(words(await browser.get(link))).toContain('Welcome, Iris');
    const answer = await browser.submit(link, `${link}/passphrase`, { passphrase: NEW, repeat: NEW });
    expect(answer.statusCode).toBe(303);
    expect((await browser.get(link)).statusCode).toBe(404);
    await world.get(People).create(administrator.actor, { name: 'Jo', email: 'jo@example.org' });
    const other = await linkFor('jo@example.org');
    const jo = new Browser();
    expect((await jo.submit(other, other)).statusCode).toBe(303);
    expect((await jo.json('GET', '/api/me')).json()).toMatchObject({ person: { name: 'Jo' } });
    // Whoever came in without one can choose one now.
    expect((await jo.submit('/me', '/me/passphrase/add', { passphrase: NEW, repeat: NEW })).statusCode).toBe(303);
    expect(words(await jo.get('/me'))).toContain('Passphrase saved');
  });
});

describe("one's own account", () => {
  it('changes the passphrase and ends the other sessions', async () => {
    const made = await personWith(world, 'clerk');
    const [here, elsewhere] = [await signedIn(made), await signedIn(made)];
    const refused = await here.submit('/me', '/me/passphrase', { current: 'wrong', passphrase: NEW, repeat: NEW });
    expect(refused.statusCode).toBe(422);
    expect(parse(refused.body).querySelector('.error-summary a')?.getAttribute('href')).toBe('#f-current');
    expect(refused.body).not.toContain(NEW);
    const fields = { current: made.passphrase, passphrase: NEW, repeat: NEW };
    expect(whereTo(await here.submit('/me', '/me/passphrase', fields))).toEqual([303, '/me']);
    expect(words(await here.get('/me'))).toContain('Passphrase changed.');
    expect((await elsewhere.json('GET', '/api/me')).statusCode).toBe(401);
  });

  it('lists where one is signed in, and signs out there', async () => {
    const made = await personWith(world, 'clerk');
    const [here, elsewhere] = [await signedIn(made), await signedIn(made)];
    const page = await here.get('/me');
    expect(words(page)).toContain('Now, on this device');
    const action = parse(page.body).querySelector('form[action$="/end"]')?.getAttribute('action') ?? '';
    const ends = parse(page.body)
      .querySelectorAll('form[action^="/me/sessions/"]')
      .map((form) => form.getAttribute('action') ?? '');
    expect(ends).toContain(action);
    expect((await here.submit(page, ends.find((each) => each !== '/me/sessions/end') ?? '')).statusCode).toBe(303);
    expect((await elsewhere.json('GET', '/api/me')).statusCode).toBe(401);
    expect((await here.json('GET', '/api/me')).statusCode).toBe(200);
    const api = (await here.json('GET', '/api/me/sessions')).json() as { items: { agent: string }[] };
    expect(api.items.map(({ agent }) => agent)).toEqual(['Firefox on Android']);
  });

  it('takes a new address by the link that went there', async () => {
    const made = await personWith(world, 'clerk');
    const browser = await signedIn(made);
    expect((await browser.submit('/me', '/me/address', { email: 'clerk.moved@example.org' })).statusCode).toBe(303);
    const link = await linkFor('clerk.moved@example.org');
    expect(whereTo(await browser.submit(link, `${link}/address`))).toEqual([303, '/me']);
    expect(words(await browser.get('/me'))).toContain('clerk.moved@example.org');
  });

  it('signs out, and the session is over for good', async () => {
    const made = await personWith(world, 'clerk');
    const browser = await signedIn(made);
    const { headers } = browser;
    const out = await browser.submit('/me', '/sign-out');
    expect(whereTo(out)).toEqual([303, '/sign-in']);
    expect(out.headers['clear-site-data']).toBe('"cache", "storage"');
    expect((await world.inject({ url: '/api/me', headers })).statusCode).toBe(401);
    const [row] = await world.db.query(
      sql`select end_reason from account_sessions where account_id = ${made.accountId}`,
    );
    expect(row).toEqual({ end_reason: 'signed_out' });
  });
});

describe('a card', () => {
  it('is made by a facilitator, shown once, and opens by its PIN', async () => {
    const { collaborativeId, people } = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    const facilitator = await personWith(world, 'facilitator', {
      scopeKind: 'collaborative',
      scopeId: collaborativeId,
    });
    const browser = await signedIn(facilitator);
    const printed = await browser.submit('/cards', '/cards');
    expect(printed.statusCode).toBe(200);
    const page = parse(printed.body);
    expect(page.querySelector('svg[role=img] path')).not.toBeNull();
    const path = /http:\/\/granary\.test(\/card\/[A-Za-z0-9_-]{43})/u.exec(printed.body)?.[1] ?? '';
    const pin = /(\d{3} \d{3})/u.exec(words(printed))?.[1] ?? '';
    const phone = new Browser();
    const wrong = await phone.submit(path, path, { pin: pin === '000 000' ? '111111' : '000000' });
    expect([wrong.statusCode, words(wrong)]).toEqual([422, expect.stringContaining('4 more wrong PINs')]);
    expect(whereTo(await phone.submit(path, path, { pin }))).toEqual([303, '/']);
    expect((await phone.json('GET', '/api/me')).json()).toMatchObject({
      person: { id: people[0]?.personId },
      roles: [{ role: 'participant' }],
    });
    const list = await browser.get('/cards');
    const revoke = parse(list.body).querySelector('form[action$="/revoke"]')?.getAttribute('action') ?? '';
    expect((await browser.submit(list, revoke, { note: 'Lost on the bus' })).statusCode).toBe(303);
    const over = await new Browser().get(path);
    expect([over.statusCode, words(over)]).toEqual([404, expect.stringContaining('This card has ended')]);
    // Whoever found it and got in is out with it.
    expect((await phone.json('GET', '/api/me')).statusCode).toBe(401);
    expect(JSON.stringify(await world.db.query(sql`select * from idempotency_keys`))).not.toContain(path.slice(6));
  });
});

describe('all in all', () => {
  it('nothing failed on our side', () => {
    expect(failuresOf(world)).toEqual([]);
  });
});
