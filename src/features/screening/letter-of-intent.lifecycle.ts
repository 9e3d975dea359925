/** The life of a letter of intent: sent, read by the agency, or taken back. It binds nobody. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export type LetterOfIntentState = 'sent' | 'acknowledged' | 'withdrawn';

export interface LetterOfIntentFacts {
  readonly id: string;
  /** Live owners and editors of the organization. */
  readonly writers: readonly string[];
}

const writerOnly = ({ writers }: LetterOfIntentFacts, personId: string): Sentence | undefined =>
  writers.includes(personId) ? undefined : { code: 'letter_of_intent.writer_only' };

export const letterOfIntentLifecycle = defineLifecycle<LetterOfIntentState, LetterOfIntentFacts>({
  name: 'letter_of_intent',
  initial: 'sent',
  states: {
    sent: { label: 'Sent', publicLabel: 'Received', tone: 'waiting' },
    acknowledged: { label: 'Acknowledged', tone: 'done' },
    withdrawn: { label: 'Withdrawn', tone: 'idle', final: true },
  },
  actions: {
    acknowledge: {
      from: ['sent'],
      to: 'acknowledged',
      label: 'Acknowledge',
      permission: 'letter_of_intent.acknowledge',
    },
    withdraw: {
      from: ['sent', 'acknowledged'],
      to: 'withdrawn',
      label: 'Withdraw',
      permission: 'letter_of_intent.withdraw',
      barredFor: writerOnly,
    },
  },
});
