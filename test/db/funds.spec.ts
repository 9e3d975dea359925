/** Sources and allotments: nothing is promised beyond a source, whoever asks at once, and every state can be left. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import { Funds, OwnCosts, readPool, Sources } from '../../src/features/funds/index.js';
import type { OwnCostInput } from '../../src/features/funds/own-cost.input.js';
import { readStageBalances, verifyLedger } from '../../src/features/ledger/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { runInRequest } from '../../src/platform/database/context.js';
import { sql } from '../../src/platform/database/sql.js';
import { activeSource, fundWithPools, sourceInput } from '../factories/funds.js';
import { personWith } from '../factories/people.js';
import { openWorld, type World } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let funds: Funds;
let sources: Sources;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  funds = world.get(Funds);
  sources = world.get(Sources);
});
afterAll(async () => world?.close());

const left = async (id: string): Promise<Money> => (await readStageBalances(world.db, [id]))(id, 'authorized');

describe('allotments', () => {
  it('of 64 people at once leave exactly those that fit', async () => {
    const sourceId = await activeSource(world, dollars('1000'));
    const { poolIds } = await fundWithPools(world, 64);
    const outcomes = await Promise.all(
      poolIds.map((poolId) =>
        funds.allot(system, { sourceId, poolId, amount: dollars('30'), authority: 'Resolution 1' }).then(
          () => 'made' as const,
          (error: unknown) => error,
        ),
      ),
    );
    const refused = outcomes.filter((outcome) => outcome !== 'made') as AppError[];
    expect(outcomes.length - refused.length).toBe(33);
    for (const error of refused) expect(error.code).toBe('allotment.more_than_left');
    expect((await left(sourceId)).toDecimal()).toBe('10.00');
    expect(await verifyLedger(world.db)).toEqual([]);
  });

  it('say how much is left when more is asked', async () => {
    const sourceId = await activeSource(world, dollars('100'));
    const { poolIds } = await fundWithPools(world, 1);
    const input = { sourceId, poolId: poolIds[0] ?? '', amount: dollars('100.01'), authority: 'Resolution 2' };
    const error = await refusal(funds.allot(system, input));
    expect(error.kind).toBe('conflict');
    expect((error.params['left'] as Money).toDecimal()).toBe('100.00');
    expect((await left(sourceId)).toDecimal()).toBe('100.00');
  });

  it('are raised by a motion only, also when two ask for the first at once', async () => {
    const sourceId = await activeSource(world, dollars('100'));
    const { poolIds } = await fundWithPools(world, 1);
    const input = { sourceId, poolId: poolIds[0] ?? '', amount: dollars('40'), authority: 'Resolution 3' };
    const outcomes = await Promise.allSettled([funds.allot(system, input), funds.allot(system, input)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await refusal(funds.allot(system, input))).code).toBe('allotment.raise_needs_motion');
    expect((await left(sourceId)).toDecimal()).toBe('60.00');
  });

  it('are made once when the same request comes twice at once, and another body under its key is refused', async () => {
    const sourceId = await activeSource(world, dollars('100'));
    const { poolIds } = await fundWithPools(world, 1);
    const { actor } = await personWith(world, 'finance_officer');
    const input = { sourceId, poolId: poolIds[0] ?? '', amount: dollars('40'), authority: 'Resolution 4' };
    const ask = (inputHash: string): Promise<{ id: string }> => {
      const idempotency = { key: 'same-click-1', route: 'POST /allotments', inputHash };
      return runInRequest({ requestId: 'r', receivedAt: world.clock.now(), idempotency }, () =>
        funds.allot(actor, input),
      );
    };
    const [first, second] = await Promise.all([ask('a'), ask('a')]);
    expect(second).toEqual(first);
    expect(await ask('a')).toEqual(first);
    expect((await refusal(ask('b'))).code).toBe('request.key_used_for_another');
    expect((await left(sourceId)).toDecimal()).toBe('60.00');
  });

  it('go back to their source up to what is not awarded', async () => {
    const sourceId = await activeSource(world, dollars('100'));
    const { poolIds } = await fundWithPools(world, 1);
    const poolId = poolIds[0] ?? '';
    await funds.allot(system, { sourceId, poolId, amount: dollars('40'), authority: 'Resolution 5' });
    const back = (amount: string): Promise<unknown> =>
      funds.returnAllotment(system, { sourceId, poolId, amount: dollars(amount), reason: 'Not needed' });
    const outcomes = await Promise.allSettled([back('30'), back('30')]);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect((await refusal(back('10.01'))).fields[0]?.code).toBe('allotment.return_too_much');
    expect((await left(sourceId)).toDecimal()).toBe('90.00');
  });

  it('are refused to those who may not, and cannot be changed in the database', async () => {
    const sourceId = await activeSource(world, dollars('100'));
    const { poolIds } = await fundWithPools(world, 1);
    const input = { sourceId, poolId: poolIds[0] ?? '', amount: dollars('40'), authority: 'Resolution 6' };
    for (const role of ['program_officer', 'auditor', 'administrator'] as const) {
      const { actor } = await personWith(world, role);
      expect((await refusal(funds.allot(actor, input))).kind).toBe('forbidden');
    }
    await funds.allot(system, input);
    await expect(
      world.db.work(system, (work) => work.query(sql`update allotments set amount_cents = 1`)),
    ).rejects.toThrow(/permission denied/);
  });
});

describe('a source', () => {
  it('is not put in force without its authority to subgrant, and says so', async () => {
    const input = { ...(await sourceInput(world, dollars('100'))), subgrantAuthority: undefined };
    const { id } = await sources.create(system, input);
    const error = await refusal(sources.take(system, id, 'activate', {}));
    expect(error.blockers.map((blocker) => blocker.code)).toEqual(['source.needs_subgrant_authority']);
    expect(error.openActions).toEqual(['activate']);
    expect((await left(id)).isZero).toBe(true);
  });

  it('has a budget that adds up to the cent or none', async () => {
    const base = await sourceInput(world, dollars('100'));
    const budget = [{ strand: 'One', category: 'Programs', amount: dollars('99.99') }];
    const error = await refusal(sources.create(system, { ...base, budget }));
    expect(error.fields).toEqual([expect.objectContaining({ field: 'budget', code: 'source.budget_does_not_add_up' })]);
  });

  it('is edited as a draft only, from the version that was read', async () => {
    const input = await sourceInput(world, dollars('100'));
    const { id } = await sources.create(system, input);
    await sources.update(system, id, { ...input, name: 'Renamed', version: 1 });
    expect((await refusal(sources.update(system, id, { ...input, version: 1 }))).code).toBe('thing.changed_meanwhile');
    await sources.take(system, id, 'activate', {});
    expect((await refusal(sources.update(system, id, input))).code).toBe('source.changes_by_modification');
  });

  it('is never lowered below what is set aside', async () => {
    const id = await activeSource(world, dollars('100'));
    const { poolIds } = await fundWithPools(world, 1);
    await funds.allot(system, { sourceId: id, poolId: poolIds[0] ?? '', amount: dollars('70'), authority: 'R' });
    const change = (amount: string): Promise<unknown> =>
      sources.modify(system, id, { reason: 'Amendment', effectiveOn: '2015-11-01', amount: dollars(amount) });
    expect((await refusal(change('69.99'))).fields[0]?.code).toBe('source.below_allotted');
    await change('70');
    expect((await left(id)).isZero).toBe(true);
    await change('120');
    expect((await left(id)).toDecimal()).toBe('50.00');
    expect((await sources.modifications(id)).map((each) => each.number)).toEqual([1, 2]);
  });

  it('closes when nothing is set aside, gives back what was left, and then stays closed', async () => {
    const id = await activeSource(world, dollars('100'));
    const { poolIds } = await fundWithPools(world, 1);
    const poolId = poolIds[0] ?? '';
    await funds.allot(system, { sourceId: id, poolId, amount: dollars('70'), authority: 'R' });
    expect((await refusal(sources.take(system, id, 'close', {}))).code).toBe('action.not_open');
    expect((await refusal(sources.take(system, id, 'begin_liquidation', {}))).fields[0]?.field).toBe('note');
    await sources.take(system, id, 'begin_liquidation', { note: 'The period is over' });
    expect((await refusal(sources.take(system, id, 'close', {}))).blockers[0]?.code).toBe('source.has_allotments');
    await funds.returnAllotment(system, { sourceId: id, poolId, amount: dollars('70'), reason: 'Over' });
    await sources.take(system, id, 'close', {});
    expect((await left(id)).isZero).toBe(true);
    expect((await refusal(sources.take(system, id, 'activate', {}))).code).toBe('action.not_open');
    expect(await verifyLedger(world.db)).toEqual([]);
  });

  describe('that stops taking obligations while somebody draws from a pool', () => {
    async function pooled(): Promise<{ sourceId: string; poolId: string }> {
      const sourceId = await activeSource(world, dollars('100'));
      const { poolIds } = await fundWithPools(world, 1);
      const poolId = poolIds[0] ?? '';
      await funds.allot(system, { sourceId, poolId, amount: dollars('70'), authority: 'R' });
      return { sourceId, poolId };
    }
    const gate = (): { open: () => void; passed: Promise<void> } => {
      let open = (): void => undefined;
      const passed = new Promise<void>((resolve) => (open = resolve));
      return { open, passed };
    };

    it('waits for what was drawn before it', async () => {
      const { sourceId, poolId } = await pooled();
      const [drawn, end] = [gate(), gate()];
      const order: string[] = [];
      const drawing = world.db.work(system, async (work) => {
        const shares = await funds.draw(work, poolId, dollars('10'));
        drawn.open();
        await end.passed;
        order.push('drawn');
        return shares.length;
      });
      await drawn.passed;
      const stopping = sources.take(system, sourceId, 'begin_liquidation', { note: 'Over' }).then(() => {
        order.push('stopped');
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      end.open();
      await Promise.all([drawing, stopping]);
      expect(order).toEqual(['drawn', 'stopped']);
    });

    it('gives nothing to who came after it, however soon', async () => {
      const { sourceId, poolId } = await pooled();
      const [stopped, end] = [gate(), gate()];
      const stopping = world.db.work(system, async (work) => {
        await sources.machine.transition(work, { action: 'begin_liquidation', ids: [sourceId], note: 'Over' });
        stopped.open();
        await end.passed;
        return null;
      });
      await stopped.passed;
      const drawing = world.db.work(system, (work) => funds.draw(work, poolId, dollars('10')));
      const outcome = refusal(drawing);
      await new Promise((resolve) => setTimeout(resolve, 300));
      end.open();
      await stopping;
      expect((await outcome).code).toBe('pool.not_enough');
    });
  });

  it('is put in force once when five approvers click at once', async () => {
    const { id } = await sources.create(system, await sourceInput(world, dollars('100')));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => sources.take(system, id, 'activate', {})),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect((await left(id)).toDecimal()).toBe('100.00');
  });
});

describe('a fund', () => {
  it('is seen by those who hold a role for it and by nobody else', async () => {
    const { fundId } = await fundWithPools(world, 1);
    const { fundId: other } = await fundWithPools(world, 1);
    const { actor } = await personWith(world, 'program_officer', { scopeKind: 'fund', scopeId: fundId });
    expect((await funds.list(actor, {})).items.map((item) => item.id)).toEqual([fundId]);
    expect((await refusal(funds.get(actor, other))).kind).toBe('not_found');
    const change = { name: 'Taken over', slug: 'taken-over' };
    expect((await refusal(funds.update(actor, other, change))).kind).toBe('not_found');
    await funds.update(actor, fundId, change);
    expect((await refusal(funds.create(actor, { name: 'New', slug: 'new' }))).kind).toBe('forbidden');
  });
});

describe("the agency's own costs", () => {
  const entry = (sourceId: string, amount: string, reference: string): OwnCostInput =>
    ({ sourceId, amount: dollars(amount), bookedOn: world.db.today, reference, description: 'Staff' }) as OwnCostInput;

  /** The code of what it was refused with, or nothing. */
  const codeOf = (run: Promise<unknown>): Promise<string | undefined> =>
    run.then(
      () => undefined,
      (error: unknown) => (error as AppError).fields[0]?.code ?? (error as AppError).code,
    );

  async function purse(amount: string): Promise<{ sourceId: string; poolId: string }> {
    const sourceId = await activeSource(world, dollars('1000'));
    const { id: fundId } = await funds.create(system, { name: 'Shared services', slug: `own-${newId()}` });
    const { id: poolId } = await funds.addPool(system, fundId, { kind: 'own_costs', name: 'Staff' });
    await funds.allot(system, { sourceId, poolId, amount: dollars(amount), authority: 'Budget' });
    return { sourceId, poolId };
  }

  it('are paid from what is set aside, by as many at once as fit', async () => {
    const { sourceId, poolId } = await purse('100');
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        codeOf(world.get(OwnCosts).book(system, poolId, entry(sourceId, '30', `JE-${index}`))),
      ),
    );
    expect(outcomes.filter((code) => code === undefined)).toHaveLength(3);
    expect(new Set(outcomes)).toEqual(new Set([undefined, 'own_cost.more_than_left']));
    const { available } = await readPool(world.db, poolId);
    expect(available.toDecimal()).toBe('10.00');
    expect(await verifyLedger(world.db)).toEqual([]);
  });

  it('bring each entry in once and take it back once', async () => {
    const { sourceId, poolId } = await purse('100');
    const costs = world.get(OwnCosts);
    const { id } = await costs.book(system, poolId, entry(sourceId, '60', 'JE-1'));
    expect(await codeOf(costs.book(system, poolId, entry(sourceId, '1', 'JE-1')))).toBe('own_cost.reference_taken');
    const twice = await Promise.all(
      [1, 2, 3].map(() => codeOf(costs.correct(system, id, { description: 'Wrong source' }))),
    );
    expect(twice.filter((code) => code === undefined)).toHaveLength(1);
    expect((await readPool(world.db, poolId)).available.toDecimal()).toBe('100.00');
    const { items } = await costs.list(system, poolId, {});
    expect(items.map((row) => [row.correctsId === null, row.takenBack])).toEqual(
      expect.arrayContaining([
        [true, 'Wrong source'],
        [false, null],
      ]),
    );
    expect(await verifyLedger(world.db)).toEqual([]);
  });

  it('lie in the period of their source and not in the future, in a pool that is for them', async () => {
    const { sourceId, poolId } = await purse('100');
    const costs = world.get(OwnCosts);
    const { poolIds } = await fundWithPools(world, 1);
    const late = { ...entry(sourceId, '1', 'JE-2'), bookedOn: world.db.currentCalendar.addDays(world.db.today, 1) };
    expect(await codeOf(costs.book(system, poolId, late))).toBe('own_cost.outside_period');
    const early = { ...entry(sourceId, '1', 'JE-3'), bookedOn: '1999-01-01' };
    expect(await codeOf(costs.book(system, poolId, early))).toBe('own_cost.outside_period');
    expect(await codeOf(costs.book(system, poolIds[0] ?? '', entry(sourceId, '1', 'JE-4')))).toBe('thing.not_found');
  });

  it('are booked by finance officers alone', async () => {
    const { sourceId, poolId } = await purse('100');
    const approver = await personWith(world, 'finance_approver');
    expect(await codeOf(world.get(OwnCosts).book(approver.actor, poolId, entry(sourceId, '1', 'JE-5')))).toBe(
      'permission.missing',
    );
  });
});
