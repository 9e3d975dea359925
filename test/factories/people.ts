/** People made the way the product makes them: person, address, account and roles through identity's own use cases. */
import { Administrators, hashPassphrase } from '../../src/features/sign-in/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import type { Role, ScopeKind } from '../../src/kernel/policy.js';
import { TEST_PASSPHRASE, type World } from '../support/world.js';

export interface MadePerson {
  readonly actor: PersonActor;
  readonly accountId: string;
  readonly email: string;
  readonly passphrase: string;
}

let count = 0;
let hash: Promise<string> | undefined;

/** A new person who holds this role, for the whole agency unless told. */
export async function personWith(
  world: World,
  role: Role,
  scope: { readonly scopeKind?: ScopeKind; readonly scopeId?: string | null } = {},
): Promise<MadePerson> {
  count += 1;
  const email = `${role.replaceAll('_', '.')}.${count}@example.org`;
  const name = `Made Person ${count}`;
  // One passphrase for everybody: making its hash is slow on purpose.
  const passphrase = { hash: await (hash ??= hashPassphrase(TEST_PASSPHRASE)) };
  const grant = { role, scopeKind: scope.scopeKind ?? 'agency', scopeId: scope.scopeId ?? null };
  const { personId, accountId } = await world.db.work(systemActor('test'), (work) =>
    world.get(Administrators).ensureAccount(work, { email, name, passphrase, grants: [grant] }),
  );
  return {
    actor: { kind: 'person', personId, name, grants: [grant] },
    accountId,
    email,
    passphrase: TEST_PASSPHRASE,
  };
}
