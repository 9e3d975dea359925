/** Carrying out what was approved, and looking once a month for what is due. */
import { Injectable } from '@nestjs/common';
import type { Housekeeper } from '../../platform/jobs/housekeeping.js';
import type { JobHandler } from '../../platform/jobs/job.js';
import { Disposals } from './disposals.service.js';

/** Piece by piece, each in a work of its own: what was done stays done when the worker stops. */
@Injectable()
export class DisposalRunner implements JobHandler {
  readonly topic = 'disposal.run';

  constructor(private readonly disposals: Disposals) {}

  async handle({ disposalId }: Readonly<Record<string, unknown>>): Promise<void> {
    if (typeof disposalId !== 'string') throw new Error('A disposal needs an id');
    while (await this.disposals.carryOn(disposalId));
  }
}

@Injectable()
export class RetentionKeeper implements Housekeeper {
  constructor(private readonly disposals: Disposals) {}

  async sweep(): Promise<void> {
    await this.disposals.proposeDue();
  }
}
