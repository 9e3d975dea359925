/** The last day for questions, to the second, on the night the clocks change. */
import { describe, expect, it } from '@jest/globals';
import { Calendar } from '../../kernel/calendar.js';
import type { Milestone } from './rounds.reads.js';
import { questionsUntil, takesQuestions } from './question.rules.js';

const calendar = new Calendar({ timeZone: 'America/Los_Angeles', holidays: [] });
const round = { state: 'published', dueAt: new Date('2015-12-01T01:00:00Z'), graceMinutes: 5 };
const until = (happensOn: string): Milestone => ({
  ...{ kind: 'questions_until' as const, label: null, happensOn, startsAt: null, place: null },
});

describe('until when one may ask', () => {
  it('is the end of the last day for questions, also when it has 25 hours', () => {
    const milestones = [until('2015-11-01')];
    expect(questionsUntil(round, milestones, calendar).toISOString()).toBe('2015-11-02T07:59:59.999Z');
    const at = (now: string): boolean => takesQuestions(round, milestones, { calendar, now: new Date(now) });
    expect(at('2015-11-02T07:59:59Z')).toBe(true);
    expect(at('2015-11-02T08:00:00Z')).toBe(false);
  });

  it('is the time of that day where one is named', () => {
    const milestones = [{ ...until('2015-11-20'), startsAt: '17:00' }];
    expect(questionsUntil(round, milestones, calendar).toISOString()).toBe('2015-11-21T01:00:00.000Z');
  });

  it('is the deadline with its grace where no day is named', () => {
    expect(questionsUntil(round, [], calendar).toISOString()).toBe('2015-12-01T01:05:00.000Z');
  });

  it('never is while the round cannot be seen, or is over', () => {
    for (const state of ['draft', 'reviewing', 'cancelled']) {
      const now = new Date('2015-11-10T20:00:00Z');
      expect(takesQuestions({ ...round, state }, [], { calendar, now })).toBe(false);
    }
  });
});
