/**
 * How often strangers may ask whether they can apply. The answer costs less than a page and keeps nothing: the limit is
 * there against programs, wide enough for a library full of people behind one address, and nobody signed in is counted.
 */
import { tooOften } from '../../kernel/errors.js';
import type { Visit } from '../../platform/http/visit.js';
import { type Limit, type Limits, networkOf } from '../sign-in/index.js';

export const STRANGERS: Limit = { most: 600, minutes: 10 };

export async function limitStrangers(limits: Limits, { actor, request }: Visit): Promise<void> {
  if (actor.kind !== 'public') return;
  const minutes = await limits.waiting(`check:${networkOf(request.ip)}`, STRANGERS);
  if (minutes !== undefined) throw tooOften('eligibility.wait', minutes);
}
