/**
 * Clock: the one source of business time. Code that decides by time asks a Clock and never the machine, so that a test
 * or the demo can stand on any day.
 */
export abstract class Clock {
  /** The present instant, as a Date of its own that the caller may keep. */
  abstract now(): Date;
}

/** The machine's clock, moved by a fixed number of milliseconds (0 in production). */
export class SystemClock extends Clock {
  constructor(private readonly offsetMs = 0) {
    super();
    if (!Number.isSafeInteger(offsetMs)) throw new RangeError('A clock offset is a whole number of milliseconds');
  }

  override now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }
}

/** A clock that stands still until it is told to move. */
export class FixedClock extends Clock {
  private instantMs = 0;

  /** Takes a Date, or text with an offset such as `2015-11-10T23:42:00Z`. Throws RangeError for anything else. */
  constructor(instant: Date | string) {
    super();
    this.set(instant);
  }

  override now(): Date {
    return new Date(this.instantMs);
  }

  set(instant: Date | string): void {
    const text = typeof instant === 'string' ? instant : undefined;
    // Text without an offset would be read in the zone of whatever machine runs it.
    if (text !== undefined && !/(?:Z|[+-]\d\d:\d\d)$/u.test(text)) throw new RangeError(`${text} lacks an offset`);
    const instantMs = new Date(instant).getTime();
    if (Number.isNaN(instantMs)) throw new RangeError('Not an instant');
    this.instantMs = instantMs;
  }

  /** Moves by this many milliseconds; backward when negative. */
  advance(milliseconds: number): void {
    this.set(new Date(this.instantMs + milliseconds));
  }
}
