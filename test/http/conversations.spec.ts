/** Conversations, questions, announcements and the public pages over the web: doors, forms shown again, hostile text. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { Announcements } from '../../src/features/announcements/index.js';
import { Conversations } from '../../src/features/conversations/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication } from '../factories/applications.js';
import { organizationMember } from '../factories/organizations.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>';

let world: WebWorld;
let round: MadeRound;
let officer: PersonActor;

beforeAll(async () => {
  world = await openWebWorld();
  round = await publishedRound(world);
  officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: round.fundId });
});

afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

/** A stranger with a browser: the cookie of the first page goes along. */
function stranger(): { get(url: string): Promise<Answer>; submit(form: Record<string, string>): Promise<Answer> } {
  let cookie = '';
  let page = '';
  const ask = async (method: 'GET' | 'POST', url: string, form?: Record<string, string>): Promise<Answer> => {
    const answer = await world.inject({ method, url, form, headers: cookie === '' ? {} : { cookie } });
    const set = answer.headers['set-cookie'];
    if (set !== undefined) cookie = String(set).split(';')[0] ?? '';
    if (method === 'GET') page = answer.body;
    return answer;
  };
  return {
    get: (url) => ask('GET', url),
    submit: (form) => {
      const form1 = parse(page).querySelector('main form');
      const hidden = Object.fromEntries(
        (form1?.querySelectorAll('input[type=hidden]') ?? []).map((each) => [
          each.getAttribute('name') ?? '',
          each.getAttribute('value') ?? '',
        ]),
      );
      return ask('POST', form1?.getAttribute('action') ?? '', { ...hidden, ...form });
    },
  };
}

const visitorOf = (member: { personId: string; name: string; email: string; accountId: string }): Promise<Visitor> =>
  world.signIn({ personId: member.personId, accountId: member.accountId, email: member.email, name: member.name });

describe('the public pages', () => {
  it('say what is open, what is funded and how to apply, with a menu, to a stranger', async () => {
    for (const url of ['/', '/funding', '/funding/awards', '/funding/how-to-apply', `/funding/${round.roundId}`]) {
      const answer = await world.inject({ url });
      expect([url, answer.statusCode]).toEqual([url, 200]);
      const page = parse(answer.body);
      expect(page.querySelectorAll('.site-nav a').map((each) => each.getAttribute('href'))).toEqual([
        '/funding',
        '/funding/awards',
        '/funding/how-to-apply',
      ]);
      expect(page.querySelectorAll('.site-nav [aria-current]').length).toBe(url === '/' ? 0 : 1);
    }
    const csv = await world.inject({ url: '/funding/awards.csv' });
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.body.split('\r\n')[0]).toBe('Number,Award,Recipient,Districts,Round,Amount,Begins,Ends');
  });

  it('show an announcement as text, whatever is typed into it', async () => {
    const announcements = world.get(Announcements);
    const boss = await world.actor('administrator');
    const { id } = await announcements.create(boss, {
      ...{ title: HOSTILE, body: HOSTILE, audiences: ['everybody'], startsOn: world.db.today },
    });
    await announcements.take(boss, id, 'publish', {});
    for (const answer of [await world.inject({ url: '/' }), await (await world.signIn('reviewer')).get('/')]) {
      expect(answer.body).toContain('&lt;script&gt;');
      expect(answer.body).not.toContain('<script>alert');
      expect(answer.body).not.toContain('<img src=x');
    }
  });
});

describe('a question on the page of a round', () => {
  it('is asked by form, comes back with what was typed when it is refused, and leads a stranger to sign in', async () => {
    const url = `/funding/${round.roundId}`;
    const visitor = await world.signIn();
    const refused = await visitor.submit(`${url}/questions`, { body: 'Hm?' });
    expect(refused.statusCode).toBe(422);
    expect(parse(refused.body).querySelector('textarea[name=body]')?.text).toBe('Hm?');
    const sent = await visitor.submit(`${url}/questions`, { body: HOSTILE });
    expect([sent.statusCode, sent.headers['location']]).toEqual([303, `${url}#questions`]);
    const own = (await visitor.get(url)).body;
    expect(own).toContain('&lt;script&gt;');
    expect(own).not.toContain('<script>alert');
    const page = parse((await world.inject({ url })).body);
    expect(page.querySelector('textarea')).toBeNull();
    expect(page.querySelector(`a[href="/sign-in?next=${url}"]`)).not.toBeNull();
    // What waits is its asker's alone.
    expect(page.toString()).not.toContain('&lt;script&gt;');
    const api = await world.inject({ url: `/api/rounds/open/${round.roundId}/questions` });
    expect(api.json()).toEqual({ items: [] });
  });
});

