/**
 * The life of technical assistance: an applicant asks on their application, an advisor takes it, helps and closes it.
 * Whoever takes it has a conflict of interest in that application from then on.
 */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export type TechnicalAssistanceState = 'asked' | 'advising' | 'closed' | 'cancelled';

export interface TechnicalAssistanceFacts {
  readonly id: string;
  readonly advisorId: string | null;
  /** Live members of the applicant who may ask for it and take it back. */
  readonly askers: readonly string[];
}

const advisorOnly = ({ advisorId }: TechnicalAssistanceFacts, personId: string): Sentence | undefined =>
  advisorId === personId ? undefined : { code: 'technical_assistance.advisor_only' };

const askerOnly = ({ askers }: TechnicalAssistanceFacts, personId: string): Sentence | undefined =>
  askers.includes(personId) ? undefined : { code: 'technical_assistance.asker_only' };

export const technicalAssistanceLifecycle = defineLifecycle<TechnicalAssistanceState, TechnicalAssistanceFacts>({
  name: 'technical_assistance',
  initial: 'asked',
  states: {
    asked: { label: 'Asked', tone: 'waiting' },
    advising: { label: 'Being helped', tone: 'moving' },
    closed: { label: 'Closed', tone: 'done' },
    cancelled: { label: 'Canceled', tone: 'idle', final: true },
  },
  actions: {
    take: { from: ['asked'], to: 'advising', label: 'Take it', permission: 'technical_assistance.take' },
    close: {
      from: ['advising'],
      to: 'closed',
      label: 'Close',
      permission: 'technical_assistance.close',
      barredFor: advisorOnly,
    },
    reopen: {
      from: ['closed'],
      to: 'advising',
      label: 'Open again',
      permission: 'technical_assistance.reopen',
      barredFor: advisorOnly,
    },
    cancel: {
      from: ['asked'],
      to: 'cancelled',
      label: 'Cancel',
      permission: 'technical_assistance.cancel',
      barredFor: askerOnly,
    },
  },
});
