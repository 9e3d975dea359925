/** Proving once more that it is you: nothing typed is lost, nothing is done without the proof, and guessing ends. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HTMLElement, parse } from 'node-html-parser';
import { generateSync } from 'otplib';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { OrganizationRecordsPages } from '../../src/features/organizations/organization-records.controllers.js';
import { sql } from '../../src/platform/database/sql.js';
import { FRESH } from '../../src/platform/http/route.js';
import { listRoutes } from '../../src/platform/http/routes.js';
import { sentFields } from '../../src/platform/pages/confirm-page.js';
import { parseForm } from '../../src/platform/http/form-body.js';
import { pdfFile } from '../factories/attachments.js';
import { organization, organizationMember } from '../factories/organizations.js';
import {
  type Answer,
  failuresOf,
  openWebWorld,
  TEST_PASSPHRASE,
  type TestPerson,
  type Visitor,
  type WebWorld,
} from '../support/world.js';

let world: WebWorld;
beforeAll(async () => {
  world = await openWebWorld();
});
afterAll(async () => world?.close());

const minutes = (count: number): void => world.clock.advance(count * 60_000);
const stale = (): void => minutes(16);

/** What the page would send when its button is pressed, with what somebody types. */
function pressed(page: HTMLElement, typed: Record<string, string>): { url: string; form: Record<string, string> } {
  const form = page.querySelector('main form') as HTMLElement;
  const hidden = form
    .querySelectorAll('input[type=hidden]')
    .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']);
  return { url: form.getAttribute('action') ?? '', form: { ...Object.fromEntries(hidden), ...typed } };
}

const send = (visitor: Visitor, { url, form }: { url: string; form: Record<string, string> }): Promise<Answer> =>
  visitor.ask({ method: 'POST', url, form });

async function grantsOf(person: TestPerson): Promise<string[]> {
  const rows = await world.db.query<{ role: string; reason: string }>(
    sql`select role, reason from role_grants where person_id = ${person.personId} order by role, created_at`,
  );
  return rows.map(({ role, reason }) => `${role}: ${reason}`);
}

const GRANT = { role: 'reviewer', scopeKind: 'agency', scopeId: '', reason: 'Asked for by <the director> & "board"' };
const granted = (person: TestPerson): string => `/people/${person.personId}/roles`;

