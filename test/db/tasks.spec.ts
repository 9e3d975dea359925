/** Things to do: a source names who can have something in it, and nobody misses anything by being left out. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { Sources } from '../../src/features/funds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { ROLES } from '../../src/kernel/policy.js';
import { type Task, TaskSource, waitingFor } from '../../src/platform/tasks.js';
import { draftApplication, submittedApplication } from '../factories/applications.js';
import { activeAward, draftedAward } from '../factories/awards.js';
import { motionOf, roundForDecision, sessionOn } from '../factories/decisions.js';
import { approvedRequest, submittedRequest } from '../factories/disbursements.js';
import { sourceInput } from '../factories/funds.js';
import { assignedReview, upForReview } from '../factories/reviews.js';
import { draftRound, publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

jest.setTimeout(180_000);

const dollars = (amount: number): Money => Money.ofCents(amount * 100);

describe('things to do', () => {
  let world: World;
  let sources: readonly (readonly [string, TaskSource])[];
  /** One of each role, and those who have a part in what is going on. */
  const people: PersonActor[] = [];

  beforeAll(async () => {
    world = await openWorld();
    sources = FEATURES_IN_ORDER.flatMap(({ name, tasks }) =>
      (tasks ?? []).map((each) => [name, world.get(each)] as const),
    );
    for (const role of ROLES) people.push(await world.actor(role));
    await world.get(Sources).create(systemActor('test'), await sourceInput(world, dollars(100)));
    await draftRound(world);
    const { roundId } = await publishedRound(world);
    people.push((await draftApplication(world, { roundId, requested: dollars(1000) })).owner);
    await submittedApplication(world, { roundId, requested: dollars(1000) });
    const { applicationId } = await upForReview(world, roundId, { requested: dollars(1000) });
    people.push((await assignedReview(world, roundId, applicationId)).reviewer);
    await draftedAward(world, { amount: dollars(5000) });
    const award = await activeAward(world, { amount: dollars(9000) });
    await submittedRequest(world, award, dollars(100));
    await approvedRequest(world, award, dollars(200));
    const round = await roundForDecision(world, [dollars(1000)]);
    const session = await sessionOn(world, round);
    await motionOf(world, session, { kind: 'other', text: 'Meet again in May.' });
    people.push(session.clerk, ...session.members);
  });

  afterAll(() => world.close());

  const mayHave = (source: TaskSource, actor: PersonActor): boolean =>
    source.permissions.some((permission) => world.policy.mightDo(actor, permission));

  it('say which permissions lead to them', () => {
    for (const [feature, { permissions }] of sources) {
      expect({ feature, permissions: permissions.length }).not.toEqual({ feature, permissions: 0 });
      // It throws for one that is not declared.
      for (const each of permissions) expect(world.policy.row(each).meaning).not.toBe('');
    }
  });

  it('are none for whoever has none of the permissions, and some for somebody in nearly every feature', async () => {
    const had = new Set<string>();
    for (const actor of people) {
      for (const [feature, source] of sources) {
        const tasks = await source.tasks(actor);
        if (tasks.length > 0) had.add(feature);
        const roles = actor.grants.map(({ role }) => role);
        if (!mayHave(source, actor)) expect({ feature, roles, tasks }).toEqual({ feature, roles, tasks: [] });
      }
    }
    for (const feature of ['applications', 'awards', 'decisions', 'disbursements', 'funds', 'payments', 'reviews']) {
      expect(had).toContain(feature);
    }
  });

  it('are the same whether all are asked or only those who may have something', async () => {
    const titles = (tasks: readonly Task[]): string[] => tasks.map(({ title }) => title).sort();
    for (const actor of people) {
      const all = (await Promise.all(sources.map(([, source]) => source.tasks(actor)))).flat();
      const asked = sources.map(([, source]) => source);
      expect(titles(await waitingFor(actor, world.policy, asked))).toEqual(titles(all));
    }
  });

  it('are not looked for where there can be none', async () => {
    class Closed extends TaskSource {
      override readonly permissions = ['source.activate'];
      override tasks(): Promise<Task[]> {
        throw new Error('It was asked');
      }
    }
    const auditor = await world.actor('auditor');
    expect(await waitingFor(auditor, world.policy, [new Closed()])).toEqual([]);
  });
});
