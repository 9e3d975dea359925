/** What goes into a batch and what its register says. Pure. */
import type { Money } from '../../kernel/money.js';
import { csvLine } from '../../platform/spreadsheets/csv.js';

/** A payable that is due, with what decides whether it can be paid now. */
export interface Candidate {
  readonly id: string;
  readonly payeeId: string;
  readonly payeeName: string;
  readonly amount: Money;
  readonly needsTaxForm: boolean;
  readonly hasTaxForm: boolean;
  readonly beneficiaries: readonly string[];
}

export interface Sorted {
  readonly taken: readonly Candidate[];
  /** Reportable, and the payee's tax form is missing. */
  readonly withoutTaxForm: readonly Candidate[];
  /** Owed to the person who prepares. */
  readonly own: readonly Candidate[];
}

/** Leaves out what may not be paid yet, and what whoever prepares is paid by: somebody else prepares that. */
export function sortCandidates(candidates: readonly Candidate[], preparerId: string | undefined): Sorted {
  const isOwn = (each: Candidate): boolean => preparerId !== undefined && each.beneficiaries.includes(preparerId);
  const lacksForm = (each: Candidate): boolean => each.needsTaxForm && !each.hasTaxForm;
  return {
    taken: candidates.filter((each) => !isOwn(each) && !lacksForm(each)),
    withoutTaxForm: candidates.filter((each) => !isOwn(each) && lacksForm(each)),
    own: candidates.filter(isOwn),
  };
}

/** One group for each payee, by name, so that numbers run in the order people look them up. */
export function groupByPayee(candidates: readonly Candidate[]): (readonly Candidate[])[] {
  const groups = new Map<string, Candidate[]>();
  for (const each of candidates) groups.set(each.payeeId, [...(groups.get(each.payeeId) ?? []), each]);
  return [...groups.values()].sort(([a], [b]) => {
    const byName = (a?.payeeName ?? '').localeCompare(b?.payeeName ?? '', 'en');
    return byName !== 0 ? byName : (a?.payeeId ?? '').localeCompare(b?.payeeId ?? '', 'en');
  });
}

export interface RegisterRow {
  readonly number: number;
  readonly payee: string;
  readonly amount: Money;
  /** 'YYYY-MM-DD' */
  readonly date: string;
  readonly memo: string;
}

const MEMO_LENGTH = 120;

/** What stands on the stub: the titles of what is paid, cut where there is no more room. */
export function memoOf(titles: readonly string[]): string {
  const memo = titles.join('; ');
  return memo.length <= MEMO_LENGTH ? memo : `${memo.slice(0, MEMO_LENGTH - 1).trimEnd()}…`;
}

/** The register as a spreadsheet opens it. */
export function registerCsv(rows: readonly RegisterRow[]): string {
  const lines = rows.map(({ number, payee, amount, date, memo }) => csvLine([number, payee, amount, date, memo]));
  return [csvLine(['Number', 'Payee', 'Amount', 'Date', 'Memo']), ...lines].join('');
}
