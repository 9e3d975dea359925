/**
 * keptForm: a form that was sent after the session ended stands on the page that says so, whole: it is sent again from
 * there once its author is signed in. Only what came from a page of ours, and never where something secret was typed.
 * Files that came with it are named, to be chosen again: nobody is known whose they would be.
 */
import type { FastifyRequest } from 'fastify';
import type { AppError } from '../../kernel/errors.js';
import type { HiddenView } from './components.js';
import { readTypedParts } from '../files/typed-parts.js';
import { backOf, sentFields } from './confirm-page.js';

export interface KeptForm {
  readonly action: string;
  readonly hidden: readonly HiddenView[];
  /** What was written in words, to read and to copy. */
  readonly typed: readonly string[];
  /** Files that were not kept, and the page to choose them on. */
  readonly files: readonly string[];
  readonly back: string;
}

const ENDED: ReadonlySet<string> = new Set(['session.over', 'session.required', 'request.forged']);
const SECRET = /pass|code|pin|secret|token|account|tax|birth/i;
const MOST_FIELDS = 1000;
const LEAST_WORDS = 3;
const MOST_FILES = 20;

export async function keptForm(
  request: FastifyRequest,
  { code }: AppError,
  limitMegabytes: number,
): Promise<KeptForm | undefined> {
  if (request.method !== 'POST' || !ENDED.has(code) || !isOurs(request)) return undefined;
  const path = request.url.split('?')[0] ?? '/';
  if (SECRET.test(path)) return undefined;
  const parts = request.isMultipart() ? await readTypedParts(request, limitMegabytes) : undefined;
  const hidden = sentFields(parts?.fields ?? request.body);
  if (hidden.length === 0 || hidden.length > MOST_FIELDS) return undefined;
  // What is inside a field, such as an answer under the name of its question, is told by the field.
  if (hidden.some(({ name }) => SECRET.test(name.split('[')[0] ?? name))) return undefined;
  const typed = hidden.map(({ value }) => value).filter((value) => value.trim().split(/\s+/).length >= LEAST_WORDS);
  const files = parts?.fileNames ?? unsentOf(request);
  const back = parts === undefined ? path : backOf(request);
  return { action: actionOf(path, files), hidden, typed, files, back };
}

/** The names of files stand in the address, for the page that comes once more. */
function actionOf(path: string, files: readonly string[]): string {
  if (files.length === 0) return path;
  return `${path}?${new URLSearchParams(files.map((name): [string, string] => ['unsent', name]))}`;
}

function unsentOf({ query }: FastifyRequest): string[] {
  const { unsent } = query as Record<string, unknown>;
  return [unsent ?? []]
    .flat()
    .filter((each) => typeof each === 'string')
    .slice(0, MOST_FILES);
}

/** Another site's form is refused by its origin, and nothing of it is shown; without an origin it may be another's. */
function isOurs({ headers, host }: FastifyRequest): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
