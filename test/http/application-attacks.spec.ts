/** Attacks over HTTP on applications: other organizations, conflicts, columns nobody offers, hostile and endless text. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { Money } from '../../src/kernel/money.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;
let round: MadeRound;
const requested = Money.parse('20000');
const SCRIPT = '<script>alert(1)</script>';

beforeAll(async () => {
  world = await openWebWorld();
  round = await publishedRound(world, {});
});

afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

type Member = Awaited<ReturnType<typeof organizationMember>>;
const visitorOf = ({ personId, name, accountId, email }: Member): Promise<Visitor> =>
  world.signIn({ personId, name, accountId, email });

const partners = [{ name: 'Kent Helpers', role: 'Mentors', level: 'vendor' as const, share: Money.parse('10') }];
const draft = (): Promise<MadeApplication> =>
  draftApplication(world, { roundId: round.roundId, requested, title: SCRIPT, partners });

/** Everything that is read about one application. */
const READS = [
  ...['', '/answers', '/answers/standing', '/confirmations', '/colleagues', '/receipt', '/messages', '/notes'],
];
const PAGES = [
  ...['', '/print', '/pdf', '/receipt', '/confirmations', '/colleagues', '/assisted', '/differences', '/submit'],
  ...['/versions/title', '/sections/proposal', '/reuse', '/messages', '/notes', '/memorandum', '/partners', '/budget'],
];

async function seenBy(visitor: Visitor, id: string): Promise<string[]> {
  const urls = [
    ...READS.map((part) => `/api/applications/${id}${part}`),
    ...PAGES.map((part) => `/applications/${id}${part}`),
    ...['/api/screening/', '/screening/'].map((path) => `${path}${id}`),
  ];
  const seen: string[] = [];
  for (const url of urls) {
    const { statusCode, body } = await visitor.get(url);
    const tells = body.includes('alert(1)') || body.includes('What we will do');
    if (![403, 404, 409].includes(statusCode) || tells) seen.push(`${statusCode} ${url}`);
  }
  return seen;
}

describe('one application', () => {
  it('is nothing to another organization, on any page or answer', async () => {
    const stranger = await visitorOf(await organizationMember(world, (await organization(world)).id));
    const written = await draft();
    const sent = await submittedApplication(world, { roundId: round.roundId, requested, title: SCRIPT });
    for (const { applicationId } of [written, sent]) {
      expect(await seenBy(stranger, applicationId)).toEqual([]);
      const path = `/api/applications/${applicationId}`;
      const id = crypto.randomUUID();
      for (const [part, json] of Object.entries({
        '/answers': { answers: [{ key: 'title', value: 'Mine', version: 1 }] },
        '/versions': { versionId: id },
        [`/differences/${id}`]: { choice: 'taken', version: 1 },
        '/assisted': {},
        '/reuse': { earlierId: id, keys: ['title'] },
        '/colleagues': { address: 'me@example.net', access: 'edit' },
        '/confirmations': { partnerId: id, address: 'me@example.net' },
        '/messages': { body: 'Hello' },
      })) {
        expect([part, (await stranger.post(`${path}${part}`, json)).statusCode]).toEqual([part, 404]);
      }
    }
  });

  it('is nothing to an officer in conflict, on any page or answer, nor in lists and searches', async () => {
    const sent = await submittedApplication(world, { roundId: round.roundId, requested, title: SCRIPT });
    const person = await world.person([{ role: 'program_officer' }]);
    const officer = await world.signIn(person);
    expect((await officer.get(`/api/applications/${sent.applicationId}/answers/standing`)).statusCode).toBe(200);
    const grants = [{ role: 'program_officer', scopeKind: 'agency', scopeId: null }] as const;
    const actor = { kind: 'person', personId: person.personId, name: person.name, grants } as const;
    await world.get(Conflicts).declareOwn(actor, {
      ...{ applicationId: sent.applicationId, type: 'family', level: 'direct' },
    });
    expect(await seenBy(officer, sent.applicationId)).toEqual([]);
    for (const url of ['/api/screening?state=all', '/api/applications', '/api/conversations', '/api/tasks']) {
      expect((await officer.get(url)).body).not.toContain(sent.applicationId);
    }
    const items = [{ id: sent.applicationId, version: 1 }];
    expect((await officer.post('/api/screening/runs', { action: 'shortlist', items })).statusCode).toBe(422);
  });
});

describe('answers', () => {
  it('take no column that nobody offers, no endless text, and show hostile text as text', async () => {
    const { id: organizationId } = await organization(world);
    const member = await organizationMember(world, organizationId);
    const made = await draftApplication(world, { roundId: round.roundId, requested, organizationId });
    const owner = await visitorOf(member);
    const path = `/api/applications/${made.applicationId}`;
    const { answers } = JSON.parse((await owner.get(`${path}/answers`)).body) as {
      answers: { key: string; version: number }[];
    };
    const version = answers.find(({ key }) => key === 'summary')?.version ?? 0;
    const send = (answer: object): ReturnType<Visitor['post']> => owner.post(`${path}/answers`, { answers: [answer] });
    const forged = await send({
      key: 'summary',
      value: 'X',
      version,
      confirmedAt: '2015-01-01',
      enteredBy: organizationId,
    });
    expect([400, 422]).toContain(forged.statusCode);
    const endless = await send({ key: 'title', value: 'x'.repeat(5_000_000), version: 1 });
    expect([200, 413]).toContain(endless.statusCode);
    expect((await owner.get(path)).body.length).toBeLessThan(20_000);
    const hostile = await send({ key: 'summary', value: `${SCRIPT}{{title}}`, version });
    expect(hostile.statusCode).toBe(200);
    for (const page of ['', '/print', '/sections/proposal', '/versions/summary']) {
      const { statusCode, body } = await owner.get(`/applications/${made.applicationId}${page}`);
      expect([page, statusCode]).toEqual([page, 200]);
      expect(body).not.toContain(SCRIPT);
    }
    const key = '__proto__';
    expect((await send({ key, value: 'X', version: 0 })).statusCode).toBe(200);
    expect(JSON.parse((await send({ key: 'constructor', value: 'X', version: 0 })).body)).toMatchObject({ saved: [] });
  });
});
