/** Pure parts of answering: whether two answers say the same, what typed tables stand for, and what an answer puts there. */
import { Money } from '../../kernel/money.js';
import {
  type AnswerRow,
  type Answers,
  type AnswerValue,
  type FormDefinition,
  partOf,
  type Question,
  questionsOf,
} from '../forms/index.js';

/** What is asked of the whole proposal, by what it is kept as beside the answer. */
export type ProjectedPart = 'title' | 'summary' | 'districts' | 'schools' | 'budget';

/** Whether two answers say the same, whatever order the keys of their rows came in. */
export function sameAnswer(left: AnswerValue | null | undefined, right: AnswerValue | null | undefined): boolean {
  return canonical(left ?? null) === canonical(right ?? null);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

/** The part of the proposal that a question is kept as; nothing for a question of its own. */
export function projectedPart({ kind, key }: Pick<Question, 'kind' | 'key'>): ProjectedPart | undefined {
  if (kind === 'title' || kind === 'summary' || kind === 'districts' || kind === 'budget') return kind;
  if (kind === 'schools') return 'schools';
  return key === 'schools' && (kind === 'long_text' || kind === 'short_text') ? 'schools' : undefined;
}

/** The question that is kept as this part; of several school pickers the first. */
export function questionOfPart(definition: FormDefinition, part: ProjectedPart): Question | undefined {
  if (part === 'schools') return questionsOf(definition).find((question) => projectedPart(question) === 'schools');
  return partOf(definition, part);
}

/** What the typed tables of an application say. */
export interface TypedParts {
  readonly title: string;
  readonly summary: string | null;
  readonly schools: string | null;
  readonly districts: readonly { readonly name: string; readonly shareBasisPoints: number }[];
  readonly budgetLines: readonly {
    readonly category: string;
    readonly description: string | null;
    readonly amount: Money;
    readonly match: Money;
  }[];
}

/** Basis points as a share is kept in an answer: `25` or `12.5`. */
function shareText(basisPoints: number): string {
  const rest = basisPoints % 100;
  return rest === 0
    ? String(basisPoints / 100)
    : `${Math.floor(basisPoints / 100)}.${String(rest).padStart(2, '0').replace(/0$/, '')}`;
}

/** The answers that an application has which was written before its answers were kept, or by programs. */
export function answersOfParts(definition: FormDefinition, parts: TypedParts): Answers {
  const answers: Record<string, AnswerValue> = {};
  const put = (part: ProjectedPart, value: AnswerValue | undefined): void => {
    const question = questionOfPart(definition, part);
    if (question !== undefined && value !== undefined && value !== '') answers[question.key] = value;
  };
  put('title', parts.title);
  put('summary', parts.summary ?? undefined);
  if (questionOfPart(definition, 'schools')?.kind !== 'schools') put('schools', parts.schools ?? undefined);
  put('districts', listOrNothing(parts.districts.map(districtRow)));
  put('budget', listOrNothing(parts.budgetLines.map(budgetRow)));
  return answers;
}

const listOrNothing = (rows: AnswerRow[]): AnswerRow[] | undefined => (rows.length === 0 ? undefined : rows);

export const districtRow = ({ name, shareBasisPoints }: TypedParts['districts'][number]): AnswerRow => ({
  district: name,
  share: shareText(shareBasisPoints),
});

export const budgetRow = ({ category, description, amount, match }: TypedParts['budgetLines'][number]): AnswerRow => ({
  category,
  ...(description === null ? {} : { description }),
  amount: amount.toDecimal(),
  ...(match.isZero ? {} : { match: match.toDecimal() }),
});

/** The districts of an answer that can be kept: known ones, each once, with a share that can be read. */
export function districtsIn(
  value: AnswerValue | undefined,
  known: ReadonlySet<string>,
): { readonly district: string; readonly shareBasisPoints: number }[] {
  const seen = new Set<string>();
  return rowsIn(value).flatMap(({ district = '', share = '' }) => {
    const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(share);
    const shareBasisPoints = match === null ? 0 : Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
    if (shareBasisPoints < 1 || shareBasisPoints > 10_000 || !known.has(district) || seen.has(district)) return [];
    seen.add(district);
    return [{ district, shareBasisPoints }];
  });
}

export function rowsIn(value: AnswerValue | null | undefined): readonly AnswerRow[] {
  if (!Array.isArray(value)) return [];
  return value.filter((each): each is AnswerRow => typeof each === 'object');
}

export function textIn(value: AnswerValue | null | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && 'typed' in value)
    return value['typed'] ?? null;
  return null;
}

export function idsIn(value: AnswerValue | null | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
