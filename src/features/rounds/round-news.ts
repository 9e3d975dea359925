/**
 * RoundNews: tells later features, in the same work, that a round's deadline was moved, its review began or it was
 * cancelled - to write to those who have a draft, or to let drafts expire. Nobody has to listen.
 */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';

export interface RoundEvent {
  readonly kind: 'extended' | 'review_began' | 'cancelled';
  readonly roundId: string;
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
