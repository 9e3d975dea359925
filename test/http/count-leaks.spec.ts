/**
 * What is closed to somebody changes nothing that they see: whatever becomes of it, their home page, menu, lists, searches
 * and counts stay as they were, letter for letter.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Applications } from '../../src/features/applications/index.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { Conversations } from '../../src/features/conversations/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import type { Role } from '../../src/kernel/roles.js';
import { draftApplication, submittedApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const system = systemActor('test');
let lives = 0;
let world: WebWorld;
let roundId: string;
beforeAll(async () => {
  world = await openWebWorld();
  ({ roundId } = await publishedRound(world));
  await submittedApplication(world, { roundId, requested: Money.parse('20000'), title: 'Heron of everybody' });
});
afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

const pages = (): string[] => [
  ...['/', '/applications', '/applications?q=heron', '/screening', '/screening?q=heron', '/reviews', '/interviews'],
  ...[
    '/awards',
    '/awards?q=heron',
    '/rounds',
    `/rounds/${roundId}`,
    '/organizations?q=heron',
    '/mails',
    '/mails?q=heron',
  ],
  ...['/broadcasts', '/technical-assistance', '/audit', '/api/applications?q=heron', '/api/rounds', '/conversations'],
  ...['/search?q=heron', '/search?q=Vermilion', '/conflicts'],
];

/** What a page says, without what differs from one answer to the next. */
async function said(visitor: Visitor, url: string): Promise<string> {
  const { statusCode, body } = await visitor.get(url);
  const plain = body
    .replace(/name="(_csrf|_key)" value="[^"]*"/g, '')
    .replace(/\b[A-Za-z0-9_-]{40,}\b/g, '')
    .replace(/"requestId":"[^"]*"/g, '')
    .replace(/nonce="[^"]*"/g, '');
  return `${statusCode} ${plain}`;
}

async function all(visitor: Visitor): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const url of pages()) found[url] = await said(visitor, url);
  return found;
}

const differing = (one: Record<string, string>, other: Record<string, string>): string[] =>
  Object.keys(one).filter((url) => one[url] !== other[url]);

/** A draft, and the steps of its life after which somebody looks. */
async function life(): Promise<{ applicationId: string; title: string; steps: (() => Promise<unknown>)[] }> {
  lives += 1;
  const title = `Vermilion heron school ${lives}`;
  const made = await draftApplication(world, { roundId, requested: Money.parse('30000'), title });
  const { applicationId, owner } = made;
  const applications = world.get(Applications);
  return {
    ...{ applicationId, title },
    steps: [
      () => applications.submit(owner, applicationId, {}),
      () => world.get(Conversations).write(owner, 'application', applicationId, { body: 'A question on the heron.' }),
      () => applications.take(system, applicationId, 'screen_in', {}),
      () => applications.take(owner, applicationId, 'withdraw', { note: 'Other money' }),
    ],
  };
}

describe('an application that is closed to somebody', () => {
  it.each(['program_officer', 'reviewer', 'committee_member', 'finance_officer', 'auditor', 'administrator'] as Role[])(
    'changes no page of a %s in conflict with it, whatever becomes of it',
    async (role) => {
      const visitor = await world.signIn(role);
      const { applicationId, title, steps } = await life();
      await world.db.work(system, async (work) => {
        const { personId } = visitor.person;
        await world.get(Conflicts).declare(work, { personId, applicationId, type: 'family', level: 'direct' } as never);
        return null;
      });
      let before = await all(visitor);
      for (const step of steps) {
        await step();
        const after = await all(visitor);
        expect(differing(before, after)).toEqual([]);
        before = after;
      }
      // One's own conflict names what it is with.
      const { '/conflicts': _own, ...others } = before;
      expect(Object.keys(others).filter((url) => others[url]?.includes(title))).toEqual([]);
    },
    240_000,
  );

  it('changes no page of another organization, nor of a participant', async () => {
    const other = await organizationMember(world, (await organization(world)).id, 'owner');
    const visitors = [await world.signIn(other as never), await world.signIn('participant')];
    const { steps } = await life();
    let before = await Promise.all(visitors.map(all));
    for (const step of steps) {
      await step();
      const after = await Promise.all(visitors.map(all));
      after.forEach((each, index) => expect(differing(before[index] ?? {}, each)).toEqual([]));
      before = after;
    }
  }, 240_000);
});
