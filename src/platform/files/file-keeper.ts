/** FileKeeper: who keeps the files that people hand in; the documents feature is it. */
import type { Actor } from '../../kernel/actor.js';

/** A file that was received whole, looked into and found to be of a kind that is taken. */
export interface ReceivedFile {
  /** Cleaned; its ending says what it is. */
  readonly fileName: string;
  /** What its content is. */
  readonly mime: string;
  readonly sizeBytes: number;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly contentHash: string;
  /** Its bytes from the start, never more than `most` at once. */
  pieces(most: number): AsyncIterable<Buffer>;
}

export abstract class FileKeeper {
  /** Keeps a file for whoever handed it in, and gives the id it is then known by. */
  abstract keep(actor: Actor, file: ReceivedFile): Promise<{ id: string }>;
  /** What files of this person that belong to nothing yet are called, by id. */
  abstract namesOf(actor: Actor, ids: readonly string[]): Promise<Map<string, string>>;
}
