/** What the budget report says and shows of districts, the same on the page and in print. */
import { Money } from '../../kernel/money.js';
import { percent } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { BudgetReport } from './budget-report.service.js';

/** Groups in which money is only ever promised, not set aside. */
export const AWARD_GROUPS: readonly string[] = ['award', 'district', 'category'];

const MOST_NAMED = 3;
const LIST = new Intl.ListFormat('en-US', { type: 'conjunction' });

/** What is committed in each district, the most first. */
export const districtBars = (report: BudgetReport): { label: string; amount: Money }[] =>
  report.byDistrict
    .map(({ district, figures }) => ({ label: district, amount: figures.committed ?? Money.zero }))
    .sort((a, b) => b.amount.compare(a.amount));

/** "Highline, Seattle and Kent hold 79%." */
export function districtSentence(texts: Texts, report: BudgetReport): string {
  const bars = districtBars(report);
  const largest = bars.slice(0, MOST_NAMED).filter((each) => each.amount.isPositive);
  if (largest.length === 0) return texts.t('report.picture.none');
  // Of what districts hold: the agency's own costs and its collaboratives are in none.
  const all = Money.sum(bars.map((each) => each.amount));
  const held = Money.sum(largest.map((each) => each.amount));
  return texts.t('report.picture.lead', {
    names: LIST.format(largest.map((each) => each.label)),
    count: largest.length,
    share: percent(held.shareOf(all)),
  });
}
