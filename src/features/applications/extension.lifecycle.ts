/** The life of a request for more time: asked by the applicant, answered by a program officer. */
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface ExtensionFacts {
  readonly id: string;
  /** Live members of the lead, who decide nothing of their own request. */
  readonly members: readonly string[];
}

export type ExtensionRequestState = 'asked' | 'granted' | 'denied' | 'withdrawn';

const notTheirOwn = ({ members }: ExtensionFacts, personId: string): { code: string } | undefined =>
  members.includes(personId) ? { code: 'extension_request.own' } : undefined;

export const extensionRequestLifecycle = defineLifecycle<ExtensionRequestState, ExtensionFacts>({
  name: 'extension_request',
  initial: 'asked',
  states: {
    asked: { label: 'Asked', publicLabel: 'We look at it', tone: 'waiting' },
    granted: { label: 'Granted', tone: 'done', final: true },
    denied: { label: 'Denied', tone: 'idle', final: true },
    withdrawn: { label: 'Withdrawn', tone: 'idle', final: true },
  },
  actions: {
    grant: {
      from: ['asked'],
      to: 'granted',
      label: 'Give more time',
      permission: 'extension_request.grant',
      barredFor: notTheirOwn,
    },
    deny: {
      from: ['asked'],
      to: 'denied',
      label: 'Keep the deadline',
      permission: 'extension_request.deny',
      needsNote: true,
      barredFor: notTheirOwn,
    },
    withdraw: {
      from: ['asked'],
      to: 'withdrawn',
      label: 'Take the request back',
      permission: 'extension_request.withdraw',
    },
  },
});
