/** DocumentKinds: the documents there are; each feature registers its own. DocumentReaders: who may open which. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Effect } from '../../kernel/lifecycle.js';
import type { Queryable } from '../../platform/database/work.js';

/** One kind of document. `Inputs` is plain data: what it is made from, and nothing else. */
export interface DocumentKind<Inputs = unknown> {
  /** Such as `award_letter`. */
  readonly kind: string;
  readonly subjectType: string;
  /** Changes when the template does, so that the same inputs make another document. */
  readonly templateVersion: string;
  titleOf(inputs: Inputs): string;
  load(from: Queryable, subjectId: string): Promise<Inputs>;
  /** The bytes of a PDF; the same for the same inputs. */
  draw(inputs: Inputs): Promise<Uint8Array>;
}

export interface DocumentEffect extends Effect {
  readonly kind: 'document.request';
  readonly documentKind: string;
  readonly subjectType: string;
  readonly subjectId: string;
}

export const DOCUMENT_EFFECT: DocumentEffect['kind'] = 'document.request';

export const documentEffect = (documentKind: string, subjectType: string, subjectId: string): DocumentEffect => ({
  ...{ kind: DOCUMENT_EFFECT, documentKind, subjectType, subjectId },
});

/** SHA-256 of plain data, the same for the same content whatever order its names were written in. */
export function fingerprintOf(inputs: unknown): string {
  return createHash('sha256').update(JSON.stringify(inputs, sortedNames)).digest('hex');
}

function sortedNames(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

@Injectable()
export class DocumentKinds {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each kind has inputs of its own
  private readonly kinds = new Map<string, DocumentKind<any>>();

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each kind has inputs of its own
  register(kind: DocumentKind<any>): void {
    if (this.kinds.has(kind.kind)) throw new Error(`Document kind ${kind.kind} is registered twice`);
    this.kinds.set(kind.kind, kind);
  }

  get(name: string): DocumentKind {
    const kind = this.kinds.get(name);
    if (kind === undefined) throw new Error(`There is no document kind ${name}`);
    return kind;
  }
}

/** Whether this actor may open what belongs to this thing. */
export type Reader = (actor: Actor, subjectId: string) => Promise<boolean>;

@Injectable()
export class DocumentReaders {
  private readonly readers = new Map<string, Reader>();

  register(subjectType: string, reader: Reader): void {
    if (this.readers.has(subjectType)) throw new Error(`Documents of ${subjectType} have two readers`);
    this.readers.set(subjectType, reader);
  }

  async mayRead(actor: Actor, subjectType: string, subjectId: string): Promise<boolean> {
    return (await this.readers.get(subjectType)?.(actor, subjectId)) ?? false;
  }
}
