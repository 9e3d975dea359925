/** What the API answers and the pages show of the books. */
import { Money } from '../../kernel/money.js';
import {
  type CellInput,
  count,
  type FieldView,
  type KeyFiguresView,
  type PageHead,
  type RowInput,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { fieldViews } from '../../platform/pages/forms.js';
import { MOST_COUNTED } from '../../platform/lists/list.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { AccountRow, EntriesPage, EntryRow, Explanation, PlaceRow } from './ledger-entries.service.js';
import { type CsvCell, csvLine } from '../../platform/spreadsheets/csv.js';
import type { LedgerName, LedgerNames, Named } from './ledger.directory.js';
import { LedgerQuery } from './ledger.input.js';
import { type ReportColumn, type Stage, stageGlossary } from './ledger.glossary.js';

export interface ThingView {
  readonly kind: string;
  readonly id: string;
  readonly label: string;
  readonly href?: string;
}

export interface PlaceView {
  readonly accountId: string;
  readonly source: ThingView;
  readonly holder: ThingView;
  readonly category: string;
  readonly stage: string;
  /** The stage's word on pages. */
  readonly stageLabel: string;
}

export interface EntryView {
  readonly id: string;
  readonly key: string;
  readonly amount: Money;
  readonly from: PlaceView;
  readonly to: PlaceView;
  readonly reason: string;
  readonly reasonLabel: string;
  readonly bookedOn: string;
  readonly recordedAt: Date;
  readonly recordedBy: string;
  readonly subject: ThingView;
  readonly reverses: string | null;
}

export interface AccountView extends PlaceView {
  readonly balance: Money;
}

function thingView(texts: Texts, names: LedgerNames, thing: Named): ThingView {
  const name: LedgerName | undefined = names.get(thing);
  const word = texts.has(`ledger.kind.${thing.kind}`) ? texts.t(`ledger.kind.${thing.kind}`) : thing.kind;
  return { ...thing, label: name?.label ?? word, ...(name?.href !== undefined && { href: name.href }) };
}

function placeView(texts: Texts, names: LedgerNames, row: PlaceRow): PlaceView {
  return {
    accountId: row.id,
    source: thingView(texts, names, { kind: 'source', id: row.sourceId }),
    holder: thingView(texts, names, { kind: row.holderKind, id: row.holderId }),
    category: row.category,
    stage: row.stage,
    stageLabel: stageGlossary[row.stage].word,
  };
}

export function accountView(texts: Texts, names: LedgerNames, row: AccountRow): AccountView {
  return { ...placeView(texts, names, row), balance: Money.ofCents(row.balanceCents) };
}

/** The reason's words belong to the feature that moves the money; its code stands in where it has none. */
function reasonLabel(texts: Texts, reason: string): string {
  return texts.has(`ledger.reason.${reason}`) ? texts.t(`ledger.reason.${reason}`) : reason;
}

export function entryView(texts: Texts, names: LedgerNames, row: EntryRow): EntryView {
  return {
    id: row.id,
    key: row.key,
    amount: Money.ofCents(row.cents),
    from: placeView(texts, names, row.debit),
    to: placeView(texts, names, row.credit),
    reason: row.reason,
    reasonLabel: reasonLabel(texts, row.reason),
    bookedOn: row.bookedOn,
    recordedAt: row.recordedAt,
    recordedBy: row.actorName,
    subject: thingView(texts, names, { kind: row.subjectType, id: row.subjectId }),
    reverses: row.reversesKey,
  };
}

/** How dates are written; the database's calendar fits. */
export interface DateStyles {
  formatDate(date: string, style?: 'short' | 'long'): string;
}

export interface EntriesView {
  readonly title: string;
  readonly head: PageHead;
  readonly figures?: KeyFiguresView;
  readonly table: TableView;
}

interface EntriesParts {
  readonly texts: Texts;
  readonly dates: DateStyles;
  readonly query: LedgerQuery;
  readonly entries: EntriesPage;
  readonly sources: { readonly ids: readonly string[]; readonly names: LedgerNames };
}

export function entriesView(parts: EntriesParts): EntriesView {
  const { texts, query, entries } = parts;
  const title = titleOf(parts);
  return {
    title,
    head: {
      crumbs: isOpened(query) ? [{ label: texts.t('ledger.title'), href: '/ledger' }] : undefined,
      title,
      lead: entries.explanation === undefined ? texts.t('ledger.lead') : explanationLead(parts, entries.explanation),
      actions: [{ label: texts.t('ledger.months'), href: '/ledger/months' }],
    },
    figures: figuresView(parts),
    table: entriesTable(parts),
  };
}

/** Whether somebody came here from an amount, and not to look through the whole book. */
const isOpened = ({ account, holder, stage, column, subject }: LedgerQuery): boolean =>
  [account, holder, stage, column, subject].some((each) => each !== undefined);

function titleOf(parts: EntriesParts): string {
  const word = wordOf(parts);
  return word === undefined ? parts.texts.t('ledger.title') : parts.texts.t('ledger.title_of', { word });
}

/** A column contains what has moved on, a stage does not; each is called accordingly. */
function wordOf({ query, entries }: EntriesParts): string | undefined {
  if (query.column !== undefined) return stageGlossary[query.column as ReportColumn].word;
  const stage = (query.stage as Stage | undefined) ?? entries.account?.stage;
  return stage === undefined ? undefined : stageGlossary[stage].balance;
}

function explanationLead(parts: EntriesParts, { closing }: Explanation): string {
  const { texts, query, dates } = parts;
  const params = { amount: closing, word: wordOf(parts) };
  return query.to === undefined
    ? texts.t('ledger.explained_today', params)
    : texts.t('ledger.explained_on', { ...params, date: dates.formatDate(query.to) });
}

function figuresView({ texts, query, dates, entries }: EntriesParts): KeyFiguresView | undefined {
  const { explanation } = entries;
  if (explanation === undefined || query.from === undefined) return undefined;
  const until = query.to === undefined ? texts.t('ledger.today') : dates.formatDate(query.to);
  return {
    items: [
      { label: texts.t('ledger.before', { date: dates.formatDate(query.from) }), value: explanation.opening.format() },
      { label: texts.t('ledger.change'), value: explanation.change.format() },
      { label: until, value: explanation.closing.format() },
    ],
  };
}

type Column = 'booked' | 'what' | 'from' | 'to' | 'amount' | 'in' | 'out' | 'after';

function entriesTable(parts: EntriesParts): TableView {
  const { texts, query, entries } = parts;
  const { page, account } = entries;
  const column = (key: Column, kind?: 'payments'): { key: Column; label: string; kind?: 'payments' } => ({
    key,
    label: texts.t(`ledger.column.${key}`),
    kind,
  });
  const amounts =
    account === undefined
      ? [column('from'), column('to'), column('amount', 'payments')]
      : [
          column('from'),
          column('to'),
          column('in', 'payments'),
          column('out', 'payments'),
          column('after', 'payments'),
        ];
  const counted = page.count >= MOST_COUNTED ? '1,000+' : count(page.count);
  return table<Column>({
    id: 'entries',
    caption: texts.t('ledger.caption'),
    columns: [column('booked'), column('what'), ...amounts],
    rows: page.items.map((row) => entryRow(parts, row)),
    stack: true,
    search: {
      action: '/ledger',
      filters: filterFields(parts),
      hidden: (['account', 'holder', 'subject', 'column'] as const).flatMap((name) => {
        const value = query[name];
        return value === undefined ? [] : [{ name, value }];
      }),
      clear: { label: texts.t('ledger.clear'), href: '/ledger' },
    },
    pager: {
      count: texts.t('ledger.count', { count: counted }),
      next: page.next === null ? undefined : linkTo(query, { after: page.next }),
    },
    export: {
      label: texts.t('ledger.export'),
      href: linkTo(query, { format: 'csv', after: undefined, limit: undefined }),
    },
    empty: { title: texts.t('ledger.empty'), text: texts.t('ledger.empty.more') },
  });
}

function entryRow({ texts, dates, entries }: EntriesParts, row: EntryRow): RowInput<Column> {
  const entry = entryView(texts, entries.names, row);
  const { account } = entries;
  const about = [entry.subject.label, texts.t('ledger.recorded_by', { name: entry.recordedBy })];
  if (entry.reverses !== null) about.push(texts.t('ledger.reverses'));
  const arrives = account !== undefined && row.credit.id === account.id;
  return {
    booked: dates.formatDate(entry.bookedOn),
    what: { text: entry.reasonLabel, href: entry.subject.href, note: about.join(' · ') },
    from: placeCell(entry.from),
    to: placeCell(entry.to),
    amount: entry.amount,
    in: arrives ? entry.amount : null,
    out: arrives ? null : entry.amount,
    after: row.after,
  };
}

function placeCell({ accountId, holder, category, stageLabel }: PlaceView): CellInput {
  const note = category === '' ? holder.label : `${holder.label}, ${category}`;
  return { text: stageLabel, href: `/ledger?account=${accountId}`, note };
}

function filterFields({ texts, query, sources }: EntriesParts): FieldView[] {
  const everything = texts.t('ledger.everything');
  return fieldViews(LedgerQuery, texts, {
    values: { ...query },
    only: ['source', 'stage', 'from', 'to'],
    choices: {
      source: sources.ids.map((id) => ({
        value: id,
        label: thingView(texts, sources.names, { kind: 'source', id }).label,
      })),
      stage: STAGE_CHOICES.map((stage) => ({
        value: stage,
        label: stageGlossary[stage].word,
      })),
    },
    overrides: Object.fromEntries(
      ['source', 'stage', 'from', 'to'].map((name) => [name, { optional: false, prompt: everything }]),
    ),
  });
}

const STAGE_CHOICES: readonly Stage[] = [
  'authorized',
  'allotted',
  'reserved',
  'committed',
  'obligated',
  'payable',
  'disbursed',
];

/** The same list with something changed. */
function linkTo(query: LedgerQuery, changes: Partial<Record<keyof LedgerQuery, string | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...changes })) {
    if (value !== undefined) params.set(name, String(value));
  }
  return `/ledger?${params.toString()}`;
}

export function csvHead(texts: Texts): string {
  const columns = ['number', 'booked', 'recorded', 'by', 'what', 'about', 'about_id', 'source', 'from_holder'] as const;
  const more = [
    'from_category',
    'from_stage',
    'to_holder',
    'to_category',
    'to_stage',
    'amount',
    'key',
    'reverses',
  ] as const;
  return csvLine([...columns, ...more].map((name) => texts.t(`ledger.csv.${name}`)));
}

export function csvRow(texts: Texts, names: LedgerNames, row: EntryRow): string {
  const entry = entryView(texts, names, row);
  const ends = [entry.from, entry.to].flatMap((end): CsvCell[] => [end.holder.label, end.category, end.stageLabel]);
  return csvLine([
    entry.id,
    entry.bookedOn,
    entry.recordedAt.toISOString(),
    entry.recordedBy,
    entry.reasonLabel,
    entry.subject.label,
    entry.subject.id,
    entry.from.source.label,
    ...ends,
    entry.amount,
    entry.key,
    entry.reverses,
  ]);
}
