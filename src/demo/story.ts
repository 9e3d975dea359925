/**
 * Story: the moments of the demonstration in the order of time. A clock of its own stands on each moment while it
 * happens, and each step has a key under which its answer is kept, so that a story that was cut short goes on where it
 * ended without doing anything twice.
 */
import type { INestApplicationContext } from '@nestjs/common';
import type { FixedClock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import type { Calendar } from '../kernel/calendar.js';
import { runInRequest } from '../platform/database/context.js';
import { Database } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';

/** What every key of a step is kept for. */
export const DEMO_ROUTE = 'demo';

export interface StoryParts {
  readonly app: INestApplicationContext;
  readonly clock: FixedClock;
  /** Does the jobs that are due. */
  readonly drain: () => Promise<number>;
  /** Called before each step; a test cuts the story short by throwing. */
  readonly onStep?: (key: string) => void;
}

interface Moment {
  readonly at: Date;
  readonly happens: () => Promise<void>;
}

const MOST_LOOKS = 100;
const BETWEEN_LOOKS_MS = 100;

export class Story {
  private readonly moments: Moment[] = [];
  private readonly ids = new Map<string, string>();

  constructor(private readonly parts: StoryParts) {}

  get<T>(token: abstract new (...args: never[]) => T): T {
    return this.parts.app.get(token as never, { strict: false });
  }

  get db(): Database {
    return this.get(Database);
  }

  get calendar(): Calendar {
    return this.db.currentCalendar;
  }

  /** What happens on this date of the agency at this time (`09:30`). */
  on(date: string, time: string, happens: () => Promise<void>): void {
    this.at(this.calendar.deadline(date, time), happens);
  }

  at(instant: Date, happens: () => Promise<void>): void {
    this.moments.push({ at: instant, happens });
  }

  /** Takes one step, or gives the answer it had when it was taken before. One work for each key. */
  async step<T>(key: string, take: () => Promise<T>): Promise<T> {
    this.parts.onStep?.(key);
    const idempotency = { key: `demo:${key}`, route: DEMO_ROUTE, inputHash: '' };
    return runInRequest({ requestId: newId(), receivedAt: this.parts.clock.now(), idempotency }, take);
  }

  /** Whether this step was taken, now or by an earlier start. */
  async isTaken(key: string): Promise<boolean> {
    const found = await this.db.query(
      sql`select 1 from idempotency_keys where key = ${`demo:${key}`} and route = ${DEMO_ROUTE} limit 1`,
    );
    return found.length > 0;
  }

  /** A step that makes something, which is found by its key from then on. */
  async make(key: string, take: () => Promise<{ id: string }>): Promise<string> {
    const { id } = await this.step(key, take);
    this.ids.set(key, id);
    return id;
  }

  know(key: string, id: string): void {
    this.ids.set(key, id);
  }

  id(key: string): string {
    const id = this.ids.get(key);
    if (id === undefined) throw new Error(`The demo has no ${key} yet`);
    return id;
  }

  /** Does what is due and waits for documents, which another worker may be making. */
  async drain(): Promise<void> {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      await this.parts.drain();
      const making = await this.db.query(
        sql`select 1 from document_requests where state in ('requested', 'rendering')
            and created_at <= ${this.parts.clock.now()} limit 1`,
      );
      if (making.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    }
  }

  /** Plays every moment, the earliest first; those of one instant in the order in which they were told. */
  async play(): Promise<void> {
    const inOrder = [...this.moments].sort((a, b) => a.at.getTime() - b.at.getTime());
    for (const { at, happens } of inOrder) {
      this.parts.clock.set(at);
      await happens();
    }
  }
}
