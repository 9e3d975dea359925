/** What is owed, and batches of it, for tests, made by the real use cases. */
import { Funds } from '../../src/features/funds/index.js';
import { inPool, Ledger } from '../../src/features/ledger/index.js';
import {
  PayableOwners,
  type PayableRequest,
  Payables,
  PaymentBatches,
  type PreparedBatch,
} from '../../src/features/payments/index.js';
import { type Actor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import type { World } from '../support/world.js';
import { activeSource, fundWithPools } from './funds.js';

const system = systemActor('test');

export interface CommittedPool {
  readonly sourceId: string;
  readonly poolId: string;
}

/** A pool whose money is committed, so that payables can be opened from it. */
export async function committedPool(world: World, amount: Money): Promise<CommittedPool> {
  const sourceId = await activeSource(world, amount);
  const { poolIds } = await fundWithPools(world, 1);
  const poolId = poolIds[0] as string;
  await world.get(Funds).allot(system, { sourceId, poolId, amount, authority: 'Resolution 1' });
  await world.db.work(system, async (work) => {
    const from = inPool(sourceId, poolId, 'allotted');
    const to = inPool(sourceId, poolId, 'committed');
    const subject = { type: 'pool', id: poolId };
    await world
      .get(Ledger)
      .post(work, [{ key: `test:${poolId}`, from, to, amount, reason: 'allotment.made', subject }]);
    return null;
  });
  return { sourceId, poolId };
}

/** What is asked to open a payable of a made-up thing from a pool. */
export function payableRequest(
  { sourceId, poolId }: CommittedPool,
  payee: PayableRequest['payee'],
  amount: Money,
  given: Partial<PayableRequest> = {},
): PayableRequest {
  const account = { sourceId, holder: { kind: 'pool' as const, id: poolId } };
  return {
    payee,
    title: 'Request 1',
    subject: { type: 'made_up', id: newId() },
    lines: [{ account, fromStage: 'committed', amount }],
    approvedBy: [],
    ...given,
  };
}

/** Opens payables in one work; ids in the order of the requests. */
export async function openPayables(world: World, requests: readonly PayableRequest[]): Promise<string[]> {
  return world.db.work(system, (work) => world.get(Payables).openAll(work, requests));
}

/** Takes what is due by check into a batch and, unless told, has it approved and released by the system. */
export async function releasedBatch(
  world: World,
  options: { readonly by?: Actor; readonly payables?: readonly string[]; readonly until?: 'draft' | 'approved' } = {},
): Promise<PreparedBatch> {
  const batches = world.get(PaymentBatches);
  const payables = options.payables?.map((id) => ({ id }));
  const made = await batches.prepare(options.by ?? system, { method: 'check', payOn: world.db.today, payables });
  if (options.until === 'draft') return made;
  await batches.take(system, made.id, 'approve', {});
  if (options.until !== 'approved') await batches.take(system, made.id, 'release', {});
  return made;
}

/** An owner of made-up things that only remembers what it heard. */
export function rememberingOwner(world: World, subjectType = 'made_up'): Record<string, string[]> {
  const heard: Record<string, string[]> = { scheduled: [], unscheduled: [], paid: [], reopened: [] };
  const remember = (news: string) => async (_work: unknown, ids: readonly string[]) => {
    heard[news]?.push(...ids);
  };
  world.get(PayableOwners).register(subjectType, {
    titleHref: (id) => `/made-up/${id}`,
    scheduled: remember('scheduled'),
    unscheduled: remember('unscheduled'),
    paid: remember('paid'),
    reopened: remember('reopened'),
  });
  return heard;
}
