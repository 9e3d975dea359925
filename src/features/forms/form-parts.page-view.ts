/** The pages on which a section or a question of a draft is written. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ChoiceView, FieldView, LinkView } from '../../platform/pages/components.js';
import { errorItems, inPairs, lineViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { labelOf } from './answer.values.js';
import { testsFor } from './form.condition-reader.js';
import {
  type Condition,
  findQuestion,
  type FormDefinition,
  type Question,
  QUESTION_KINDS,
  type QuestionKind,
  questionsOf,
} from './form.definition.js';
import { KeepInput, FormQuestionInput, FormSectionInput, TestInput } from './form.input.js';
import { partFields, questionColumns, questionFields } from './form-parts.fields.js';
import { FormVersionPageViews } from './form-version.page-view.js';
import { Forms, type NamedVersion } from './forms.service.js';
import { conditionValues, questionValues, testLines } from './question.form.js';

type View = { title: string; scripts?: readonly string[] } & Record<string, unknown>;

const SPARE_TESTS = 2;
const PAIRS: readonly (readonly [string, string])[] = [
  ['least', 'most'],
  ['section', 'criterion'],
];

@Injectable()
export class FormPartPageViews {
  constructor(
    private readonly texts: Texts,
    private readonly forms: Forms,
    private readonly versions: FormVersionPageViews,
  ) {}

  async sectionForm(visit: Visit): Promise<View> {
    const { t } = this;
    const version = await this.forms.version(visit.actor, visit.id());
    const key = wordIn(visit, 'key');
    const section = version.definition.sections.find((each) => each.key === key);
    if (key !== undefined && section === undefined) throw notFound('thing.not_found');
    const path = `/form-versions/${version.id}`;
    return this.page(visit, version, {
      title: section === undefined ? t('form_builder.section.new') : t('form_builder.section.edit'),
      action: section === undefined ? `${path}/sections` : `${path}/sections/${section.key}`,
      fields: partFields(this.texts, visit, FormSectionInput, ['title', 'help'], { ...section }),
      condition: section?.showWhen,
      remove: section && { step: `section.remove.${section.key}`, label: t('form_builder.section.remove') },
    });
  }

  /** First the kind is chosen, then the question is written. */
  async newQuestion(visit: Visit): Promise<View> {
    const { t } = this;
    const version = await this.forms.version(visit.actor, visit.id());
    const kind = kindIn(visit);
    if (kind !== undefined) return this.questionForm(visit, version, { kind });
    const section = wordOf(visit.query['section']);
    const path = `/form-versions/${version.id}/questions/new?section=${encodeURIComponent(section ?? '')}`;
    const taken = new Set(questionsOf(version.definition).map((question) => question.kind));
    const kinds = QUESTION_KINDS.filter((each) => !PARTS.has(each) || !taken.has(each));
    return {
      title: t('form_builder.question.new'),
      head: {
        crumbs: await this.crumbs(visit.actor, version),
        title: t('form_builder.question.new'),
        lead: t('form_builder.question.kind.lead'),
      },
      kinds: kinds.map((each) => ({
        ...{ label: t(`form_builder.kind.${each}`), text: t(`form_builder.kind.${each}.text`) },
        href: `${path}&kind=${each}`,
      })),
    };
  }

  async editQuestion(visit: Visit): Promise<View> {
    const version = await this.forms.version(visit.actor, visit.id());
    const question = findQuestion(version.definition, wordIn(visit, 'key') ?? '');
    if (question === undefined) throw notFound('thing.not_found');
    return this.questionForm(visit, version, question);
  }

  /** Where a question is named before it goes into the library. */
  async keepForm(visit: Visit): Promise<View> {
    const { t } = this;
    const version = await this.forms.version(visit.actor, visit.id());
    const asked = wordOf(visit.refused?.values['question'] ?? visit.query['question']) ?? '';
    const question = findQuestion(version.definition, asked);
    if (question === undefined) throw notFound('thing.not_found');
    const title = t('form_builder.library.keep');
    return {
      title,
      head: { crumbs: await this.crumbs(visit.actor, version), title, lead: t('form_builder.library.keep.lead') },
      form: {
        action: `/form-versions/${version.id}/keep`,
        fields: partFields(this.texts, visit, KeepInput, ['name', 'forAll'], { name: labelOf(question) }),
        submit: t('form_builder.library.keep.submit'),
        cancel: { label: t('form.cancel'), href: `/form-versions/${version.id}` },
        errors: errorItems(this.texts, visit.refused),
        hidden: [{ name: 'question', value: question.key }],
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async crumbs(actor: Actor, version: NamedVersion): Promise<LinkView[]> {
    const number = this.t('form_builder.version', { number: version.number });
    return [...(await this.versions.crumbs(actor, version)), { label: number, href: `/form-versions/${version.id}` }];
  }

  private async questionForm(
    visit: Visit,
    version: NamedVersion,
    question: Question | { readonly kind: QuestionKind },
  ): Promise<View> {
    const { t } = this;
    const { definition, id } = version;
    const stored = 'key' in question ? question : undefined;
    const home = definition.sections.find((section) => section.questions.some((each) => each.key === stored?.key));
    const section = home?.key ?? wordOf(visit.query['section']);
    const values =
      stored === undefined ? { section, label: this.usualLabel(question.kind) } : questionValues(stored, section ?? '');
    const path = `/form-versions/${id}`;
    return this.page(visit, version, {
      title: t(stored === undefined ? 'form_builder.question.new' : 'form_builder.question.edit'),
      lead: t(`form_builder.kind.${question.kind}.text`),
      number: t(`form_builder.kind.${question.kind}`),
      action: stored === undefined ? `${path}/questions` : `${path}/questions/${stored.key}`,
      fields: inPairs(
        partFields(
          this.texts,
          visit,
          FormQuestionInput,
          [...questionFields(question.kind), 'section', 'criterion'],
          values,
          {
            section: definition.sections.map(({ key, title }) => ({ value: key, label: title })),
          },
        ),
        PAIRS,
      ),
      columns: questionColumns(this.texts, visit, question),
      condition: stored?.showWhen,
      self: stored?.key,
      hidden: [{ name: 'kind', value: question.kind }],
      remove: stored && { step: `question.remove.${stored.key}`, label: t('form_builder.question.remove') },
      others: stored && [
        { step: `question.copy.${stored.key}`, label: t('form_builder.question.copy') },
        { href: `${path}/keep?question=${stored.key}`, label: t('form_builder.library.keep') },
      ],
    });
  }

  /** Parts of the proposal are called the same in most forms. */
  private usualLabel(kind: QuestionKind): string | undefined {
    return PARTS.has(kind) ? this.t(`form_builder.kind.${kind}`) : undefined;
  }

  private async page(visit: Visit, version: NamedVersion, form: PartForm): Promise<View> {
    const { t } = this;
    const { condition, self, title, lead, number, hidden = [], ...rest } = form;
    const base = { name: 'version', value: String(version.version) };
    const [join] = partFields(this.texts, visit, FormSectionInput, ['join'], conditionValues(condition));
    return {
      title,
      scripts: ['form-builder'],
      head: { crumbs: await this.crumbs(visit.actor, version), number, title, lead },
      form: {
        ...rest,
        errors: errorItems(this.texts, visit.refused),
        hidden: [...hidden, base],
        submit: t('form.save'),
        cancel: { label: t('form.cancel'), href: `/form-versions/${version.id}` },
        steps: `/form-versions/${version.id}/steps`,
        stepHidden: [base],
        join: join && { ...join, prompt: undefined },
        tests: this.tests(visit, version.definition, condition, self),
        isConditional: condition !== undefined || this.hasTyped(visit, 'tests'),
      },
    };
  }

  private hasTyped({ refused }: Visit, name: string): boolean {
    const typed = refused?.values[name];
    return Array.isArray(typed) && typed.some((line) => Object.values(line as object).some((each) => each !== ''));
  }

  private tests(
    visit: Visit,
    definition: FormDefinition,
    condition: Condition | undefined,
    self: string | undefined,
  ): FieldView[][] {
    const questions: ChoiceView[] = questionsOf(definition)
      .filter((question) => question.key !== self && testsFor(question.kind).length > 0)
      .map((question) => ({ value: question.key, label: labelOf(question) }));
    return lineViews(this.texts, {
      ...{ name: 'tests', input: TestInput, stored: testLines(condition, definition), refused: visit.refused },
      ...{ spare: SPARE_TESTS, choices: { question: questions } },
      overrides: { question: { kind: 'select', prompt: this.t('form.choose') } },
    });
  }
}

interface PartForm {
  readonly title: string;
  readonly lead?: string;
  readonly number?: string;
  readonly action: string;
  readonly fields: readonly (FieldView | readonly FieldView[])[];
  readonly columns?: FieldView[][];
  readonly condition?: Condition;
  /** The key of the question itself, which cannot hang on itself. */
  readonly self?: string;
  readonly hidden?: readonly { readonly name: string; readonly value: string }[];
  readonly remove?: { readonly step: string; readonly label: string };
  readonly others?: readonly { readonly step?: string; readonly href?: string; readonly label: string }[];
}

const PARTS: ReadonlySet<string> = new Set(['title', 'summary', 'districts', 'budget', 'partners']);

const wordOf = (raw: unknown): string | undefined => (typeof raw === 'string' && raw !== '' ? raw : undefined);

/** A word of the path that is no id: the key of a section or question. */
export function wordIn(visit: Visit, name: string): string | undefined {
  return wordOf((visit.request.params as Record<string, unknown>)[name]);
}

function kindIn({ query, refused }: Visit): QuestionKind | undefined {
  const asked = wordOf(refused?.values['kind'] ?? query['kind']);
  return QUESTION_KINDS.find((kind) => kind === asked);
}
