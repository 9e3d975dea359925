/**
 * keptForm: a form that was sent after the session ended stands on the page that says so, whole: it is sent again from
 * there once its author is signed in. Only what came from a page of ours, and never where something secret was typed.
 */
import type { FastifyRequest } from 'fastify';
import type { AppError } from '../../kernel/errors.js';
import type { HiddenView } from './components.js';
import { sentFields } from './confirm-page.js';

export interface KeptForm {
  readonly action: string;
  readonly hidden: readonly HiddenView[];
  /** What was written in words, to read and to copy. */
  readonly typed: readonly string[];
}

const ENDED: ReadonlySet<string> = new Set(['session.over', 'session.required', 'request.forged']);
const SECRET = /pass|code|pin|secret|token|account|tax|birth/i;
const MOST_FIELDS = 1000;
const LEAST_WORDS = 3;

export function keptForm(request: FastifyRequest, { code }: AppError): KeptForm | undefined {
  if (request.method !== 'POST' || !ENDED.has(code) || !isOurs(request)) return undefined;
  const path = request.url.split('?')[0] ?? '/';
  const hidden = sentFields(request.body);
  if (hidden.length === 0 || hidden.length > MOST_FIELDS || SECRET.test(path)) return undefined;
  if (hidden.some(({ name }) => SECRET.test(name))) return undefined;
  const typed = hidden.map(({ value }) => value).filter((value) => value.trim().split(/\s+/).length >= LEAST_WORDS);
  return { action: path, hidden, typed };
}

/** Another site's form is refused by its origin, and nothing of it is shown; without an origin it may be another's. */
function isOurs({ headers, host }: FastifyRequest): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
