/** The page that asks who it is: a box for the proof, and everything that was sent, to go on with as it was. */
import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ConfirmationNeeded, ProofWay } from '../http/confirmation.js';
import { say } from '../http/problem.js';
import type { Visit } from '../http/visit.js';
import type { Texts } from '../texts/texts.js';
import type { ErrorItem, FieldView, HiddenView, LinkView, PageHead } from './components.js';
import { Page } from './page.js';

/** Where those who asked for a page prove it; it leads on to the page. */
const CONFIRM_PATH = '/confirm';

interface ConfirmView {
  readonly title: string;
  readonly head: PageHead;
  readonly action: string;
  readonly fields: readonly FieldView[];
  readonly hidden: readonly HiddenView[];
  readonly key: string;
  readonly submit: string;
  /** The button that mails another code. */
  readonly again?: string;
  readonly cancel: LinkView;
  readonly errors?: readonly ErrorItem[];
}

export function confirmPage(texts: Texts, visit: Visit, needed: ConfirmationNeeded): Page {
  const isForm = visit.request.method !== 'GET' && visit.request.method !== 'HEAD';
  const { offer, problem } = needed;
  const isMailed = offer.ways.includes('mailed_code');
  const error = problem === undefined ? undefined : say(texts, problem);
  const title = texts.t('confirm.title');
  const view: ConfirmView = {
    title,
    head: { title, lead: texts.t(isForm ? 'confirm.lead.form' : 'confirm.lead.page') },
    action: isForm ? addressOf(visit) : CONFIRM_PATH,
    fields: [fieldOf(texts, offer.ways, offer.mailedTo, error)],
    hidden: isForm ? sentFields(visit.request.body) : [{ name: 'next', value: visit.request.url }],
    key: visit.request.formKey ?? randomUUID(),
    submit: texts.t('confirm.submit'),
    again: isMailed ? texts.t('confirm.again') : undefined,
    cancel: { label: texts.t('confirm.cancel'), href: isForm ? backOf(visit.request) : '/' },
    errors: error === undefined ? undefined : [{ text: error, field: '_proof' }],
  };
  return new Page('layout/confirm', view, true);
}

function fieldOf(
  texts: Texts,
  ways: readonly ProofWay[],
  to: string | undefined,
  error: string | undefined,
): FieldView {
  // Somebody who signed up by telephone, or comes by a card, may have no way at all; they are told what to do.
  const asked = ways.includes('mailed_code') ? 'mailed_code' : [...ways].sort().join('_or_') || 'none';
  const hint = `confirm.field.${asked}.hint`;
  return {
    kind: ways.includes('passphrase') ? 'password' : 'text',
    name: '_proof',
    label: texts.t(`confirm.field.${asked}`),
    hint: texts.has(hint) ? texts.t(hint, { address: to ?? '' }) : undefined,
    autocomplete: ways.includes('passphrase') ? 'current-password' : 'one-time-code',
    inputmode: asked === 'mailed_code' ? 'numeric' : undefined,
    error,
  };
}

/** The same address; a token that stood in it is in the form now. */
function addressOf({ path, query }: Visit): string {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (name !== '_csrf' && typeof value === 'string') kept.append(name, value);
  }
  return kept.size === 0 ? path : `${path}?${kept}`;
}

/** The page the form stood on, if it was one of ours. */
export function backOf(request: FastifyRequest): string {
  const { referer } = request.headers;
  if (referer === undefined || !URL.canParse(referer)) return '/';
  const { host, pathname, search } = new URL(referer);
  return host === request.host && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}

/** Everything that was sent, by the names a form sends it under: `lines[0][amount]`. */
export function sentFields(body: unknown): HiddenView[] {
  const fields: HiddenView[] = [];
  const add = (name: string, value: unknown): void => {
    if (typeof value === 'string') fields.push({ name, value });
    else if (Array.isArray(value)) value.forEach((each, index) => add(`${name}[${index}]`, each));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) add(`${name}[${key}]`, each);
    }
  };
  if (typeof body !== 'object' || body === null) return fields;
  for (const [name, value] of Object.entries(body)) add(name, value);
  return fields;
}
