/** The life of an application: written, submitted, screened, and decided by a motion. One gate. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { type ApplicationFacts, submitBlockers } from './application.rules.js';

export type ApplicationState =
  | 'draft'
  | 'submitted'
  | 'returned'
  | 'eligible'
  | 'ineligible'
  | 'appealed'
  | 'shortlisted'
  | 'waitlisted'
  | 'approved'
  | 'declined'
  | 'expired'
  | 'withdrawn';

const certifierOnly = (facts: ApplicationFacts, personId: string): Sentence | undefined =>
  facts.certifiers.includes(personId) ? undefined : { code: 'application.certifier_only' };

/** Who can bind the organization; and where the round wants two, not one who wrote it. */
const certifiesSubmission = (facts: ApplicationFacts, personId: string): Sentence | undefined => {
  const bar = certifierOnly(facts, personId);
  if (bar !== undefined || facts.writerMayCertify || !facts.wroteIt.includes(personId)) return bar;
  return { code: 'application.writer_may_not_certify' };
};

const writerOnly = (facts: ApplicationFacts, personId: string): Sentence | undefined =>
  facts.writers.includes(personId) ? undefined : { code: 'application.writer_only' };

const appealInTime = ({ appealBy, today }: ApplicationFacts): Sentence[] => {
  if (appealBy === null) return [{ code: 'application.appealed_already' }];
  return appealBy < today ? [{ code: 'application.appeal_over', params: { date: appealBy } }] : [];
};

export const applicationLifecycle = defineLifecycle<ApplicationState, ApplicationFacts>({
  name: 'application',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', tone: 'moving' },
    submitted: { label: 'Submitted', publicLabel: 'Received', tone: 'waiting' },
    returned: { label: 'Returned', publicLabel: 'Sent back to you', tone: 'attention' },
    eligible: { label: 'Eligible', publicLabel: 'In review', tone: 'moving' },
    ineligible: { label: 'Ineligible', publicLabel: 'Not eligible', tone: 'attention' },
    appealed: { label: 'Appealed', tone: 'waiting' },
    shortlisted: { label: 'Shortlisted', publicLabel: 'In review', tone: 'moving' },
    waitlisted: { label: 'Waitlisted', publicLabel: 'On the waiting list', tone: 'waiting' },
    approved: { label: 'Approved', tone: 'done', final: true },
    declined: { label: 'Declined', publicLabel: 'Not funded', tone: 'idle', final: true },
    expired: { label: 'Expired', publicLabel: 'Not sent in time', tone: 'idle' },
    withdrawn: { label: 'Withdrawn', tone: 'idle', final: true },
  },
  actions: {
    submit: {
      from: ['draft', 'returned'],
      to: 'submitted',
      label: 'Submit',
      permission: 'application.submit',
      blockers: submitBlockers,
      barredFor: certifiesSubmission,
    },
    return: {
      from: ['submitted'],
      to: 'returned',
      label: 'Return for a fix',
      permission: 'application.return',
      needsNote: true,
    },
    screen_in: { from: ['submitted'], to: 'eligible', label: 'Screen in', permission: 'application.screen_in' },
    screen_out: {
      from: ['submitted'],
      to: 'ineligible',
      label: 'Screen out',
      permission: 'application.screen_out',
      needsNote: true,
    },
    appeal: {
      from: ['ineligible'],
      to: 'appealed',
      label: 'Appeal',
      permission: 'application.appeal',
      needsNote: true,
      blockers: appealInTime,
      barredFor: certifierOnly,
    },
    uphold: {
      from: ['appealed'],
      to: 'ineligible',
      label: 'Uphold',
      permission: 'application.uphold',
      needsNote: true,
    },
    allow: { from: ['appealed'], to: 'eligible', label: 'Allow the appeal', permission: 'application.allow' },
    shortlist: { from: ['eligible'], to: 'shortlisted', label: 'Shortlist', permission: 'application.shortlist' },
    approve: {
      from: ['eligible', 'shortlisted', 'waitlisted'],
      to: 'approved',
      label: 'Approve',
      permission: 'application.decide',
      internal: true,
    },
    decline: {
      from: ['eligible', 'shortlisted', 'waitlisted'],
      to: 'declined',
      label: 'Decline',
      permission: 'application.decide',
      internal: true,
    },
    waitlist: {
      from: ['eligible', 'shortlisted'],
      to: 'waitlisted',
      label: 'Waitlist',
      permission: 'application.decide',
      internal: true,
    },
    expire: {
      from: ['draft', 'returned'],
      to: 'expired',
      label: 'Expire',
      permission: 'application.expire',
      internal: true,
    },
    // More time for this one applicant; what was closed already is open again.
    extend: {
      from: ['draft', 'expired'],
      to: 'draft',
      label: 'Give more time',
      permission: 'application.extend',
      needsNote: true,
      internal: true,
    },
    withdraw: {
      from: ['draft', 'submitted', 'returned', 'eligible', 'ineligible', 'appealed', 'shortlisted', 'waitlisted'],
      to: 'withdrawn',
      label: 'Withdraw',
      permission: 'application.withdraw',
      needsNote: true,
      barredFor: writerOnly,
    },
  },
});
