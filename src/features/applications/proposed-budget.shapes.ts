/** What a proposed budget is made of: categories, partners, lines, and the terms that it is reckoned under. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';

/** What a rate is a rate of. */
export const BASE_KINDS = ['mtdc', 'total_direct', 'salaries', 'salaries_fringe'] as const;

export type BaseKind = (typeof BASE_KINDS)[number];

export interface IndirectTerms {
  /** Of the rule set, and not above what the source says; null where the rule set knows none. */
  readonly deMinimisBasisPoints: number | null;
  /** The most that any rate may come to; zero where none is paid, null without a limit. */
  readonly capBasisPoints: number | null;
  /** Which source sets the limit. */
  readonly cappedBy: string | null;
  /** How much of one subaward counts; null where the rule set does not say. */
  readonly subawardFirst: Money | null;
  /** What a fixed rate is a rate of; modified total direct costs where nothing is said. */
  readonly fixedBase?: BaseKind;
  /** The highest negotiated rate that the rule set takes; without one where nothing is said. */
  readonly negotiatedMost?: number | null;
  /** The bases that the rule sets take for negotiated rates; all where nothing is said. */
  readonly bases?: readonly BaseKind[];
}

/** How a category counts in the bases of indirect costs (2 CFR 200.1); pay is counted, and is a base of its own. */
export type Treatment = 'counted' | 'salaries' | 'fringe' | 'equipment' | 'participant_support' | 'left_out';

export type BudgetRow = Readonly<Record<string, string>>;

export interface BudgetCategory {
  readonly name: string;
  readonly treatment: Treatment;
}

export interface BudgetPartner {
  readonly id: string;
  readonly name: string;
  /** It carries part of the program; else it only sells something, and all of that counts as bought services. */
  readonly isSubaward: boolean;
  /** What it was named with; zero when nothing was said. */
  readonly share: Money;
}

export interface BudgetTerms {
  readonly categories: readonly BudgetCategory[];
  /** The sources name them; else they are the usual ones, and others are taken too. */
  readonly arePrescribed: boolean;
  readonly partners: readonly BudgetPartner[];
  readonly indirect: IndirectTerms;
  readonly ceiling: Money | null;
  /** The day on which it is read: an agreement that is over by then counts no more. */
  readonly today?: string;
}

export interface BudgetLine {
  /** Where it stands among the rows. */
  readonly row: number;
  readonly category: string;
  readonly treatment: Treatment;
  readonly description: string | null;
  /** Of all columns. */
  readonly amount: Money;
  readonly match: Money;
  /** What of it is a partner's. */
  readonly parts: readonly { readonly partnerId: string; readonly amount: Money }[];
}

export interface BudgetProblem {
  /** The row it is in; null for the rate and for the whole. */
  readonly row: number | null;
  /** The field of that row; `kind`, `rate` or `evidence` of the rate. */
  readonly field: string;
  readonly sentence: Sentence;
  /** Whose rate it is about, where it is a partner's. */
  readonly partner?: { readonly of: string; readonly name: string };
}

export const isIndirectRow = (row: BudgetRow): boolean => row['row'] === 'indirect';

/** What the lead (null) or a partner has of a line. */
export function partOf(line: BudgetLine, partnerId: string | null): Money {
  if (partnerId !== null) return line.parts.find((part) => part.partnerId === partnerId)?.amount ?? Money.zero;
  return line.amount.subtract(Money.sum(line.parts.map((part) => part.amount)));
}
