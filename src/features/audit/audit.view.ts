/** The trail as pages, as JSON and as a spreadsheet: times in UTC where programs read, in the agency's zone on pages. */
import type { Calendar } from '../../kernel/calendar.js';
import { isId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import {
  type FactView,
  type FieldView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { dateInBox } from '../../platform/pages/forms.js';
import { listHref } from '../../platform/pages/list-views.js';
import { type CsvCell, csvLine } from '../../platform/spreadsheets/csv.js';
import { actionWords, inWords, kindWords } from '../../platform/audit/words.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { AuditEvent, AuditEventDetail, AuditPage, TrailState } from './audit-trail.service.js';
import type { AuditQuery } from './audit.input.js';

export interface TrailParts {
  readonly texts: Texts;
  readonly dates: Calendar;
  readonly query: AuditQuery;
  readonly trail: AuditPage;
  readonly kinds: readonly string[];
  readonly state: TrailState;
}

type View = { title: string } & Record<string, unknown>;

const PATH = '/audit';

/** One value as people read it: `in_session` as words, days as dates, a list of ids as their number. */
function valueText(texts: Texts, dates: Calendar, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return texts.t(value ? 'audit.yes' : 'audit.no');
  if (typeof value === 'string') return wordOrDate(dates, value);
  if (typeof value === 'number') return String(value);
  if (isMoney(value)) return Money.fromJSON(value).format({ cents: true });
  const inner = (each: unknown): string => valueText(texts, dates, each);
  if (Array.isArray(value)) {
    const isIds = value.length > 0 && value.every((each) => isId(each));
    return isIds ? texts.t('audit.entries', { count: value.length }) : value.map(inner).join(', ');
  }
  if (typeof value !== 'object') return JSON.stringify(value);
  return Object.entries(value)
    .filter(([, each]) => each !== null && each !== undefined)
    .map(([name, each]) => `${inWords(name)}: ${inner(each)}`)
    .join('; ');
}

function wordOrDate(dates: Calendar, value: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return dates.formatDate(value, 'long');
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return dates.formatInstant(new Date(value), 'long');
  return /^[a-z]+(_[a-z]+)+$/.test(value) ? value.replaceAll('_', ' ') : value;
}

const isMoney = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;

export function trailPage(parts: TrailParts): View {
  const { texts, dates, query, trail, state } = parts;
  const title = texts.t('audit.title');
  const head: PageHead = {
    title,
    lead:
      state.sealedAt === null
        ? texts.t('audit.lead')
        : texts.t('audit.lead.sealed', { at: dates.formatInstant(state.sealedAt, 'long'), seals: state.seals }),
  };
  const href = (changes: Record<string, unknown>): string => listHref(PATH, { ...query }, changes);
  const isFiltered = Object.entries(query).some(
    ([name, value]) => !['after', 'limit'].includes(name) && value !== undefined,
  );
  const clear = { label: texts.t('audit.clear'), href: PATH };
  const events: TableView = table({
    id: 'events',
    caption: texts.t('audit.caption'),
    columns: (['at', 'who', 'what', 'thing', 'changes'] as const).map((key) => ({
      key,
      label: texts.t(`audit.column.${key}`),
      minor: key === 'changes',
    })),
    rows: trail.items.map((event) => ({
      at: {
        text: dates.formatDate(dates.today(event.at), 'long'),
        href: `${PATH}/events/${event.id}`,
        note: dates.formatTime(event.at),
      },
      who: { text: event.actorName, note: forWhom(texts, event) },
      what: { text: actionWords(texts, event.action, event.subjectType), note: event.note ?? undefined },
      thing: {
        text: event.thing?.label ?? kindWords(texts, event.subjectType),
        href: event.thing?.href ?? undefined,
        note: kindNote(texts, event),
      },
      changes: changesText(parts, event),
    })),
    search: {
      action: PATH,
      text: { name: 'who', label: texts.t('audit.field.who'), value: query.who },
      filters: filters(parts),
      hidden: (['person', 'actingFor'] as const).flatMap((name) => {
        const value = query[name];
        return value === undefined ? [] : [{ name, value }];
      }),
      clear: isFiltered ? clear : undefined,
    },
    pager: { next: trail.next === null ? undefined : href({ after: trail.next, format: undefined }) },
    export: { label: texts.t('audit.export'), href: href({ format: 'csv', after: undefined, limit: undefined }) },
    empty: isFiltered ? { title: texts.t('audit.none_found'), link: clear } : { title: texts.t('audit.none') },
    stack: true,
  });
  return { title, head, table: events };
}

function filters({ texts, query, kinds }: TrailParts): FieldView[] {
  const t = (key: string): string => texts.t(key);
  const date = (name: 'from' | 'to'): FieldView => ({
    kind: 'date',
    name,
    label: t(`audit.field.${name}`),
    value: query[name] === undefined ? undefined : dateInBox(query[name]),
    width: 'short',
  });
  return [
    {
      kind: 'select',
      name: 'thing',
      label: t('audit.field.thing'),
      value: query.thing,
      prompt: t('audit.any'),
      options: kinds
        .map((kind) => ({ value: kind, label: kindWords(texts, kind) }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    },
    { kind: 'text', name: 'id', label: t('audit.field.id'), value: query.id },
    { kind: 'text', name: 'action', label: t('audit.field.action'), value: query.action },
    date('from'),
    date('to'),
  ];
}

const whenText = (dates: Calendar, at: Date): string =>
  `${dates.formatDate(dates.today(at), 'long')}, ${dates.formatTime(at)}`;

const kindNote = (texts: Texts, event: AuditEvent): string | undefined =>
  event.thing === undefined ? undefined : kindWords(texts, event.subjectType);

function forWhom(texts: Texts, { actingFor, actingForName }: AuditEvent): string | undefined {
  return actingFor === null ? undefined : texts.t('audit.for', { name: actingForName ?? actingFor });
}

/** `State: draft → active`: the first three fields in which before and after differ. */
function changesText({ texts, dates }: TrailParts, { before, after }: AuditEvent): string {
  // Ids tell a reader nothing; they stand on the page of the event.
  const names = fieldsThatDiffer(before, after).filter((name) => !isId(after?.[name] ?? before?.[name]));
  const parts = names.slice(0, 3).map((name) => {
    const [old, next] = [before?.[name], after?.[name]].map((value) => shorten(valueText(texts, dates, value)));
    return old === '' ? `${inWords(name)}: ${next}` : `${inWords(name)}: ${old} → ${next}`;
  });
  return names.length > 3 ? `${parts.join('; ')} …` : parts.join('; ');
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function fieldsThatDiffer(before: AuditEvent['before'], after: AuditEvent['after']): string[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  // What was nothing and is nothing did not change, whether it was written down or not.
  return names.filter((name) => JSON.stringify(before?.[name] ?? null) !== JSON.stringify(after?.[name] ?? null));
}

export function eventPage(texts: Texts, dates: Calendar, event: AuditEventDetail): View {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const done = actionWords(texts, event.action, event.subjectType);
  const title = event.thing === undefined ? done : t('audit.event.title', { done, thing: event.thing.label });
  const head: PageHead = {
    crumbs: [{ label: t('audit.title'), href: PATH }],
    number: t('audit.event.number', { id: event.id }),
    title,
    lead: t('audit.event.lead', { who: event.actorName, at: dates.formatInstant(event.at, 'long') }),
  };
  const personal = event.personal === null || event.personal === 'forgotten' ? undefined : event.personal;
  const before = { ...event.before, ...personal?.before };
  const after = { ...event.after, ...personal?.after };
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const named = (value: unknown): string =>
    (typeof value === 'string' ? event.called[value] : undefined) ?? valueText(texts, dates, value);
  return {
    title,
    head,
    facts: { items: facts(texts, event), wide: true },
    table: table({
      id: 'values',
      caption: t('audit.values'),
      columns: [
        { key: 'field', label: t('audit.column.field') },
        { key: 'before', label: t('audit.column.before') },
        { key: 'after', label: t('audit.column.after') },
      ],
      rows: names.map((name) => ({
        field: inWords(name),
        before: named((before as Record<string, unknown>)[name]),
        after: named((after as Record<string, unknown>)[name]),
      })),
      empty: { title: t('audit.values.none') },
      note: event.personal === 'forgotten' ? t('audit.forgotten') : undefined,
      stack: true,
    }),
  };
}

function facts(texts: Texts, event: AuditEventDetail): FactView[] {
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const list = (filter: Record<string, unknown>): string => listHref(PATH, filter);
  const personId = event.actor.startsWith('person:') ? event.actor.slice('person:'.length) : undefined;
  const thing = event.thing?.label ?? event.subjectId;
  const href = event.thing?.href ?? null;
  const rows: (FactView | undefined)[] = [
    {
      label: t('audit.column.who'),
      ...(personId === undefined
        ? { value: event.actorName }
        : { link: { label: event.actorName, href: list({ person: personId }) } }),
    },
    event.actingFor === null
      ? undefined
      : {
          label: t('audit.field.acting_for'),
          link: { label: event.actingForName ?? event.actingFor, href: list({ actingFor: event.actingFor }) },
        },
    {
      label: t('audit.fact.action'),
      link: { label: actionWords(texts, event.action), href: list({ action: event.action }) },
    },
    {
      label: kindWords(texts, event.subjectType),
      ...(href === null ? { value: thing } : { link: { label: thing, href } }),
    },
    {
      label: t('audit.fact.trail'),
      link: { label: t('audit.fact.trail.link'), href: list({ thing: event.subjectType, id: event.subjectId }) },
    },
    event.note === null ? undefined : { label: t('audit.fact.note'), value: event.note },
    { label: t('audit.fact.utc'), value: event.at.toISOString() },
    event.requestId === null ? undefined : { label: t('audit.fact.request'), value: event.requestId },
    {
      label: t('audit.fact.seal'),
      value:
        event.seal === null
          ? t('audit.fact.seal.none')
          : t('audit.fact.seal.of', { number: event.seal.number, hash: event.seal.hash.slice(0, 16) }),
    },
  ];
  return rows.filter((row) => row !== undefined);
}

const CSV_COLUMNS = [
  'id',
  'at_utc',
  'at_agency',
  'actor',
  'actor_name',
  'acting_for',
  'action',
  'thing',
  'thing_id',
  'thing_name',
  'note',
  'before',
  'after',
  'request_id',
] as const;

export function csvHead(texts: Texts): string {
  return csvLine(CSV_COLUMNS.map((name) => texts.t(`audit.csv.${name}`)));
}

/** Values about persons stay sealed: a file goes where nobody can take them back. */
export function csvRow(dates: Calendar, event: AuditEvent): string {
  const cells: CsvCell[] = [
    Number(event.id),
    event.at.toISOString(),
    whenText(dates, event.at),
    event.actor,
    event.actorName,
    event.actingForName ?? event.actingFor,
    event.action,
    event.subjectType,
    event.subjectId,
    event.thing?.label,
    event.note,
    event.before === null ? null : JSON.stringify(event.before),
    event.after === null ? null : JSON.stringify(event.after),
    event.requestId,
  ];
  return csvLine(cells);
}
