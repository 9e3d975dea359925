/** The life of one version of a form: a draft that is built, then published and never changed. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { type FormDefinition, questionsOf } from './form.definition.js';

/** What publishing looks at: how much the version asks. */
export interface FormVersionFacts {
  readonly questions: number;
  /** Titles of sections that ask nothing. */
  readonly emptySections: readonly string[];
}

export function factsOf(definition: FormDefinition): FormVersionFacts {
  const empty = definition.sections.filter((section) => section.questions.length === 0);
  return { questions: questionsOf(definition).length, emptySections: empty.map((section) => section.title) };
}

export type FormVersionState = 'draft' | 'published';

function publishBlockers({ questions, emptySections }: FormVersionFacts): Sentence[] {
  if (questions === 0) return [{ code: 'form.asks_nothing' }];
  return emptySections.map((section) => ({ code: 'form.section_asks_nothing', params: { section } }));
}

export const formVersionLifecycle = defineLifecycle<FormVersionState, FormVersionFacts>({
  name: 'form_version',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', tone: 'moving' },
    published: { label: 'Published', tone: 'done', final: true },
  },
  actions: {
    publish: {
      from: ['draft'],
      to: 'published',
      label: 'Publish this version',
      permission: 'form_version.publish',
      blockers: publishBlockers,
    },
  },
});
