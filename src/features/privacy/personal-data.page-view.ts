/** One's own data as a page in plain sections; and what keeps a person's data, for the one who answers them. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { actionWords, kindWords } from '../../platform/audit/words.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  count,
  type ListedThing,
  type NoteView,
  type SectionHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { DataKind } from '../../platform/personal-data.js';
import { Texts } from '../../platform/texts/texts.js';
import type { HeldData, HeldSection, RemovalView } from './personal-data.service.js';
import { ExportInput, RemovalInput } from './privacy.input.js';

type View = { title: string } & Record<string, unknown>;

/** What a page shows of a list; all of it is in the download. */
const SHOWN = 20;

interface SectionView {
  readonly head: SectionHead;
  readonly table: TableView;
}

@Injectable()
export class PersonalDataPageViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  own({ sections, stays }: HeldData): View {
    const { t } = this;
    const filled = sections.filter(({ rows }) => rows.length > 0);
    const title = t('my_data.title');
    return {
      title,
      head: {
        crumbs: [{ label: t('my_data.me'), href: '/me' }],
        title,
        lead: t('my_data.lead'),
        actions: [{ label: t('my_data.download'), href: '/me/data/download', primary: true }],
      },
      sections: filled.map((section) => this.section(section)),
      empty: t('my_data.empty', {
        names:
          sections
            .filter(({ rows }) => rows.length === 0)
            .map((section) => section.title)
            .join(', ') || '–',
      }),
      removal: { title: t('my_data.removal'), id: 'removal', lead: t('my_data.removal.lead') },
      stays: this.listed(stays),
    };
  }

  removal(visit: Visit, view: RemovalView): View {
    const { t } = this;
    const { person, anonymized, pendingId, blockers, stays } = view;
    const title = t('person_data.title', { name: person.name });
    const isFree = !anonymized && pendingId === null && blockers.length === 0;
    const isExport = visit.refused?.error.fields.some(({ field }) => field === 'purpose') ?? false;
    const [ofExport, ofRemoval] = isExport ? [visit.refused, undefined] : [undefined, visit.refused];
    return {
      title,
      head: {
        crumbs: [
          { label: t('person.list.title'), href: '/people' },
          { label: person.name, href: `/people/${person.id}` },
        ],
        title,
        lead: t('person_data.lead'),
        actions: anonymized
          ? []
          : [{ label: t('legal_hold.place'), href: `/legal-holds/new?kind=person&subject=${person.id}` }],
      },
      note: this.note(view),
      form: isFree
        ? {
            action: `/people/${person.id}/data/propose`,
            fields: fieldViews(RemovalInput, this.texts, {
              refused: ofRemoval,
              overrides: { reason: { rows: 4 } },
            }),
            submit: t('person_data.propose'),
            cancel: { label: t('form.cancel'), href: `/people/${person.id}` },
            errors: errorItems(this.texts, ofRemoval),
          }
        : undefined,
      exportHead: { title: t('person_data.export.title'), lead: t('person_data.export.lead') },
      exportForm: {
        action: `/people/${person.id}/data/export`,
        fields: fieldViews(ExportInput, this.texts, { refused: ofExport }),
        submit: t('person_data.export'),
        secondary: isFree,
        errors: errorItems(this.texts, ofExport),
      },
      goes: this.listed(['personal.goes.name', 'personal.goes.contact', 'personal.goes.numbers'].map((key) => t(key))),
      stays: this.listed(stays),
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private note({ anonymized, pendingId, blockers }: RemovalView): NoteView | undefined {
    const { t } = this;
    if (anonymized) return { tone: 'blue', title: t('person_data.gone'), text: t('person_data.gone.text') };
    if (pendingId !== null) {
      const link = { label: t('person_data.pending.link'), href: `/disposals/${pendingId}` };
      return { tone: 'gold', title: t('person_data.pending'), text: t('person_data.pending.text'), link };
    }
    if (blockers.length === 0) return undefined;
    return { tone: 'gold', title: t('person_data.kept'), items: blockers };
  }

  private listed(sentences: readonly string[]): { items: ListedThing[] } {
    return { items: sentences.map((title) => ({ title })) };
  }

  private section({ key, title, why, columns, rows }: HeldSection): SectionView {
    const more = rows.length > SHOWN ? this.t('my_data.more', { shown: SHOWN, count: count(rows.length) }) : undefined;
    return {
      head: { title, id: key, lead: why },
      table: table({
        id: `data-${key}`,
        caption: title,
        columns: columns.map(({ name, label, kind }) => ({
          ...{ key: name, label },
          ...(kind === 'money' && { kind: 'payments' as const }),
        })),
        rows: rows
          .slice(0, SHOWN)
          .map((row) => Object.fromEntries(columns.map(({ name, kind }) => [name, this.cell(kind, row[name])]))),
        note: more,
        stack: true,
      }),
    };
  }

  private cell(kind: DataKind, value: unknown): string | Money {
    if (value === null || value === undefined) return '';
    if (value instanceof Money) return value;
    if (value instanceof Date) return this.db.currentCalendar.formatInstant(value, 'long');
    if (kind === 'date') return this.db.currentCalendar.formatDate(String(value));
    if (kind === 'yes_no') return this.t(value === true ? 'my_data.yes' : 'my_data.no');
    if (kind === 'action') return actionWords(this.texts, String(value));
    if (kind === 'thing') return kindWords(this.texts, String(value));
    if (typeof kind === 'function') {
      const key = kind(String(value));
      return this.texts.has(key) ? this.t(key) : String(value);
    }
    return String(value);
  }
}
