/**
 * AppError: the one error a use case throws when it will not do what was asked.
 *
 * It carries a stable code and the values its sentence needs; the sentence itself lives in the text catalogue under
 * `error.<code>`, so that it can be read aloud, reviewed and translated in one place.
 */
export type ErrorKind = 'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict' | 'unavailable';

/** Values a sentence may be filled with: text, numbers, Money or anything else the text catalogue can show. */
export type TextParams = Readonly<Record<string, unknown>>;

/** One sentence to be said: a code in the text catalogue and the values it is filled with. */
export interface Sentence {
  readonly code: string;
  readonly params?: TextParams;
}

/** A sentence about one field of an input; `field` is the path as sent, such as `lines[0].amount`. */
export interface FieldProblem extends Sentence {
  readonly field: string;
  /** The text key of the field's label, where it is known: a summary names the field with what is said of many. */
  readonly label?: string;
  /** The kind of the field, so that what is missing is entered, chosen or said. */
  readonly kind?: string;
}

export interface ErrorDetails {
  readonly params?: TextParams;
  readonly fields?: readonly FieldProblem[];
  /** Names of the actions that are open now, for a refused step of a lifecycle. */
  readonly openActions?: readonly string[];
  /** The sentences that say what is missing before a step can be taken. */
  readonly blockers?: readonly Sentence[];
  readonly retryAfterSeconds?: number;
  /** Another HTTP status than the kind's: a request that cannot be read at all is 400, not 422. */
  readonly status?: number;
  readonly cause?: unknown;
}

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
};

export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly params: TextParams;
  readonly fields: readonly FieldProblem[];
  readonly openActions?: readonly string[];
  readonly blockers: readonly Sentence[];
  readonly retryAfterSeconds?: number;
  readonly status: number;

  constructor(kind: ErrorKind, code: string, details: ErrorDetails = {}) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.params = details.params ?? {};
    this.fields = details.fields ?? [];
    this.openActions = details.openActions;
    this.blockers = details.blockers ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.status = details.status ?? STATUS_OF_KIND[kind];
  }
}

const builder =
  (kind: ErrorKind) =>
  (code: string, details?: ErrorDetails): AppError =>
    new AppError(kind, code, details);

export const invalid = builder('invalid');
export const unauthenticated = builder('unauthenticated');
export const forbidden = builder('forbidden');
export const notFound = builder('not_found');
export const conflict = builder('conflict');
export const unavailable = builder('unavailable');

/** Too often: 429, which says in its words and in `Retry-After` when to try again. */
export function tooOften(code: string, minutes: number): AppError {
  const params = { minutes, hours: Math.ceil(minutes / 60) };
  return invalid(code, { params, retryAfterSeconds: minutes * 60, status: 429 });
}

/** `invalid` about exactly one field. */
export function invalidField(field: string, code: string, params?: TextParams): AppError {
  return invalid('input.has_problems', { params: { count: 1 }, fields: [{ field, code, params }] });
}
