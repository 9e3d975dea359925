/** The word for an award's state: staff read one, the recipient's people another where it differs. */
import type { Actor } from '../../kernel/actor.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type AwardState, awardLifecycle } from './award.lifecycle.js';

/** Whether this actor acts for recipients only. */
const isRecipient = (actor: Actor): boolean =>
  actor.kind === 'person' && actor.grants.length > 0 && actor.grants.every((grant) => grant.role === 'applicant');

export function stateFor(actor: Actor, state: string): StateAnswer {
  const { label, publicLabel, tone } = awardLifecycle.definition.states[state as AwardState];
  return { state, label: isRecipient(actor) ? (publicLabel ?? label) : label, tone };
}
