/** The arithmetic of the budget report: columns that do not apply, and an award's money split over its districts. */
import { Money } from '../../kernel/money.js';
import { type Figures, NO_FIGURES, REPORT_COLUMNS, type ReportColumn } from '../ledger/index.js';

/** Columns as a row shows them: nothing where one does not apply. */
export type ReportFigures = Readonly<Record<ReportColumn, Money | null>>;

export interface Share {
  readonly district: string;
  /** Of 10,000. */
  readonly basisPoints: number;
}

/** Money is set aside for pools, so an award has none of the three columns that tell of that. */
export const awardColumns = (figures: Figures): ReportFigures => ({
  ...figures,
  allotted: null,
  reserved: null,
  available: null,
});

export const wholeColumns = (figures: Figures): ReportFigures => figures;

export function addFigures(one: Figures, other: Figures): Figures {
  const sums = REPORT_COLUMNS.map((column) => [column, one[column].add(other[column])] as const);
  return Object.fromEntries(sums) as Record<ReportColumn, Money>;
}

/**
 * Each district's part, to the cent: what is committed, approved and paid is split by largest remainder, and what
 * remains is what those leave, so that rows add up across and down.
 */
export function byShares(figures: Figures, shares: readonly Share[]): Map<string, Figures> {
  const weights = shares.map((share) => share.basisPoints);
  if (weights.length === 0) return new Map();
  const split = (column: ReportColumn): Money[] => figures[column].allocate(weights);
  const [committed, obligated, payable, disbursed] = [
    split('committed'),
    split('obligated'),
    split('payable'),
    split('disbursed'),
  ];
  const at = (amounts: readonly Money[], index: number): Money => amounts[index] ?? Money.zero;
  return new Map(
    shares.map(({ district }, index) => [
      district,
      {
        ...NO_FIGURES,
        committed: at(committed, index),
        obligated: at(obligated, index),
        payable: at(payable, index),
        disbursed: at(disbursed, index),
        remaining: at(committed, index).subtract(at(payable, index)).subtract(at(disbursed, index)),
      },
    ]),
  );
}

/** Whether no column holds anything. */
export const isNothing = (figures: Figures): boolean => REPORT_COLUMNS.every((column) => figures[column].isZero);
