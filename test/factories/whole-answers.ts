/** Answers a form as a person without a script does: section by section, each box that is shown, by its button. */
import { type HTMLElement, parse } from 'node-html-parser';
import { type FormDefinition, type Question, questionsOf } from '../../src/features/forms/index.js';
import type { Answer, Visitor } from '../support/world.js';
import { pdfFile, pngFile } from './attachments.js';

type Part = readonly [name: string, value: string | Buffer];

const SENTENCE =
  'Families and teachers met every second week, read together, and agreed on what each would try before the next time.';
const BOUNDARY = 'the-boundary-of-a-whole-form';

/** Fills every section from its page and sends it; returns the addresses of the pages that were sent. */
export async function answerWhole(visitor: Visitor, path: string, definition: FormDefinition): Promise<string[]> {
  const questions = new Map(questionsOf(definition).map((question) => [question.key, question]));
  const sent: string[] = [];
  let next = `${path}/sections/${definition.sections[0]?.key}`;
  // A section with questions that appear is sent again; more often than twice would be a page that never ends.
  while (next.includes('/sections/') && sent.length < definition.sections.length * 3) {
    const page = await visitor.get(next);
    if (page.statusCode !== 200) throw new Error(`${next} answered ${page.statusCode}`);
    const form = parse(page.body).querySelector('form[data-answering]');
    if (form === null) throw new Error(`${next} has no form`);
    if (next.includes('check=')) throw new Error(`${next}: an answer was not taken`);
    const answer = await send(visitor, form, partsOf(form, questions));
    sent.push(next);
    if (answer.statusCode !== 303)
      throw new Error(`${next} was not taken: ${answer.statusCode} ${answer.body.slice(0, 2000)}`);
    next = String(answer.headers.location);
  }
  return sent;
}

function send(visitor: Visitor, form: HTMLElement, parts: readonly Part[]): Promise<Answer> {
  const url = form.getAttribute('action') ?? '';
  if (form.getAttribute('enctype') === undefined) {
    const fields = new URLSearchParams(parts.map(([name, value]): [string, string] => [name, String(value)]));
    return visitor.ask({ method: 'POST', url, form: fields.toString() });
  }
  const chunks = parts.map(([name, value]) => {
    const isPdf = typeof value !== 'string' && value.subarray(0, 4).toString() === '%PDF';
    const kind = isPdf
      ? 'filename="letter.pdf"\r\nContent-Type: application/pdf'
      : 'filename="photo.png"\r\nContent-Type: image/png';
    const file = typeof value === 'string' ? '' : `; ${kind}`;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')]);
  });
  return visitor.ask({
    ...{ method: 'POST', url, headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` } },
    payload: Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--\r\n`)]),
  });
}

/** What the browser would send: all hidden boxes, and what somebody entered into those that are seen. */
function partsOf(form: HTMLElement, questions: ReadonlyMap<string, Question>): Part[] {
  const kept = form.querySelectorAll('input[type=hidden]').filter((box) => box.closest('template') === null);
  const parts: Part[] = kept.map((box) => [box.getAttribute('name') ?? '', box.getAttribute('value') ?? '']);
  for (const block of form.querySelectorAll('[data-answer]')) {
    const question = questions.get(block.getAttribute('data-answer') ?? '');
    if (question === undefined || block.hasAttribute('hidden')) continue;
    parts.push(...entered(block, question));
  }
  return [...parts, ['go', 'next']];
}

function entered(block: HTMLElement, question: Question): Part[] {
  const seen = new Set<string>();
  const boxes = block.querySelectorAll('input, select, textarea').filter((box) => {
    const isSeen = box.getAttribute('type') !== 'hidden' && box.closest('template') === null;
    // Of rows the first; the number of a file only says which question it is for.
    const isFirst = box.getAttribute('type') === 'file' || !/\[[1-9]\d*\]/.test(box.getAttribute('name') ?? '');
    return isSeen && isFirst;
  });
  const isShare = question.kind === 'districts';
  const hasFile = block.querySelector('input[checked]') !== null;
  return boxes.flatMap((box): Part[] => {
    const name = box.getAttribute('name') ?? '';
    const type = box.getAttribute('type');
    // One of several, and the first of a list: that is enough of an answer.
    const isAgain = seen.has(name) && ['radio', 'checkbox'].includes(type ?? '');
    seen.add(name);
    if (name === '' || isAgain) return [];
    if (type === 'file') return question.kind === 'file' && !hasFile ? [[name, fileFor(question)]] : [];
    if (type === 'radio' || type === 'checkbox') return [[name, box.getAttribute('value') ?? '']];
    if (box.tagName === 'SELECT') return [[name, firstOption(box)]];
    return [[name, isShare ? '100' : textFor(question, name)]];
  });
}

const fileFor = ({ accept }: Question): Buffer =>
  accept === undefined || accept.includes('pdf') ? pdfFile() : pngFile();

const firstOption = (box: HTMLElement): string =>
  box
    .querySelectorAll('option')
    .map((each) => each.getAttribute('value') ?? '')
    .find((value) => value !== '') ?? '';

function textFor(question: Question, name: string): string {
  const part = name.split('.').at(-1) ?? '';
  switch (question.kind) {
    case 'number':
      return question.least ?? '3';
    case 'money':
      return question.least ?? '$1,250.00';
    case 'date':
      return us(question.least ?? '2016-01-15');
    case 'address':
      return { line1: '1 Main Street', line2: 'Room 2', city: 'Kent', state: 'WA', zip: '98057' }[part] ?? '';
    case 'budget':
      return part === 'what' || part === 'description'
        ? 'A coordinator for families'
        : part === 'match'
          ? '500'
          : '50,000';
    case 'table':
      return cellFor(question, part);
    case 'short_text':
    case 'title':
      return words(Math.min(question.mostWords ?? 8, 8));
    default:
      return words(Math.min(question.mostWords ?? 60, 120));
  }
}

function cellFor({ columns = [] }: Question, key: string): string {
  const kind = columns.find((column) => column.key === key)?.kind;
  return kind === 'money' ? '1,000' : kind === 'number' ? '4' : 'Family evenings';
}

const us = (date: string): string => `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)}`;

function words(count: number): string {
  const pool = SENTENCE.split(' ');
  return Array.from({ length: count }, (_, index) => pool[index % pool.length]).join(' ');
}
