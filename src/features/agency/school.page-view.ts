/** Schools as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import type { Visit } from '../../platform/http/visit.js';
import { type LinkView, table } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { SchoolImportInput, type SchoolQuery } from './school.input.js';
import { Schools } from './schools.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/settings/schools';

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
    const { t } = this;
    const title = t('school.import');
    const overrides = { csv: { rows: 12 } };
    return {
      title,
      head: {
        crumbs: [this.settings, { label: t('school.list.title'), href: PATH }],
        title,
        lead: t('school.import.lead'),
      },
      form: {
        action: `${PATH}/import`,
        fields: fieldViews(SchoolImportInput, this.texts, { refused: visit.refused, overrides }),
        submit: t('school.import.submit'),
        cancel: { label: t('form.cancel'), href: PATH },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private get settings(): LinkView {
    return { label: this.t('settings.title'), href: '/settings' };
  }
}
