/**
 * Pure arithmetic of indirect costs: each organization's rate on its own base. A rate of the lead counts what its
 * partners get as part of its costs; a partner that carries a part of the program has a rate of its own on its own
 * column. A product of a base and a rate is rounded to the cent, half a cent up, once for each organization.
 *
 * Modified total direct costs (2 CFR 200.1) are the direct costs without equipment, participant support, rent and what
 * else the categories leave out, and with no more of each subaward than the rule set counts.
 */
import { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';
import {
  BASE_KINDS,
  type BaseKind,
  type BudgetLine,
  type BudgetPartner,
  type BudgetProblem,
  type BudgetRow,
  type BudgetTerms,
  type IndirectTerms,
  isIndirectRow,
  partOf,
  type Treatment,
} from './proposed-budget.shapes.js';

const INDIRECT_KINDS = ['none', 'de_minimis', 'fixed', 'negotiated'] as const;
export type IndirectKind = (typeof INDIRECT_KINDS)[number];

/** One sentence of the arithmetic: a key under `proposed_budget.step`, and its figures. */
export interface BudgetStep {
  readonly key: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The same as it is kept: figures as they were shown. */
export interface KeptStep {
  readonly key: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface ReadIndirect {
  /** Null for the lead. */
  readonly partnerId: string | null;
  readonly kind: IndirectKind;
  /** As chosen; null when it cannot be read. */
  readonly chosenBasisPoints: number | null;
  /** As used, after the limit. */
  readonly rateBasisPoints: number;
  readonly baseKind: BaseKind;
  readonly base: Money;
  /** The last day of the agreement. */
  readonly expiresOn: string | null;
  readonly evidence: string | null;
  readonly amount: Money;
  readonly steps: readonly BudgetStep[];
}

export interface BudgetColumn {
  /** Null for the lead. */
  readonly partnerId: string | null;
  readonly direct: Money;
  /** What of it counts in the lead's base. */
  readonly inBase: Money;
}

const WHOLE = 10_000;
/** Without these a line has no part in modified total direct costs; each is a line of the arithmetic. */
const EXCLUDED = ['equipment', 'participant_support', 'left_out'] as const;
const isExcluded = (treatment: Treatment): boolean => EXCLUDED.some((each) => each === treatment);

/** Which categories a base has. */
export function isInBase(treatment: Treatment, base: BaseKind): boolean {
  if (base === 'total_direct') return true;
  if (base === 'mtdc') return !isExcluded(treatment);
  return treatment === 'salaries' || (base === 'salaries_fringe' && treatment === 'fringe');
}

/** Reads `12`, `12.5` or `12.50 %` as basis points. */
export function readRate(text: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const rate = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return rate > WHOLE ? undefined : rate;
}

/** `15%`, `9.99%`: exactly, since figures are multiplied by it. */
export function percentText(basisPoints: number): string {
  const rest = basisPoints % 100;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(2, '0').replace(/0$/, '')}`;
  return `${Math.floor(basisPoints / 100)}${fraction}%`;
}

/** `6/30/2027`, as people enter it. */
export function dayText(date: string): string {
  const [year, month, day] = date.split('-').map(Number);
  return `${month ?? 0}/${day ?? 0}/${year ?? 0}`;
}

/** Which kinds of rate may be chosen, none first. */
export function kindsOffered({ capBasisPoints, cappedBy, deMinimisBasisPoints }: IndirectTerms): IndirectKind[] {
  if (capBasisPoints === 0) return ['none'];
  if (cappedBy !== null) return ['none', 'fixed', 'negotiated'];
  return deMinimisBasisPoints === null ? ['none', 'negotiated'] : ['none', 'de_minimis', 'negotiated'];
}

export const basesOffered = ({ bases }: IndirectTerms): readonly BaseKind[] => bases ?? BASE_KINDS;

/** The most that this kind of rate may be, without evidence of more; null where only the evidence says. */
export function mostOf(kind: IndirectKind, terms: IndirectTerms): number | null {
  if (kind === 'none') return 0;
  if (kind === 'fixed') return terms.capBasisPoints ?? 0;
  if (kind === 'de_minimis') return terms.deMinimisBasisPoints ?? 0;
  return terms.negotiatedMost ?? null;
}

/** The row of the lead's rate, or of a partner's. */
export const rateRowOf = (rows: readonly BudgetRow[], partnerId: string | null): BudgetRow | undefined =>
  rows.find((row) => isIndirectRow(row) && (row['of']?.trim() || null) === partnerId);

/** Of the lead first, then of each partner that carries a part; and what each column has in the lead's base. */
export function reckonRates(
  rows: readonly BudgetRow[],
  lines: readonly BudgetLine[],
  terms: BudgetTerms,
  problems: BudgetProblem[],
): { rates: ReadIndirect[]; byPartner: BudgetColumn[] } {
  const carrying = terms.partners.filter((partner) => partner.isSubaward);
  const ofPartners = carrying.map((partner) => {
    const own = new OwnColumn(lines, partner);
    return reckonRate(rateRowOf(rows, partner.id) ?? {}, own, terms.indirect, problems);
  });
  const lead = new LeadColumns(lines, terms, ofPartners);
  const rate = reckonRate(rateRowOf(rows, null) ?? {}, lead, terms.indirect, problems);
  return { rates: [rate, ...ofPartners], byPartner: lead.byPartner(rate.baseKind) };
}

interface Costs {
  readonly partner: BudgetPartner | null;
  readonly direct: Money;
  base(kind: BaseKind): Money;
  /** From the direct costs to the base. */
  steps(kind: BaseKind): BudgetStep[];
}

const sumOf = (lines: readonly BudgetLine[], partnerId: string | null, only: (line: BudgetLine) => boolean): Money =>
  Money.sum(lines.filter(only).map((line) => partOf(line, partnerId)));

/** What was left out, each with its categories, so that everybody sees which costs it is. */
function exclusions(lines: readonly BudgetLine[], amountOf: (line: BudgetLine) => Money): BudgetStep[] {
  return EXCLUDED.flatMap((treatment) => {
    const found = lines.filter((line) => line.treatment === treatment && amountOf(line).isPositive);
    const less = Money.sum(found.map(amountOf));
    if (!less.isPositive) return [];
    const categories = [...new Set(found.map((line) => line.category))].join(', ');
    return [{ key: treatment, params: treatment === 'left_out' ? { less, categories } : { less } }];
  });
}

function pay(lines: readonly BudgetLine[], partnerId: string | null, kind: BaseKind): BudgetStep[] {
  const part = (treatment: Treatment): Money => sumOf(lines, partnerId, (line) => line.treatment === treatment);
  const salaries = { key: 'salaries', params: { part: part('salaries') } };
  return kind === 'salaries' ? [salaries] : [salaries, { key: 'fringe', params: { part: part('fringe') } }];
}

class OwnColumn implements Costs {
  readonly direct: Money;

  constructor(
    private readonly lines: readonly BudgetLine[],
    readonly partner: BudgetPartner,
  ) {
    this.direct = sumOf(lines, partner.id, () => true);
  }

  base(kind: BaseKind): Money {
    return sumOf(this.lines, this.partner.id, (line) => isInBase(line.treatment, kind));
  }

  steps(kind: BaseKind): BudgetStep[] {
    const { id, name } = this.partner;
    if (kind === 'salaries' || kind === 'salaries_fringe') return pay(this.lines, id, kind);
    const first = { key: 'partner_direct', params: { partner: name, direct: this.direct } };
    return kind === 'total_direct' ? [first] : [first, ...exclusions(this.lines, (line) => partOf(line, id))];
  }
}

/** The lead's own column, and its partners' as costs of the lead: a partner's indirect costs are a part of its subaward. */
class LeadColumns implements Costs {
  readonly partner = null;
  readonly direct: Money;

  constructor(
    private readonly lines: readonly BudgetLine[],
    private readonly terms: BudgetTerms,
    private readonly rates: readonly ReadIndirect[],
  ) {
    this.direct = Money.sum(lines.map((line) => line.amount));
  }

  base(kind: BaseKind): Money {
    return Money.sum(this.byPartner(kind).map((column) => column.inBase));
  }

  byPartner(kind: BaseKind): BudgetColumn[] {
    return [null, ...this.terms.partners].map((partner) => ({
      partnerId: partner?.id ?? null,
      direct: sumOf(this.lines, partner?.id ?? null, () => true),
      inBase: this.inBase(partner, kind),
    }));
  }

  steps(kind: BaseKind): BudgetStep[] {
    if (kind === 'salaries' || kind === 'salaries_fringe') return pay(this.lines, null, kind);
    const added = this.terms.partners.flatMap(({ id, name }): BudgetStep[] => {
      const more = this.indirectOf(id);
      return more.isPositive ? [{ key: 'partner_indirect', params: { more, partner: name } }] : [];
    });
    const all = [{ key: 'direct', params: { direct: this.direct } }, ...added];
    if (kind === 'total_direct') return all;
    const rest = this.terms.partners.flatMap((partner): BudgetStep[] => {
      const counted = this.counted(partner);
      const less = counted.subtract(this.inBase(partner, kind));
      const params = { less, partner: partner.name, first: this.terms.indirect.subawardFirst, counted };
      return less.isPositive ? [{ key: 'subaward', params }] : [];
    });
    return [...all, ...exclusions(this.lines, (line) => line.amount), ...rest];
  }

  private inBase(partner: BudgetPartner | null, kind: BaseKind): Money {
    const first = this.terms.indirect.subawardFirst;
    if (kind === 'mtdc') {
      const counted = this.counted(partner);
      return partner?.isSubaward === true && first !== null ? Money.min(counted, first) : counted;
    }
    if (kind === 'total_direct') {
      return sumOf(this.lines, partner?.id ?? null, () => true).add(this.indirectOf(partner?.id ?? null));
    }
    // Pay of others is no pay of the lead.
    return partner === null ? sumOf(this.lines, null, (line) => isInBase(line.treatment, kind)) : Money.zero;
  }

  private counted(partner: BudgetPartner | null): Money {
    const id = partner?.id ?? null;
    return sumOf(this.lines, id, (line) => !isExcluded(line.treatment)).add(this.indirectOf(id));
  }

  private indirectOf(partnerId: string | null): Money {
    if (partnerId === null) return Money.zero;
    return this.rates.find((rate) => rate.partnerId === partnerId)?.amount ?? Money.zero;
  }
}

type Tell = (field: string, code: string, params?: Readonly<Record<string, unknown>>) => void;

function reckonRate(row: BudgetRow, costs: Costs, terms: IndirectTerms, problems: BudgetProblem[]): ReadIndirect {
  const partnerId = costs.partner?.id ?? null;
  const tell: Tell = (field, code, params) => {
    // Whose it is stands before it, where it is not the lead's.
    const partner = costs.partner === null ? undefined : { of: partnerId ?? '', name: costs.partner.name };
    const sentence = params === undefined ? { code } : { code, params };
    problems.push({ row: null, field, sentence, ...(partner && { partner }) });
  };
  const evidence = row['evidence']?.trim() || null;
  const none: ReadIndirect = {
    ...{ partnerId, kind: 'none', chosenBasisPoints: 0, rateBasisPoints: 0, baseKind: 'mtdc', steps: [], evidence },
    ...{ base: costs.base('mtdc'), expiresOn: null, amount: Money.zero },
  };
  const kind = INDIRECT_KINDS.find((each) => each === (row['kind']?.trim() || 'none'));
  if (kind === undefined || !kindsOffered(terms).includes(kind)) {
    tell('kind', 'proposed_budget.kind_not_offered');
    return none;
  }
  if (kind === 'none') return none;
  const chosen = chosenRate(kind, row['rate'] ?? '', terms, tell);
  const baseKind = chosenBase(kind, row['base']?.trim() ?? '', terms, tell);
  const base = costs.base(baseKind);
  let expiresOn: string | null = null;
  if (kind === 'negotiated') {
    expiresOn = readExpiry(row['expires']?.trim() ?? '', tell);
    if (evidence === null && partnerId === null) tell('evidence', 'proposed_budget.evidence_needed');
    if (costs.direct.isPositive && !base.isPositive) tell('base', 'proposed_budget.base_empty');
  }
  const rate = Math.min(chosen ?? 0, terms.capBasisPoints ?? WHOLE);
  const amount = base.percent(rate);
  const read = { partnerId, kind, chosenBasisPoints: chosen, rateBasisPoints: rate, baseKind, base, expiresOn };
  return { ...read, evidence, amount, steps: chosen === null ? [] : stepsOf({ ...read, amount }, costs, terms) };
}

/** A rate that needs no evidence may be left open: then it is the most that it may be. */
function chosenRate(kind: IndirectKind, text: string, terms: IndirectTerms, tell: Tell): number | null {
  const most = mostOf(kind, terms);
  if (text.trim() === '') {
    if (kind !== 'negotiated') return most;
    tell('rate', 'proposed_budget.rate_needed');
    return null;
  }
  const rate = readRate(text);
  if (rate === undefined) {
    tell('rate', 'proposed_budget.rate_unreadable', { text: text.trim().slice(0, 40) });
    return null;
  }
  if (most !== null && rate > most) {
    tell('rate', 'proposed_budget.rate_too_high', { rate: percentText(rate), most: percentText(most) });
    return null;
  }
  return rate;
}

/** The de minimis rate has one base by law, a fixed one what its source says, a negotiated one what its agreement says. */
function chosenBase(kind: IndirectKind, text: string, terms: IndirectTerms, tell: Tell): BaseKind {
  if (kind === 'fixed') return terms.fixedBase ?? 'mtdc';
  if (kind !== 'negotiated') return 'mtdc';
  const base = BASE_KINDS.find((each) => each === text);
  if (text === '') tell('base', 'proposed_budget.base_needed');
  else if (base === undefined || !basesOffered(terms).includes(base)) tell('base', 'proposed_budget.base_not_offered');
  return base ?? 'mtdc';
}

/** The day itself is the last one; whether it is over is asked where the day is known. */
function readExpiry(text: string, tell: Tell): string | null {
  if (text === '') return null;
  const date = Calendar.parseDate(text);
  if (date !== undefined) return date;
  tell('expires', 'proposed_budget.expires_unreadable', { text: text.slice(0, 40) });
  return null;
}

type Reckoned = Omit<ReadIndirect, 'steps' | 'evidence'>;

function stepsOf(read: Reckoned, costs: Costs, terms: IndirectTerms): BudgetStep[] {
  const { chosenBasisPoints, rateBasisPoints, baseKind, base, amount } = read;
  const steps = [
    ...costs.steps(baseKind),
    { key: baseKind === 'mtdc' ? 'base' : `base_${baseKind}`, params: { base } },
  ];
  if (chosenBasisPoints !== null && rateBasisPoints < chosenBasisPoints) {
    const [chosen, rate] = [percentText(chosenBasisPoints), percentText(rateBasisPoints)];
    steps.push({ key: 'capped', params: { source: terms.cappedBy ?? '', chosen, rate } });
  }
  steps.push({ key: 'indirect', params: { base, rate: percentText(rateBasisPoints), indirect: amount } });
  return steps;
}

/** Steps as they are kept: figures as they were shown. */
export const keptSteps = (steps: readonly BudgetStep[]): KeptStep[] =>
  steps.map(({ key, params }) => ({
    key,
    params: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, value instanceof Money ? value.format() : String(value)]),
    ),
  }));
