/** readDefinition: reads a form from JSON, strictly: what is unknown, too much or contradicts itself is said, not kept. */
import { Calendar } from '../../kernel/calendar.js';
import type { Sentence } from '../../kernel/errors.js';
import { FILE_KINDS } from '../../platform/files/kind-names.js';
import { compareDecimals } from './decimals.js';
import {
  COLUMN_KINDS,
  type FormDefinition,
  type FormSection,
  MOST,
  PROPOSAL_KINDS,
  type Question,
  QUESTION_KINDS,
  type QuestionChoice,
  type QuestionKind,
  questionsOf,
  type TableColumn,
} from './form.definition.js';
import { findLoop } from './form.conditions.js';
import { Reading } from './form.reading.js';
import { checkConditions, readCondition } from './form.condition-reader.js';

export type DefinitionReading = { readonly definition: FormDefinition } | { readonly problems: readonly Sentence[] };

type Extra =
  | 'mostWords'
  | 'choices'
  | 'mostChosen'
  | 'least'
  | 'most'
  | 'decimals'
  | 'columns'
  | 'mostRows'
  | 'mostFiles'
  | 'accept';

/** What a question of each kind may say beyond its words. */
export const EXTRAS: Readonly<Record<QuestionKind, readonly Extra[]>> = {
  short_text: ['mostWords'],
  long_text: ['mostWords'],
  number: ['least', 'most', 'decimals'],
  money: ['least', 'most'],
  date: ['least', 'most'],
  choice: ['choices'],
  many: ['choices', 'mostChosen'],
  yes_no: [],
  file: ['mostFiles', 'accept'],
  table: ['columns', 'mostRows'],
  address: [],
  schools: ['mostChosen'],
  title: [],
  summary: ['mostWords'],
  districts: [],
  budget: [],
  partners: [],
};

const ALL_EXTRAS: readonly Extra[] = [...new Set(Object.values(EXTRAS).flat())];

export function readDefinition(json: unknown): DefinitionReading {
  const reading = new Reading();
  if (isTooDeep(json, MOST.depth)) return { problems: [{ code: 'form.too_deep' }] };
  const size = (JSON.stringify(json) ?? '').length;
  if (size > MOST.bytes) return { problems: [{ code: 'form.too_large', params: { most: MOST.bytes / 1000 } }] };
  const definition = readForm(reading, json);
  if (definition !== undefined && reading.isSound) {
    checkWhole(reading, definition);
    checkConditions(reading, definition);
    const loop = reading.isSound ? findLoop(definition) : undefined;
    if (loop !== undefined) reading.say('form.loop', { way: loop.join(' → ') });
    if (reading.isSound) return { definition };
  }
  return { problems: reading.problems };
}

/** A form is a few levels deep; what leads deeper is nothing, and would end whoever follows it down. */
const isTooDeep = (json: unknown, left: number): boolean =>
  typeof json === 'object' &&
  json !== null &&
  (left === 0 || Object.values(json).some((each) => isTooDeep(each, left - 1)));

/** One question alone, as the library keeps it: what it says of other questions is not looked at. */
export function readQuestion(
  json: unknown,
): { readonly question: Question } | { readonly problems: readonly Sentence[] } {
  const reading = new Reading();
  const question = readOne(reading, json, 'question');
  return question !== undefined && reading.isSound ? { question } : { problems: reading.problems };
}

function readForm(reading: Reading, json: unknown): FormDefinition | undefined {
  const raw = reading.object(json, 'form', ['sections']);
  const sections = raw && reading.list(raw['sections'], 'sections', MOST.sections);
  if (sections === undefined) return undefined;
  const count = sections.reduce<number>((sum, each) => sum + questionCount(each), 0);
  if (count > MOST.questions) {
    reading.say('form.too_many_questions', { most: MOST.questions, count });
    return undefined;
  }
  return { sections: sections.flatMap((each, index) => readSection(reading, each, `sections[${index}]`) ?? []) };
}

function questionCount(section: unknown): number {
  const questions = (section as { questions?: unknown } | null)?.questions;
  return Array.isArray(questions) ? questions.length : 0;
}

function readSection(reading: Reading, json: unknown, path: string): FormSection | undefined {
  const raw = reading.object(json, path, ['key', 'title', 'help', 'showWhen', 'questions']);
  if (raw === undefined) return undefined;
  const where = reading.named(raw['title'], path);
  const questions = reading.list(raw['questions'], `${path}.questions`, MOST.questions) ?? [];
  return compact<FormSection>({
    key: reading.key(raw['key'], where),
    title: reading.text(raw['title'], `${path}.title`, MOST.labelCharacters) ?? '',
    help: reading.optionalText(raw['help'], `${path}.help`, MOST.helpCharacters),
    showWhen: readCondition(reading, raw['showWhen'], where),
    questions: questions.flatMap((each, index) => readOne(reading, each, `${path}.questions[${index}]`) ?? []),
  });
}

const COMMON = ['key', 'kind', 'label', 'help', 'required', 'showWhen', 'criterion'];

