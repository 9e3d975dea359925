/** The library of questions as a list, and the page of one: its words, where it is used, and how it is taken out. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import type { Visit } from '../../platform/http/visit.js';
import { type LinkView, table } from '../../platform/pages/components.js';
import { errorItems } from '../../platform/pages/forms.js';
import { pagerView } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { type LibraryQuery, LibraryQuestionInput } from './form.input.js';
import { kindWordsOf } from './form.words.js';
import { FormLibrary, type LibraryQuestionView } from './form-library.service.js';
import { partFields, questionColumns, questionFields } from './form-parts.fields.js';
import { questionValues } from './question.form.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/form-library';

@Injectable()
export class FormLibraryPageViews {
  constructor(
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly library: FormLibrary,
  ) {}

  async list(actor: Actor, query: LibraryQuery): Promise<View> {
    const { t } = this;
    const found = await this.library.list(actor, query);
    const questions = table({
      id: 'library',
      caption: t('form_library.title'),
      columns: [
        { key: 'name', label: t('form_builder.field.library_name') },
        { key: 'kind', label: t('form_builder.field.kind') },
        { key: 'fund', label: t('form_builder.field.fund') },
        { key: 'forms', label: t('form_library.used'), kind: 'number' },
      ],
      rows: found.items.map(({ id, name, definition, fundId, fundName, forms }) => ({
        name: {
          ...{ text: name, note: name === definition.label ? undefined : definition.label },
          ...(this.mayChange(actor, fundId) && { href: `${PATH}/${id}` }),
        },
        kind: kindWordsOf(this.texts, definition),
        fund: fundName ?? t('form_library.all_funds'),
        forms,
      })),
      search: { action: PATH, text: { name: 'q', label: t('form_library.search'), value: query.q } },
      pager: pagerView(this.texts, PATH, query, found),
      empty:
        query.q === undefined
          ? { title: t('form_library.none'), text: t('form_library.none.text') }
          : { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } },
      stack: true,
    });
    const title = t('form_library.title');
    return { title, head: { crumbs: [this.forms], title, lead: t('form_library.lead') }, table: questions };
  }

  async edit(visit: Visit): Promise<View> {
    const { t } = this;
    const question = await this.library.get(visit.actor, visit.id());
    const { definition } = question;
    const values = { ...questionValues(definition, ''), name: question.name };
    return {
      title: question.name,
      head: {
        crumbs: [this.forms, { label: t('form_library.title'), href: PATH }],
        number: t(`form_builder.kind.${definition.kind}`),
        title: question.name,
        lead: t('form_library.edit.lead'),
      },
      form: {
        action: `${PATH}/${question.id}`,
        fields: partFields(
          this.texts,
          visit,
          LibraryQuestionInput,
          ['name', ...questionFields(definition.kind)],
          values,
        ),
        columns: questionColumns(this.texts, visit, definition),
        errors: errorItems(this.texts, visit.refused),
        hidden: [
          { name: 'kind', value: definition.kind },
          { name: 'version', value: String(question.version) },
        ],
        submit: t('form.save'),
        cancel: { label: t('form.cancel'), href: PATH },
      },
      uses: this.uses(question),
      removal: {
        action: `${PATH}/${question.id}/remove`,
        label: t('form_library.remove'),
        text: t('form_library.remove.text'),
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private get forms(): LinkView {
    return { label: this.t('form.list.title'), href: '/forms' };
  }

  private mayChange(actor: Actor, fundId: string | null): boolean {
    return this.policy.can(actor, 'library_question.update', { scopes: { fund: fundId } });
  }

  /** Forms of other funds are counted, not named. */
  private uses({ usedIn, forms }: LibraryQuestionView): object {
    const { t } = this;
    const others = forms - usedIn.length;
    return {
      title: t('form_library.uses'),
      text: forms === 0 ? t('form_library.uses.none') : t('form_library.uses.text', { count: forms }),
      items: usedIn.map(({ id, name, fundName }) => ({ title: name, href: `/forms/${id}`, note: fundName })),
      others: others > 0 ? t('form_library.uses.others', { count: others }) : '',
    };
  }
}
