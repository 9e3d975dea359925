/** A version of a form as it is built: its sections and questions in order, what each hangs on, and what can be done. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { say } from '../../platform/http/problem.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ActionView, ChoiceView, LinkView, PageHead } from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { type FormSection, questionsOf } from './form.definition.js';
import { kindWordsOf, showWhenWords } from './form.words.js';
import type { FormPreviews } from './form-preview.page-view.js';
import { FormLibrary } from './form-library.service.js';
import { Forms, type NamedVersion } from './forms.service.js';

type View = { title: string; scripts?: readonly string[] } & Record<string, unknown>;

@Injectable()
export class FormVersionPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly forms: Forms,
    private readonly library: FormLibrary,
  ) {}

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const version = await this.forms.version(visit.actor, visit.id());
    const { definition } = version;
    const canEdit = this.canEdit(visit.actor, version);
    const questions = questionsOf(definition).length;
    const path = `/form-versions/${version.id}`;
    return {
      title: version.formName,
      scripts: canEdit ? ['form-builder'] : [],
      head: await this.head(visit.actor, version, canEdit),
      summary: t('form_builder.summary', { sections: definition.sections.length, questions }),
      note:
        version.state === 'published'
          ? { title: t('form_builder.frozen'), text: t('form_builder.frozen.text') }
          : undefined,
      problem: visit.refused === undefined ? undefined : this.problemOf(visit),
      ...{ canEdit, path, version: String(version.version) },
      isEmpty: definition.sections.length === 0,
      sections: definition.sections.map((section, index) =>
        this.section(version, section, { index, count: definition.sections.length, canEdit }),
      ),
      library: canEdit ? await this.libraryForm(visit.actor, version) : undefined,
      story: await story(this.db, this.texts, this.db.currentCalendar, 'form_version', version.id),
    };
  }

  /** The same for a first look and after each trial. */
  async preview(visit: Visit, previews: FormPreviews): Promise<View> {
    const version = await this.forms.version(visit.actor, visit.id());
    const path = `/form-versions/${version.id}`;
    const number = this.t('form_builder.version', { number: version.number });
    const title = this.t('form_preview.title', { name: version.formName });
    const head = {
      crumbs: [...this.crumbs(version), { label: number, href: path }],
      title,
      lead: this.t('form_preview.lead'),
    };
    const view = await previews.page(visit, version.definition, { title, head, action: `${path}/preview` });
    return { ...view, canTry: this.policy.can(visit.actor, 'form.try_out', { scopes: { fund: version.fundId } }) };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private canEdit(actor: Actor, version: NamedVersion): boolean {
    return version.state === 'draft' && this.policy.can(actor, 'form.update', { scopes: { fund: version.fundId } });
  }

  private problemOf({ refused }: Visit): { title: string; items: readonly string[] } {
    const fields = refused?.error.fields ?? [];
    const sentences = fields.length > 0 ? fields : refused === undefined ? [] : [refused.error];
    return { title: this.t('form_builder.refused'), items: sentences.map((each) => say(this.texts, each)) };
  }

  private async head(actor: Actor, version: NamedVersion, canEdit: boolean): Promise<PageHead> {
    const { t } = this;
    const path = `/form-versions/${version.id}`;
    const actions = await this.forms.machine.actions(this.policy, this.db, actor, version);
    const state = this.forms.machine.state(version.state);
    const links: ActionView[] = [
      { label: t('form_builder.preview'), href: `${path}/preview`, primary: canEdit },
      ...actionButtons(this.texts, path, version.version, actions).map((each) => ({ ...each, primary: false })),
      { label: t('form_builder.export'), href: `${path}/export`, quiet: true },
    ];
    return {
      crumbs: this.crumbs(version),
      tag: { tone: state.tone, label: state.label },
      number: t('form_builder.version', { number: version.number }),
      title: version.formName,
      lead: t(canEdit ? 'form_builder.lead' : 'form_builder.lead.fixed'),
      actions: links,
    };
  }

  crumbs(version: NamedVersion): LinkView[] {
    return [
      { label: this.t('form.list.title'), href: '/forms' },
      { label: version.formName, href: `/forms/${version.formId}` },
    ];
  }

  private section(
    version: NamedVersion,
    section: FormSection,
    { index, count, canEdit }: { index: number; count: number; canEdit: boolean },
  ): Record<string, unknown> {
    const { t } = this;
    const { definition } = version;
    const path = `/form-versions/${version.id}`;
    const total = section.questions.length;
    return {
      ...{ key: section.key, title: section.title, help: section.help, canEdit },
      number: t('form_builder.section_number', { number: index + 1, count }),
      showWhen: showWhenWords(this.texts, section.showWhen, definition),
      editHref: `${path}/sections/${section.key}`,
      addHref: `${path}/questions/new?section=${section.key}`,
      first: index === 0,
      last: index === count - 1,
      questions: section.questions.map((question, at) => ({
        ...{ key: question.key, label: question.label, canEdit },
        kind: kindWordsOf(this.texts, question),
        optional: question.required !== true,
        showWhen: showWhenWords(this.texts, question.showWhen, definition),
        href: canEdit ? `${path}/questions/${question.key}` : undefined,
        first: index === 0 && at === 0,
        last: index === count - 1 && at === total - 1,
      })),
    };
  }

  /** Questions of the library that can be put into a section; nothing while there are none, or no section yet. */
  private async libraryForm(actor: Actor, version: NamedVersion): Promise<Record<string, unknown> | undefined> {
    const rows = await this.library.rows(actor, version.fundId);
    const { sections } = version.definition;
    if (rows.length === 0 || sections.length === 0) return undefined;
    const { t } = this;
    const questions: ChoiceView[] = rows.map(({ id, name }) => ({ value: id, label: name }));
    const places: ChoiceView[] = sections.map(({ key, title }) => ({ value: key, label: title }));
    return {
      action: `/form-versions/${version.id}/library`,
      submit: t('form_builder.library.take'),
      secondary: true,
      hidden: [{ name: 'version', value: String(version.version) }],
      fields: [
        [
          { kind: 'select', name: 'questionId', label: t('form_builder.field.library_question'), options: questions },
          { kind: 'select', name: 'section', label: t('form_builder.field.section'), options: places },
        ],
      ],
    };
  }
}
