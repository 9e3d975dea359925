/**
 * Pure arithmetic of a proposed budget: what its rows say, what each partner has of it, and the indirect costs as the
 * chosen rate on its base. `templates/assets/budget.js` reckons the same while somebody types; a test holds the two
 * against each other.
 *
 * The rows are the answer to a question of kind `budget`: one for each line, with the amount of the lead as `amount`
 * and of a partner as `partner_<id>`, and one more, marked `row: indirect`, for each rate, with `of` for a partner's. All
 * is text as it was typed, so that nothing is lost that cannot be read yet.
 */
import { Money } from '../../kernel/money.js';
import {
  type BudgetColumn,
  type BudgetStep,
  dayText,
  type ReadIndirect,
  reckonRates,
} from './proposed-budget.indirect.js';
import {
  type BudgetLine,
  type BudgetProblem,
  type BudgetRow,
  type BudgetTerms,
  isIndirectRow,
  type Treatment,
} from './proposed-budget.shapes.js';

export interface ReadBudget {
  readonly lines: readonly BudgetLine[];
  readonly byPartner: readonly BudgetColumn[];
  readonly direct: Money;
  /** Of the lead's rate. */
  readonly base: Money;
  /** The lead's. */
  readonly indirect: ReadIndirect;
  /** The lead's and those of its partners. */
  readonly rates: readonly ReadIndirect[];
  /** Of all rates. */
  readonly indirectCosts: Money;
  readonly match: Money;
  /** Direct and indirect: what is asked for. */
  readonly total: Money;
  /** The arithmetic of the lead's rate. */
  readonly steps: readonly BudgetStep[];
  readonly problems: readonly BudgetProblem[];
}

export const MOST_LINES = 60;
const MOST_CATEGORY = 80;
const MOST_DESCRIPTION = 300;
export const PARTNER_PREFIX = 'partner_';

export const partnerKey = (id: string): string => `${PARTNER_PREFIX}${id}`;

export function readBudget(rows: readonly BudgetRow[], terms: BudgetTerms): ReadBudget {
  const problems: BudgetProblem[] = [];
  const lines = rows.flatMap((row, index) =>
    isIndirectRow(row) || isEmpty(row) ? [] : readLine(row, index, lineNumber(rows, index), terms, problems),
  );
  if (rows.filter((row) => !isIndirectRow(row)).length > MOST_LINES) {
    problems.push(problem(null, '', 'proposed_budget.too_many_lines', { most: MOST_LINES }));
  }
  const direct = Money.sum(lines.map((line) => line.amount));
  const { rates, byPartner } = reckonRates(rows, lines, terms, problems);
  const [indirect] = rates as [ReadIndirect, ...ReadIndirect[]];
  problems.push(...expiryProblems(rates, terms), ...shareProblems(byPartner, rates, terms));
  const indirectCosts = Money.sum(rates.map((rate) => rate.amount));
  return {
    ...{ lines, byPartner, direct, indirect, rates, indirectCosts, problems },
    base: indirect.base,
    match: Money.sum(lines.map((line) => line.match)),
    total: direct.add(indirectCosts),
    steps: indirect.steps,
  };
}

/** Lines are counted as people see them: without the row of the rate. */
const lineNumber = (rows: readonly BudgetRow[], index: number): number =>
  rows.slice(0, index + 1).filter((row) => !isIndirectRow(row)).length;

const isEmpty = (row: BudgetRow): boolean => Object.values(row).every((value) => value.trim() === '');

const problem = (
  row: number | null,
  field: string,
  code: string,
  params?: Readonly<Record<string, unknown>>,
): BudgetProblem => ({ row, field, sentence: params === undefined ? { code } : { code, params } });