describe('a conversation', () => {
  it('is answered by the link in the mail without signing in, once', async () => {
    const { applicationId: id, owner } = await draftApplication(world, { roundId: round.roundId });
    const conversations = world.get(Conversations);
    await conversations.write(owner, 'application', id, { body: 'May we add a partner later?' });
    await conversations.write(officer, 'application', id, { body: `Which one? ${HOSTILE}`, expectsAnswer: true });
    await world.drain();
    const mail = await world.db.find<{ body: string }>(
      sql`select body from mails where body like '%Which one?%' order by id desc limit 1`,
    );
    const path = /\/replies\/[A-Za-z0-9_-]{43}/u.exec(mail?.body ?? '')?.[0] ?? '';
    const browser = stranger();
    const shown = await browser.get(path);
    expect(shown.statusCode).toBe(200);
    expect(shown.headers['cache-control']).toContain('no-store');
    expect(shown.body).toContain('Which one?');
    expect(shown.body).not.toContain('<script>alert');
    // No more than the mail itself says.
    expect(shown.body).not.toContain('May we add a partner later?');
    const empty = await browser.submit({ body: '' });
    expect(empty.statusCode).toBe(422);
    const sent = await browser.submit({ body: 'The library in Kent.' });
    expect([sent.statusCode, sent.headers['location']]).toEqual([303, '/replies/sent']);
    expect((await browser.get('/replies/sent')).statusCode).toBe(200);
    expect((await browser.get(path)).statusCode).toBe(404);
    const { messages } = await conversations.get(owner, 'application', id);
    expect(messages.at(-1)).toMatchObject({ body: 'The library in Kent.', via: 'link', side: 'organization' });
  });

  it('is a page of the application for its people, with no word of the notes beside it', async () => {
    const made = await draftApplication(world, { roundId: round.roundId });
    const { applicationId: id, organizationId } = made;
    const member = await organizationMember(world, organizationId, 'editor');
    const visitor = await visitorOf(member);
    const url = `/applications/${id}/messages`;
    expect((await visitor.submit(url, { body: 'Where do we upload the letter?' })).statusCode).toBe(303);
    await world.db.work(systemActor('test'), (work) =>
      work.query(sql`insert into internal_notes (id, version, created_at, subject_type, subject_id, author_id, body)
        values (gen_random_uuid(), 1, ${work.now}, 'application', ${id}, ${officer.personId}, 'A secret thought')`),
    );
    for (const each of [url, `/applications/${id}`, '/conversations', '/']) {
      const answer = await visitor.get(each);
      expect([each, answer.statusCode]).toEqual([each, 200]);
      expect(answer.body).not.toContain('A secret thought');
    }
    expect((await visitor.get(url)).body).toContain('Where do we upload the letter?');
    expect((await visitor.get(`/applications/${id}/notes`)).statusCode).toBe(403);
    expect((await visitor.get(`/api/applications/${id}/notes`)).statusCode).toBe(403);
    const foreign = await draftApplication(world, { roundId: round.roundId });
    const other = await visitorOf(await organizationMember(world, foreign.organizationId, 'owner'));
    for (const each of [url, `/api/applications/${id}/messages`]) expect((await other.get(each)).statusCode).toBe(404);
    expect((await other.submit(url, { body: 'Hello' })).statusCode).toBe(404);
    // What side one writes from is not for the sender to say.
    const forged = await visitor.post(`/api/applications/${id}/messages`, { body: 'Hi', side: 'agency' });
    expect(forged.statusCode).toBe(422);
  });
});
