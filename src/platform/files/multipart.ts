/** readMultipart: a form with files as it comes in, a part at a time and within limits; files go to the spool. */
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AppError, type FieldProblem, invalid } from '../../kernel/errors.js';
import { cleanFileName } from './file-name.js';
import { lookInto } from './file-kinds.js';
import { acceptedIn, plainPath } from './file-fields.js';
import type { FileKindName } from './kind-names.js';
import { spool, type SpooledFile } from './spool.js';
import type { InputClass } from '../input/fields.js';

const MEGABYTE = 1024 * 1024;
/** All that is typed into a form, as for forms without files. */
export const MOST_TEXT_BYTES = MEGABYTE;
export const MOST_FIELDS = 2000;
const MOST_NAME_CHARACTERS = 200;
export const MOST_FILES_OF_LISTS = 20;
export const PART_HEADERS = { headerPairs: 20, headerSize: 8 * 1024 };

export interface MultipartOptions {
  readonly input: InputClass;
  readonly folder: string;
  readonly limitMegabytes: number;
}

/** More than this is not even read to say what is wrong with it. */
export const mostBytes = (limitMegabytes: number): number => (limitMegabytes * 8 + 8) * MEGABYTE;

export interface SpooledUpload {
  /** The field as it was sent, such as `lines[0].receiptId`. */
  readonly field: string;
  readonly fileName: string;
  readonly kind: FileKindName;
  readonly file: SpooledFile;
}

/** What has come in so far; also after a failure. */
export interface ReceivedForm {
  readonly entries: (readonly [name: string, value: string])[];
  readonly uploads: SpooledUpload[];
  readonly problems: FieldProblem[];
}

export const emptyForm = (): ReceivedForm => ({ entries: [], uploads: [], problems: [] });

/** Fills `form`. Whoever asked closes the spooled files, whether this fails or not. */
export async function readMultipart(
  request: FastifyRequest,
  form: ReceivedForm,
  options: MultipartOptions,
): Promise<void> {
  const accepted = acceptedIn(options.input);
  const paths = [...accepted.keys()];
  const files = paths.some((path) => path.includes('.')) ? MOST_FILES_OF_LISTS : paths.length;
  const limits = {
    ...PART_HEADERS,
    ...{ files, fields: MOST_FIELDS, parts: MOST_FIELDS + files },
    ...{ fieldSize: MOST_TEXT_BYTES, fileSize: options.limitMegabytes * MEGABYTE },
  };
  const stopCounting = stopBeyond(request, mostBytes(options.limitMegabytes));
  let textBytes = 0;
  let reading: string | undefined;
  try {
    for await (const part of request.parts({ limits })) {
      const name = nameOf(part);
      if (part.type === 'field') {
        if (typeof part.value !== 'string') throw unreadable();
        textBytes += Buffer.byteLength(name) + Buffer.byteLength(part.value);
        if (part.valueTruncated || textBytes > MOST_TEXT_BYTES) throw invalid('request.too_large', { status: 413 });
        form.entries.push([name, part.value]);
      } else {
        reading = name;
        await receiveFile(form, part, name, accepted.get(plainPath(name)), options);
        reading = undefined;
      }
    }
  } catch (error) {
    throw wordOf(error, reading);
  } finally {
    stopCounting();
    // What is left after a refusal goes nowhere: nobody waits for it, and its sender need not wait to be read.
    request.raw.unpipe();
    request.raw.resume();
  }
}

/** Hangs up on whoever did not say how much it would be and does not end. */
export function stopBeyond({ raw }: FastifyRequest, most: number): () => void {
  let received = 0;
  const count = (piece: Buffer): void => {
    received += piece.length;
    if (received > most) raw.destroy();
  };
  raw.on('data', count);
  return () => void raw.off('data', count);
}

async function receiveFile(
  form: ReceivedForm,
  part: MultipartFile,
  field: string,
  accept: readonly FileKindName[] | undefined,
  { folder, limitMegabytes }: MultipartOptions,
): Promise<void> {
  const refuse = (code: string, params?: Record<string, unknown>): void =>
    void form.problems.push({ field, code, params });
  if (accept === undefined) {
    part.file.resume();
    return refuse('field.unknown', { name: field.slice(0, 40) });
  }
  const file = await spool(folder, part.file as AsyncIterable<Buffer>);
  let isKept = false;
  try {
    const isNamed = part.filename !== undefined && part.filename !== '';
    // A box that nobody chose a file for is sent without a name and empty.
    if (file.sizeBytes === 0) return isNamed ? refuse('upload.empty') : undefined;
    if (part.file.truncated) return refuse('upload.too_large', { max: limitMegabytes });
    if (form.uploads.some((each) => each.field === field)) return refuse('upload.one_file');
    const { filename: fileName } = part;
    const found = await lookInto({ readAt: file.readAt, sizeBytes: file.sizeBytes, fileName }, accept);
    if ('problem' in found) return refuse(found.problem.code, found.problem.params);
    const { kind } = found;
    form.uploads.push({ field, fileName: cleanFileName(fileName, kind), kind, file });
    isKept = true;
  } finally {
    if (!isKept) await file.close();
  }
}

export function nameOf(part: Multipart): string {
  const name: unknown = part.fieldname;
  if (typeof name !== 'string' || name === '' || name.length > MOST_NAME_CHARACTERS) {
    if (part.type === 'file') part.file.resume();
    throw unreadable();
  }
  return name;
}

const unreadable = (): AppError => invalid('request.unreadable', { status: 400 });

const LIMIT_CODES = new Set(['FST_PARTS_LIMIT', 'FST_FILES_LIMIT', 'FST_FIELDS_LIMIT']);
const BROKEN_OFF = /unexpected end|terminated early|premature/i;

/** The parser's errors carry the part they are about with all its content: only their codes are looked at. */
function wordOf(error: unknown, reading: string | undefined): unknown {
  if (error instanceof AppError) return error;
  const { code, message = '', errno } = error as { code?: string; message?: string; errno?: number };
  if (code !== undefined && LIMIT_CODES.has(code)) return invalid('upload.too_many_parts', { status: 413 });
  if (code === 'FST_MP_PREMATURE_CLOSE' || BROKEN_OFF.test(message)) {
    const fields = reading === undefined ? [] : [{ field: reading, code: 'upload.broken_off' }];
    return invalid('upload.broken_off', { fields });
  }
  // The disk's own errors are ours, and not the sender's.
  return errno !== undefined ? error : unreadable();
}
