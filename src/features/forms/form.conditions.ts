/** Show-when: which sections and questions are shown for these answers, and which conditions lead back to themselves. */
import { isAnswered, isTyped, listOf } from './answer.values.js';
import {
  type AnswerValue,
  type Answers,
  type Condition,
  type FormDefinition,
  type FormSection,
  type Question,
  questionsOf,
  type Test,
} from './form.definition.js';
import { compareDecimals } from './decimals.js';

export interface VisibleSection {
  readonly section: FormSection;
  readonly questions: readonly Question[];
}

export function testsOf(condition: Condition | undefined): readonly Test[] {
  if (condition === undefined) return [];
  return 'all' in condition ? condition.all : condition.any;
}

/**
 * What is shown for these answers, in order. An answer of a hidden question counts as not given, so that what was
 * hidden by a changed answer hides what hangs on it too. A section of which every question is hidden is left out.
 */
export function visibleIn(definition: FormDefinition, answers: Answers): VisibleSection[] {
  const shows = visibility(definition, answers);
  return definition.sections.flatMap((section) => {
    const questions = section.questions.filter((question) => shows(question.key));
    const isShown = section.questions.length === 0 ? shows.condition(section.showWhen) : questions.length > 0;
    return isShown ? [{ section, questions }] : [];
  });
}

interface Visibility {
  (key: string): boolean;
  condition(condition: Condition | undefined): boolean;
}

function visibility(definition: FormDefinition, answers: Answers): Visibility {
  const places = new Map(
    definition.sections.flatMap((section) =>
      section.questions.map((question) => [question.key, { section, question }]),
    ),
  );
  const known = new Map<string, boolean>();
  const condition = (given: Condition | undefined): boolean => {
    if (given === undefined) return true;
    const holds = (test: Test): boolean => passes(test, places.get(test.question)?.question, answerOf(test.question));
    return 'all' in given ? given.all.every(holds) : given.any.some(holds);
  };
  const shows = (key: string): boolean => {
    const place = places.get(key);
    if (place === undefined) return false;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    // A loop is refused when a form is read; should one be here all the same, it ends.
    known.set(key, false);
    const shown = condition(place.section.showWhen) && condition(place.question.showWhen);
    known.set(key, shown);
    return shown;
  };
  const answerOf = (key: string): AnswerValue | undefined =>
    Object.hasOwn(answers, key) && shows(key) ? answers[key] : undefined;
  return Object.assign(shows, { condition });
}

function passes(test: Test, question: Question | undefined, value: AnswerValue | undefined): boolean {
  const wanted = test.value ?? '';
  switch (test.is) {
    case 'answered':
      return isAnswered(value);
    case 'not_answered':
      return !isAnswered(value);
    case 'equal':
      return isAnswered(value) && isEqual(question, value, wanted);
    case 'not_equal':
      return isAnswered(value) && !isEqual(question, value, wanted);
    case 'includes':
      return listOf(value).includes(wanted);
    case 'above':
    case 'below':
      return isBeyond(test, question, value, wanted);
  }
}

function isEqual(question: Question | undefined, value: AnswerValue | undefined, wanted: string): boolean {
  if (typeof value === 'boolean') return value === (wanted === 'yes');
  if (typeof value !== 'string') return false;
  if (question?.kind === 'number' || question?.kind === 'money') return compareDecimals(value, wanted) === 0;
  return value === wanted;
}

function isBeyond(test: Test, question: Question | undefined, value: AnswerValue | undefined, wanted: string): boolean {
  if (typeof value !== 'string' || isTyped(value)) return false;
  const order =
    question?.kind === 'date' ? (value < wanted ? -1 : value > wanted ? 1 : 0) : compareDecimals(value, wanted);
  return order !== undefined && (test.is === 'above' ? order > 0 : order < 0);
}

/** The first question whose showing hangs on itself, with the way there; nothing when there is no loop. */
export function findLoop(definition: FormDefinition): readonly string[] | undefined {
  const needs = new Map(
    definition.sections.flatMap((section) => {
      const ofSection = testsOf(section.showWhen).map((test) => test.question);
      return section.questions.map(({ key, showWhen }): [string, readonly string[]] => [
        key,
        [...new Set([...ofSection, ...testsOf(showWhen).map((test) => test.question)])],
      ]);
    }),
  );
  const done = new Set<string>();
  const walk = (key: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(key)) return [...way.slice(way.indexOf(key)), key];
    if (done.has(key)) return undefined;
    for (const next of needs.get(key) ?? []) {
      const loop = walk(next, [...way, key]);
      if (loop !== undefined) return loop;
    }
    done.add(key);
    return undefined;
  };
  for (const { key } of questionsOf(definition)) {
    const loop = walk(key, []);
    if (loop !== undefined) return loop;
  }
  return undefined;
}
