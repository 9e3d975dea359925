/** Comers: who comes in by a mailed link that asks them to something - somebody it reaches, or somebody new. */
import { forbidden, invalidField } from '../../kernel/errors.js';
import type { Work } from '../../platform/database/work.js';
import { lockIdentifier, type People } from '../identity/index.js';
import { hasClosed } from './link-requests.service.js';

export interface Comer {
  readonly personId: string;
  readonly accountId?: string;
}

/** What somebody said on the page of the link: which of those it reaches they are, or the name of somebody new. */
export interface ComerInput {
  readonly personId?: string;
  readonly name?: string;
}

/** One of those the link reaches, nothing for somebody new; `who` when it reaches several and none was named. */
export function comerAmong<P extends Comer>(reached: readonly P[], input: ComerInput): P | undefined | 'who' {
  const chosen = reached.find(({ personId }) => personId === input.personId);
  if (chosen !== undefined || input.name !== undefined) return chosen;
  return reached.length > 1 ? 'who' : reached[0];
}

/** As a step of the work: who is known comes in, and who is new gets an account, since the link proves the address. */
export async function bringIn(
  work: Work,
  people: People,
  given: { known: Comer | undefined; reached: number; address: string; name: string | undefined },
): Promise<Comer> {
  const { known, reached, address, name } = given;
  await lockIdentifier(work, address);
  if (known !== undefined) return known;
  if (name === undefined) throw invalidField('name', 'field.required');
  // Whose account was closed does not come back under another name.
  if (reached === 0 && (await hasClosed(work, 'address', address))) throw forbidden('session.closed');
  const added = await people.add(work, name, address, null, 'address');
  work.audit({
    action: 'person.signed_up',
    subjectType: 'person',
    subjectId: added.personId,
    after: { kind: 'address' },
  });
  return added;
}
