/**
 * Guests: persons whose power ends at their own things. Only they get in by an address they share; and by a card only
 * those of them who act for no organization.
 */
import type { Role } from '../../kernel/policy.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { grantInForce } from '../identity/index.js';

export const GUEST_ROLES: ReadonlySet<Role> = new Set(['applicant', 'participant']);

/**
 * Whether a role leaves room for a card. A facilitator holds code and PIN in their hands and seats whom they like: whoever
 * signs and asks for money for an organization gets in by what is theirs alone.
 */
export const fitsCard = (role: Role): boolean => role === 'participant';

/** Those of them who hold no role beside applicant and participant, in the order given. */
export async function guestsAmong<T extends { readonly personId: string }>(
  from: Queryable,
  people: readonly T[],
  today: string,
): Promise<T[]> {
  const others = await from.query<{ personId: string }>(sql`
    select distinct g.person_id as "personId" from role_grants g
    where g.person_id = any(${people.map(({ personId }) => personId)}::uuid[])
      and g.role <> all(${[...GUEST_ROLES]}::text[]) and ${grantInForce('g', today)}`);
  return people.filter(({ personId }) => others.every((other) => other.personId !== personId));
}
