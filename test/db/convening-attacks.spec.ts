/** Convenings that are canceled, moved, confirmed and answered at the same instant: one word holds, and mails say it last. */
import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  attendancesAt,
  ATTENDANCE_CONFIRMED,
  AttendanceNews,
  Convenings,
} from '../../src/features/collaboratives/index.js';
import { AppError } from '../../src/kernel/errors.js';
import { sql } from '../../src/platform/database/sql.js';
import { collaborativeWithTeam, type MadeCollaborative, plannedConvening } from '../factories/collaboratives.js';
import { refusal } from '../support/refusal.js';
import { openWorld, WORLD_START, type World } from '../support/world.js';

let world: World;
let convenings: Convenings;
let confirmed: string[] = [];

beforeAll(async () => {
  world = await openWorld();
  convenings = world.get(Convenings);
  world.get(AttendanceNews).listen(ATTENDANCE_CONFIRMED, async (_work, ids) => void confirmed.push(...ids));
}, 120_000);
afterAll(async () => world?.close());
beforeEach(() => {
  world.clock.set(WORLD_START);
  confirmed = [];
});

const made = (): Promise<MadeCollaborative> =>
  collaborativeWithTeam(world, { roles: ['member', 'superintendent', 'student_leader'], teamAtLeast: 1 });

interface Mail {
  readonly recipient: string;
  readonly sequence: number;
  readonly isCancel: boolean;
  readonly startsAt: string;
}

async function mailsOf(conveningId: string): Promise<Mail[]> {
  const rows = await world.db.query<{ recipient: string; calendar: string }>(sql`
    select recipient, calendar from mails where calendar like ${`%convening-${conveningId}@%`} order by id`);
  return rows.map(({ recipient, calendar }) => ({
    recipient,
    sequence: Number(/SEQUENCE:(\d+)/.exec(calendar)?.[1]),
    isCancel: calendar.includes('METHOD:CANCEL'),
    startsAt: /DTSTART:(\S+)/.exec(calendar)?.[1] ?? '',
  }));
}

/** How each ended: done, or the code of its refusal. Anything else fails the test. */
async function endings(all: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(all);
  return settled.map((each) => {
    if (each.status === 'fulfilled') return 'done';
    if (each.reason instanceof AppError) return each.reason.code;
    throw each.reason;
  });
}

const times = { kind: 'team_session' as const, startsAt: '18:00', endsAt: '20:00', place: 'School' };

