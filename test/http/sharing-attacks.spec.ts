/** Attacks by forged requests on what is shared: shared computers, doors to conflicted money, links shown once, lists as files. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { Applications } from '../../src/features/applications/index.js';
import { readAward } from '../../src/features/awards/index.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { Conversations, InternalNotes } from '../../src/features/conversations/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { Administrators } from '../../src/features/sign-in/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import type { Role } from '../../src/kernel/roles.js';
import { sql } from '../../src/platform/database/sql.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import { approvedRequest, submittedRequest } from '../factories/disbursements.js';
import { organizationMember } from '../factories/organizations.js';
import { draftRound } from '../factories/rounds.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const system = systemActor('test');
let world: WebWorld;

beforeAll(async () => {
  world = await openWebWorld();
});
afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

/** Every page that the pages lead somebody to, by its address, whose answer holds any of the words. */
async function pagesWith(visitor: Visitor, words: readonly string[], most = 400): Promise<string[]> {
  const [seen, waiting, found] = [new Set(['/']), ['/'], [] as string[]];
  for (let url = waiting.shift(); url !== undefined && seen.size < most; url = waiting.shift()) {
    const { statusCode, body, headers } = await visitor.get(url);
    const held = words.filter((each) => body.includes(each));
    if (statusCode === 200 && held.length > 0) found.push(`${url} ${held.join('|')}`);
    if (!String(headers['content-type']).includes('text/html')) continue;
    for (const link of parse(body).querySelectorAll('a[href]')) {
      const href = (link.getAttribute('href') ?? '').split('#')[0] ?? '';
      const shape = href.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id');
      if (!href.startsWith('/') || href.startsWith('/me') || seen.has(href) || /sort=|after=/.test(shape)) continue;
      seen.add(href);
      waiting.push(href);
    }
  }
  return found;
}

describe('a direct conflict of interest', () => {
  let award: MadeAward;
  let words: string[];

  beforeAll(async () => {
    award = await activeAward(world, { amount: Money.parse('5000') });
    const { number } = await readAward(world.db, award.awardId);
    const { number: applied, title } = await world.get(Applications).get(system, award.applicationId);
    await approvedRequest(world, award, Money.parse('100.50'));
    await submittedRequest(world, award, Money.parse('77.25'));
    const owner = await organizationMember(world, award.organizationId, 'owner');
    await world.get(Conversations).write(owner, 'award', award.awardId, { body: 'Vermilion heron message.' });
    const officer = await world.actor('program_officer');
    await world.get(InternalNotes).add(officer, 'award', award.awardId, { body: 'Cobalt otter note.' });
    words = [number, applied, title, 'Vermilion heron', 'Cobalt otter', award.awardId, award.applicationId];
  });

  /** Books add up for everybody, what is public is public, and one's own conflict names what it is with (docs/decisions). */
  const OPEN =
    /^\/(payments|ledger|reports\/budget|funding|conflicts)\b|^\/audit\S* 2015-0001\|2015-0001$|^\/audit\?thing=award/;

  it.each(['program_officer', 'finance_officer', 'auditor', 'administrator'] satisfies Role[])(
    'is met by %s on no page that pages lead to, but for the books',
    async (role) => {
      const visitor = await world.signIn(role);
      await world.db.work(system, async (work) => {
        const { personId } = visitor.person;
        const conflict = { personId, applicationId: award.applicationId, type: 'family', level: 'direct' } as const;
        await world.get(Conflicts).declare(work, conflict);
        return null;
      });
      const found = await pagesWith(visitor, words);
      expect(found.filter((each) => !OPEN.test(each))).toEqual([]);
      for (const url of ['/mails', '/api/mails', '/mails?q=Reading', '/api/mails?q=Reading']) {
        expect((await visitor.get(url)).body).not.toContain('Reading after school');
      }
      const [mail] = await world.db.query<{ id: string }>(
        sql`select id from mails where body like '%Vermilion heron%' limit 1`,
      );
      expect(mail).toBeDefined();
      for (const url of [`/mails/${mail?.id}`, `/api/mails/${mail?.id}`]) {
        expect([403, 404]).toContain((await visitor.get(url)).statusCode);
      }
    },
    240_000,
  );

  it('leaves the mails to whoever has none', async () => {
    const visitor = await world.signIn('administrator');
    expect((await visitor.get('/mails')).body).toContain('Reading after school');
  });
});

describe('a computer in a library', () => {
  it('keeps nothing of who signed out: not what they answered before they came in', async () => {
    const { roundId } = await draftRound(world);
    const rule = { question: 'Is it in Kent?', kind: 'yes_no', is: 'equal', value: 'yes', why: 'Kent only.' };
    await world.get(RoundSetUp).setEligibility(system, roundId, { rules: [rule] });
    await world.get(Rounds).take(system, roundId, 'publish', {});
    const first = await world.signIn();
    const checked = await first.submit(`/funding/${roundId}/check`, { 'answers.rule_1': 'yes' });
    const carried = checked.cookies.find(({ name }) => name === 'granary-check');
    expect(carried?.value).toBeTruthy();
    const cookie = `${first.cookie}; granary-check=${carried?.value ?? ''}`;
    const leave = [
      { method: 'POST', url: '/sign-out', headers: { cookie }, form: { _csrf: await first.csrf() } },
      { method: 'DELETE', url: '/api/session', headers: { cookie } },
    ] as const;
    for (const asked of leave) {
      const left = await world.inject(asked);
      const gone = left.cookies.find(({ name }) => name === 'granary-check');
      expect([asked.url, left.statusCode < 400, gone?.value]).toEqual([asked.url, true, '']);
    }
  });

  it('reads a forged carrier as if it was typed: of another round, too large, of strange kinds', async () => {
    const { roundId } = await draftRound(world);
    const rule = { question: 'Is it in Kent?', kind: 'yes_no', is: 'equal', value: 'yes', why: 'Kent only.' };
    await world.get(RoundSetUp).setEligibility(system, roundId, { rules: [rule] });
    await world.get(Rounds).take(system, roundId, 'publish', {});
    const forge = (value: unknown): string =>
      `granary-check=${Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')}`;
    for (const value of [
      [{ round: newId(), answers: { rule_1: 'yes' } }],
      [{ round: roundId, answers: { rule_1: { toString: 'yes' } } }],
      [{ round: roundId, answers: { rule_1: ['yes'], __proto__: { rule_1: 'yes' } } }],
      [{ round: roundId, answers: { rule_1: 'y'.repeat(5000) } }],
      '{"broken',
      { round: roundId, answers: { rule_1: 'yes' } },
    ]) {
      const { statusCode, body } = await world.inject({
        url: `/funding/${roundId}/check`,
        headers: { cookie: forge(value) },
      });
      expect([statusCode, body.includes('You can apply')]).toEqual([200, false]);
    }
  });
});

