/** Which mails somebody with a conflict of interest reads: by what a mail is about, whatever its words are. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Operations } from '../../src/features/agency/operations.service.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { Conversations } from '../../src/features/conversations/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { submittedApplication } from '../factories/applications.js';
import { organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

const system = systemActor('test');

/** A sent application whose applicant asks something, which the agency's people are mailed. */
async function asked(title: string, body: string): Promise<string> {
  const { roundId } = await publishedRound(world);
  const { applicationId, organizationId } = await submittedApplication(world, {
    ...{ roundId, title, requested: Money.parse('20000') },
  });
  await world.actor('program_officer');
  const owner = await organizationMember(world, organizationId, 'owner');
  await world.get(Conversations).write(owner, 'application', applicationId, { body });
  return applicationId;
}

async function subjectsAndWords(actor: PersonActor): Promise<string> {
  const operations = world.get(Operations);
  const { items } = await operations.mails(actor, { limit: 100 } as never);
  const bodies = await Promise.all(items.map(async ({ id }) => (await operations.mail(actor, id)).body));
  return [...items.map(({ subject }) => subject), ...bodies].join('\n');
}

describe('a conflict of interest', () => {
  it('hides the mails of its application, and no other that has the same words', async () => {
    const closed = await asked('The', 'Vermilion heron.');
    await asked('The', 'Cobalt otter.');
    const administrator = (await world.actor('administrator')) as PersonActor;
    const clear = (await world.actor('administrator')) as PersonActor;
    await world.db.work(system, async (work) => {
      const { personId } = administrator;
      await world
        .get(Conflicts)
        .declare(work, { personId, applicationId: closed, type: 'family', level: 'direct', note: 'Kin' } as never);
      return null;
    });
    const read = await subjectsAndWords(administrator);
    expect(read).toContain('Cobalt otter.');
    expect(read).not.toContain('Vermilion heron.');
    expect(read).not.toContain(closed);
    expect(await subjectsAndWords(clear)).toContain('Vermilion heron.');
  });
});
