/** A partner is named by its name: conflicts of interest are looked for in every organization that is called so. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { directConflict } from '../../src/features/conflicts/index.js';
import { OrganizationMembers } from '../../src/features/organizations/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { submittedApplication } from '../factories/applications.js';
import { organization } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
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

  it.each([
    ['letters of another alphabet', 'R\u0435\u0430ding Together Two', 'Reading Together Two'],
    ['nothing that is seen', 'Reading\u200b Tog\u00adether Three', 'Reading Together Three'],
    ['accents and points', 'Réading Together, Inc.', 'Reading Together Inc'],
    ['wide letters', '\uff32\uff45\uff41\uff44\uff49\uff4e\uff47 Together Four', 'Reading Together Four'],
    ['a figure for a letter', 'Reading T0gether Five', 'Reading Together Five'],
  ])('are parties too when they only look the same: %s', async (_what, recorded, written) => {
    const { id } = await organization(world, { name: recorded });
    const officer = (await world.actor('program_officer')) as PersonActor;
    await world.get(OrganizationMembers).add(systemActor('test'), id, { personId: officer.personId, role: 'viewer' });
    const { roundId } = await publishedRound(world);
    const { applicationId } = await submittedApplication(world, {
      ...{ roundId, requested: Money.parse('20000') },
      partners: [{ name: written, role: 'Mentors', level: 'vendor' }],
    });
    expect(await directConflict(world.db, officer.personId, applicationId)).toBeDefined();
  });

  it('by its registered name, and by the name of one that became part of it', async () => {
    const whole = await organization(world, { name: 'Tidewater' });
    const part = await organization(world, { name: 'Ebb and Flow Readers' });
    const owner = await ownerOf(world);
    await owner.query(`update organizations set legal_name = 'Tidewater Cooperative Holdings' where id = $1`, [
      whole.id,
    ]);
    await owner.query(`update organizations set merged_into_id = $1, merged_at = now() where id = $2`, [
      whole.id,
      part.id,
    ]);
    await owner.end();
    const officer = (await world.actor('program_officer')) as PersonActor;
    await world
      .get(OrganizationMembers)
      .add(systemActor('test'), whole.id, { personId: officer.personId, role: 'viewer' });
    const { roundId } = await publishedRound(world);
    for (const name of ['Tidewater Cooperative Holdings', 'Ebb & Flow Readers']) {
      const { applicationId } = await submittedApplication(world, {
        ...{ roundId, requested: Money.parse('20000') },
        partners: [{ name, role: 'Mentors', level: 'vendor' }],
      });
      expect(await directConflict(world.db, officer.personId, applicationId)).toBeDefined();
    }
  });

  it('are not named twice, however the second is typed', async () => {
    const { roundId } = await publishedRound(world);
    const refused = await refusal(
      submittedApplication(world, {
        ...{ roundId, requested: Money.parse('20000') },
        partners: [
          { name: 'Open Doors', role: 'Mentors', level: 'vendor' },
          { name: '\u041epen D\u200boors', role: 'Mentors', level: 'vendor' },
        ],
      }),
    );
    expect(refused.fields[0]?.code).toBe('partner.named_twice');
  });
});

async function ownerOf(of: World): Promise<Client> {
  const client = new Client({ connectionString: of.database.ownerUrl });
  await client.connect();
  return client;
}
