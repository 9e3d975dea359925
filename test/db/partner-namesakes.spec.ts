/** A partner is named by its name: conflicts of interest are looked for in every organization that is called so. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { directConflict } from '../../src/features/conflicts/index.js';
import { OrganizationMembers } from '../../src/features/organizations/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { submittedApplication } from '../factories/applications.js';
import { organization } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

describe('organizations of the same name', () => {
  it('are all parties of an application that names it, and none of them is taken for the partner', async () => {
    const name = 'Reading Together';
    const first = await organization(world, { name });
    const second = await organization(world, { name: ` reading together ` });
    const officers = [await world.actor('program_officer'), await world.actor('program_officer')] as PersonActor[];
    for (const [index, { id }] of [first, second].entries()) {
      const personId = officers[index]?.personId ?? '';
      await world.get(OrganizationMembers).add(systemActor('test'), id, { personId, role: 'viewer' });
    }
    const { roundId } = await publishedRound(world);
    const { applicationId } = await submittedApplication(world, {
      ...{ roundId, requested: Money.parse('20000') },
      partners: [{ name, role: 'Mentors', level: 'vendor' }],
    });
    for (const officer of officers) {
      expect(await directConflict(world.db, officer.personId, applicationId)).toBeDefined();
    }
    const [partner] = await world.db.query<{ id: string | null }>(sql`
      select organization_id as id from application_partners where application_id = ${applicationId}`);
    expect(partner?.id).toBeNull();
  });
});
