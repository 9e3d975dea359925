/** Pure: which parts of an application may be written while it is with its applicant. */
import { conflict } from '../../kernel/errors.js';

export interface Returnable {
  readonly state: string;
  readonly returnedParts: readonly string[] | null;
}

/** A draft is open everywhere; what came back for a fix, in the parts that were named, or in all when none was. */
export function isPartOpen({ state, returnedParts }: Returnable, section: string): boolean {
  if (state === 'draft') return true;
  return state === 'returned' && (returnedParts === null || returnedParts.includes(section));
}

/** Refused with a sentence for a part that stays as it was sent. */
export function requirePartOpen(application: Returnable, section: string): void {
  if (!isPartOpen(application, section)) throw conflict('application.part_closed');
}
