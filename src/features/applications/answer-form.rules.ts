/** What the form of a section sent, as answers: each question that stood on the page, with the version it was read from. */
import type { AnswerValue, Question } from '../forms/index.js';
import { readAnswer, USUAL } from '../forms/index.js';
import type { SectionAnswersInput } from './answer.input.js';
import type { SentAnswer } from './answer-writer.js';

const MOST_VERSION = 1_000_000;

const recordOf = (raw: unknown): Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Record<string, unknown>) : {};

const own = (record: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** The answers of these questions; one without a version did not stand on the page and stays as it is. */
export function sentBySection(questions: readonly Question[], input: SectionAnswersInput): SentAnswer[] {
  const answers = recordOf(input.answers);
  const versions = recordOf(input.versions);
  return questions.flatMap((question): SentAnswer[] => {
    const version = readVersion(own(versions, question.key));
    if (version === undefined || question.kind === 'partners') return [];
    const fresh = input.files.flatMap(({ key, file }) => (key === question.key && file !== undefined ? [file] : []));
    return [{ key: question.key, version, value: valueOf(question, own(answers, question.key), fresh) }];
  });
}

function readVersion(raw: unknown): number | undefined {
  const version = typeof raw === 'string' && /^\d{1,7}$/.test(raw) ? Number(raw) : undefined;
  return version === undefined || version > MOST_VERSION ? undefined : version;
}

function valueOf(question: Question, raw: unknown, files: readonly string[]): unknown {
  if (question.kind === 'file') {
    // One file where one is asked for: the new one takes its place, as it does by the script.
    const all = [...[raw ?? []].flat(), ...files];
    return files.length === 0 ? all : all.slice(-Math.max(files.length, question.mostFiles ?? USUAL.files));
  }
  if (question.kind === 'budget') return budgetOf(raw, files);
  return raw;
}

/** The agreement of the rate comes as a file of its own; its row says which one counts. A row without a choice says nothing. */
function budgetOf(raw: unknown, [evidence]: readonly string[]): unknown {
  if (!Array.isArray(raw)) return raw;
  return raw.flatMap((row: unknown) => {
    const record = recordOf(row);
    if (record['row'] !== 'indirect') return [row];
    const chosen = evidence === undefined || record['of'] !== undefined ? record : { ...record, evidence };
    return (chosen['kind'] ?? 'none') === 'none' ? [] : [chosen];
  });
}

/** Each file that was sent, with the question it is for. */
function filesIn(raw: unknown): { key: string; file: string }[] {
  return Object.values(Array.isArray(raw) ? raw : recordOf(raw)).flatMap((each) => {
    const { key, file } = recordOf(each);
    return typeof key === 'string' && typeof file === 'string' ? [{ key, file }] : [];
  });
}

/**
 * What was typed into a form that was refused, as answers: what can be read is read, the rest stays as it was typed. Of
 * its files those that `kept` knows by their id.
 */
export function typedIn(
  questions: readonly Question[],
  values: Readonly<Record<string, unknown>>,
  kept: ReadonlyMap<string, unknown> = new Map(),
): { readonly key: string; readonly value: AnswerValue | undefined; readonly version: number }[] {
  const files = filesIn(values['files']).filter(({ file }) => kept.has(file));
  const input = { answers: values['answers'], versions: values['versions'], files };
  return sentBySection(questions, input).map(({ key, value: raw, version = 0 }) => {
    const question = questions.find((each) => each.key === key);
    const reading = question === undefined ? { value: undefined } : readAnswer(question, raw);
    return { key, version, value: 'problem' in reading ? { typed: reading.typed } : reading.value };
  });
}
