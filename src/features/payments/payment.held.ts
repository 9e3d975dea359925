/** What is approved and not yet paid, in one sentence, and why some of it waits. */
import { Money } from '../../kernel/money.js';
import { type BarListView, barList, type SectionHead } from '../../platform/pages/components.js';
import type { Overview } from './payment-lists.service.js';

type T = (key: string, params?: Readonly<Record<string, unknown>>) => string;

/** What waits for a tax form is due and cannot be paid: it counts as on hold, as in the panel of it. */
export function owedLine(t: T, { open, batched, held, withoutTaxForm }: Overview): string {
  return t('payments.lead', {
    total: Money.sum([open.amount, batched.amount, held.amount]),
    open: open.amount.subtract(withoutTaxForm.amount),
    batched: batched.amount,
    held: held.amount.add(withoutTaxForm.amount),
  });
}

/** Why money waits, the largest first; a missing tax form is a reason like the others. */
export function heldPanel(
  t: T,
  { held, reasons, withoutTaxForm }: Overview,
): { readonly head: SectionHead; readonly bars?: BarListView } {
  const count = held.count + withoutTaxForm.count;
  const rows = reasons.map(({ reason, amount, count: payables }) => ({
    label: reason,
    href: '/payments/payables?state=held',
    note: t('payments.held.payables', { count: payables }),
    amount,
  }));
  if (withoutTaxForm.count > 0) {
    rows.push({
      label: t('payments.held.tax_form'),
      href: '/payments/payees?missing=yes',
      note: t('payments.held.tax_form.note', { count: withoutTaxForm.count }),
      amount: withoutTaxForm.amount,
    });
  }
  rows.sort((a, b) => b.amount.compare(a.amount));
  const lead =
    count === 0
      ? t('payments.held.none')
      : t('payments.held.lead', { count, amount: held.amount.add(withoutTaxForm.amount) });
  return {
    head: { title: t('payments.held'), id: 'held', lead },
    bars: count === 0 ? undefined : barList({ rows, stacked: true, symbol: true }),
  };
}
