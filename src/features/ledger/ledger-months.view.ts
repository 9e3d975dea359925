/** What the API answers and the page shows of the months of the books. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import { type ActionView, type PageHead, table, type TableView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { BookMonth } from './ledger-months.service.js';
import { monthName } from './ledger.rules.js';

export interface MonthsView {
  readonly title: string;
  readonly head: PageHead;
  readonly table: TableView;
}

export interface MonthView {
  /** `2016-02` */
  readonly month: string;
  readonly label: string;
  readonly closedAt: Date | null;
  readonly actions: readonly { readonly name: string; readonly label: string; readonly enabled: boolean }[];
}

export function monthView(texts: Texts, policy: Policy, actor: Actor, month: BookMonth): MonthView {
  const name = month.closedAt === null ? 'close' : 'reopen';
  const isOpen = policy.can(actor, `ledger.${name}_month`, {}) && (month.closedAt !== null || month.isOver);
  return {
    month: month.month.slice(0, 7),
    label: monthName(month.month),
    closedAt: month.closedAt,
    actions: isOpen ? [{ name, label: texts.t(`ledger.month.${name}`), enabled: true }] : [],
  };
}

export function monthsView(texts: Texts, months: readonly MonthView[]): MonthsView {
  const title = texts.t('ledger.months');
  return {
    title,
    head: {
      crumbs: [{ label: texts.t('ledger.title'), href: '/ledger' }],
      title,
      lead: texts.t('ledger.months.lead'),
    },
    table: table<'month' | 'state' | 'do'>({
      id: 'months',
      stack: true,
      caption: title,
      columns: [
        { key: 'month', label: texts.t('ledger.column.month') },
        { key: 'state', label: texts.t('ledger.column.state') },
        { key: 'do', label: texts.t('ledger.column.do'), unlabeled: true },
      ],
      rows: months.map((month) => ({
        month: { text: month.label, href: `/ledger?from=${month.month}-01&to=${lastDay(month.month)}` },
        state: {
          tag:
            month.closedAt === null
              ? { tone: 'moving', label: texts.t('ledger.month.is_open') }
              : { tone: 'done', label: texts.t('ledger.month.is_closed') },
          note: month.closedAt === null ? undefined : texts.t('ledger.month.closed_at', { at: month.closedAt }),
        },
        do: month.actions[0] === undefined ? undefined : { button: monthButton(month, month.actions[0]) },
      })),
      empty: { title: texts.t('ledger.empty'), text: texts.t('ledger.empty.more') },
    }),
  };
}

function monthButton(month: MonthView, action: { readonly name: string; readonly label: string }): ActionView {
  return {
    label: action.label,
    action: `/ledger/months/${action.name}`,
    hidden: [{ name: 'month', value: month.month }],
    needsNote: action.name === 'reopen',
    about: month.label,
  };
}

function lastDay(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}
