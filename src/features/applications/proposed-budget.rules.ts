/**
 * Pure arithmetic of a proposed budget: what its rows say, what each partner has of it, and the indirect costs as the
 * chosen rate on its base. `templates/assets/budget.js` reckons the same while somebody types; a test holds the two
 * against each other.
 *
 * The rows are the answer to a question of kind `budget`: one for each line, with the amount of the lead as `amount`
 * and of a partner as `partner_<id>`, and one more, marked `row: indirect`, for the rate. All is text as it was typed,
 * so that nothing is lost that cannot be read yet.
 */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';

/** How a category counts in modified total direct costs (2 CFR 200.1). */
const TREATMENTS = ['counted', 'equipment', 'participant_support', 'left_out'] as const;
export type Treatment = (typeof TREATMENTS)[number];

const INDIRECT_KINDS = ['none', 'de_minimis', 'fixed', 'negotiated'] as const;
export type IndirectKind = (typeof INDIRECT_KINDS)[number];

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

export interface IndirectTerms {
  /** Of the rule set, and not above what the source says; null where the rule set knows none. */
  readonly deMinimisBasisPoints: number | null;
  /** The most that any rate may come to; zero where none is paid, null without a limit. */
  readonly capBasisPoints: number | null;
  /** Which source sets the limit. */
  readonly cappedBy: string | null;
  /** How much of one subaward counts; null where the rule set does not say. */
  readonly subawardFirst: Money | null;
}

