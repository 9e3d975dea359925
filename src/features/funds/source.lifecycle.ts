/** The life of a funding source: a grant or gift the agency received. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { Money } from '../../kernel/money.js';
import { ledgerEffect, type LedgerEffect } from '../ledger/index.js';
import { authorityTransfer, unusedAuthorityTransfer } from './funds.transfers.js';

/** What a step of a source looks at: its terms and what the ledger says of its money. */
export interface SourceFacts {
  readonly id: string;
  readonly amount: Money;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly liquidatesBy: string;
  readonly subgrantAuthority: string | null;
  /** Authority that is not set aside for any pool. */
  readonly unallotted: Money;
  /** Set aside for pools and not yet promised. */
  readonly notAwarded: Money;
  /** Promised or approved, and not yet paid. */
  readonly unpaid: Money;
}

export type SourceState = 'draft' | 'active' | 'liquidating' | 'closed';

function activateBlockers(source: SourceFacts): Sentence[] {
  const missing: Sentence[] = [];
  if (!source.amount.isPositive) missing.push({ code: 'source.needs_amount' });
  if (source.endsOn < source.startsOn) missing.push({ code: 'source.ends_before_start' });
  if (source.liquidatesBy < source.endsOn) missing.push({ code: 'source.liquidates_before_end' });
  if (source.subgrantAuthority === null) missing.push({ code: 'source.needs_subgrant_authority' });
  return missing;
}

function closeBlockers(source: SourceFacts): Sentence[] {
  const missing: Sentence[] = [];
  if (source.unpaid.isPositive) missing.push({ code: 'source.has_unpaid', params: { amount: source.unpaid } });
  if (source.notAwarded.isPositive) {
    missing.push({ code: 'source.has_allotments', params: { amount: source.notAwarded } });
  }
  return missing;
}

export const sourceLifecycle = defineLifecycle<SourceState, SourceFacts>({
  name: 'source',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', tone: 'moving' },
    active: { label: 'Active', tone: 'done' },
    liquidating: { label: 'Paying last bills', tone: 'waiting' },
    closed: { label: 'Closed', tone: 'idle', final: true },
  },
  actions: {
    activate: {
      from: ['draft'],
      to: 'active',
      label: 'Activate',
      permission: 'source.activate',
      blockers: activateBlockers,
      effects: (source): LedgerEffect[] => [ledgerEffect(authorityTransfer(source.id, source.amount))],
    },
    modify: {
      from: ['active'],
      to: 'same',
      label: 'Record a modification',
      permission: 'source.modify',
      internal: true,
    },
    begin_liquidation: {
      from: ['active'],
      to: 'liquidating',
      label: 'Begin paying last bills',
      permission: 'source.begin_liquidation',
      needsNote: true,
    },
    close: {
      from: ['liquidating'],
      to: 'closed',
      label: 'Close the source',
      permission: 'source.close',
      blockers: closeBlockers,
      effects: (source): LedgerEffect[] =>
        source.unallotted.isPositive ? [ledgerEffect(unusedAuthorityTransfer(source.id, source.unallotted))] : [],
    },
  },
});
