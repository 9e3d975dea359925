/** compareForms: what differs between two versions of a form, section by section. Pure. */
import type { FormDefinition, FormSection, Question } from './form.definition.js';

export type FormChangeKind = 'added' | 'removed' | 'changed' | 'moved';

/** A question that is not as it was; `before` and `after` are missing where it was added or removed. */
export interface QuestionChange {
  readonly key: string;
  readonly before?: Question;
  readonly after?: Question;
  /** Which of its words or rules differ; empty when it only moved. */
  readonly parts: readonly QuestionPart[];
  readonly isMoved: boolean;
  /** The section it came from, when it is in another one now. */
  readonly from?: FormSection;
}

const QUESTION_PARTS = [
  'label',
  'help',
  'kind',
  'required',
  'mostWords',
  'choices',
  'mostChosen',
  'least',
  'most',
  'decimals',
  'columns',
  'mostRows',
  'mostFiles',
  'accept',
  'criterion',
  'showWhen',
] as const;
export type QuestionPart = (typeof QUESTION_PARTS)[number];

const SECTION_PARTS = ['title', 'help', 'showWhen'] as const;
export type SectionPart = (typeof SECTION_PARTS)[number];

export interface SectionChange {
  readonly key: string;
  readonly before?: FormSection;
  readonly after?: FormSection;
  readonly parts: readonly SectionPart[];
  readonly isMoved: boolean;
  readonly questions: readonly QuestionChange[];
  /** How many of its questions are as they were. */
  readonly unchanged: number;
}

/** In the order of the later version; what was removed stands at the end. Sections without a difference are left out. */
export function compareForms(before: FormDefinition, after: FormDefinition): SectionChange[] {
  const was = new Map(before.sections.map((section) => [section.key, section]));
  const is = new Map(after.sections.map((section) => [section.key, section]));
  const moved = movedKeys(keysOf(before.sections), keysOf(after.sections));
  const homes = homesOf(before);
  const left = homesOf(after);
  const kept = after.sections.map((section) => sectionChange(was.get(section.key), section, moved, homes));
  const gone = before.sections.filter(({ key }) => !is.has(key));
  const all = [...kept, ...gone.map((section) => goneSection(section, left))];
  return [...withRemoved(all, was, left)].filter(isDifferent);
}

/** Keys that are in both lists and stand elsewhere: all but the longest run that kept its order. */
export function movedKeys(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const places = new Map(before.map((key, index) => [key, index]));
  const common = after.filter((key) => places.has(key));
  const stayed = longestRise(common.map((key) => places.get(key) ?? 0));
  return new Set(common.filter((_, index) => !stayed.has(index)));
}

/** The indexes of a longest rising run of numbers that are all different. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  const best: { length: number; before: number }[] = [];
  for (const [index, number] of numbers.entries()) {
    let own = { length: 1, before: -1 };
    for (let at = 0; at < index; at++) {
      const earlier = best[at]?.length ?? 0;
      if ((numbers[at] ?? 0) < number && earlier + 1 > own.length) own = { length: earlier + 1, before: at };
    }
    best.push(own);
  }
  let at = best.reduce((top, each, index) => (each.length > (best[top]?.length ?? 0) ? index : top), 0);
  const run = new Set<number>();
  while (at >= 0 && best[at] !== undefined) {
    run.add(at);
    at = best[at]?.before ?? -1;
  }
  return run;
}

interface Home {
  readonly section: FormSection;
  readonly question: Question;
}

const keysOf = (parts: readonly { readonly key: string }[]): string[] => parts.map(({ key }) => key);

const homesOf = ({ sections }: FormDefinition): ReadonlyMap<string, Home> =>
  new Map(
    sections.flatMap((section) =>
      section.questions.map((question): [string, Home] => [question.key, { section, question }]),
    ),
  );

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

function sectionChange(
  before: FormSection | undefined,
  after: FormSection,
  moved: ReadonlySet<string>,
  homes: ReadonlyMap<string, Home>,
): SectionChange {
  const movedHere = movedKeys(keysOf(before?.questions ?? []), keysOf(after.questions));
  const changes = after.questions.map((question) =>
    questionChange(homes.get(question.key), question, after, movedHere),
  );
  const questions = changes.filter(
    ({ before: was, parts, isMoved }) => was === undefined || isMoved || parts.length > 0,
  );
  return {
    ...{ key: after.key, before, after, isMoved: moved.has(after.key), questions },
    parts: before === undefined ? [] : SECTION_PARTS.filter((part) => !same(before[part], after[part])),
    unchanged: changes.length - questions.length,
  };
}

function questionChange(
  home: Home | undefined,
  after: Question,
  section: FormSection,
  movedHere: ReadonlySet<string>,
): QuestionChange {
  if (home === undefined) return { key: after.key, after, parts: [], isMoved: false };
  const { question: before } = home;
  const isElsewhere = home.section.key !== section.key;
  return {
    ...{ key: after.key, before, after, isMoved: isElsewhere || movedHere.has(after.key) },
    ...(isElsewhere && { from: home.section }),
    parts: QUESTION_PARTS.filter((part) => !same(before[part], after[part])),
  };
}

const goneQuestion = (before: Question): QuestionChange => ({ key: before.key, before, parts: [], isMoved: false });

function goneSection(before: FormSection, left: ReadonlyMap<string, Home>): SectionChange {
  const questions = before.questions.filter(({ key }) => !left.has(key)).map(goneQuestion);
  return { key: before.key, before, parts: [], isMoved: false, questions, unchanged: 0 };
}

/** Questions that a section has no more stand at its end. */
function withRemoved(
  changes: readonly SectionChange[],
  was: ReadonlyMap<string, FormSection>,
  left: ReadonlyMap<string, Home>,
): SectionChange[] {
  return changes.map((change) => {
    if (change.after === undefined) return change;
    const gone = (was.get(change.key)?.questions ?? []).filter(({ key }) => !left.has(key)).map(goneQuestion);
    return { ...change, questions: [...change.questions, ...gone] };
  });
}

function isDifferent({ before, after, parts, isMoved, questions }: SectionChange): boolean {
  return before === undefined || after === undefined || isMoved || parts.length > 0 || questions.length > 0;
}

/** How often each kind of change is there, and how many questions are as they were. */
export function countChanges(
  changes: readonly SectionChange[],
  after: FormDefinition,
): Readonly<Record<FormChangeKind | 'unchanged', number>> {
  const questions = changes.flatMap((section) => section.questions);
  const count = (test: (change: QuestionChange) => boolean): number => questions.filter(test).length;
  const total = after.sections.reduce((sum, section) => sum + section.questions.length, 0);
  const removed = count((each) => each.after === undefined);
  return {
    ...{ added: count((each) => each.before === undefined), removed },
    changed: count((each) => each.parts.length > 0),
    moved: count((each) => each.isMoved),
    unchanged: total - (questions.length - removed),
  };
}
