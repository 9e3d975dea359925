/** Until when one may ask about a round: the last day for questions, or the deadline where none is named. */
import type { Calendar } from '../../kernel/calendar.js';
import type { Round } from './round.entity.js';
import { closesAt, type Milestone } from './rounds.reads.js';

type Asked = Pick<Round, 'state' | 'dueAt' | 'graceMinutes'>;

/** The last instant a question is taken: the time of its day, and without one the end of it. */
export function questionsUntil(round: Asked, milestones: readonly Milestone[], calendar: Calendar): Date {
  const last = milestones
    .filter(({ kind }) => kind === 'questions_until')
    .sort((one, other) => one.happensOn.localeCompare(other.happensOn))
    .at(-1);
  if (last === undefined) return closesAt(round);
  if (last.startsAt !== null) return calendar.deadline(last.happensOn, last.startsAt);
  return new Date(calendar.startOfDay(calendar.addDays(last.happensOn, 1)).getTime() - 1);
}

/** Whether a question is taken at this instant: once the round can be seen, and until its last day for questions. */
export function takesQuestions(
  round: Asked,
  milestones: readonly Milestone[],
  { calendar, now }: { readonly calendar: Calendar; readonly now: Date },
): boolean {
  const isPublic = round.state === 'in_comment' || round.state === 'published';
  return isPublic && now <= questionsUntil(round, milestones, calendar);
}
