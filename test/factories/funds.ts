/** Sources, funds and pools for tests, made by the real use cases. */
import { RuleSets } from '../../src/features/agency/index.js';
import { Funds, Sources } from '../../src/features/funds/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import type { World } from '../support/world.js';

let count = 0;

/** What is sent to record a source; every call gives another award number. */
export async function sourceInput(world: World, amount: Money): Promise<Parameters<Sources['create']>[1]> {
  count += 1;
  const [ruleSet] = await world.get(RuleSets).list();
  return {
    name: `Source ${count}`,
    grantor: 'Example Foundation',
    kind: 'federal',
    awardNumber: `TEST-${count}`,
    amount,
    startsOn: '2015-01-01',
    endsOn: '2016-12-31',
    liquidatesBy: '2017-03-31',
    indirectRule: 'none',
    subgrantAuthority: 'Section 4 of the award',
    ruleSetId: ruleSet?.id ?? '',
  };
}

/** A source in force, and its id. */
export async function activeSource(world: World, amount: Money): Promise<string> {
  const sources = world.get(Sources);
  const { id } = await sources.create(systemActor('test'), await sourceInput(world, amount));
  await sources.take(systemActor('test'), id, 'activate', {});
  return id;
}

/** A fund with this many pools. */
export async function fundWithPools(world: World, pools: number): Promise<{ fundId: string; poolIds: string[] }> {
  const funds = world.get(Funds);
  count += 1;
  const { id: fundId } = await funds.create(systemActor('test'), { name: `Fund ${count}`, slug: `fund-${count}` });
  const poolIds: string[] = [];
  for (let number = 1; number <= pools; number += 1) {
    const { id } = await funds.addPool(systemActor('test'), fundId, { kind: 'round', name: `Pool ${number}` });
    poolIds.push(id);
  }
  return { fundId, poolIds };
}
