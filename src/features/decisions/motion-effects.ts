/** MotionEffects: who else acts when a motion carries; later features register, and run in the same work. */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';
import type { MotionSummary } from './motion-reader.js';

export type MotionListener = (work: Work, motion: MotionSummary) => Promise<void>;

@Injectable()
export class MotionEffects {
  private readonly listeners: MotionListener[] = [];

  register(listener: MotionListener): void {
    this.listeners.push(listener);
  }

  async carried(work: Work, motion: MotionSummary): Promise<void> {
    for (const listener of this.listeners) await listener(work, motion);
  }
}
