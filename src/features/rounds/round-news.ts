/**
 * RoundNews: tells later features, in the same work, that a round's deadline or other dates were moved, its review began or it was
 * cancelled - to write to those who have a draft, or to let drafts expire. Nobody has to listen.
 */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';
import type { DateChange } from './round.entity.js';

export interface RoundEvent {
  readonly kind: 'extended' | 'question_answered' | 'dates_changed' | 'review_began' | 'cancelled';
  readonly roundId: string;
  /** For `question_answered`: what everybody with a draft is told. */
  readonly question?: string;
  readonly answer?: string;
  /** Why dates were moved. */
  readonly reason?: string;
  /** The dates that moved, came or went, for `dates_changed`; `dateChangeLine` puts one in words. */
  readonly changes?: readonly DateChange[];
}

export type RoundListener = (work: Work, event: RoundEvent) => Promise<void>;

@Injectable()
export class RoundNews {
  private readonly listeners: RoundListener[] = [];

  listen(listener: RoundListener): void {
    this.listeners.push(listener);
  }

  async tell(work: Work, event: RoundEvent): Promise<void> {
    for (const listener of this.listeners) await listener(work, event);
  }
}
