/** What screening needs in tests, made by the real use cases. */
import { ExclusionChecks } from '../../src/features/organizations/index.js';
import { TechnicalAssistances } from '../../src/features/screening/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import type { World } from '../support/world.js';

/** Looks the organization up in the exclusion lists today, and finds nothing. */
export async function lookedUp(world: World, organizationId: string): Promise<void> {
  await world.get(ExclusionChecks).record(systemActor('test'), organizationId, {
    ...{ checkedOn: world.db.today, method: 'sam_gov', result: 'clear', queryText: 'Name and number' },
  } as never);
}

export async function askedForHelp(world: World, owner: PersonActor, applicationId: string): Promise<string> {
  const asked = { applicationId, topic: 'budget' as const, question: 'Which costs may we ask for?' };
  return (await world.get(TechnicalAssistances).ask(owner, asked)).id;
}
