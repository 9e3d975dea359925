/** The preview of a form: it is answered as applicants would, shows what follows from the answers, and keeps nothing. */
import { Injectable } from '@nestjs/common';
import type { FieldProblem, Sentence } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { say } from '../../platform/http/problem.js';
import type { Visit } from '../../platform/http/visit.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings, Schools } from '../agency/index.js';
import { missingIn } from './answer.checks.js';
import { readAnswer } from './answer.reader.js';
import { visibleIn } from './form.conditions.js';
import { type Answers, type AnswerValue, type FormDefinition, type Question, questionsOf } from './form.definition.js';
import { answerName, questionView, type QuestionView } from './question.view.js';

type View = { title: string; scripts?: readonly string[] } & Record<string, unknown>;

/** A section as it is tried out: everything is there, and what the answers hide is hidden. */
interface SectionTrial {
  readonly key: string;
  readonly title: string;
  readonly help?: string;
  readonly hidden: boolean;
  /** JSON of its condition, for the page's script. */
  readonly showWhen?: string;
  readonly questions: readonly (QuestionView & { readonly hidden: boolean; readonly showWhen?: string })[];
}

export interface Trial {
  readonly sections: readonly SectionTrial[];
  /** What the answers still miss, for a summary; only what was asked for. */
  readonly missing: readonly { readonly text: string; readonly field: string }[];
}

@Injectable()
export class FormPreviews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly settings: AgencySettings,
    private readonly schools: Schools,
  ) {}

  /** A page of any form, tried out: the form's own page, and the rehearsal of a round. */
  async page(
    visit: Visit,
    definition: FormDefinition,
    page: { readonly title: string; readonly head: object; readonly action: string },
  ): Promise<View> {
    const { raw, check } = sent(visit);
    const trial = await this.trial(definition, raw, check);
    const isWhole = check && trial.missing.length === 0;
    return {
      ...{ title: page.title, head: page.head, action: page.action, scripts: ['form-preview'] },
      ...trial,
      nav: trial.sections.map(({ key, title, hidden }) => ({ href: `#s-${key}`, label: title, key, hidden })),
      note: isWhole ? { tone: 'blue', title: this.texts.t('form_preview.whole') } : undefined,
    };
  }

  /** `raw` is what was typed, by question; nothing of it is kept. */
  async trial(definition: FormDefinition, raw: Readonly<Record<string, unknown>>, check: boolean): Promise<Trial> {
    const { answers, problems } = readAll(definition, raw);
    const context = await this.context(definition);
    const visible = visibleIn(definition, answers);
    const shown = new Set(visible.flatMap(({ questions }) => questions.map((question) => question.key)));
    const shownSections = new Set(visible.map(({ section }) => section.key));
    const missing = check ? missingIn(definition, answers) : [];
    const wrong = new Map<string, Sentence>([
      ...missing.map(({ questionKey, sentence }): [string, Sentence] => [questionKey, sentence]),
      ...problems.map((problem): [string, Sentence] => [problem.field, problem]),
    ]);
    return {
      sections: definition.sections.map((section) => ({
        ...{ key: section.key, title: section.title, help: section.help, hidden: !shownSections.has(section.key) },
        showWhen: section.showWhen && JSON.stringify(section.showWhen),
        questions: section.questions.map((question) => {
          const problem = wrong.get(question.key);
          return {
            ...questionView(question, {
              ...{ texts: this.texts, value: answers[question.key], ...context },
              problems: problem === undefined || !shown.has(question.key) ? [] : [problem],
            }),
            hidden: !shown.has(question.key),
            showWhen: question.showWhen && JSON.stringify(question.showWhen),
          };
        }),
      })),
      missing: [...wrong]
        .filter(([key]) => shown.has(key))
        .map(([key, sentence]) => ({ text: say(this.texts, sentence), field: answerName(key) })),
    };
  }

  private async context(
    definition: FormDefinition,
  ): Promise<Pick<Parameters<typeof questionView>[1], 'districts' | 'schools'>> {
    const questions = questionsOf(definition);
    const asks = (kind: Question['kind']): boolean => questions.some((question) => question.kind === kind);
    const districts = asks('districts') ? (await this.settings.current()).districts.map(({ name }) => name) : [];
    const schools = asks('schools') ? await this.schools.byDistrict(this.db) : [];
    return { districts, schools };
  }
}

/** What was typed, from the form of the page. */
function sent(visit: Visit): { raw: Readonly<Record<string, unknown>>; check: boolean } {
  const body =
    visit.request.method === 'POST' ? (visit.request.body as Record<string, unknown> | undefined) : undefined;
  const answers = body?.['answers'];
  const isObject = typeof answers === 'object' && answers !== null && !Array.isArray(answers);
  return { raw: isObject ? (answers as Record<string, unknown>) : {}, check: body?.['check'] === 'yes' };
}

function readAll(
  definition: FormDefinition,
  raw: Readonly<Record<string, unknown>>,
): { answers: Answers; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const answers = questionsOf(definition).map((question): [string, AnswerValue | undefined] => {
    // A file is not sent: nothing of a trial is kept.
    const text = question.kind === 'file' || !Object.hasOwn(raw, question.key) ? undefined : raw[question.key];
    const reading = readAnswer(question, text);
    if ('value' in reading) return [question.key, reading.value];
    problems.push({ field: question.key, ...reading.problem });
    return [question.key, { typed: reading.typed }];
  });
  return { answers: Object.fromEntries(answers), problems };
}
