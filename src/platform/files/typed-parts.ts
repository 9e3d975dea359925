/**
 * readTypedParts: what was typed into a form with files whose sender is signed out - its words, and what its files are
 * called. No file is kept: nobody is known whose it would be.
 */
import type { FastifyRequest } from 'fastify';
import { parseForm } from '../http/form-body.js';
import { plainFileName } from './file-name.js';
import {
  MOST_FIELDS,
  MOST_FILES_OF_LISTS,
  MOST_TEXT_BYTES,
  mostBytes,
  nameOf,
  PART_HEADERS,
  stopBeyond,
} from './multipart.js';

const MOST_SHOWN = 120;

export interface TypedParts {
  readonly fields: Record<string, unknown>;
  readonly fileNames: readonly string[];
}

/** Undefined where it is too much, or cannot be read. */
export async function readTypedParts(request: FastifyRequest, limitMegabytes: number): Promise<TypedParts | undefined> {
  const most = mostBytes(limitMegabytes);
  const length = request.headers['content-length'];
  if (length === undefined || Number(length) > most || request.raw.readableEnded) return undefined;
  const limits = {
    ...PART_HEADERS,
    ...{ files: MOST_FILES_OF_LISTS, fields: MOST_FIELDS, parts: MOST_FIELDS + MOST_FILES_OF_LISTS },
    ...{ fieldSize: MOST_TEXT_BYTES, fileSize: most },
  };
  const stopCounting = stopBeyond(request, most);
  const entries: (readonly [string, string])[] = [];
  const fileNames: string[] = [];
  let textBytes = 0;
  try {
    for await (const part of request.parts({ limits })) {
      const name = nameOf(part);
      if (part.type === 'file') {
        part.file.resume();
        if (part.filename !== undefined && part.filename !== '')
          fileNames.push(plainFileName(part.filename).slice(0, MOST_SHOWN));
      } else if (typeof part.value === 'string') {
        textBytes += Buffer.byteLength(name) + Buffer.byteLength(part.value);
        if (part.valueTruncated || textBytes > MOST_TEXT_BYTES) return undefined;
        entries.push([name, part.value]);
      }
    }
    const text = entries.map((entry) => entry.map(encodeURIComponent).join('=')).join('&');
    return { fields: parseForm(text).fields, fileNames };
  } catch {
    return undefined;
  } finally {
    stopCounting();
    request.raw.unpipe();
    request.raw.resume();
  }
}
