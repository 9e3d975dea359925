/** Schools as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tone } from '../../kernel/lifecycle.js';
import { Policy } from '../../kernel/policy.js';
import type { Visit } from '../../platform/http/visit.js';
import { type KeyFigure, type LinkView, table, type TableView } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import type { KeptSchool, SchoolChange, SchoolChangeKind, SchoolComparison } from './school.compare.js';
import { SchoolImportInput, type SchoolQuery } from './school.input.js';
import { Schools } from './schools.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/settings/schools';
const MOST_SHOWN = 20;
const TONES: Readonly<Record<SchoolChangeKind, Tone>> = {
  ...{ added: 'done', changed: 'moving', closed: 'idle', opened: 'moving' },
};

@Injectable()
export class SchoolPageViews {
  constructor(
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly schools: Schools,
  ) {}

  async list(actor: Actor, query: SchoolQuery): Promise<View> {
    const { t } = this;
    const found = await this.schools.list(query);
    const canImport = this.policy.can(actor, 'school.import', {});
    const schools = table({
      id: 'schools',
      caption: t('school.list.title'),
      columns: [
        { key: 'name', label: t('school.field.name'), ...sortedColumn(PATH, query, found.sort, 'name') },
        { key: 'district', label: t('school.field.district'), ...sortedColumn(PATH, query, found.sort, 'district') },
        { key: 'level', label: t('school.field.level') },
        { key: 'code', label: t('school.field.code'), minor: true },
      ],
      rows: found.items.map(({ name, district, level, code, active }) => ({
        name: active ? name : { text: name, note: t('school.closed') },
        ...{ district, code, level: t(`school.level.${level}`) },
      })),
      search: { action: PATH, text: { name: 'q', label: t('school.search'), value: query.q } },
      pager: pagerView(this.texts, PATH, query, found),
      empty:
        query.q === undefined
          ? { title: t('school.none'), text: t('school.none.text') }
          : { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } },
      stack: true,
    });
    const head = {
      crumbs: [this.settings],
      title: t('school.list.title'),
      lead: t('school.list.lead'),
      actions: canImport ? [{ label: t('school.import'), href: `${PATH}/import`, primary: true }] : [],
    };
    return { title: head.title, head, table: schools };
  }

  importForm(visit: Visit): View {
    return this.importPage(visit);
  }

  /** What the list would change, with the list below it: it is carried out, or changed and looked at again. */
  async preview(visit: Visit, input: SchoolImportInput): Promise<View> {
    const found = await this.schools.preview(visit.actor, input);
    return { ...this.importPage(visit, input), preview: this.previewOf(found) };
  }

  private importPage(visit: Visit, input?: SchoolImportInput): View {
    const { t } = this;
    const title = t('school.import');
    const { refused } = visit;
    const problems = refused?.error.fields.length ?? 0;
    // What is wrong with each line stands above; at the box it would be one of many.
    const error = problems > 1 ? t('school.import.mend', { count: problems }) : undefined;
    const overrides = { csv: { rows: 12, ...(error !== undefined && { error }) } };
    const [field] = fieldViews(SchoolImportInput, this.texts, {
      ...{ refused, overrides, values: { csv: input?.csv } },
    });
    return {
      title,
      head: {
        crumbs: [this.settings, { label: t('school.list.title'), href: PATH }],
        title,
        lead: t('school.import.lead'),
      },
      form: {
        ...{ action: `${PATH}/import`, look: `${PATH}/import/preview`, field },
        cancel: { label: t('form.cancel'), href: PATH },
        errors: errorItems(this.texts, refused),
      },
    };
  }

  private previewOf({ changes, counts }: SchoolComparison): Record<string, unknown> {
    const { t } = this;
    const figure = (key: string, count: number, note?: string): KeyFigure => ({
      ...{ label: t(`school.preview.${key}`), value: String(count), note },
    });
    const rest = changes.length - MOST_SHOWN;
    return {
      title: t('school.preview.title', { count: changes.length }),
      figures: {
        items: [
          figure('added', counts.added),
          figure('changed', counts.changed + counts.opened),
          figure('closed', counts.closed, t('school.preview.closed.note')),
          figure('unchanged', counts.unchanged),
        ],
      },
      missing: counts.missing === 0 ? undefined : t('school.preview.missing', { count: counts.missing }),
      table: changes.length === 0 ? undefined : this.changeTable(changes.slice(0, MOST_SHOWN)),
      rest: rest > 0 ? t('school.preview.rest', { count: rest }) : undefined,
      submit: changes.length === 0 ? undefined : t('school.import.submit', { count: changes.length }),
    };
  }

  private changeTable(changes: readonly SchoolChange[]): TableView {
    const { t } = this;
    return table({
      id: 'changes',
      caption: t('school.preview.caption'),
      columns: [
        { key: 'name', label: t('school.field.name') },
        { key: 'district', label: t('school.field.district') },
        { key: 'level', label: t('school.field.level') },
        { key: 'change', label: t('school.preview.change') },
      ],
      rows: changes.map(({ kind, school, before }) => ({
        name: { text: school.name, note: t('school.preview.code', { code: school.code }) },
        district: school.district,
        level: t(`school.level.${school.level}`),
        change: {
          tag: { tone: TONES[kind], label: t(`school.preview.kind.${kind}`) },
          note: before === undefined ? undefined : this.was(school, before),
        },
      })),
      stack: true,
    });
  }

  /** What reads otherwise now: "Was: Oak Hill, Middle". */
  private was(school: KeptSchool, before: KeptSchool): string | undefined {
    const { t } = this;
    const parts = [
      ...(school.name === before.name ? [] : [before.name]),
      ...(school.district.toLowerCase() === before.district.toLowerCase() ? [] : [before.district]),
      ...(school.level === before.level ? [] : [t(`school.level.${before.level}`)]),
    ];
    return parts.length === 0 ? undefined : t('school.preview.was', { before: parts.join(', ') });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private get settings(): LinkView {
    return { label: this.t('settings.title'), href: '/settings' };
  }
}
