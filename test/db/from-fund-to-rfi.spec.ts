/** What leads somebody on from an agency with nothing in it, and partners who are asked as they are named. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationSections, Partners } from '../../src/features/applications/index.js';
import { Funds, Sources } from '../../src/features/funds/index.js';
import { FundsTasks } from '../../src/features/funds/funds.tasks.js';
import { Forms } from '../../src/features/forms/index.js';
import { Rounds, RoundSetUp } from '../../src/features/rounds/index.js';
import { RoundsTasks } from '../../src/features/rounds/rounds.tasks.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication } from '../factories/applications.js';
import { sourceInput } from '../factories/funds.js';
import { draftRound, publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

const hrefs = async (actor: PersonActor): Promise<string[]> =>
  [...(await world.get(FundsTasks).tasks(actor)), ...(await world.get(RoundsTasks).tasks(actor))].map(
    ({ href }) => href,
  );

describe('an agency that is new', () => {
  it('leads from one step to the next: source, authority, fund, money, round', async () => {
    const finance = await world.actor('finance_officer');
    const approver = await world.actor('finance_approver');
    const officer = await world.actor('program_officer');
    expect(await hrefs(finance)).toEqual(['/sources/new']);
    expect(await hrefs(officer)).toEqual(['/funds/new']);
    const input = await sourceInput(world, Money.parse('100000'));
    const { id } = await world.get(Sources).create(system, Object.assign(input, { subgrantAuthority: undefined }));
    expect(await hrefs(finance)).toEqual([`/sources/${id}/edit`]);
    expect(await hrefs(approver)).toEqual([]);
    await world.get(Sources).update(system, id, Object.assign(input, { subgrantAuthority: 'The notice of 2015' }));
    expect([await hrefs(finance), await hrefs(approver)]).toEqual([[], [`/sources/${id}`]]);
    await world.get(Sources).take(system, id, 'activate', {});
    const funds = world.get(Funds);
    const { id: fundId } = await funds.create(system, { name: 'Aprender después, ¡juntos!' });
    expect((await funds.get(system, fundId)).slug).toBe('aprender-despues-juntos');
    // A name without any such letter says nothing in an address.
    const error = await refusal(funds.create(system, { name: '家庭' }));
    expect(error.fields.map(({ field }) => field)).toEqual(['slug']);
    const { id: poolId } = await funds.addPool(system, fundId, { kind: 'round', name: 'First ideas' });
    expect(await hrefs(officer)).toEqual([`/rounds/new?pool=${poolId}`]);
    expect(await hrefs(await world.actor('program_officer', { scopeKind: 'fund', scopeId: id }))).toEqual([]);
    expect(await hrefs(finance)).toEqual([`/allotments/new?pool=${poolId}`]);
    await funds.allot(system, { sourceId: id, poolId, amount: Money.parse('50000'), authority: 'Resolution 1' });
    expect(await hrefs(finance)).toEqual([]);
  });
});

describe('a round whose form nobody could finish', () => {
  it('is not published: it needs a district or a school, and the agency has none', async () => {
    const { roundId, fundId } = await draftRound(world);
    const ask = (kind: 'districts' | 'schools') =>
      ({ key: kind, kind, label: `Which ${kind}?`, required: true }) as const;
    const { versionId } = await world.get(Forms).createForm(system, { fundId, name: 'Short' });
    const sections = [{ key: 'only', title: 'Only', questions: [ask('districts'), ask('schools')] }];
    await world.get(Forms).saveDefinition(system, versionId, { sections } as never);
    await world.get(RoundSetUp).chooseForm(system, roundId, { formVersionId: versionId });
    const error = await refusal(world.get(Rounds).take(system, roundId, 'publish', {}));
    const codes = JSON.stringify(error);
    expect(codes).toContain('round.form_needs_districts');
    expect(codes).toContain('round.form_needs_schools');
  });
});

describe('partners', () => {
  it('are asked as they are named, and again only when somebody says so', async () => {
    const { roundId } = await publishedRound(world);
    const { applicationId: id, owner } = await draftApplication(world, { roundId });
    const sections = world.get(ApplicationSections);
    const hill = {
      name: 'Hill School',
      role: 'Rooms',
      level: 'coordinated',
      address: 'Office@hill.example.org',
    } as const;
    const tutors = { name: 'River Tutors', role: 'Tutors', level: 'vendor' } as const;
    await sections.savePartners(owner, id, { partners: [hill, tutors] });
    const rows = () =>
      world.db.query<{ address: string | null }>(
        sql`select invited_address as address from application_partners where application_id = ${id} order by position`,
      );
    expect(await rows()).toEqual([{ address: 'office@hill.example.org' }, { address: null }]);
    const mails = async (): Promise<number> => {
      await world.drain();
      return (await world.db.query(sql`select 1 from mails where recipient = 'office@hill.example.org'`)).length;
    };
    expect(await mails()).toBe(1);
    await sections.savePartners(owner, id, { partners: [{ ...hill, address: undefined }, tutors] });
    expect([await rows(), await mails()]).toEqual([[{ address: 'office@hill.example.org' }, { address: null }], 1]);
    const [row] = await world.db.query<{ id: string }>(sql`
      select id from application_partners where application_id = ${id} and name = 'River Tutors'`);
    await world.get(Partners).invite(owner, id, { partnerId: row?.id ?? '', address: 'desk@river.example.org' });
    expect((await rows())[1]).toEqual({ address: 'desk@river.example.org' });
  });

  it('are not the lead itself: it is told at the row, and nothing is saved', async () => {
    const { roundId } = await publishedRound(world);
    const { applicationId: id, owner } = await draftApplication(world, { roundId });
    const [own] = await world.db.query<{ value: string }>(sql`
      select value from identifiers where person_id = ${owner.personId}`);
    const partner = { name: 'Hill School', role: 'Rooms', level: 'coordinated', address: own?.value } as const;
    const tutors = { name: 'River Tutors', role: 'Tutors', level: 'vendor' } as const;
    const error = await refusal(
      world.get(ApplicationSections).savePartners(owner, id, { partners: [tutors, partner] }),
    );
    expect(error.fields.map(({ field, code }) => [field, code])).toEqual([
      ['partners[1].address', 'partner.own_address'],
    ]);
    expect(await world.db.query(sql`select 1 from application_partners where application_id = ${id}`)).toEqual([]);
  });
});
