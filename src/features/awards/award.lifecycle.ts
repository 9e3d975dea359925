/** The life of an award: from the motion that made it to its closing. */
import { type Effect, defineLifecycle } from '../../kernel/lifecycle.js';
import { documentEffect } from '../documents/index.js';
import { ledgerEffect } from '../ledger/index.js';
import {
  type AwardStepFacts,
  closeBlockers,
  lapseBlockers,
  notTheSigner,
  offerBlockers,
  prepareBlockers,
  signatoryOnly,
} from './award.rules.js';
import { moneyBack, obligatedTransfers } from './award.transfers.js';

export type AwardState =
  | 'drafted'
  | 'offered'
  | 'accepted'
  | 'active'
  | 'suspended'
  | 'closing'
  | 'closed'
  | 'declined'
  | 'lapsed'
  | 'rescinded';

export const LETTER_KIND = 'award_letter';
export const AGREEMENT_KIND = 'award_agreement';

/** What was promised and never came under agreement goes back to the pool. */
const giveBack =
  (stage: 'committed' | 'obligated') =>
  (award: AwardStepFacts): Effect[] => {
    const transfers = moneyBack(award, stage);
    return transfers.length === 0 ? [] : [ledgerEffect(...transfers)];
  };

export const awardLifecycle = defineLifecycle<AwardState, AwardStepFacts>({
  name: 'award',
  initial: 'drafted',
  states: {
    drafted: { label: 'Being prepared', tone: 'moving' },
    offered: { label: 'Offered', publicLabel: 'Waiting for your signature', tone: 'waiting' },
    accepted: { label: 'Accepted', publicLabel: 'Waiting for the agency’s signature', tone: 'waiting' },
    active: { label: 'Active', tone: 'done' },
    suspended: { label: 'Suspended', tone: 'attention' },
    closing: { label: 'Closing', tone: 'moving' },
    closed: { label: 'Closed', tone: 'idle' },
    declined: { label: 'Declined', publicLabel: 'You declined', tone: 'idle', final: true },
    lapsed: { label: 'Lapsed', publicLabel: 'Not accepted in time', tone: 'idle', final: true },
    rescinded: { label: 'Rescinded', publicLabel: 'Taken back', tone: 'attention', final: true },
  },
  actions: {
    prepare: {
      from: ['drafted'],
      to: 'same',
      label: 'Prepare the documents',
      permission: 'award.prepare',
      blockers: prepareBlockers,
      effects: (award): Effect[] => [
        documentEffect(LETTER_KIND, 'award', award.id),
        documentEffect(AGREEMENT_KIND, 'award', award.id),
      ],
    },
    offer: {
      from: ['drafted'],
      to: 'offered',
      label: 'Offer the award',
      permission: 'award.offer',
      blockers: offerBlockers,
    },
    accept: {
      from: ['offered'],
      to: 'accepted',
      label: 'Accept and sign',
      permission: 'award.accept',
      barredFor: signatoryOnly,
    },
    countersign: {
      from: ['accepted'],
      to: 'active',
      label: 'Countersign',
      permission: 'award.countersign',
      barredFor: notTheSigner,
      effects: (award): Effect[] => [ledgerEffect(...obligatedTransfers(award))],
    },
    suspend: { from: ['active'], to: 'suspended', label: 'Suspend', permission: 'award.suspend', needsNote: true },
    resume: { from: ['suspended'], to: 'active', label: 'Resume', permission: 'award.resume', needsNote: true },
    correct: {
      from: ['offered', 'accepted'],
      to: 'drafted',
      label: 'Take back to correct',
      permission: 'award.correct',
      needsNote: true,
    },
    decline: {
      from: ['offered'],
      to: 'declined',
      label: 'Decline',
      permission: 'award.decline',
      needsNote: true,
      barredFor: signatoryOnly,
      effects: giveBack('committed'),
    },
    lapse: {
      from: ['offered'],
      to: 'lapsed',
      label: 'Let it lapse',
      permission: 'award.lapse',
      blockers: lapseBlockers,
      effects: giveBack('committed'),
    },
    rescind: {
      from: ['drafted', 'offered', 'accepted'],
      to: 'rescinded',
      label: 'Rescind',
      permission: 'award.rescind',
      needsNote: true,
      effects: giveBack('committed'),
    },
    terminate: {
      from: ['active', 'suspended'],
      to: 'closing',
      label: 'Terminate',
      permission: 'award.terminate',
      needsNote: true,
    },
    begin_closeout: { from: ['active'], to: 'closing', label: 'Begin closeout', permission: 'award.begin_closeout' },
    close: {
      from: ['closing'],
      to: 'closed',
      label: 'Close the award',
      permission: 'award.close',
      blockers: closeBlockers,
      effects: giveBack('obligated'),
    },
    reopen: { from: ['closed'], to: 'closing', label: 'Reopen', permission: 'award.reopen', needsNote: true },
  },
});