describe('a link that is shown on the server', () => {
  it('is used up by a button alone, by one of two at once, and a newer one takes its place', async () => {
    const person = await world.person([{ role: 'administrator' }]);
    const print = (): Promise<string> =>
      world.db.work(
        system,
        async (work) => (await world.get(Administrators).printLink(work, person.personId, person.email)).path,
      );
    const [old, path] = [await print(), await print()];
    expect((await world.inject({ url: old })).statusCode).toBe(404);
    // Scanners and previews look too.
    for (const method of ['GET', 'HEAD', 'GET'] as const) await world.inject({ method, url: path });
    const opened = await world.inject({ url: path });
    expect([opened.statusCode, opened.headers['referrer-policy'], opened.headers['cache-control']]).toEqual([
      200,
      expect.stringMatching(/no-referrer|same-origin/),
      expect.stringContaining('no-store'),
    ]);
    const cookie = opened.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const [, csrf = ''] = /name="_csrf"[^>]*value="([^"]+)"/.exec(opened.body) ?? [];
    const press = (passphrase: string): Promise<{ statusCode: number }> =>
      world.inject({
        method: 'POST',
        url: `${path}/passphrase`,
        headers: { cookie },
        form: { _csrf: csrf, passphrase, repeat: passphrase },
      });
    const both = await Promise.all([press('seven quiet harbors at dawn'), press('eleven loud orchards by noon')]);
    expect(both.map(({ statusCode }) => statusCode).filter((each) => each === 303)).toHaveLength(1);
    expect((await world.inject({ url: path })).statusCode).toBe(404);
    const token = path.split('/').at(-1) ?? '';
    const [kept] = await world.db.query<{ text: string }>(sql`
      select coalesce(string_agg(l::text, ' '), '') as text from mailed_links l where l.person_id = ${person.personId}`);
    expect(kept?.text).not.toContain(token);
    expect(world.troubles.join(' ')).not.toContain(token);
  });
});

describe('words that are signed', () => {
  it('are not confirmed by who proposed them, from whatever browser', async () => {
    const [set] = await world.db.query<{ id: string }>(sql`select id from rule_sets limit 1`);
    const id = set?.id ?? '';
    const [desk, other] = [await world.signIn('administrator'), await world.signIn('administrator')];
    const phone = await world.signIn(desk.person);
    const effectiveOn = world.db.currentCalendar.addDays(world.db.today, 3);
    const json = { body: 'New words.', source: 'Counsel', confirmed: true, effectiveOn, reason: 'Counsel asked' };
    expect((await desk.post(`/api/wordings/${id}`, json)).statusCode).toBe(201);
    const [proposal] = await world.db.query<{ id: string }>(
      sql`select id from rule_text_proposals where decided_at is null`,
    );
    const proposalId = proposal?.id ?? '';
    for (const visitor of [desk, phone]) {
      expect((await visitor.submit(`/wordings/${id}/confirm`, { proposalId })).statusCode).toBe(403);
      expect((await visitor.post(`/api/wordings/${id}/confirm`, { proposalId })).statusCode).toBe(403);
    }
    await other.csrf();
    const twice = await Promise.all([0, 1].map(() => other.submit(`/wordings/${id}/confirm`, { proposalId })));
    expect(twice.map(({ statusCode }) => statusCode).sort()).toEqual([303, 409]);
  });
});

describe('a list as a file', () => {
  it('is nobody else’s, not even by its address, and nobody’s once the role is over', async () => {
    const officer = await world.signIn('program_officer');
    const asked = await officer.post('/api/exports', { list: 'awards', format: 'csv', search: '' });
    expect(asked.statusCode).toBeLessThan(300);
    const { id } = asked.json<{ id: string }>();
    await world.drain();
    const file = `/exports/${id}/file`;
    expect((await officer.get(file)).statusCode).toBe(200);
    for (const role of ['program_officer', 'administrator', 'auditor'] satisfies Role[]) {
      const visitor = await world.signIn(role);
      for (const url of [file, `/exports/${id}`, `/api/exports/${id}`, `/api/exports/${id}/file`]) {
        expect([url, (await visitor.get(url)).statusCode]).toEqual([url, 404]);
      }
    }
    expect((await world.inject({ url: file })).statusCode).toBeGreaterThanOrEqual(300);
    await world.db.work(system, async (work) => {
      await work.query(sql`
        update role_grants set ended_at = ${work.now}, end_reason = 'over' where person_id = ${officer.person.personId}`);
      return null;
    });
    expect((await officer.get(file)).statusCode).toBeGreaterThanOrEqual(400);
  });
});