describe('a convening', () => {
  it('canceled by eight at once is canceled once, and each hears of it once', async () => {
    const setting = await made();
    const { conveningId } = await plannedConvening(world, setting, { date: '2015-12-01' });
    const ended = await endings(
      Array.from({ length: 8 }, () => convenings.cancel(setting.facilitator, conveningId, { note: 'Snow' })),
    );
    expect(ended.filter((each) => each === 'done')).toHaveLength(1);
    const mails = await mailsOf(conveningId);
    expect(mails.map(({ recipient }) => recipient).sort()).toEqual(setting.people.map(({ email }) => email).sort());
    expect(mails.every(({ isCancel }) => isCancel)).toBe(true);
  });

  it('is not canceled once it was held, and its attendance stands', async () => {
    const setting = await made();
    const { conveningId, attendances } = await plannedConvening(world, setting, { date: '2015-12-01' });
    world.clock.set('2015-12-02T12:00:00Z');
    await convenings.confirmAttendance(setting.facilitator, conveningId, {
      present: attendances.map(({ id }) => ({ attendanceId: id })),
    } as never);
    await expect(convenings.cancel(setting.facilitator, conveningId, { note: 'Snow' })).rejects.toBeInstanceOf(
      AppError,
    );
    expect((await attendancesAt(world.db, conveningId)).map(({ state }) => state)).toEqual(
      attendances.map(() => 'attended'),
    );
    expect(await mailsOf(conveningId)).toEqual([]);
  });

  it('canceled and confirmed at the same instant is one of both, with what follows from that one alone', async () => {
    const setting = await made();
    for (let round = 0; round < 6; round += 1) {
      world.clock.set(WORLD_START);
      confirmed = [];
      const date = `2015-12-0${round + 1}`;
      const { conveningId, attendances } = await plannedConvening(world, setting, { date });
      // While it lasts: it may be confirmed, and a cancellation is still mailed.
      const { startsAt } = await convenings.get(setting.facilitator, conveningId);
      world.clock.set(new Date(startsAt.getTime() + 60_000).toISOString());
      const confirm = convenings.confirmAttendance(setting.facilitator, conveningId, {
        present: attendances.map(({ id }) => ({ attendanceId: id })),
      } as never);
      const cancel = convenings.cancel(setting.facilitator, conveningId, { note: 'Snow' });
      const [held, canceled] = await endings([confirm, cancel]);
      expect([held, canceled].filter((each) => each === 'done')).toHaveLength(1);
      const { state } = await convenings.get(setting.facilitator, conveningId);
      const mails = await mailsOf(conveningId);
      expect({ state, confirmed: confirmed.length, mails: mails.length }).toEqual(
        held === 'done'
          ? { state: 'held', confirmed: attendances.length, mails: 0 }
          : { state: 'cancelled', confirmed: 0, mails: attendances.length },
      );
    }
  });

  it('moved by five and canceled by one at once ends as its last mail says, numbered in order', async () => {
    const setting = await made();
    const { conveningId } = await plannedConvening(world, setting, { date: '2015-12-01' });
    const moves = [2, 3, 4, 5, 6].map((day) =>
      convenings.update(setting.facilitator, conveningId, { ...times, date: `2015-12-0${day}` } as never),
    );
    await endings([...moves, convenings.cancel(setting.facilitator, conveningId, { note: 'Snow' })]);
    const mails = await mailsOf(conveningId);
    for (const { email } of setting.people) {
      const own = mails.filter(({ recipient }) => recipient === email);
      const numbers = own.map(({ sequence }) => sequence);
      expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(own.at(-1)?.isCancel).toBe(true);
      expect(own.filter(({ isCancel }) => isCancel)).toHaveLength(1);
    }
  });
});

describe('an answer', () => {
  it('for the day that was read does not count for the day it moved to', async () => {
    const setting = await made();
    const { conveningId, attendances } = await plannedConvening(world, setting, { date: '2015-12-01' });
    const [first] = attendances;
    const actor = setting.people.find(({ personId }) => personId === first?.personId)?.actor;
    if (first === undefined || actor === undefined) throw new Error('nobody is expected');
    await convenings.update(setting.facilitator, conveningId, { ...times, date: '2015-12-02' } as never);
    const refused = await refusal(convenings.answer(actor, first.id, { coming: true, date: '2015-12-01' }));
    expect(refused.code).toBe('attendance.moved_meanwhile');
    await convenings.answer(actor, first.id, { coming: true, date: '2015-12-02' });
  });

  it('at the same instant as a move never stands for a day it was not given for', async () => {
    const setting = await made();
    for (let round = 1; round <= 8; round += 1) {
      const { conveningId, attendances } = await plannedConvening(world, setting, { date: '2015-12-01' });
      const answers = attendances.map(({ id, personId }) => {
        const actor = setting.people.find((each) => each.personId === personId)?.actor;
        if (actor === undefined) throw new Error('somebody unknown is expected');
        return convenings.answer(actor, id, { coming: true, date: '2015-12-01' });
      });
      const move = convenings.update(setting.facilitator, conveningId, { ...times, date: '2015-12-02' } as never);
      await endings([...answers, move]);
      const after = await attendancesAt(world.db, conveningId);
      expect(after.map(({ coming }) => coming)).toEqual(attendances.map(() => null));
      await convenings.cancel(setting.facilitator, conveningId, { note: 'Next' });
    }
  });
});
