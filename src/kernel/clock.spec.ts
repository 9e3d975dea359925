import { FixedClock, SystemClock } from './clock.js';

describe('SystemClock', () => {
  it('shows the time of the machine, moved by its offset', () => {
    const day = 86_400_000;
    const before = Date.now();
    const plain = new SystemClock().now().getTime();
    const moved = new SystemClock(-day).now().getTime();
    const after = Date.now();
    expect(plain).toBeGreaterThanOrEqual(before);
    expect(plain).toBeLessThanOrEqual(after);
    expect(moved).toBeGreaterThanOrEqual(before - day);
    expect(moved).toBeLessThanOrEqual(after - day);
  });

  it('refuses an offset that is no number of milliseconds', () => {
    expect(() => new SystemClock(NaN)).toThrow(RangeError);
  });
});

describe('FixedClock', () => {
  it('stands still until it is moved', () => {
    const clock = new FixedClock('2015-11-10T23:42:00Z');
    expect(clock.now().toISOString()).toBe('2015-11-10T23:42:00.000Z');
    clock.advance(60_000);
    expect(clock.now().toISOString()).toBe('2015-11-10T23:43:00.000Z');
    clock.advance(-120_000);
    expect(clock.now().toISOString()).toBe('2015-11-10T23:41:00.000Z');
    clock.set(new Date('2020-10-30T00:00:00Z'));
    expect(clock.now().toISOString()).toBe('2020-10-30T00:00:00.000Z');
    clock.set('2020-10-30T17:00:00-07:00');
    expect(clock.now().toISOString()).toBe('2020-10-31T00:00:00.000Z');
  });

  it('hands out instants that cannot change it', () => {
    const given = new Date('2015-11-10T00:00:00Z');
    const clock = new FixedClock(given);
    given.setUTCFullYear(1999);
    clock.now().setUTCFullYear(1999);
    expect(clock.now().toISOString()).toBe('2015-11-10T00:00:00.000Z');
  });

  it('refuses what is no instant', () => {
    for (const text of ['2015-11-10', '2015-11-10T10:00:00', 'soon', '2015-13-45T00:00:00Z']) {
      expect(() => new FixedClock(text)).toThrow(RangeError);
    }
    expect(() => new FixedClock(new Date(NaN))).toThrow(RangeError);
  });
});