function readOne(reading: Reading, json: unknown, path: string): Question | undefined {
  const raw = reading.object(json, path, [...COMMON, ...ALL_EXTRAS]);
  if (raw === undefined) return undefined;
  const where = reading.named(raw['label'], path);
  const kind = reading.choice(raw['kind'], where, 'kind', QUESTION_KINDS);
  if (kind === undefined) return undefined;
  for (const extra of ALL_EXTRAS) {
    if (raw[extra] !== undefined && !EXTRAS[kind].includes(extra)) {
      reading.say('form.not_for_kind', { where, name: extra, kind });
    }
  }
  const question = compact<Question>({
    key: reading.key(raw['key'], where),
    kind,
    label: reading.text(raw['label'], `${path}.label`, MOST.labelCharacters) ?? '',
    help: reading.optionalText(raw['help'], `${path}.help`, MOST.helpCharacters),
    required: reading.flag(raw['required'], where, 'required'),
    ...readExtras(reading, raw, where),
    showWhen: readCondition(reading, raw['showWhen'], where),
    criterion: reading.count(raw['criterion'], where, 'criterion', 1, 100),
  });
  checkKind(reading, question, where);
  return question;
}

function readExtras(reading: Reading, raw: Record<string, unknown>, where: string): Partial<Question> {
  const columns =
    raw['columns'] === undefined ? undefined : reading.list(raw['columns'], `${where} columns`, MOST.columns);
  return {
    mostWords: reading.count(raw['mostWords'], where, 'mostWords', 1, MOST.words),
    choices: readChoices(reading, raw['choices'], where),
    mostChosen: reading.count(raw['mostChosen'], where, 'mostChosen', 1, MOST.choices),
    least: reading.optionalText(raw['least'], `${where} least`, 20),
    most: reading.optionalText(raw['most'], `${where} most`, 20),
    decimals: reading.count(raw['decimals'], where, 'decimals', 0, 4),
    columns: columns?.flatMap((each, index) => readColumn(reading, each, `${where} columns[${index}]`) ?? []),
    mostRows: reading.count(raw['mostRows'], where, 'mostRows', 1, MOST.rows),
    mostFiles: reading.count(raw['mostFiles'], where, 'mostFiles', 1, MOST.files),
    accept: reading
      .optionalList(raw['accept'], `${where} accept`, FILE_KINDS.length)
      ?.flatMap((each) => reading.choice(each, where, 'accept', FILE_KINDS) ?? []),
  };
}

function readChoices(reading: Reading, json: unknown, where: string): QuestionChoice[] | undefined {
  const list = reading.optionalList(json, `${where} choices`, MOST.choices);
  if (list === undefined) return undefined;
  const choices = list.flatMap((each, index): QuestionChoice[] => {
    const path = `${where} choices[${index}]`;
    const raw = reading.object(each, path, ['value', 'label']);
    const value = raw && reading.text(raw['value'], path, 100);
    const label = raw && reading.text(raw['label'], path, 300);
    return value === undefined || label === undefined ? [] : [{ value, label }];
  });
  const twice = duplicate(choices.map((each) => each.value));
  if (twice !== undefined) reading.say('form.choice_twice', { where, value: twice });
  return choices;
}

function readColumn(reading: Reading, json: unknown, path: string): TableColumn | undefined {
  const raw = reading.object(json, path, ['key', 'label', 'kind', 'choices']);
  if (raw === undefined) return undefined;
  const where = reading.named(raw['label'], path);
  const kind = reading.choice(raw['kind'], where, 'kind', COLUMN_KINDS);
  if (kind === undefined) return undefined;
  const choices = readChoices(reading, raw['choices'], where);
  if ((kind === 'choice') !== (choices !== undefined && choices.length > 0))
    reading.say('form.needs_choices', { where });
  const label = reading.text(raw['label'], path, 100) ?? '';
  return compact<TableColumn>({ key: reading.key(raw['key'], where), label, kind, choices });
}

/** What a question of a kind cannot do without, and bounds that leave nothing between them. */
function checkKind(reading: Reading, question: Question, where: string): void {
  const { kind, choices = [], columns = [], least, most } = question;
  if (kind === 'choice' && choices.length < 2) reading.say('form.needs_choices', { where });
  if (kind === 'many' && choices.length === 0) reading.say('form.needs_choices', { where });
  if (kind === 'table' && columns.length === 0) reading.say('form.needs_columns', { where });
  const twice = duplicate(columns.map((each) => each.key));
  if (twice !== undefined) reading.say('form.key_twice', { key: twice });
  for (const bound of [least, most]) {
    const isFit =
      bound === undefined || (kind === 'date' ? Calendar.isDate(bound) : compareDecimals(bound, '0') !== undefined);
    if (!isFit) reading.say('form.bound_unreadable', { where, bound });
  }
  if (least === undefined || most === undefined) return;
  const isBackwards = kind === 'date' ? least > most : (compareDecimals(least, most) ?? 0) > 0;
  if (isBackwards) reading.say('form.bounds_backwards', { where, least, most });
}

function checkWhole(reading: Reading, definition: FormDefinition): void {
  const questions = questionsOf(definition);
  const key = duplicate(questions.map((each) => each.key));
  if (key !== undefined) reading.say('form.key_twice', { key });
  const section = duplicate(definition.sections.map((each) => each.key));
  if (section !== undefined) reading.say('form.key_twice', { key: section });
  for (const kind of PROPOSAL_KINDS) {
    const found = questions.filter((each) => each.kind === kind);
    if (found.length > 1) reading.say('form.part_twice', { where: reading.named(found[1]?.label, kind), kind });
  }
}

function duplicate(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) < index);
}

/** Without what was left out, so that it is stored and compared as it was written. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
