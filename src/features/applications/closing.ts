/**
 * The minutes after a deadline. What was sent in time may still be on its way: its first line came, and the rest has some
 * minutes. Until it is here nothing more is written, or whoever holds such a line open would go on writing behind the
 * deadline what then counts as sent before it. Afterwards the draft is open again, for those who ask for more time.
 */
import { conflict } from '../../kernel/errors.js';
import type { Work } from '../../platform/database/work.js';
import { findRound } from '../rounds/index.js';
import type { Application } from './application.entity.js';
import { arrival } from './application.machine.js';
import { extensionOf } from './extension.reads.js';
import { BODY_MINUTES, closesFor, isClosing } from './extension.rules.js';

type Written = Pick<Application, 'id' | 'roundId' | 'state' | 'fixBy'>;

export async function requireTimeToWrite(work: Work, application: Written): Promise<void> {
  const closes = await closingOf(work, application);
  if (closes === undefined || !isClosing(closes, arrival(work.now), work.now)) return;
  const until = work.calendar.formatInstant(new Date(closes.getTime() + (BODY_MINUTES + 1) * 60_000), 'full');
  throw conflict('application.closing', { params: { until } });
}

async function closingOf(work: Work, { id, roundId, state, fixBy }: Written): Promise<Date | undefined> {
  if (state === 'returned') {
    return fixBy === null ? undefined : work.calendar.deadline(work.calendar.addDays(fixBy, 1), '00:00');
  }
  const round = await findRound(work, roundId);
  return round === undefined ? undefined : closesFor(round, await extensionOf(work, id));
}
