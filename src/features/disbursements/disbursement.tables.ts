/** The tables and facts of a request's page. */
import type { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';
import { type FactView, type ListedThings, table, type TableView } from '../../platform/pages/components.js';
import { fileNote } from '../documents/index.js';
import type { DisbursementView } from './disbursement.view.js';

type T = (key: string, params?: Readonly<Record<string, unknown>>) => string;

/** Dates as pages write them: a day, and the day of an instant. */
export const factDates = (calendar: Calendar): { on(date: string): string; at(instant: Date): string } => ({
  on: (date) => calendar.formatDate(date, 'long'),
  at: (instant) => calendar.formatDate(calendar.today(instant), 'long'),
});

/** Each expense with its category; while the request may change, each with a button that removes it. */
export function expenseTable(t: T, calendar: Calendar, request: DisbursementView, path: string): TableView {
  const dates = factDates(calendar);
  const columns = [
    { key: 'what', label: t('disbursement.field.description') },
    { key: 'category', label: t('disbursement.field.category') },
    { key: 'date', label: t('disbursement.field.spent_on') },
    { key: 'receipt', label: t('disbursement.field.receipt') },
    { key: 'amount', label: t('disbursement.field.amount'), kind: 'payments' },
    ...(request.canEdit
      ? ([{ key: 'remove', label: t('disbursement.expense.remove'), unlabeled: true }] as const)
      : []),
  ] as const;
  return table<'what' | 'category' | 'date' | 'receipt' | 'amount' | 'remove'>({
    id: 'expenses',
    caption: t('disbursement.expenses.caption'),
    columns,
    rows: request.expenses.map((each) => ({
      what: { text: each.description, note: each.vendor },
      category: each.category,
      date: dates.on(each.spentOn),
      receipt:
        each.receipt === null
          ? t('disbursement.expense.no_receipt')
          : {
              text: shortName(each.receipt.fileName),
              href: each.receipt.url,
              note:
                fileNote(t, each.receipt) ??
                (each.receiptAmount === null
                  ? undefined
                  : t('disbursement.receipt.of', { amount: each.receiptAmount })),
            },
      amount: each.amount,
      remove: {
        button: {
          label: t('disbursement.expense.remove'),
          action: `${path}/expenses/${each.id}/remove`,
          about: each.description,
        },
      },
    })),
    total: { what: t('table.total'), amount: request.amount },
    empty: {
      title: t('disbursement.expenses.none'),
      text: t(request.canEdit ? 'disbursement.expenses.none.text' : 'disbursement.expenses.none.wait'),
    },
    stack: true,
  });
}

/** The receipts of expenses that were taken out again; nothing when there are none. */
export function leftReceipts(t: T, { leftReceipts: files }: DisbursementView): ListedThings | undefined {
  if (files.length === 0) return undefined;
  return { items: files.map((file) => ({ title: file.fileName, href: file.url, note: fileNote(t, file) })) };
}

const NAME_SHOWN = 24;

/** Phones give long names; their ends tell them apart. */
function shortName(name: string): string {
  const letters = [...name];
  return letters.length <= NAME_SHOWN ? name : `${letters.slice(0, 10).join('')}…${letters.slice(-12).join('')}`;
}

/** The arithmetic of each category in one line: budget, less what was approved, less this request, is what is left. */
export function categoryTable(t: T, request: DisbursementView): TableView {
  const sum = (of: (row: DisbursementView['categories'][number]) => Money): Money =>
    Money.sum(request.categories.map(of));
  const isOver = ['withdrawn', 'rejected'].includes(request.state.state);
  const waiting = request.waiting.isPositive && !isOver;
  return table({
    id: 'budget',
    caption: t('disbursement.budget.caption'),
    columns: [
      { key: 'category', label: t('disbursement.field.category') },
      { key: 'budget', label: t('disbursement.budget.budget'), kind: 'payments' },
      { key: 'approved', label: t('disbursement.budget.approved'), kind: 'payments' },
      { key: 'asked', label: t('disbursement.budget.asked'), kind: 'payments' },
      { key: 'left', label: t('disbursement.budget.left'), kind: 'payments' },
    ],
    rows: request.categories.map((row) => ({
      category: row.category,
      budget: row.budget,
      approved: row.approvedBefore,
      asked: row.asked,
      left: row.leftAfter,
    })),
    total: {
      category: t('table.total'),
      budget: sum((row) => row.budget),
      approved: sum((row) => row.approvedBefore),
      asked: sum((row) => row.asked),
      left: sum((row) => row.leftAfter),
    },
    note: waiting ? t('disbursement.budget.waiting', { amount: request.waiting }) : undefined,
    stack: true,
  });
}

export function factsOf(t: T, calendar: Calendar, request: DisbursementView): FactView[] {
  const dates = factDates(calendar);
  const { award, organization, payment } = request;
  const facts: (FactView | undefined)[] = [
    { label: t('disbursement.field.award'), link: { label: award.title, href: `/awards/${award.id}` } },
    {
      label: t('disbursement.recipient'),
      link: { label: organization.name, href: `/organizations/${organization.id}` },
    },
    { label: t('disbursement.field.kind'), value: t(`disbursement.field.kind.${request.kind}`) },
    { label: t('disbursement.period'), value: `${dates.on(award.startsOn)} – ${dates.on(award.endsOn)}` },
    fact(t('disbursement.written_by'), request.requestedBy),
    fact(t('disbursement.certified_by'), request.certifiedBy),
    request.submittedAt === null ? undefined : { label: t('disbursement.sent'), value: dates.at(request.submittedAt) },
    fact(t('disbursement.program_approved_by'), request.programApprovedBy),
    fact(t('disbursement.finance_approved_by'), request.financeApprovedBy),
    payment === null
      ? undefined
      : {
          label: t('disbursement.payment'),
          value: payment.paidOn === null ? payment.label : `${payment.label}, ${dates.on(payment.paidOn)}`,
        },
  ];
  return facts.filter((each) => each !== undefined);
}

function fact(label: string, value: string | null): FactView | undefined {
  return value === null ? undefined : { label, value };
}
