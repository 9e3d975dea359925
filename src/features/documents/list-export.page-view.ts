/** The pages of a list as a file: in which format, and where it stands. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { FormView, LinkView, NoteView, PageHead } from '../../platform/pages/components.js';
import { count } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { EXPORT_FORMATS } from './list-export.entity.js';
import { ListExportInput } from './list-export.input.js';
import type { ExportableList } from './list-export.sources.js';
import { ListExports, type ListExportView } from './list-exports.service.js';

type View = { title: string; head: PageHead } & Record<string, unknown>;

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

@Injectable()
export class ListExportPageViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly exports: ListExports,
  ) {}

  newForm(visit: Visit): View {
    const typed = visit.refused?.values;
    const lists = this.exports.lists(visit.actor);
    const asked = textIn(typed?.['list'] ?? visit.query['list']);
    if (asked === '' || (typed !== undefined && !lists.some(({ list }) => list === asked))) return this.choose(lists);
    const source = this.exports.source(visit.actor, asked);
    const { t } = this;
    const name = t(source.titleKey);
    const title = t('list_export.new', { list: name });
    const search = typed === undefined ? searchOf(visit.query) : textIn(typed['search']);
    const form: FormView = {
      action: '/exports',
      fields: fieldViews(ListExportInput, this.texts, {
        values: { format: 'xlsx' },
        refused: visit.refused,
        only: ['format'],
        overrides: {
          format: {
            kind: 'radios',
            options: EXPORT_FORMATS.map((value) => ({ value, label: t(`list_export.field.format.${value}`) })),
          },
        },
      }),
      submit: t('list_export.make'),
      cancel: { label: t('form.cancel'), href: source.path },
      errors: errorItems(this.texts, visit.refused),
      hidden: [
        { name: 'list', value: source.list },
        { name: 'search', value: search },
      ],
    };
    const crumbs = [{ label: name, href: source.path }];
    const lead = t(search === '' ? 'list_export.new.all' : 'list_export.new.found');
    return { title, head: { crumbs, title, lead }, form };
  }

  /** Without a list there is nothing to make a file of: these could be had. */
  private choose(lists: readonly ExportableList[]): View {
    const { t } = this;
    const title = t('list_export.choose');
    const head = { title, lead: t(lists.length === 0 ? 'list_export.choose.none' : 'list_export.choose.lead') };
    const items = lists.map(({ titleKey, list }) => ({ title: t(titleKey), href: `/exports/new?list=${list}` }));
    return { title, head, choose: items.length === 0 ? undefined : { items } };
  }

  async show(visit: Visit): Promise<View> {
    const made = await this.exports.show(visit.actor, visit.id());
    const source = this.exports.source(visit.actor, made.list);
    const title = this.texts.t('list_export.title', { list: made.title });
    const head: PageHead = {
      crumbs: [{ label: made.title, href: source.path }],
      title,
      actions: made.url === null ? [] : [{ label: this.texts.t('list_export.fetch'), href: made.url, primary: true }],
    };
    return { title, head, note: this.note(made, source.path) };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private note({ id, list, state, rowCount, expiresAt }: ListExportView, path: string): NoteView {
    const { t } = this;
    const again: LinkView = { label: t('list_export.again'), href: `/exports/new?list=${list}` };
    switch (state) {
      case 'ready': {
        const until = expiresAt === null ? '' : this.db.currentCalendar.formatInstant(expiresAt);
        const text = t('list_export.ready.text', { rows: count(rowCount ?? 0), until });
        return {
          tone: 'blue',
          title: t('list_export.ready'),
          text,
          link: { label: t('list_export.back'), href: path },
        };
      }
      case 'failed':
        return { tone: 'rust', title: t('list_export.failed'), text: t('list_export.failed.text'), link: again };
      case 'expired':
        return { tone: 'gold', title: t('list_export.expired'), text: t('list_export.expired.text'), link: again };
      default: {
        const link = { label: t('list_export.look_again'), href: `/exports/${id}` };
        return { tone: 'gold', title: t('list_export.waits'), text: t('list_export.waits.text'), link };
      }
    }
  }
}

/** The search and filters that came in the address, as the list's own address carries them. */
function searchOf(query: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (name !== 'list' && typeof value === 'string' && value !== '') parameters.set(name, value);
  }
  return parameters.toString();
}
