/** Forms as a list, and the small pages on which one is begun, brought in or renamed. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { ListQuery } from '../../platform/lists/list.js';
import {
  type ActionView,
  type ChoiceView,
  type LinkView,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions } from '../../platform/pages/forms.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { questionsOf } from './form.definition.js';
import { FormInput, ImportFormInput, RenameFormInput } from './form.input.js';
import { Forms, type NamedVersion } from './forms.service.js';

type View = { title: string; scripts?: readonly string[] } & Record<string, unknown>;

const PATH = '/forms';
const LIBRARY = '/form-library';

@Injectable()
export class FormPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly forms: Forms,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<View> {
    const { t } = this;
    const found = await this.forms.list(actor, query);
    const canCreate = this.policy.mightDo(actor, 'form.create');
    const actions: ActionView[] = [
      ...(canCreate ? [{ label: t('form.new'), href: `${PATH}/new`, primary: true }] : []),
      ...(canCreate ? [{ label: t('form.import'), href: `${PATH}/import` }] : []),
      { label: t('form_library.title'), href: LIBRARY },
    ];
    const forms = table({
      id: 'forms',
      caption: t('form.list.title'),
      columns: [
        { key: 'name', label: t('form_builder.field.name'), ...sortedColumn(PATH, query, found.sort, 'name') },
        { key: 'fund', label: t('form_builder.field.fund'), ...sortedColumn(PATH, query, found.sort, 'fundName') },
        { key: 'questions', label: t('form.questions'), kind: 'number' },
        { key: 'versions', label: t('form.versions'), kind: 'number' },
      ],
      rows: found.items.map((row) => ({
        name: { text: row.name, href: `${PATH}/${row.id}` },
        ...{ fund: row.fundName, questions: row.questions, versions: row.versions },
      })),
      search: { action: PATH, text: { name: 'q', label: t('form.search'), value: query.q } },
      pager: pagerView(this.texts, PATH, query, found),
      empty: this.empty(query.q, PATH, { title: t('form.none'), text: t('form.none.text') }),
      stack: true,
    });
    const title = t('form.list.title');
    return { title, head: { title, lead: t('form.list.lead'), actions }, table: forms };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const form = await this.forms.get(visit.actor, visit.id());
    const versions = await this.forms.versions(form.id);
    const canUpdate = this.policy.can(visit.actor, 'form.update', { scopes: { fund: form.fundId } });
    const draft = versions.find((version) => version.state === 'draft');
    const path = `${PATH}/${form.id}`;
    const begin = { label: t('form.new_version'), action: `${path}/versions`, primary: true };
    const actions: ActionView[] = [
      ...(draft === undefined
        ? []
        : [{ label: t('form.open_draft'), href: `/form-versions/${draft.id}`, primary: true }]),
      ...(canUpdate && draft === undefined ? [begin] : []),
      ...(canUpdate ? [{ label: t('form.rename'), href: `${path}/edit` }] : []),
      ...(canUpdate && draft !== undefined
        ? [{ label: t('form_builder.discard'), href: `/form-versions/${draft.id}/discard`, quiet: true }]
        : []),
    ];
    return {
      title: form.name,
      head: { crumbs: [this.home], title: form.name, lead: t('form.lead'), actions },
      table: this.versionTable(versions),
    };
  }

  async newForm(visit: Visit): Promise<View> {
    const { t } = this;
    return this.form(visit, {
      ...{ title: t('form.new'), lead: t('form.new.lead'), input: FormInput, action: PATH, submit: t('form.create') },
      choices: { fundId: await this.funds(visit.actor) },
    });
  }

  async importForm(visit: Visit): Promise<View> {
    const { t } = this;
    const view = await this.form(visit, {
      ...{ title: t('form.import'), lead: t('form.import.lead'), input: ImportFormInput, action: `${PATH}/import` },
      ...{ submit: t('form.import.submit'), choices: { fundId: await this.funds(visit.actor) } },
      // From a round: for its fund.
      values: { fundId: visit.query['fundId'] },
      overrides: { json: { rows: 12 } },
    });
    return { ...view, scripts: ['form-builder'] };
  }

  async renameForm(visit: Visit): Promise<View> {
    const { t } = this;
    const form = await this.forms.get(visit.actor, visit.id());
    const path = `${PATH}/${form.id}`;
    return this.form(visit, {
      ...{ title: t('form.rename'), input: RenameFormInput, action: `${path}/edit`, submit: t('form.save') },
      ...{ values: { name: form.name }, version: form.version },
      crumbs: [this.home, { label: form.name, href: path }],
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private get home(): LinkView {
    return { label: this.t('form.list.title'), href: PATH };
  }

  private empty(q: string | undefined, path: string, none: { title: string; text: string }): TableView['empty'] {
    if (q === undefined) return none;
    return { title: this.t('list.nothing_found'), link: { label: this.t('list.clear'), href: path } };
  }

  private versionTable(versions: readonly NamedVersion[]): TableView {
    const { t } = this;
    const { currentCalendar } = this.db;
    return table({
      id: 'versions',
      caption: t('form.versions'),
      columns: [
        { key: 'number', label: t('form.version_number') },
        { key: 'state', label: t('form.state') },
        { key: 'questions', label: t('form.questions'), kind: 'number' },
        { key: 'published', label: t('form.published_on') },
        { key: 'changes', label: t('form_changes.column'), unlabeled: true },
      ],
      rows: versions.map((version) => ({
        number: { text: t('form_builder.version', { number: version.number }), href: `/form-versions/${version.id}` },
        state: { tag: this.forms.machine.state(version.state) },
        questions: questionsOf(version.definition).length,
        published: version.publishedAt === null ? '' : currentCalendar.formatInstant(version.publishedAt, 'long'),
        changes:
          version.number === Math.min(...versions.map(({ number }) => number))
            ? ''
            : { text: t('form_changes.column'), href: `/form-versions/${version.id}/changes` },
      })),
      stack: true,
    });
  }

  /** The funds for which this person may begin a form. */
  private async funds(actor: Actor): Promise<ChoiceView[]> {
    const filter = conditionSql(this.policy.filter(actor, 'form.create', { scopes: { fund: 'id' } }));
    return this.db.query<ChoiceView>(
      sql`select id as value, name as label from funds where ${filter} order by lower(name)`,
    );
  }

  private form(visit: Visit, page: FormPage): View {
    const { title, lead, crumbs = [this.home], input, action, submit, version, ...options } = page;
    const fields = fieldViews(input, this.texts, { ...options, refused: visit.refused });
    return {
      title,
      head: { crumbs, title, lead },
      form: {
        ...{ action, submit, fields: fields.filter((field) => field.name !== 'version') },
        cancel: { label: this.t('form.cancel'), href: crumbs.at(-1)?.href ?? PATH },
        errors: errorItems(this.texts, visit.refused),
        hidden: version === undefined ? [] : [{ name: 'version', value: String(version) }],
      },
    };
  }
}

interface FormPage extends FormOptions {
  readonly title: string;
  readonly lead?: string;
  readonly crumbs?: readonly LinkView[];
  readonly input: InputClass;
  readonly action: string;
  readonly submit: string;
  readonly version?: number;
}