/** A line counts once it has a category and an amount or a match; what of it cannot be read is told, and is nothing. */
function readLine(
  row: BudgetRow,
  index: number,
  line: number,
  terms: BudgetTerms,
  problems: BudgetProblem[],
): BudgetLine[] {
  const found = new Map<string, Money>();
  const before = problems.length;
  for (const [field, text] of Object.entries(row)) {
    if (field !== 'amount' && field !== 'match' && !field.startsWith(PARTNER_PREFIX)) continue;
    const amount = readAmount(text, index, field, line, problems);
    if (amount !== undefined) found.set(field, amount);
  }
  const gone = [...found].filter(([field, amount]) => amount.isPositive && isGone(field, terms));
  for (const [field] of gone) problems.push(problem(index, field, 'proposed_budget.partner_gone', { line }));
  const category = readCategory(row['category'] ?? '', index, line, terms, problems);
  const description = (row['description'] ?? '').trim();
  if (description.length > MOST_DESCRIPTION) {
    const params = { line, most: MOST_DESCRIPTION, length: description.length };
    problems.push(problem(index, 'description', 'proposed_budget.description_long', params));
  }
  const match = found.get('match') ?? Money.zero;
  const own = found.get('amount') ?? Money.zero;
  const parts = terms.partners.flatMap(({ id }) => {
    const amount = found.get(partnerKey(id)) ?? Money.zero;
    return amount.isPositive ? [{ partnerId: id, amount }] : [];
  });
  const amount = Money.sum([own, ...parts.map((part) => part.amount)]);
  const isNothing = !amount.isPositive && !match.isPositive;
  if (isNothing && problems.length === before) {
    problems.push(problem(index, 'amount', 'proposed_budget.line_needs_amount', { line }));
  }
  if (isNothing || category === undefined || description.length > MOST_DESCRIPTION) return [];
  return [{ row: index, ...category, description: description === '' ? null : description, amount, match, parts }];
}

const isGone = (field: string, terms: BudgetTerms): boolean =>
  field.startsWith(PARTNER_PREFIX) && !terms.partners.some(({ id }) => partnerKey(id) === field);

function readAmount(
  text: string,
  index: number,
  field: string,
  line: number,
  problems: BudgetProblem[],
): Money | undefined {
  if (text.trim() === '') return undefined;
  const amount = Money.tryParse(text);
  if (amount === undefined) {
    problems.push(problem(index, field, 'proposed_budget.amount_unreadable', { line, text: text.trim().slice(0, 40) }));
    return undefined;
  }
  if (amount.isNegative) {
    problems.push(problem(index, field, 'proposed_budget.amount_negative', { line }));
    return undefined;
  }
  return amount;
}

function readCategory(
  typed: string,
  index: number,
  line: number,
  { categories, arePrescribed }: BudgetTerms,
  problems: BudgetProblem[],
): { category: string; treatment: Treatment } | undefined {
  const name = typed.trim();
  if (name === '') {
    problems.push(problem(index, 'category', 'proposed_budget.line_needs_category', { line }));
    return undefined;
  }
  const known = categories.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return { category: known.name, treatment: known.treatment };
  if (arePrescribed || name.length > MOST_CATEGORY) {
    const params = { line, category: name.slice(0, MOST_CATEGORY) };
    problems.push(problem(index, 'category', 'proposed_budget.category_unknown', params));
    return undefined;
  }
  // What it is nobody knows, so that no indirect costs are claimed on it.
  return { category: name, treatment: 'left_out' };
}

/** An agreement that is over says nothing of what costs come to now. */
function expiryProblems(rates: readonly ReadIndirect[], { partners, today }: BudgetTerms): BudgetProblem[] {
  return rates.flatMap(({ partnerId, expiresOn }) => {
    if (expiresOn === null || today === undefined || expiresOn >= today) return [];
    const name = partners.find(({ id }) => id === partnerId)?.name;
    const found = problem(null, 'expires', 'proposed_budget.agreement_over', { date: dayText(expiresOn) });
    return [partnerId === null || name === undefined ? found : { ...found, partner: { of: partnerId, name } }];
  });
}

/** What a partner was named with is what its column comes to, with its indirect costs. */
function shareProblems(
  columns: readonly BudgetColumn[],
  rates: readonly ReadIndirect[],
  { partners }: BudgetTerms,
): BudgetProblem[] {
  return partners.flatMap(({ id, name, share }) => {
    const direct = columns.find((column) => column.partnerId === id)?.direct ?? Money.zero;
    const indirect = rates.find(({ partnerId }) => partnerId === id)?.amount ?? Money.zero;
    const budget = direct.add(indirect);
    if (share.equals(budget) || !share.isPositive || !budget.isPositive) return [];
    return [problem(null, partnerKey(id), 'proposed_budget.partner_differs', { partner: name, budget, share })];
  });
}
