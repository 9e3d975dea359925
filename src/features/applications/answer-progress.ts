/** How far an application is: each section with what was answered and what is missing. Pure. */
import type { Sentence } from '../../kernel/errors.js';
import {
  type Answers,
  type FormDefinition,
  isAnswered,
  missingIn,
  partOf,
  type Question,
  visibleIn,
} from '../forms/index.js';

export interface SectionProgress {
  readonly key: string;
  readonly title: string;
  /** Questions that are asked now. */
  readonly asked: number;
  readonly answered: number;
  /** What must still be answered or mended, with the question it is about. */
  readonly missing: readonly { readonly questionKey: string; readonly sentence: Sentence }[];
}

export interface Progress {
  readonly asked: number;
  readonly answered: number;
  /** How many sections miss nothing. */
  readonly finished: number;
  readonly sections: readonly SectionProgress[];
}

/** What the rules of the round say about a part of the proposal, by the part it is mended in. */
const PART_OF_CODE: Readonly<Record<string, Question['kind']>> = {
  'application.needs_summary': 'summary',
  'application.summary_long': 'summary',
  'application.districts_not_whole': 'districts',
  'application.needs_amount': 'budget',
  'application.below_floor': 'budget',
  'application.over_ceiling': 'budget',
  'application.budget_differs': 'budget',
  'application.partners_over': 'partners',
};

const partOfCode = (code: string): Question['kind'] | undefined =>
  code.startsWith('proposed_budget.') ? 'budget' : PART_OF_CODE[code];

/** What the rules of parts say of an answer in words of their own. */
const SAID_BY_RULES: Readonly<Partial<Record<Question['kind'], readonly string[]>>> = {
  summary: ['answer.required', 'answer.too_many_words'],
  districts: ['answer.required', 'answer.shares_not_whole'],
  budget: ['answer.required', 'answer.cell_not_money'],
  partners: ['answer.required'],
};

/** How the form asks for a part of the proposal; nothing when it does not, or not with these answers. */
export interface AskedParts {
  readonly summary?: { readonly isRequired: boolean; readonly mostWords: number | undefined };
  readonly districts?: { readonly isRequired: boolean };
  readonly budget?: { readonly isRequired: boolean };
}

export function askedParts(definition: FormDefinition, answers: Answers): AskedParts {
  const shown = visibleIn(definition, answers).flatMap(({ questions }) => questions);
  const part = (kind: 'summary' | 'districts' | 'budget'): Question | undefined => {
    const question = partOf(definition, kind);
    return question !== undefined && shown.includes(question) ? question : undefined;
  };
  const [summary, districts, budget] = [part('summary'), part('districts'), part('budget')];
  const isRequired = (question: Question): boolean => question.required === true;
  return {
    ...(summary && { summary: { isRequired: isRequired(summary), mostWords: summary.mostWords } }),
    ...(districts && { districts: { isRequired: isRequired(districts) } }),
    ...(budget && { budget: { isRequired: isRequired(budget) } }),
  };
}

/** What the form misses, save what the rules of the proposal's parts say in their own words. */
export function formMissing(definition: FormDefinition, answers: Answers): ReturnType<typeof missingIn> {
  const kinds = new Map(
    definition.sections.flatMap(({ questions }) => questions.map(({ key, kind }) => [key, kind] as const)),
  );
  return missingIn(definition, answers).filter(({ questionKey, sentence }) => {
    const kind = kinds.get(questionKey);
    return kind === undefined || !(SAID_BY_RULES[kind] ?? []).includes(sentence.code);
  });
}

/**
 * `rows` says how many rows stand behind questions that are no answers: partners. `blockers` are what stands between the
 * application and being sent: those about a part of the proposal are told in its section. Without them the form alone is
 * looked at.
 */
export function progressOf(
  definition: FormDefinition,
  answers: Answers,
  rows: { readonly partners: number },
  blockers?: readonly Sentence[],
): Progress {
  const missing = blockers === undefined ? missingIn(definition, answers) : formMissing(definition, answers);
  const sections = visibleIn(definition, answers).map(({ section, questions }): SectionProgress => {
    const isGiven = (question: Question): boolean =>
      question.kind === 'partners' ? rows.partners > 0 : isAnswered(answers[question.key]);
    const unnamed = questions.filter(
      (question) => question.kind === 'partners' && question.required === true && rows.partners === 0,
    );
    const ofRules = questions.flatMap(({ key, kind }) =>
      (blockers ?? [])
        .filter(({ code }) => partOfCode(code) === kind)
        .map((sentence) => ({ questionKey: key, sentence })),
    );
    const required = (question: Question): { questionKey: string; sentence: Sentence } => ({
      questionKey: question.key,
      sentence: { code: 'answer.required', params: { label: question.label } },
    });
    return {
      key: section.key,
      title: section.title,
      asked: questions.length,
      answered: questions.filter(isGiven).length,
      missing: [
        ...missing
          .filter(({ sectionKey }) => sectionKey === section.key)
          .map(({ questionKey, sentence }) => ({ questionKey, sentence })),
        ...ofRules,
        ...unnamed.map(required),
      ],
    };
  });
  return {
    asked: sections.reduce((sum, each) => sum + each.asked, 0),
    answered: sections.reduce((sum, each) => sum + each.answered, 0),
    finished: sections.filter((each) => each.missing.length === 0).length,
    sections,
  };
}

/** What no section can mend: the time, who may lead, who must confirm. */
export function generalBlockers(blockers: readonly Sentence[]): Sentence[] {
  return blockers.filter(({ code }) => partOfCode(code) === undefined && !code.startsWith('answer.'));
}
