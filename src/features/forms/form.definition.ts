/** FormDefinition: what a form is made of, the bounds it keeps to, and the form of a round that chose none. */
import { createHash } from 'node:crypto';
import type { FileKindName } from '../../platform/files/kind-names.js';

/** Parts of the proposal: each stands at most once in a form, and is kept in tables of its own too. */
export const PROPOSAL_KINDS = ['title', 'summary', 'districts', 'budget', 'partners'] as const;

export const QUESTION_KINDS = [
  'short_text',
  'long_text',
  'number',
  'money',
  'date',
  'choice',
  'many',
  'yes_no',
  'file',
  'table',
  'address',
  'schools',
  ...PROPOSAL_KINDS,
] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

export const COLUMN_KINDS = ['text', 'number', 'money', 'choice'] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];

export const TEST_KINDS = ['equal', 'not_equal', 'includes', 'answered', 'not_answered', 'above', 'below'] as const;
export type TestKind = (typeof TEST_KINDS)[number];

/** What one answer must be for a part to be shown. `value` is what it is compared with, as the answer is kept. */
export interface Test {
  readonly question: string;
  readonly is: TestKind;
  readonly value?: string;
}

export type Condition = { readonly all: readonly Test[] } | { readonly any: readonly Test[] };

export interface QuestionChoice {
  readonly value: string;
  readonly label: string;
}

export interface TableColumn {
  readonly key: string;
  readonly label: string;
  readonly kind: ColumnKind;
  readonly choices?: readonly QuestionChoice[];
}

export interface Question {
  /** Unique in the form; answers are kept under it. */
  readonly key: string;
  readonly kind: QuestionKind;
  readonly label: string;
  readonly help?: string;
  readonly required?: boolean;
  readonly mostWords?: number;
  readonly choices?: readonly QuestionChoice[];
  readonly mostChosen?: number;
  /** The least and the most: decimals of numbers and money, dates as YYYY-MM-DD. */
  readonly least?: string;
  readonly most?: string;
  /** How many digits may follow the point of a number; none when left out. */
  readonly decimals?: number;
  readonly columns?: readonly TableColumn[];
  readonly mostRows?: number;
  readonly mostFiles?: number;
  readonly accept?: readonly FileKindName[];
  readonly showWhen?: Condition;
  /** The criterion of the rubric that it is about, by its position: reviewers read it there. */
  readonly criterion?: number;
}

export interface FormSection {
  readonly key: string;
  readonly title: string;
  readonly help?: string;
  readonly showWhen?: Condition;
  readonly questions: readonly Question[];
}

export interface FormDefinition {
  readonly sections: readonly FormSection[];
}

/**
 * What is kept of an answer. Numbers and money are decimals ("1250.00"), dates YYYY-MM-DD; schools and files are ids;
 * a table, districts and a budget are rows; `typed` keeps text that could not be read, as it was typed.
 */
export type AnswerRow = Record<string, string>;
export type AnswerValue = string | boolean | string[] | AnswerRow[] | AnswerRow | { typed: string };
export type Answers = Readonly<Record<string, AnswerValue | undefined>>;

export const MOST = {
  sections: 60,
  questions: 300,
  choices: 200,
  columns: 12,
  rows: 100,
  files: 20,
  tests: 20,
  words: 20_000,
  /** Of any text that is answered: beyond it nothing is read. */
  characters: 100_000,
  shortCharacters: 300,
  labelCharacters: 500,
  helpCharacters: 4000,
  bytes: 1_000_000,
  /** Lists in parts in lists: a form goes nine deep. */
  depth: 12,
} as const;

/** What is taken when a question does not say. */
export const USUAL = { rows: 20, files: 1, summaryWords: 500 } as const;

export const KEY_SHAPE = /^[a-z][a-z0-9_]{0,39}$/;

/** Every question of a form, in order. */
export function questionsOf(definition: FormDefinition): readonly Question[] {
  return definition.sections.flatMap((section) => section.questions);
}

/** How much a form asks. */
export const countsOf = (definition: FormDefinition): { sections: number; questions: number } => ({
  ...{ sections: definition.sections.length, questions: questionsOf(definition).length },
});

export function findQuestion(definition: FormDefinition, key: string): Question | undefined {
  return questionsOf(definition).find((question) => question.key === key);
}

/** The part of the proposal of this kind, where the form asks for it. */
export function partOf(definition: FormDefinition, kind: (typeof PROPOSAL_KINDS)[number]): Question | undefined {
  return questionsOf(definition).find((question) => question.kind === kind);
}

/** SHA-256 of what a form asks, whatever order its keys came back in from the database. */
export function definitionHash(definition: FormDefinition): string {
  return createHash('sha256').update(canonical(definition)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

/** What a round asks that chose no form of its own. */
export const DEFAULT_FORM: FormDefinition = {
  sections: [
    {
      key: 'proposal',
      title: 'Your proposal',
      questions: [
        { key: 'title', kind: 'title', label: 'Title', required: true },
        {
          key: 'summary',
          kind: 'summary',
          label: 'Summary',
          help: 'What you will do, for whom, and what will be different afterwards.',
          required: true,
          mostWords: USUAL.summaryWords,
        },
        { key: 'schools', kind: 'long_text', label: 'Schools served', help: 'One on each line.', mostWords: 500 },
        {
          key: 'districts',
          kind: 'districts',
          label: 'Districts served',
          help: 'Shares of the work, in percent. Together they make 100.',
          required: true,
        },
      ],
    },
    {
      key: 'budget',
      title: 'Your budget',
      questions: [{ key: 'budget', kind: 'budget', label: 'Budget', required: true }],
    },
    {
      key: 'partners',
      title: 'Your partners',
      questions: [{ key: 'partners', kind: 'partners', label: 'Partners' }],
    },
  ],
};
