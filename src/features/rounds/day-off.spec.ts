import { Calendar } from '../../kernel/calendar.js';
import { dayOff, daysOff, federalHoliday } from './day-off.js';

const calendar = new Calendar({ timeZone: 'America/Los_Angeles', holidays: ['2026-11-27'] });

describe('days on which few people come', () => {
  it.each([
    ['2026-01-01', 'new_year'],
    ['2026-01-19', 'king'],
    ['2026-02-16', 'presidents'],
    ['2026-05-25', 'memorial'],
    ['2026-06-19', 'juneteenth'],
    ['2026-07-03', 'independence'],
    ['2026-07-04', 'independence'],
    ['2026-09-07', 'labor'],
    ['2026-10-12', 'columbus'],
    ['2026-11-11', 'veterans'],
    ['2026-11-26', 'thanksgiving'],
    ['2026-12-25', 'christmas'],
    ['2021-12-31', 'new_year'],
    ['2022-12-26', 'christmas'],
    ['2023-05-29', 'memorial'],
    ['2026-05-18', undefined],
    ['2015-06-19', undefined],
    ['2026-11-19', undefined],
    ['2026-12-24', undefined],
  ])('%s: %s', (date, holiday) => {
    expect(federalHoliday(date)).toBe(holiday);
  });

  it('are weekends and the days the agency is closed, too', () => {
    expect(dayOff(calendar, '2026-11-21')).toBe('saturday');
    expect(dayOff(calendar, '2026-11-22')).toBe('sunday');
    expect(dayOff(calendar, '2026-11-26')).toBe('thanksgiving');
    expect(dayOff(calendar, '2026-11-27')).toBe('holiday');
    expect(dayOff(calendar, '2026-11-30')).toBeUndefined();
  });

  it('are told of what is still to come, and of nothing that is past', () => {
    const milestones = [{ kind: 'info_session' as const, label: 'Evening in Kent', happensOn: '2026-11-26' }];
    const round = { opensOn: '2026-11-01', dueOn: '2026-12-27', milestones };
    expect(daysOff(calendar, round, '2026-11-22')).toEqual([
      {
        code: 'round.advice_day_off',
        params: { kind: 'due', named: 'no', label: '', date: '2026-12-27', why: 'sunday' },
      },
      {
        code: 'round.advice_day_off',
        params: {
          kind: 'info_session',
          named: 'yes',
          label: 'Evening in Kent',
          date: '2026-11-26',
          why: 'thanksgiving',
        },
      },
    ]);
    expect(daysOff(calendar, round, '2026-12-28')).toEqual([]);
  });
});
