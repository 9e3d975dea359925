/** Organizations for tests, made by the real use cases. */
import { type Actor, type PersonActor, systemActor } from '../../src/kernel/actor.js';
import type { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import {
  type MemberRole,
  OrganizationInput,
  OrganizationMembers,
  Organizations,
} from '../../src/features/organizations/index.js';
import type { World } from '../support/world.js';

let count = 0;

/** The input of a community organization; every call gives another name. */
export function organizationInput(given: Partial<OrganizationInput> = {}): OrganizationInput {
  count += 1;
  const base = { name: `Organization ${count}`, kind: 'community_organization' as const };
  return Object.assign(new OrganizationInput(), base, given);
}

/** Records an organization and gives its id. */
export async function organization(
  world: World,
  given: Partial<OrganizationInput> & { readonly annualBudget?: Money; readonly by?: Actor } = {},
): Promise<{ id: string; name: string }> {
  const { by, ...input } = given;
  const complete = organizationInput(input);
  const { id } = await world.get(Organizations).create(by ?? systemActor('test'), complete);
  return { id, name: complete.name };
}

/** Somebody new who holds this role within the organization, with the applicant's role that comes with it. */
export async function organizationMember(
  world: World,
  organizationId: string,
  role: MemberRole = 'owner',
): Promise<PersonActor & { readonly memberId: string; readonly email: string; readonly accountId: string }> {
  const { personId, name, email, accountId } = await world.person();
  const { id: memberId } = await world
    .get(OrganizationMembers)
    .add(systemActor('test'), organizationId, { personId, role });
  const grants = await world.db.query<PersonActor['grants'][number]>(sql`
    select role, scope_kind as "scopeKind", scope_id as "scopeId" from role_grants
    where person_id = ${personId} and ended_at is null`);
  return { kind: 'person', personId, name, grants, memberId, email, accountId };
}
