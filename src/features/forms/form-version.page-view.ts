/** A version of a form as it is built: its sections and questions in order, what each hangs on, and what can be done. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { say } from '../../platform/http/problem.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ActionView, ChoiceView, LinkView, PageHead } from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { countsOf, type FormSection, questionsOf } from './form.definition.js';
import { kindWordsOf, showWhenWords } from './form.words.js';
import type { FormPreviews } from './form-preview.page-view.js';
import { type FormUse, FormUses } from './form-uses.js';
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
    private readonly uses: FormUses,
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
      ...(await this.rounds(visit.actor, version)),
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'form_version', version.id) },
    };
  }

  /** The same for a first look and after each trial. */
  async preview(visit: Visit, previews: FormPreviews): Promise<View> {
    const version = await this.forms.version(visit.actor, visit.id());
    const path = `/form-versions/${version.id}`;
    const number = this.t('form_builder.version', { number: version.number });
    const title = this.t('form_preview.title', { name: version.formName });
    const head = {
      crumbs: [...(await this.crumbs(visit.actor, version)), { label: number, href: path }],
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
    // Publishing cannot be taken back: what is published is read first.
    const steps = actionButtons(this.texts, path, version.version, actions).map((each): ActionView =>
      each.blockers === undefined ? { label: each.label, href: `${path}/publish` } : { ...each, primary: false },
    );
    const next = canEdit ? nextAddition(version) : undefined;
    const hasQuestions = questionsOf(version.definition).length > 0;
    const begin = canEdit ? undefined : await this.beginNext(actor, version);
    const links: ActionView[] = [
      ...(next === undefined ? [] : [{ label: t(next.key), href: `${path}/${next.path}`, primary: true }]),
      ...(begin === undefined ? [] : [begin]),
      // What asks nothing cannot be tried, nor published: the one thing to do says so by itself.
      ...(hasQuestions
        ? [{ label: t('form_builder.preview'), href: `${path}/preview`, primary: canEdit && next === undefined }]
        : []),
      ...(hasQuestions ? steps : []),
      ...(version.number === 1
        ? []
        : [{ label: t('form_changes.link', { number: version.number - 1 }), href: `${path}/changes`, quiet: true }]),
      { label: t('form_builder.export'), href: `${path}/export`, quiet: true },
      ...(canEdit ? [{ label: t('form_builder.discard'), href: `${path}/discard`, quiet: true }] : []),
    ];
    return {
      crumbs: await this.crumbs(actor, version),
      tag: { tone: state.tone, label: state.label },
      number: t('form_builder.version', { number: version.number }),
      title: version.formName,
      lead: t(canEdit ? 'form_builder.lead' : 'form_builder.lead.fixed'),
      actions: links,
    };
  }

  /** From the last version, while there is no draft. */
  private async beginNext(actor: Actor, { formId, fundId, id, number }: NamedVersion): Promise<ActionView | undefined> {
    if (!this.policy.can(actor, 'form.update', { scopes: { fund: fundId } })) return undefined;
    const isLast = (await this.forms.versions(formId)).every((each) => each.number <= number);
    if (!isLast) return undefined;
    const hidden = [{ name: 'fromId', value: id }];
    return { label: this.t('form.new_version'), action: `/forms/${formId}/versions`, primary: true, hidden };
  }

  /** Asks first: what goes, and what stays. */
  async discardForm(visit: Visit): Promise<View> {
    const { t } = this;
    const version = await this.forms.version(visit.actor, visit.id());
    if (version.state !== 'draft') throw conflict('form.published_stays');
    const path = `/form-versions/${version.id}`;
    const isAll = (await this.forms.versions(version.formId)).length === 1;
    const counts = countsOf(version.definition);
    const label = t('form_builder.version', { number: version.number });
    return {
      title: t('form_builder.discard.title', { number: version.number }),
      head: {
        crumbs: [...(await this.crumbs(visit.actor, version)), { label, href: path }],
        title: t('form_builder.discard.title', { number: version.number }),
        lead: t(isAll ? 'form_builder.discard.all' : 'form_builder.discard.lead', {
          name: version.formName,
          ...counts,
        }),
      },
      problem: visit.refused === undefined ? undefined : this.problemOf(visit),
      form: {
        ...{ action: `${path}/discard`, submit: t('form_builder.discard.submit'), fields: [] },
        cancel: { label: t('form_builder.discard.keep'), href: path },
        hidden: [{ name: 'version', value: String(version.version) }],
      },
    };
  }

  /** From the round that asks it, or that asked the version before; where there are several, from all forms. */
  async crumbs(actor: Actor, version: NamedVersion): Promise<LinkView[]> {
    const form = { label: version.formName, href: `/forms/${version.formId}` };
    const [round, another] = await this.roundsOf(actor, version);
    return round === undefined || another !== undefined
      ? [{ label: this.t('form.list.title'), href: '/forms' }, form]
      : [{ label: this.t('form_builder.round', { name: round.title }), href: round.href }, form];
  }

  /** The rounds that ask this version; while none does, those that ask another version of the form. */
  private async roundsOf(actor: Actor, { id, formId }: NamedVersion): Promise<readonly FormUse[]> {
    const own = await this.uses.of(actor, [id]);
    if (own.length > 0) return own;
    const versions = await this.forms.versions(formId);
    return this.uses.of(
      actor,
      versions.map((each) => each.id),
    );
  }

  /** Who asks it, and where it can still be chosen: what comes next. */
  private async rounds(actor: Actor, version: NamedVersion): Promise<Record<string, unknown>> {
    const { t } = this;
    const asked = await this.uses.of(actor, [version.id]);
    const isOpen = asked.length === 0 || version.state === 'published';
    const places = isOpen ? await this.uses.placesFor(actor, version.fundId, version.id) : [];
    return {
      asked:
        asked.length === 0
          ? undefined
          : { items: asked.map(({ title, href, state }) => ({ title, href, note: state })) },
      places:
        places.length === 0
          ? undefined
          : places.map(({ title, href }) => ({ label: t('form_builder.choose_in', { name: title }), href })),
    };
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

/** What a form lacks before it can be tried: a first section, or a question in a section that asks nothing. */
function nextAddition({ definition }: NamedVersion): { key: string; path: string } | undefined {
  if (definition.sections.length === 0) return { key: 'form_builder.section.new', path: 'sections/new' };
  const empty = definition.sections.find((section) => section.questions.length === 0);
  return empty && { key: 'form_builder.question.new', path: `questions/new?section=${empty.key}` };
}
