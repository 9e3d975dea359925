/** FormEdit: one change of a form - a section or question added, replaced, moved or removed - as a pure function. */
import { notFound } from '../../kernel/errors.js';
import type { FormDefinition, FormSection, Question } from './form.definition.js';

export type Direction = 'up' | 'down';

/** `field` is the box of the page that a problem of the change is said beside. */
export type FormEdit = { readonly field?: string } & (
  | { readonly kind: 'add_section'; readonly section: Omit<FormSection, 'questions'> }
  | { readonly kind: 'change_section'; readonly key: string; readonly section: Omit<FormSection, 'questions'> }
  | { readonly kind: 'move_section'; readonly key: string; readonly to: Direction }
  | { readonly kind: 'remove_section'; readonly key: string }
  | { readonly kind: 'add_question'; readonly section: string; readonly question: Question }
  | { readonly kind: 'change_question'; readonly key: string; readonly section: string; readonly question: Question }
  | { readonly kind: 'move_question'; readonly key: string; readonly to: Direction }
  | { readonly kind: 'copy_question'; readonly key: string }
  | { readonly kind: 'remove_question'; readonly key: string }
);

export function applyEdit(definition: FormDefinition, edit: FormEdit): FormDefinition {
  const { sections } = definition;
  switch (edit.kind) {
    case 'add_section':
      return { sections: [...sections, { ...edit.section, questions: [] }] };
    case 'change_section':
      return changed(definition, edit.key, (section) => ({ ...edit.section, questions: section.questions }));
    case 'move_section':
      return { sections: swapped(sections, sectionIndex(sections, edit.key), edit.to) };
    case 'remove_section':
      return { sections: sections.filter((_, index) => index !== sectionIndex(sections, edit.key)) };
    case 'add_question':
      return changed(definition, edit.section, (section) => ({
        ...section,
        questions: [...section.questions, edit.question],
      }));
    case 'change_question':
      return replaced(definition, edit);
    case 'move_question':
      return movedQuestion(definition, edit.key, edit.to);
    case 'copy_question':
      return copied(definition, edit.key);
    case 'remove_question': {
      const home = homeOf(definition, edit.key);
      return changed(definition, home.key, (section) => ({ ...section, questions: without(section, edit.key) }));
    }
  }
}

/** A key for a new part, from its words: `why_this_school`, and with a number behind where that is taken. */
export function freeKey(words: string, taken: readonly string[]): string {
  const plain = words
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '');
  const stem = plain.slice(0, 30).replace(/_+$/, '') || 'question';
  if (!taken.includes(stem) && !['constructor', 'prototype', 'typed'].includes(stem)) return stem;
  for (let number = 2; ; number++) {
    if (!taken.includes(`${stem}_${number}`)) return `${stem}_${number}`;
  }
}

function sectionIndex(sections: readonly FormSection[], key: string): number {
  const index = sections.findIndex((section) => section.key === key);
  if (index < 0) throw notFound('thing.not_found');
  return index;
}

function homeOf({ sections }: FormDefinition, key: string): FormSection {
  const home = sections.find((section) => section.questions.some((question) => question.key === key));
  if (home === undefined) throw notFound('thing.not_found');
  return home;
}

const without = (section: FormSection, key: string): Question[] =>
  section.questions.filter((question) => question.key !== key);

function changed(
  { sections }: FormDefinition,
  key: string,
  change: (section: FormSection) => FormSection,
): FormDefinition {
  const at = sectionIndex(sections, key);
  return { sections: sections.map((section, index) => (index === at ? change(section) : section)) };
}

function swapped<T>(items: readonly T[], index: number, to: Direction): T[] {
  const other = to === 'up' ? index - 1 : index + 1;
  const [one, two] = [items[index], items[other]];
  if (one === undefined || two === undefined) return [...items];
  return items.map((item, at) => (at === index ? two : at === other ? one : item));
}

/** Within its section; from the first place up, or the last one down, into the section before or after. */
function movedQuestion(definition: FormDefinition, key: string, to: Direction): FormDefinition {
  const { sections } = definition;
  const home = homeOf(definition, key);
  const at = home.questions.findIndex((question) => question.key === key);
  const isAtEdge = to === 'up' ? at === 0 : at === home.questions.length - 1;
  if (!isAtEdge) {
    return changed(definition, home.key, (section) => ({ ...section, questions: swapped(section.questions, at, to) }));
  }
  const next = sections[sections.indexOf(home) + (to === 'up' ? -1 : 1)];
  const question = home.questions[at];
  if (next === undefined || question === undefined) return definition;
  const left = changed(definition, home.key, (section) => ({ ...section, questions: without(section, key) }));
  return changed(left, next.key, (section) => ({
    ...section,
    questions: to === 'up' ? [...section.questions, question] : [question, ...section.questions],
  }));
}

function copied(definition: FormDefinition, key: string): FormDefinition {
  const home = homeOf(definition, key);
  const taken = definition.sections.flatMap((section) => section.questions.map((question) => question.key));
  return changed(definition, home.key, (section) => ({
    ...section,
    questions: section.questions.flatMap((question) =>
      question.key === key ? [question, { ...question, key: freeKey(key, taken) }] : [question],
    ),
  }));
}

/** In its place, or at the end of another section. */
function replaced(
  definition: FormDefinition,
  { key, section: to, question }: { key: string; section: string; question: Question },
): FormDefinition {
  const home = homeOf(definition, key);
  if (home.key === to) {
    return changed(definition, to, (section) => ({
      ...section,
      questions: section.questions.map((each) => (each.key === key ? question : each)),
    }));
  }
  const left = changed(definition, home.key, (section) => ({ ...section, questions: without(section, key) }));
  return changed(left, to, (section) => ({ ...section, questions: [...section.questions, question] }));
}