describe('a form that asks for a proof', () => {
  it('goes on with everything that was typed, once, with one press', async () => {
    const admin = await world.signIn('administrator');
    const person = await world.person();
    await admin.csrf();
    stale();
    const asked = await admin.submit(granted(person), { ...GRANT, _key: 'one-key-of-the-form' });
    expect(asked.statusCode).toBe(403);
    expect(asked.headers['cache-control']).toBe('no-store');
    expect(await grantsOf(person)).toEqual([]);
    const page = parse(asked.body);
    expect(page.querySelector('h1')?.text).toBe('Confirm it is you');
    const next = pressed(page, { _proof: TEST_PASSPHRASE });
    expect(next).toMatchObject({ url: granted(person), form: { ...GRANT, _key: 'one-key-of-the-form' } });
    const answers = await Promise.all(Array.from({ length: 4 }, () => send(admin, next)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303, 303, 303]);
    expect(await grantsOf(person)).toEqual([`reviewer: ${GRANT.reason}`]);
  });

  it('is not asked again for a quarter of an hour', async () => {
    const admin = await world.signIn('administrator');
    const [one, two] = [await world.person(), await world.person()];
    await admin.csrf();
    expect((await admin.submit(granted(one), GRANT)).statusCode).toBe(303);
    minutes(14);
    expect((await admin.submit(granted(two), GRANT)).statusCode).toBe(303);
    minutes(2);
    expect((await admin.submit(granted(two), { ...GRANT, role: 'facilitator' })).statusCode).toBe(403);
  });

  it('keeps everything while the proof is wrong, and shows it to nobody', async () => {
    const admin = await world.signIn('administrator');
    const person = await world.person();
    await admin.csrf();
    stale();
    const asked = await admin.submit(granted(person), GRANT);
    for (const _proof of ['', 'not the passphrase at all', '12345678', '123456']) {
      const again = await send(admin, pressed(parse(asked.body), { _proof }));
      expect(again.statusCode).toBe(403);
      const page = parse(again.body);
      expect(pressed(page, {}).form).toMatchObject(GRANT);
      expect(page.querySelector('[role=alert]')).not.toBeNull();
      if (_proof !== '') expect(again.body).not.toContain(_proof);
    }
    expect(await grantsOf(person)).toEqual([]);
  });

  it('ends guessing kindly: what was typed is still there, and the right passphrase works after the pause', async () => {
    const admin = await world.signIn('administrator');
    const person = await world.person();
    await admin.csrf();
    stale();
    const asked = parse((await admin.submit(granted(person), GRANT)).body);
    const wrong = await Promise.all(
      Array.from({ length: 14 }, (_, at) => send(admin, pressed(asked, { _proof: `wrong ${at} wrong wrong` }))),
    );
    expect(wrong.every(({ statusCode }) => statusCode === 403)).toBe(true);
    const late = await send(admin, pressed(asked, { _proof: TEST_PASSPHRASE }));
    expect(late.statusCode).toBe(403);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect(pressed(parse(late.body), {}).form).toMatchObject(GRANT);
    // Reading and everything else goes on meanwhile.
    expect((await admin.get('/people')).statusCode).toBe(200);
    minutes(16);
    expect((await send(admin, pressed(asked, { _proof: TEST_PASSPHRASE }))).statusCode).toBe(303);
  });

  it('is refused with a forged token, however good the proof', async () => {
    const admin = await world.signIn('administrator');
    const person = await world.person();
    await admin.csrf();
    stale();
    const asked = parse((await admin.submit(granted(person), GRANT)).body);
    const forged = await send(admin, pressed(asked, { _proof: TEST_PASSPHRASE, _csrf: 'forged' }));
    expect(forged.statusCode).toBe(403);
    expect(parse(forged.body).querySelector('h1')?.text).not.toBe('Confirm it is you');
    expect(await grantsOf(person)).toEqual([]);
  });

  it('asks nobody who may not do it anyway', async () => {
    const visitor = await world.signIn('auditor');
    const person = await world.person();
    await visitor.csrf();
    stale();
    const answer = await visitor.submit(granted(person), GRANT);
    expect(parse(answer.body).querySelector('h1')?.text).toBe('You cannot do this');
  });

  it('carries lists and lines as they were sent', () => {
    const text = 'lines[0][amount]=1%2C250.00&lines[0][note]=a%26b&lines[1].amount=2&kinds=a&kinds=b&empty=';
    const { fields } = parseForm(text);
    const again = sentFields(fields).map(
      ({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    expect(parseForm(again.join('&')).fields).toEqual(fields);
  });
});

describe('a form with a file that asks for a proof', () => {
  const handler = OrganizationRecordsPages.prototype.addDocument;
  beforeAll(() => Reflect.defineMetadata(FRESH, 'any', handler));
  afterAll(() => void Reflect.deleteMetadata(FRESH, handler));

  it('keeps the file too', async () => {
    const { id } = await organization(world);
    const owner = await world.signIn(await organizationMember(world, id, 'owner'));
    const token = await owner.csrf();
    stale();
    const boundary = 'a-boundary-of-tests';
    const parts = [
      'Content-Disposition: form-data; name="_key"\r\n\r\na-key-of-this-form',
      'Content-Disposition: form-data; name="kind"\r\n\r\ninsurance',
      'Content-Disposition: form-data; name="note"\r\n\r\nUntil summer',
      `Content-Disposition: form-data; name="fileId"; filename="policy.pdf"\r\nContent-Type: application/pdf\r\n\r\n${pdfFile().toString('latin1')}`,
    ];
    const asked = await owner.ask({
      method: 'POST',
      url: `/organizations/${id}/add-document?_csrf=${encodeURIComponent(token)}`,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload: `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`,
    });
    expect(asked.statusCode).toBe(403);
    const next = pressed(parse(asked.body), { _proof: TEST_PASSPHRASE });
    expect(next).toMatchObject({ url: `/organizations/${id}/add-document`, form: { note: 'Until summer' } });
    const answers = await Promise.all([send(owner, next), send(owner, next)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    const rows = await world.db.query(sql`
      select d.note, a.file_name from organization_documents d join attachments a on a.id = d.attachment_id
      where d.organization_id = ${id}`);
    expect(rows).toEqual([{ note: 'Until summer', file_name: 'policy.pdf' }]);
  });
});

describe('a page that asks for a proof', () => {
  it('is there after it', async () => {
    const visitor = await world.signIn(await world.person());
    await visitor.csrf();
    stale();
    const asked = await visitor.get('/me/second-factor/set-up');
    expect(asked.statusCode).toBe(403);
    const next = pressed(parse(asked.body), { _proof: TEST_PASSPHRASE });
    expect(next).toMatchObject({ url: '/confirm', form: { next: '/me/second-factor/set-up' } });
    const answer = await send(visitor, next);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/me/second-factor/set-up']);
    expect((await visitor.get('/me/second-factor/set-up')).statusCode).toBe(200);
    const away = await send(visitor, { url: '/confirm', form: { ...next.form, next: '//evil.example' } });
    expect(away.headers.location).toBe('/');
  });
});

describe('a program', () => {
  it('is told, proves it and repeats its request', async () => {
    const admin = await world.signIn('administrator');
    const person = await world.person();
    stale();
    const json = { role: 'reviewer', scopeKind: 'agency', reason: 'By a program' };
    const refused = await admin.post(`/api/people/${person.personId}/roles`, json);
    expect(refused.json()).toMatchObject({ status: 401, code: 'session.confirmation_required' });
    expect((await admin.post('/api/session/confirm', { password: 'wrong wrong wrong wrong' })).statusCode).toBe(401);
    expect((await admin.post('/api/session/confirm')).statusCode).toBe(422);
    expect((await admin.post('/api/session/confirm', { password: TEST_PASSPHRASE })).statusCode).toBe(200);
    expect((await admin.post(`/api/people/${person.personId}/roles`, json)).statusCode).toBe(201);
  });

  it('is refused where it sends a proof as if it were a form', async () => {
    const admin = await world.signIn('administrator');
    const person = await world.person();
    stale();
    const json = { role: 'reviewer', scopeKind: 'agency', reason: 'By a program', _proof: TEST_PASSPHRASE };
    expect((await admin.post(`/api/people/${person.personId}/roles`, json)).statusCode).toBe(401);
  });
});

describe('somebody with neither passphrase nor second step', () => {
  async function bare(): Promise<{ visitor: Visitor; person: TestPerson }> {
    const person = await world.person([{ role: 'administrator' }]);
    const visitor = await world.signIn(person);
    await visitor.csrf();
    await world.db.work({ kind: 'system', name: 'test' }, async (work) => {
      await work.query(sql`update accounts set passphrase_hash = null where id = ${person.accountId}`);
      return null;
    });
    return { visitor, person };
  }

  async function codesTo(person: TestPerson): Promise<string[]> {
    const mails = await world.db.query<{ body: string }>(sql`
      select body from mails where recipient = ${person.email} and subject = 'Your code for Granary'
      order by created_at, id`);
    return mails.map(({ body }) => (/(\d{4}) (\d{4})/.exec(body)?.slice(1) ?? []).join(''));
  }

  it('gets eight digits by mail, good once, in this browser, for ten minutes', async () => {
    const { visitor, person } = await bare();
    const subject = await world.person();
    stale();
    const asked = parse((await visitor.submit(granted(subject), GRANT)).body);
    expect(asked.querySelector('main')?.text).toContain(`${person.email[0]}…@example.org`);
    expect(asked.querySelector('main')?.text).not.toContain(person.email);
    // Asking again mails nothing new while it holds.
    await visitor.submit(granted(subject), GRANT);
    const [code = '', ...more] = await codesTo(person);
    expect(more).toEqual([]);
    expect(code).toMatch(/^\d{8}$/);
    const typed = `${code.slice(0, 4)} ${code.slice(4)}`;
    expect((await send(visitor, pressed(asked, { _proof: typed }))).statusCode).toBe(303);
    expect(await grantsOf(subject)).toEqual([`reviewer: ${GRANT.reason}`]);
    stale();
    expect((await send(visitor, pressed(asked, { _proof: typed }))).statusCode).toBe(403);
  });

  it('a code dies after five wrong ones and after ten minutes; another is one press away', async () => {
    const { visitor, person } = await bare();
    const subject = await world.person();
    stale();
    const asked = parse((await visitor.submit(granted(subject), GRANT)).body);
    const [first = ''] = await codesTo(person);
    const wrong = String((Number(first) + 1) % 100_000_000).padStart(8, '0');
    await Promise.all(Array.from({ length: 5 }, () => send(visitor, pressed(asked, { _proof: wrong }))));
    expect((await send(visitor, pressed(asked, { _proof: first }))).statusCode).toBe(403);
    // The five found the code dead at the same moment: one more was mailed, not five.
    expect(await codesTo(person)).toHaveLength(2);
    const again = await send(visitor, pressed(asked, { _proof: '', _again: 'yes' }));
    expect(pressed(parse(again.body), {}).form).toMatchObject(GRANT);
    const codes = await codesTo(person);
    const latest = codes.at(-1) ?? '';
    minutes(11);
    expect((await send(visitor, pressed(asked, { _proof: latest }))).statusCode).toBe(403);
    expect(await grantsOf(subject)).toEqual([]);
    await send(visitor, pressed(asked, { _proof: '', _again: 'yes' }));
    const fresh = (await codesTo(person)).at(-1) ?? '';
    expect((await send(visitor, pressed(asked, { _proof: fresh }))).statusCode).toBe(303);
  });

  it('is told what to do where there is no address either', async () => {
    const { visitor, person } = await bare();
    await world.db.work({ kind: 'system', name: 'test' }, async (work) => {
      await work.query(sql`update identifiers set kind = 'telephone' where person_id = ${person.personId}`);
      return null;
    });
    stale();
    const asked = await visitor.submit(granted(await world.person()), GRANT);
    expect(asked.statusCode).toBe(403);
    expect(parse(asked.body).querySelector('main')?.text).toContain('Call the agency');
    expect(await codesTo(person)).toEqual([]);
  });

  it('mails no more than a few an hour', async () => {
    const { visitor, person } = await bare();
    const subject = await world.person();
    stale();
    const asked = parse((await visitor.submit(granted(subject), GRANT)).body);
    for (let time = 0; time < 12; time += 1) await send(visitor, pressed(asked, { _again: 'yes' }));
    expect((await codesTo(person)).length).toBeLessThanOrEqual(5);
  });
});

describe('somebody with a second step', () => {
  it('proves it by a code, once for however many presses', async () => {
    const person = await world.person([{ role: 'administrator' }]);
    const visitor = await world.signIn(person);
    const { secret } = (await visitor.post('/api/me/second-factor/begin')).json() as { secret: string };
    const code = (): string => generateSync({ secret, epoch: Math.floor(world.clock.now().getTime() / 1000) });
    const set = await visitor.post('/api/me/second-factor', { code: code() });
    const cookie = set.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const [one, two] = [await world.person(), await world.person()];
    const ask = (url: string, form?: Record<string, string>): Promise<Answer> =>
      world.inject({ method: form === undefined ? 'GET' : 'POST', url, form, headers: { cookie } });
    const token = /name="_csrf"[^>]*value="([^"]+)"/.exec((await ask('/')).body)?.[1] ?? '';
    stale();
    const asked = parse((await ask(granted(one), { ...GRANT, _csrf: token })).body);
    expect(asked.querySelector('label')?.text).toContain('Code from your app, or passphrase');
    const { form } = pressed(asked, { _proof: code() });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(granted(one), form)));
    // Pressed five times, the code is taken once, and all five say that it is done.
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303, 303, 303, 303]);
    expect((await grantsOf(one)).length).toBe(1);
    minutes(15);
    expect((await ask(granted(two), { ...form, reason: 'Again' })).statusCode).toBe(403);
    expect(await grantsOf(two)).toEqual([]);
  });
});

