/** A payee's tax number or bank account: recorded by one person, used once another has confirmed it, then replaced. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface PayeeSecretFacts {
  readonly recordedBy: string | null;
  /** The person who is paid by it, where the payee is a person. */
  readonly payeePersonId: string | null;
  /** Who acts for the organization that is paid by it. */
  readonly members: readonly string[];
}

/** The two duties are two persons, and nobody decides how they are paid themselves. */
function barred({ recordedBy, payeePersonId, members }: PayeeSecretFacts, personId: string): Sentence | undefined {
  if (recordedBy === personId) return { code: 'payee_secret.recorded_by_you' };
  if (members.includes(personId)) return { code: 'payee_secret.own_organization' };
  return payeePersonId === personId ? { code: 'payee_secret.own' } : undefined;
}

export const payeeSecretLifecycle = defineLifecycle<
  'recorded' | 'in_force' | 'superseded' | 'declined',
  PayeeSecretFacts
>({
  name: 'payee_secret',
  initial: 'recorded',
  states: {
    recorded: { label: 'To be confirmed', tone: 'waiting' },
    in_force: { label: 'In force', tone: 'done' },
    superseded: { label: 'Replaced', tone: 'idle', final: true },
    declined: { label: 'Declined', tone: 'attention', final: true },
  },
  actions: {
    confirm: {
      from: ['recorded'],
      to: 'in_force',
      label: 'Confirm',
      permission: 'payee_secret.confirm',
      barredFor: barred,
      needsNote: true,
    },
    decline: {
      from: ['recorded'],
      to: 'declined',
      label: 'Decline',
      permission: 'payee_secret.decline',
      needsNote: true,
    },
    supersede: {
      from: ['in_force'],
      to: 'superseded',
      label: 'Replace',
      permission: 'payee_secret.confirm',
      internal: true,
    },
  },
});