export interface BudgetTerms {
  readonly categories: readonly BudgetCategory[];
  /** The sources name them; else they are the usual ones, and others are taken too. */
  readonly arePrescribed: boolean;
  readonly partners: readonly BudgetPartner[];
  readonly indirect: IndirectTerms;
  readonly ceiling: Money | null;
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

/** What one partner, or the lead, has of the budget. */
export interface BudgetColumn {
  /** Null for the lead. */
  readonly partnerId: string | null;
  readonly direct: Money;
  /** What of it counts in the base. */
  readonly inBase: Money;
}

/** One sentence of the arithmetic: a key under `proposed_budget.step`, and its figures. */
export interface BudgetStep {
  readonly key: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface BudgetProblem {
  /** The row it is in; null for the rate and for the whole. */
  readonly row: number | null;
  /** The field of that row; `kind`, `rate` or `evidence` of the rate. */
  readonly field: string;
  readonly sentence: Sentence;
}

export interface ReadIndirect {
  readonly kind: IndirectKind;
  /** As chosen; null when it cannot be read. */
  readonly chosenBasisPoints: number | null;
  /** As used, after the limit. */
  readonly rateBasisPoints: number;
  readonly evidence: string | null;
  readonly amount: Money;
}

export interface ReadBudget {
  readonly lines: readonly BudgetLine[];
  readonly byPartner: readonly BudgetColumn[];
  readonly direct: Money;
  readonly base: Money;
  readonly indirect: ReadIndirect;
  readonly match: Money;
  /** Direct and indirect: what is asked for. */
  readonly total: Money;
  readonly steps: readonly BudgetStep[];
  readonly problems: readonly BudgetProblem[];
}

export const MOST_LINES = 60;
const MOST_CATEGORY = 80;
const MOST_DESCRIPTION = 300;
export const PARTNER_PREFIX = 'partner_';
const WHOLE = 10_000;

export const partnerKey = (id: string): string => `${PARTNER_PREFIX}${id}`;
export const isIndirectRow = (row: BudgetRow): boolean => row['row'] === 'indirect';

/** Reads `12`, `12.5` or `12.50 %` as basis points. */
export function readRate(text: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const rate = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return rate > WHOLE ? undefined : rate;
}

/** Which kinds of rate may be chosen, none first. */
export function kindsOffered({ capBasisPoints, cappedBy, deMinimisBasisPoints }: IndirectTerms): IndirectKind[] {
  if (capBasisPoints === 0) return ['none'];
  if (cappedBy !== null) return ['none', 'fixed', 'negotiated'];
  return deMinimisBasisPoints === null ? ['none', 'negotiated'] : ['none', 'de_minimis', 'negotiated'];
}

/** The most that this kind of rate may be, without evidence of more; null where only the evidence says. */
export function mostOf(kind: IndirectKind, terms: IndirectTerms): number | null {
  if (kind === 'none') return 0;
  if (kind === 'fixed') return terms.capBasisPoints ?? 0;
  if (kind === 'de_minimis') return terms.deMinimisBasisPoints ?? 0;
  return null;
}

export function readBudget(rows: readonly BudgetRow[], terms: BudgetTerms): ReadBudget {
  const problems: BudgetProblem[] = [];
  const lines = rows.flatMap((row, index) =>
    isIndirectRow(row) || isEmpty(row) ? [] : readLine(row, index, lineNumber(rows, index), terms, problems),
  );
  if (rows.filter((row) => !isIndirectRow(row)).length > MOST_LINES) {
    problems.push(problem(null, '', 'proposed_budget.too_many_lines', { most: MOST_LINES }));
  }
  const byPartner = columnsOf(lines, terms);
  const direct = Money.sum(lines.map((line) => line.amount));
  const base = Money.sum(byPartner.map((column) => column.inBase));
  const indirect = readIndirect(rows.find(isIndirectRow) ?? {}, base, terms, problems);
  problems.push(...shareProblems(byPartner, terms));
  return {
    ...{ lines, byPartner, direct, base, indirect, problems },
    match: Money.sum(lines.map((line) => line.match)),
    total: direct.add(indirect.amount),
    steps: stepsOf(lines, byPartner, direct, base, indirect, terms),
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

/** The lead first, then the partners in their order. Of a subaward only its first part counts. */
function columnsOf(lines: readonly BudgetLine[], { partners, indirect }: BudgetTerms): BudgetColumn[] {
  const of = (partnerId: string | null, only: (line: BudgetLine) => boolean): Money =>
    Money.sum(lines.filter(only).map((line) => partOf(line, partnerId)));
  return [null, ...partners].map((partner) => {
    const partnerId = partner?.id ?? null;
    const counted = of(partnerId, (line) => line.treatment === 'counted');
    const isLimited = partner?.isSubaward === true && indirect.subawardFirst !== null;
    const inBase = isLimited ? Money.min(counted, indirect.subawardFirst ?? counted) : counted;
    return { partnerId, direct: of(partnerId, () => true), inBase };
  });
}

/** What the lead (null) or a partner has of a line. */
export function partOf(line: BudgetLine, partnerId: string | null): Money {
  if (partnerId !== null) return line.parts.find((part) => part.partnerId === partnerId)?.amount ?? Money.zero;
  return line.amount.subtract(Money.sum(line.parts.map((part) => part.amount)));
}

function readIndirect(
  row: BudgetRow,
  base: Money,
  { indirect: terms }: BudgetTerms,
  problems: BudgetProblem[],
): ReadIndirect {
  const evidence = row['evidence']?.trim() || null;
  const none: ReadIndirect = { kind: 'none', chosenBasisPoints: 0, rateBasisPoints: 0, evidence, amount: Money.zero };
  const kind = INDIRECT_KINDS.find((each) => each === (row['kind']?.trim() || 'none'));
  if (kind === undefined || !kindsOffered(terms).includes(kind)) {
    problems.push(problem(null, 'kind', 'proposed_budget.kind_not_offered'));
    return none;
  }
  if (kind === 'none') return none;
  const chosen = chosenRate(kind, row['rate'] ?? '', terms, problems);
  if (kind === 'negotiated' && evidence === null) {
    problems.push(problem(null, 'evidence', 'proposed_budget.evidence_needed'));
  }
  const rate = Math.min(chosen ?? 0, terms.capBasisPoints ?? WHOLE);
  return { kind, chosenBasisPoints: chosen, rateBasisPoints: rate, evidence, amount: base.percent(rate) };
}

/** A rate that needs no evidence may be left open: then it is the most that it may be. */
function chosenRate(kind: IndirectKind, text: string, terms: IndirectTerms, problems: BudgetProblem[]): number | null {
  const most = mostOf(kind, terms);
  if (text.trim() === '') {
    if (most === null) problems.push(problem(null, 'rate', 'proposed_budget.rate_needed'));
    return most;
  }
  const rate = readRate(text);
  if (rate === undefined) {
    problems.push(problem(null, 'rate', 'proposed_budget.rate_unreadable', { text: text.trim().slice(0, 40) }));
    return null;
  }
  if (most !== null && rate > most) {
    problems.push(
      problem(null, 'rate', 'proposed_budget.rate_too_high', { rate: percentText(rate), most: percentText(most) }),
    );
    return null;
  }
  return rate;
}

/** What a partner was named with is what its column comes to. */
function shareProblems(columns: readonly BudgetColumn[], { partners }: BudgetTerms): BudgetProblem[] {
  return partners.flatMap(({ id, name, share }) => {
    const direct = columns.find((column) => column.partnerId === id)?.direct ?? Money.zero;
    if (share.equals(direct) || !share.isPositive || !direct.isPositive) return [];
    return [problem(null, partnerKey(id), 'proposed_budget.partner_differs', { partner: name, budget: direct, share })];
  });
}

/** The arithmetic of the indirect costs, one sentence after the other; nothing where there are none. */
function stepsOf(
  lines: readonly BudgetLine[],
  columns: readonly BudgetColumn[],
  direct: Money,
  base: Money,
  { kind, chosenBasisPoints, rateBasisPoints, amount }: ReadIndirect,
  { partners, indirect }: BudgetTerms,
): BudgetStep[] {
  if (kind === 'none' || chosenBasisPoints === null) return [];
  const steps: BudgetStep[] = [{ key: 'direct', params: { direct } }];
  for (const treatment of TREATMENTS.filter((each) => each !== 'counted')) {
    const less = Money.sum(lines.filter((line) => line.treatment === treatment).map((line) => line.amount));
    if (less.isPositive) steps.push({ key: treatment, params: { less } });
  }
  for (const { id, name } of partners) {
    const counted = Money.sum(lines.filter((line) => line.treatment === 'counted').map((line) => partOf(line, id)));
    const less = counted.subtract(columns.find((column) => column.partnerId === id)?.inBase ?? counted);
    if (less.isPositive)
      steps.push({ key: 'subaward', params: { less, partner: name, first: indirect.subawardFirst, counted } });
  }
  steps.push({ key: 'base', params: { base } });
  if (rateBasisPoints < chosenBasisPoints) {
    const [chosen, rate] = [percentText(chosenBasisPoints), percentText(rateBasisPoints)];
    steps.push({ key: 'capped', params: { source: indirect.cappedBy ?? '', chosen, rate } });
  }
  steps.push({ key: 'indirect', params: { base, rate: percentText(rateBasisPoints), indirect: amount } });
  return steps;
}

/** `15%`, `9.99%`: exactly, since figures are multiplied by it. */
export function percentText(basisPoints: number): string {
  const rest = basisPoints % 100;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(2, '0').replace(/0$/, '')}`;
  return `${Math.floor(basisPoints / 100)}${fraction}%`;
}