describe('which steps ask', () => {
  const routes = listRoutes(FEATURES_IN_ORDER).filter(({ method }) => method === 'POST');
  it.each([
    'payment_batch.release',
    'role.grant',
    'role.confirm',
    'role.end',
    'role.decline',
    'person.correct_name',
    'account.disable',
    'account.enable',
    'person.invite',
    'second_factor.set_up',
    'second_factor.remove',
    'second_factor_reset.ask',
    'second_factor_reset.confirm',
    'external_admission.create',
  ])('%s, as a form and as JSON', (permission) => {
    const those = routes.filter((route) => route.permission === permission);
    expect(those.length).toBeGreaterThanOrEqual(2);
    expect(those.filter(({ isFresh }) => !isFresh).map(({ path }) => path)).toEqual([]);
  });

  it('changing what somebody may do in an organization', () => {
    const those = routes.filter(({ path }) => /\/(members\/:personId\/roles|add-member|end-member)$/.test(path));
    expect(those.length).toBeGreaterThanOrEqual(6);
    expect(those.filter(({ isFresh }) => !isFresh).map(({ path }) => path)).toEqual([]);
  });

  it('whatever shows what is masked', () => {
    const those = routes.filter(({ permission }) => /unmask/.test(permission ?? ''));
    expect(those.filter(({ isFresh }) => !isFresh).map(({ path }) => path)).toEqual([]);
  });
});

describe('all in all', () => {
  it('no proof was kept or logged, and nothing failed on our side', async () => {
    expect(failuresOf(world)).toEqual([]);
    expect(world.troubles.join('\n')).not.toContain(TEST_PASSPHRASE);
    const rows = await world.db.query<{ text: string }>(
      sql`select coalesce(string_agg(row_to_json(e)::text, ''), '') as text from audit_events e`,
    );
    expect(rows[0]?.text).not.toContain(TEST_PASSPHRASE);
    const codes = await world.db.query<{ tries: number }>(sql`select tries from confirmation_codes where tries > 5`);
    expect(codes).toEqual([]);
  });
});
