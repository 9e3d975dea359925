/** followingOf: what the page of one section needs to show and hide questions by itself, while nothing is saved yet. Pure. */
import { testsOf } from './form.conditions.js';
import type {
  Answers,
  AnswerValue,
  Condition,
  FormDefinition,
  FormSection,
  Question,
  QuestionKind,
} from './form.definition.js';

export interface FollowedQuestion {
  readonly key: string;
  readonly kind: QuestionKind;
  readonly showWhen?: Condition;
  readonly section?: { readonly showWhen: Condition };
}

export interface Following {
  /** The questions that hang on answers, and those they hang on, wherever they stand. */
  readonly questions: readonly FollowedQuestion[];
  /** What was answered to them. */
  readonly kept: Answers;
  /** Every section in order; with its questions where all of them hang on answers. */
  readonly sections: readonly {
    readonly key: string;
    readonly title: string;
    readonly questions?: readonly string[];
  }[];
}

/** Longer texts are only asked whether they are there. */
const MOST_KEPT = 300;

/** Nothing where neither a question of the section nor another section hangs on an answer. */
export function followingOf(definition: FormDefinition, section: FormSection, answers: Answers): Following | undefined {
  const places = new Map(
    definition.sections.flatMap((home) =>
      home.questions.map((question) => [question.key, { home, question }] as const),
    ),
  );
  const sections = definition.sections.map((each) => ({
    ...{ key: each.key, title: each.title },
    ...(each.questions.every((question) => hangs(each, question)) && {
      questions: each.questions.map(({ key }) => key),
    }),
  }));
  const own = section.questions.filter((question) => hangs(section, question)).map(({ key }) => key);
  const roots = [...own, ...sections.flatMap(({ questions = [] }) => questions)];
  const seen = new Set<string>();
  const look = (key: string): void => {
    const place = places.get(key);
    if (place === undefined || seen.has(key)) return;
    seen.add(key);
    for (const test of [...testsOf(place.home.showWhen), ...testsOf(place.question.showWhen)]) look(test.question);
  };
  roots.forEach(look);
  if (seen.size === 0) return undefined;
  const questions = [...places.values()].filter(({ question }) => seen.has(question.key));
  return {
    questions: questions.map(({ home, question: { key, kind, showWhen } }) => ({
      ...{ key, kind },
      ...(showWhen !== undefined && { showWhen }),
      ...(home.showWhen !== undefined && { section: { showWhen: home.showWhen } }),
    })),
    kept: Object.fromEntries(questions.map(({ question: { key } }) => [key, shortened(answers[key])])),
    sections,
  };
}

const hangs = (section: FormSection, question: Question): boolean =>
  section.showWhen !== undefined || question.showWhen !== undefined;

const shortened = (value: AnswerValue | undefined): AnswerValue | undefined =>
  typeof value === 'string' ? value.slice(0, MOST_KEPT) : value;
