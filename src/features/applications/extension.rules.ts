/** Pure: until when one applicant may send, with the extension they have, if they have one. */
import type { Round } from '../rounds/index.js';

const MINUTE = 60_000;
/** A request whose first line came in time is in time, when all of it is here within so many minutes. */
export const BODY_MINUTES = 10;

export interface Extension {
  readonly dueAt: Date;
}

type Due = Pick<Round, 'dueAt'>;
type Closing = Pick<Round, 'dueAt' | 'graceMinutes'>;
type Accepting = Pick<Round, 'state' | 'opensAt' | 'dueAt' | 'graceMinutes'>;

/** When an application is due: the round's deadline, or the applicant's own where that is later. */
export function dueOf(round: Due, extension?: Extension | null): Date {
  return extension && extension.dueAt > round.dueAt ? extension.dueAt : round.dueAt;
}

/** When the last request is taken from this applicant: the deadline and the round's grace. */
export function closesFor(round: Closing, extension?: Extension | null): Date {
  return new Date(dueOf(round, extension).getTime() + round.graceMinutes * MINUTE);
}

/** Whether what arrived at this instant is in time. With more time of their own also while others are reviewed. */
export function isInTime(round: Accepting, extension: Extension | null | undefined, arrivedAt: Date): boolean {
  if (arrivedAt < round.opensAt || arrivedAt > closesFor(round, extension)) return false;
  return round.state === 'published' || (round.state === 'reviewing' && dueOf(round, extension) > round.dueAt);
}

/**
 * When a request counts as arrived: with its first line, as long as the rest came within the time for that. What took
 * longer counts from when it was whole.
 */
export function arrivalOf(receivedAt: Date | undefined, now: Date): Date {
  if (receivedAt === undefined) return now;
  return now.getTime() - receivedAt.getTime() <= BODY_MINUTES * MINUTE ? receivedAt : now;
}

/** What was begun in time is written when it is whole soon after; a line that is held open writes nothing more. */
const WRITING_MINUTES = 1;

/** Whether what is written now is too late for this deadline, while what was sent in time may still be on its way. */
export function isClosing(closes: Date, arrivedAt: Date, now: Date): boolean {
  const after = now.getTime() - closes.getTime();
  if (after <= 0 || after > (BODY_MINUTES + 1) * MINUTE) return false;
  return arrivedAt > closes || after > WRITING_MINUTES * MINUTE;
}
