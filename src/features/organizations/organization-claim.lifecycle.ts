/** The states of a request to act for an organization: an owner decides, or staff where there is no owner. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface ClaimFacts {
  readonly askedBy: string;
  /** Those who own the organization now. */
  readonly owners: readonly string[];
  /** All who act for it now, in any role. */
  readonly members: readonly string[];
}

function decides({ askedBy, owners, members }: ClaimFacts, personId: string): Sentence | undefined {
  if (personId === askedBy) return { code: 'organization_claim.own' };
  if (owners.length > 0 && !owners.includes(personId)) return { code: 'organization_claim.owner_decides' };
  if (owners.length === 0 && members.includes(personId)) return { code: 'organization_claim.staff_decides' };
  return undefined;
}

export const organizationClaimLifecycle = defineLifecycle<string, ClaimFacts>({
  name: 'organization_claim',
  initial: 'asked',
  states: {
    asked: { label: 'Asked', tone: 'waiting' },
    approved: { label: 'Approved', tone: 'done', final: true },
    denied: { label: 'Denied', tone: 'attention', final: true },
    withdrawn: { label: 'Withdrawn', tone: 'idle', final: true },
  },
  actions: {
    approve: {
      from: ['asked'],
      to: 'approved',
      label: 'Let them join',
      permission: 'organization_claim.approve',
      barredFor: decides,
    },
    deny: {
      from: ['asked'],
      to: 'denied',
      label: 'Deny',
      permission: 'organization_claim.deny',
      barredFor: decides,
      needsNote: true,
    },
    withdraw: {
      from: ['asked'],
      to: 'withdrawn',
      label: 'Withdraw',
      permission: 'organization_claim.withdraw',
      barredFor: ({ askedBy }, personId) =>
        askedBy === personId ? undefined : { code: 'organization_claim.not_yours' },
    },
  },
});
