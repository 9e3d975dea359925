/** The lists of organizations, awards, money and stipends as files: the rows of the list, no formula, no secret. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { ListExports } from '../../src/features/documents/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import { collaborativeWithTeam, heldConvening } from '../factories/collaboratives.js';
import { approvedRequest, submittedRequest } from '../factories/disbursements.js';
import { stipendPolicy } from '../factories/participant-support.js';
import { personWith } from '../factories/people.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let award: MadeAward;
let other: MadeAward;

beforeAll(async () => {
  world = await openWorld();
  award = await activeAward(world, { amount: dollars('5000') });
  other = await activeAward(world, { amount: dollars('7000') });
  await world.db.work(system, async (work) => {
    await work.query(sql`update awards set title = '=HYPERLINK("http://example.org")' where id = ${award.awardId}`);
    return null;
  });
  await submittedRequest(world, award, dollars('100.50'));
  await approvedRequest(world, other, dollars('200'));
});
afterAll(async () => world?.close());

async function file(actor: PersonActor, list: string, search?: string): Promise<string> {
  const { id } = await world.get(ListExports).ask(actor, { list, format: 'csv', search });
  await world.drain();
  return (await world.get(ListExports).open(actor, id)).content.toString('utf8');
}
const rowsOf = (text: string): string[] => text.trim().split('\r\n').slice(1);

describe('a list as a file', () => {
  it('of awards follows the search and writes a formula as text', async () => {
    const { actor } = await personWith(world, 'finance_officer');
    const all = await file(actor, 'awards');
    expect(rowsOf(all)).toHaveLength(2);
    expect(all).toContain(`"'=HYPERLINK(""http://example.org"")"`);
    expect(all).toContain('5000.00');
    expect(rowsOf(await file(actor, 'awards', 'state=closed'))).toEqual([]);
  });

  it('of requests and awards leaves out what a conflict of interest closes, also when it comes later', async () => {
    const { actor } = await personWith(world, 'finance_officer');
    const { id } = await world.get(ListExports).ask(actor, { list: 'requests', format: 'csv' });
    await world.drain();
    expect((await world.get(ListExports).open(actor, id)).content.toString('utf8')).toContain('100.50');
    world.clock.set(new Date(world.clock.now().getTime() + 1000));
    await world.db.work(system, async (work) => {
      const { personId } = actor;
      const { applicationId } = award;
      await world.get(Conflicts).declare(work, { personId, applicationId, type: 'family', level: 'direct' });
      return null;
    });
    await expect(world.get(ListExports).open(actor, id)).rejects.toMatchObject({ code: 'list_export.changed_since' });
    world.clock.set(new Date(world.clock.now().getTime() + 1000));
    const requests = await file(actor, 'requests');
    expect(requests).not.toContain('100.50');
    expect(requests).toContain('200.00');
    expect(rowsOf(await file(actor, 'awards'))).toHaveLength(1);
  });

  it('of what is owed is for finance, and has the payee and no account', async () => {
    const { actor } = await personWith(world, 'finance_officer');
    const owed = await file(actor, 'payables');
    expect(rowsOf(owed)).toHaveLength(1);
    expect(owed).toContain('200.00');
    expect(rowsOf(await file(actor, 'payment-batches'))).toEqual([]);
    const { actor: reviewer } = await personWith(world, 'reviewer');
    const asked = world.get(ListExports).ask(reviewer, { list: 'payables', format: 'csv' });
    await expect(asked).rejects.toMatchObject({ code: 'input.has_problems' });
  });

  it('of stipends and claims is for staff alone, and of the collaboratives they look after', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    await stipendPolicy(world, made, 'parent_advisor');
    await heldConvening(world, made);
    const { actor } = await personWith(world, 'finance_officer');
    expect(rowsOf(await file(actor, 'stipends'))).toHaveLength(1);
    expect(rowsOf(await file(actor, 'childcare-claims'))).toEqual([]);
    const elsewhere = await personWith(world, 'program_officer', { scopeKind: 'fund', scopeId: award.fundId });
    expect(rowsOf(await file(elsewhere.actor, 'stipends'))).toEqual([]);
    const participant = made.people[0]?.actor as PersonActor;
    const asked = world.get(ListExports).ask(participant, { list: 'stipends', format: 'csv' });
    await expect(asked).rejects.toMatchObject({ code: 'input.has_problems' });
  });

  it('of organizations has no tax number', async () => {
    const { actor } = await personWith(world, 'program_officer');
    const text = await file(actor, 'organizations');
    expect(rowsOf(text).length).toBeGreaterThanOrEqual(2);
    expect(text.split('\r\n')[0]).not.toMatch(/EIN/);
  });
});
