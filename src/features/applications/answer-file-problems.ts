/**
 * What is said beside a question whose file was not kept: the form was refused as a whole because of it, or the rest was
 * saved and the file alone was left out. The address then says for which question, so that the page can be loaded again.
 */
import type { Sentence } from '../../kernel/errors.js';
import { FILE_KINDS, wordsOf } from '../../platform/files/kind-names.js';
import type { Visit } from '../../platform/http/visit.js';
import type { Question } from '../forms/index.js';
import type { Written } from './answer-writer.js';

const OF_A_FILE = /^files(?:\[|\.)(\d+)/;
const LEFT_OUT = 'answer.file_kind';
const WRONG_KIND = 'upload.wrong_kind';

/** Where what is wrong with a section is looked at after the rest of it was saved. */
export function checkPath(path: string, problems: Written['problems']): string {
  const keys = problems.filter(({ sentence }) => sentence.code === LEFT_OUT).map(({ key }) => key);
  const query = new URLSearchParams([['check', '1'], ...keys.map((key): [string, string] => ['unkept', key])]);
  return `${path}?${query}`;
}

/** What is wrong with the file that was sent for a question just now. */
export function unkeptFile({ refused, query }: Visit, question: Question, fileIndex: number): readonly Sentence[] {
  const found = refused?.error.fields.find(({ field }) => OF_A_FILE.exec(field)?.[1] === String(fileIndex));
  // A form takes more kinds of files than this question: its own are told.
  const isKind = found?.code.startsWith(WRONG_KIND) === true;
  if (found !== undefined && !isKind) return [found];
  const isLeftOut = isKind || [query['unkept']].flat().includes(question.key);
  if (!isLeftOut || (question.kind !== 'file' && question.kind !== 'budget')) return [];
  return [{ code: 'answer.file_left_out', params: { kinds: wordsOf(question.accept ?? FILE_KINDS) } }];
}
