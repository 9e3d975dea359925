/** CodeEntry: the second step at the door. Whoever got past the first gives a code, and is signed in. */
import { Injectable } from '@nestjs/common';
import { invalid, invalidField, unauthenticated } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { type GivenCode, SecondFactors } from './second-factors.service.js';
import { Sessions } from './sessions.service.js';

export interface Entered {
  readonly by: GivenCode;
  readonly recoveryCodesLeft: number;
}

@Injectable()
export class CodeEntry {
  constructor(
    private readonly db: Database,
    private readonly sessions: Sessions,
    private readonly secondFactors: SecondFactors,
  ) {}

  /** Whether somebody at this door still owes a code. */
  isDue(visit: Pick<Visit, 'request'>): boolean {
    return this.sessions.waiting(visit) !== undefined;
  }

  async give(visit: Pick<Visit, 'request'>, typed: string): Promise<Entered> {
    const waiting = this.sessions.waiting(visit);
    if (waiting === undefined) throw unauthenticated('session.required');
    const by = await this.secondFactors.take(waiting.accountId, typed, visit.request.ip);
    if (by === undefined) throw invalidField('code', 'session.code_wrong');
    await this.sessions.finish(visit);
    return { by, recoveryCodesLeft: await this.secondFactors.recoveryCodesLeft(this.db, waiting.accountId) };
  }

  /** For programs, which send both at once. */
  async giveWithPassphrase(visit: Pick<Visit, 'request'>, typed: string | undefined): Promise<void> {
    if (typed === undefined) throw unauthenticated('session.second_factor_required');
    const waiting = this.sessions.waiting(visit);
    const by = waiting && (await this.secondFactors.take(waiting.accountId, typed, visit.request.ip));
    if (by === undefined) throw invalid('session.code_wrong', { status: 401 });
    await this.sessions.finish(visit);
  }
}
