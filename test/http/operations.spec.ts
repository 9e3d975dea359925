import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { Mailer } from '../../src/platform/mail/mail.js';
import { openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const SYSTEM = systemActor('test');

let world: WebWorld;
let administrator: Visitor;
let auditor: Visitor;
let mailId: string;

beforeAll(async () => {
  world = await openWebWorld();
  administrator = await world.signIn('administrator');
  auditor = await world.signIn('auditor');
  mailId = await world.db.work(SYSTEM, (work) =>
    world.get(Mailer).send(work, {
      to: 'mara@example.org',
      subjectKey: 'mail.invitation.subject',
      params: { agency: 'Example District' },
      about: null,
      template: 'mail/invitation',
      view: {
        name: '<b>Mara</b>',
        agency: 'Example District',
        link: 'http://granary.test/links/token-of-mara',
        expires: 'Friday',
      },
      carriesSecret: true,
    }),
  );
});
afterAll(() => world?.close());

/** A page's words, or what it answered instead. */
async function words(visitor: Visitor, url: string): Promise<string> {
  const answer = await visitor.get(url);
  if (answer.statusCode !== 200) return `answered ${answer.statusCode}: ${answer.body}`;
  return (parse(answer.body).querySelector('main')?.text ?? '').replace(/\s+/gu, ' ');
}

/** One job that was given up. */
async function failedJob(): Promise<string> {
  const id = newId();
  await world.db.work(SYSTEM, (work) =>
    work.query(sql`
      insert into outbox (id, topic, payload, created_at, available_at, attempts, failed_at, last_error)
      values (${id}, 'mail.deliver', '{"mailId":"hidden-payload"}', ${work.now}, ${work.now}, 8, ${work.now}, 'No paper')`),
  );
  return id;
}

describe('the page of text messages', () => {
  it('lists them for administrators and auditors, without the links that let somebody in', async () => {
    const link = `http://granary.test/links/${'t'.repeat(43)}`;
    await world.db.work(SYSTEM, (work) =>
      work.query(sql`insert into text_messages (id, created_at, recipient, body, carries_secret)
        values (${newId()}, ${work.now}, '+12065550177', ${`Sign in: ${link} and ${'s'.repeat(43)}`}, true)`),
    );
    expect(await words(auditor, '/mails')).toContain('Text messages');
    const shown = await words(administrator, '/text-messages?q=206 555');
    expect(shown).toContain('+12065550177');
    expect(shown).not.toContain('tttt');
    expect(shown).not.toContain('ssss');
    const api = (await auditor.get('/api/text-messages')).json();
    expect(api).toMatchObject({ items: [{ recipient: '+12065550177', state: 'kept' }], next: null });
    expect(JSON.stringify(api)).not.toMatch(/tttt|ssss/u);
    expect((await (await world.signIn('program_officer')).get('/text-messages')).statusCode).toBe(403);
    expect(await words(administrator, '/text-messages?q=999')).toContain('Nothing found');
  });
});

describe('the mail page', () => {
  it('is linked from the settings and lists what was written', async () => {
    const settings = parse((await auditor.get('/settings')).body);
    expect(settings.querySelectorAll('main a').map((link) => link.getAttribute('href'))).toEqual(
      expect.arrayContaining(['/mails', '/jobs']),
    );
    const page = await words(auditor, '/mails');
    expect(page).toContain('mara@example.org');
    expect(page).toContain('Kept');
    expect(await words(auditor, '/mails?q=nobody')).toContain('No mail matches');
  });

  it('shows one mail with its link hidden, as page and as JSON', async () => {
    const page = await words(administrator, `/mails/${mailId}`);
    expect(page).toContain('[link hidden]');
    // As words, not as markup.
    expect(page).toContain('Hello <b>Mara</b>');
    const json = await administrator.get(`/api/mails/${mailId}`);
    expect(json.json()).toMatchObject({ id: mailId, state: 'kept', masked: true });
    expect(page + json.body).not.toContain('token-of-mara');
    expect((await administrator.get('/api/mails')).json()).toMatchObject({ items: [{ id: mailId }], next: null });
  });
});

describe('the page of background work', () => {
  it('lets an administrator retry what was given up', async () => {
    const id = await failedJob();
    const page = await words(administrator, '/jobs');
    expect(page).toContain('No paper');
    expect(page).toContain('Given up');
    expect(page).not.toContain('hidden-payload');
    const answer = await administrator.submit(`/jobs/${id}/retry`);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/jobs']);
    const again = await administrator.submit(`/jobs/${id}/retry`);
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain('This work has not been given up');
  });

  it('is for programs too, and only to be read by auditors', async () => {
    const id = await failedJob();
    expect(await words(auditor, '/jobs')).not.toContain('Retry');
    expect((await auditor.submit(`/jobs/${id}/retry`)).statusCode).toBe(403);
    const { items } = (await auditor.get('/api/jobs')).json() as { items: Record<string, unknown>[] };
    expect(items[0]).toMatchObject({ id, state: 'failed', attempts: 8, error: 'No paper' });
    expect(items[0]).not.toHaveProperty('payload');
    const retried = await administrator.post(`/api/jobs/${id}/retry`);
    expect(retried.json()).toMatchObject({ id, state: 'waiting', attempts: 0 });
    expect((await administrator.post(`/api/jobs/${newId()}/retry`)).statusCode).toBe(404);
  });
});
