/** The terms of a proposed budget: which categories there are and how indirect costs are reckoned, from the sources. Pure. */
import type { Money } from '../../kernel/money.js';
import {
  BASE_KINDS,
  type BaseKind,
  type BudgetCategory,
  type IndirectTerms,
  type Treatment,
} from './proposed-budget.shapes.js';

/** What a source of the round's money says. */
export interface SourceTerms {
  readonly name: string;
  readonly indirectRule: string;
  readonly indirectRateBasisPoints: number | null;
  readonly deMinimisBasisPoints: number | null;
  readonly subawardFirst: Money | null;
  /** What its fixed rate is a rate of. */
  readonly indirectBase?: BaseKind;
  /** The highest negotiated rate that its rule set takes, and the bases it takes; without a limit where it says none. */
  readonly negotiatedMost?: number | null;
  readonly bases?: readonly BaseKind[];
  /** The categories of its approved budget that applicants may propose. */
  readonly categories: readonly BudgetCategory[];
}

/** Where no source names its own: the categories of the federal budget form, with rent apart because no base has it. */
export const USUAL_CATEGORIES: readonly BudgetCategory[] = [
  { name: 'Salaries and wages', treatment: 'salaries' },
  { name: 'Fringe benefits', treatment: 'fringe' },
  { name: 'Travel', treatment: 'counted' },
  { name: 'Supplies', treatment: 'counted' },
  { name: 'Contracts and services', treatment: 'counted' },
  { name: 'Equipment', treatment: 'equipment' },
  { name: 'Participant support', treatment: 'participant_support' },
  { name: 'Rent and space', treatment: 'left_out' },
  { name: 'Other direct costs', treatment: 'counted' },
];

const COUNTED: readonly Treatment[] = ['counted', 'salaries', 'fringe'];

/** Where two sources differ. Of those without indirect costs the first source's stays. */
const isStricter = (treatment: Treatment, than: Treatment): boolean =>
  COUNTED.includes(than) && (!COUNTED.includes(treatment) || COUNTED.indexOf(treatment) > COUNTED.indexOf(than));

/** The categories of all sources, each once; where two differ, the one that pays no indirect costs on it counts. */
export function categoriesOf(sources: readonly SourceTerms[]): {
  categories: readonly BudgetCategory[];
  arePrescribed: boolean;
} {
  const found = new Map<string, { name: string; treatment: Treatment }>();
  for (const category of sources.flatMap((source) => source.categories)) {
    const key = category.name.toLowerCase();
    const known = found.get(key);
    if (known === undefined) found.set(key, { ...category });
    // Pay is a part of what counts, so that a source that says so says more and nothing else.
    else if (isStricter(category.treatment, known.treatment)) known.treatment = category.treatment;
  }
  if (found.size === 0) return { categories: USUAL_CATEGORIES, arePrescribed: false };
  return { categories: [...found.values()], arePrescribed: true };
}

/**
 * What all sources allow together: which of them will pay is known with the award, so that the strictest counts. A
 * negotiated rate is always accepted up to the limit, since nobody may be made to take the de minimis rate instead.
 */
export function indirectOf(sources: readonly SourceTerms[]): IndirectTerms {
  const limits = sources.flatMap(({ name, indirectRule, indirectRateBasisPoints, indirectBase = 'mtdc' }) => {
    if (indirectRule === 'none') return [{ name, most: 0, base: 'mtdc' as const }];
    return indirectRule === 'fixed' ? [{ name, most: indirectRateBasisPoints ?? 0, base: indirectBase }] : [];
  });
  const limit = limits.reduce<(typeof limits)[number] | undefined>(
    (least, each) => (least === undefined || each.most < least.most ? each : least),
    undefined,
  );
  const rates = sources.map(({ indirectRule, indirectRateBasisPoints, deMinimisBasisPoints }) =>
    indirectRule === 'de_minimis' && indirectRateBasisPoints !== null && deMinimisBasisPoints !== null
      ? Math.min(indirectRateBasisPoints, deMinimisBasisPoints)
      : deMinimisBasisPoints,
  );
  const known = rates.filter((rate) => rate !== null);
  const mosts = sources.flatMap(({ negotiatedMost }) => negotiatedMost ?? []);
  const bases = BASE_KINDS.filter((each) => sources.every((source) => source.bases?.includes(each) ?? true));
  const firsts = sources.flatMap(({ subawardFirst }) => subawardFirst ?? []);
  return {
    deMinimisBasisPoints: known.length === 0 || known.length < rates.length ? null : Math.min(...known),
    capBasisPoints: limit?.most ?? null,
    cappedBy: limit?.name ?? null,
    subawardFirst: firsts.reduce<Money | null>(
      (least, each) => (least === null || each.compare(least) < 0 ? each : least),
      null,
    ),
    ...(limit !== undefined && limit.base !== 'mtdc' && { fixedBase: limit.base }),
    ...(mosts.length > 0 && { negotiatedMost: Math.min(...mosts) }),
    ...(bases.length < BASE_KINDS.length && { bases }),
  };
}
