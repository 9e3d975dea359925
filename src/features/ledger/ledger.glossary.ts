/**
 * The stages a dollar passes through, the columns of reports, and the one glossary that gives each its word on pages.
 * No page invents another word for money.
 */
import type { BarStage } from '../../platform/pages/components.js';

/** In the order a dollar passes through them; it is in one at a time. */
export const STAGES = [
  'outside',
  'authorized',
  'allotted',
  'reserved',
  'committed',
  'obligated',
  'payable',
  'disbursed',
] as const;
export type Stage = (typeof STAGES)[number];

export const HOLDER_KINDS = ['source', 'pool', 'award', 'outside'] as const;
export type HolderKind = (typeof HOLDER_KINDS)[number];

/** The columns of every money report, in their order. */
export const REPORT_COLUMNS = [
  'allotted',
  'reserved',
  'committed',
  'obligated',
  'payable',
  'disbursed',
  'available',
  'remaining',
] as const;
export type ReportColumn = (typeof REPORT_COLUMNS)[number];

/** The stages whose balances a column adds up. What is set aside is no balance: it is counted as it enters a pool. */
export const COLUMN_STAGES: Readonly<Record<Exclude<ReportColumn, 'allotted'>, readonly Stage[]>> = {
  reserved: ['reserved'],
  committed: ['committed', 'obligated', 'payable', 'disbursed'],
  obligated: ['obligated', 'payable', 'disbursed'],
  payable: ['payable'],
  disbursed: ['disbursed'],
  available: ['allotted'],
  remaining: ['committed', 'obligated'],
};

export interface GlossaryEntry {
  /** The word for a column or a tag, in the middle of a sentence: `approved (not yet paid)`. */
  readonly word: string;
  /** What is said of a balance at this stage: "$300 is <balance>". */
  readonly balance: string;
  readonly meaning: string;
  /** How a bar shows it. */
  readonly bar?: BarStage;
}

export const stageGlossary: Readonly<Record<Stage | ReportColumn, GlossaryEntry>> = {
  outside: {
    word: 'outside',
    balance: 'outside the agency',
    meaning: 'Not with the agency: what a grantor has not awarded, or took back.',
  },
  authorized: {
    word: 'authorized',
    balance: 'authorized and not set aside',
    meaning: 'Awarded to the agency and not yet set aside for a purpose.',
  },
  allotted: {
    word: 'set aside',
    balance: 'set aside and not awarded',
    meaning: 'Put into a pool for a purpose, less what was taken back.',
  },
  reserved: {
    word: 'held',
    balance: 'held',
    meaning: 'Kept until a date for applications that passed the first step.',
  },
  committed: {
    word: 'committed',
    balance: 'committed and not under agreement',
    meaning: 'Promised by a carried motion or an approved policy, whatever happened to it since.',
  },
  obligated: {
    word: 'under agreement',
    balance: 'under agreement and not approved',
    meaning: 'Promised in an agreement that both sides signed, whatever happened to it since.',
  },
  payable: {
    word: 'approved (not yet paid)',
    balance: 'approved and not yet paid',
    meaning: 'Approved for payment; the payment was not released yet.',
    bar: 'approved',
  },
  disbursed: {
    word: 'paid',
    balance: 'paid',
    meaning: 'Released to payees, less what came back.',
    bar: 'paid',
  },
  available: {
    word: 'not awarded',
    balance: 'not awarded',
    meaning: 'Set aside, and neither held nor committed.',
    bar: 'unawarded',
  },
  remaining: {
    word: 'remaining',
    balance: 'remaining',
    meaning: 'Committed, and neither approved nor paid.',
    bar: 'remaining',
  },
};
