/**
 * Pure: which parts of an application may be written while it is with its applicant. A part is a section of its form, by
 * its key, or one question of a section, as `budget/lines`.
 */
import { conflict } from '../../kernel/errors.js';

export interface Returnable {
  readonly state: string;
  readonly returnedParts: readonly string[] | null;
}

export const questionPart = (section: string, question: string): string => `${section}/${question}`;
const sectionOf = (part: string): string => part.split('/')[0] ?? part;

/**
 * A draft is open everywhere; what came back for a fix, in the parts that were named, or in all when none was. A section
 * is open when something of it is.
 */
export function isPartOpen({ state, returnedParts }: Returnable, part: string): boolean {
  if (state === 'draft') return true;
  if (state !== 'returned') return false;
  if (returnedParts === null || returnedParts.includes(part) || returnedParts.includes(sectionOf(part))) return true;
  return returnedParts.some((each) => each.startsWith(`${part}/`));
}

/** Refused with a sentence for a part that stays as it was sent. */
export function requirePartOpen(application: Returnable, part: string): void {
  if (!isPartOpen(application, part)) throw conflict('application.part_closed');
}
