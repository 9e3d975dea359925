/** MotionOutcome: what a carried motion does, all of it in the work in which it carries. */
import { Injectable } from '@nestjs/common';
import { conflict, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Applications, lockApplications } from '../applications/index.js';
import { Funds, lockPools, Source } from '../funds/index.js';
import { findRound, lockRound, type Round } from '../rounds/index.js';
import { awardDraftEffect } from './award-draft.effect.js';
import { checkAtCarry } from './motion.checks.js';
import { MotionEffects } from './motion-effects.js';
import { motionById, type MotionSummary } from './motion-reader.js';
import type { Motion } from './motion.entity.js';
import { readMotions } from './motions.service.js';

/** What is locked for a motion; without a round when it decides nothing about one. */
export interface MotionParents {
  readonly motion: MotionSummary;
  readonly round?: Round;
}

@Injectable()
export class MotionOutcome {
  constructor(
    private readonly applications: Applications,
    private readonly funds: Funds,
    private readonly effects: MotionEffects,
  ) {}

  /**
   * Locks what a motion that carries will write: source, pool, round, applications; the ledger's accounts come last.
   * Before the motion itself is written: a row written twice in a work makes the database hold what it points to, and
   * two motions of a round would each wait for the other's hold.
   */
  async lockParents(work: Work, { id, sourceId }: Motion): Promise<MotionParents> {
    const motion = await motionById(work, id);
    if (motion === undefined) throw notFound('thing.not_found');
    if (motion.kind === 'other') return { motion };
    const found = motion.roundId === null ? undefined : await findRound(work, motion.roundId);
    if (found === undefined) throw notFound('thing.not_found');
    if (sourceId !== null) await work.lockOne(Source, sourceId);
    await lockPools(work, [found.poolId]);
    const round = await lockRound(work, found.id);
    await lockApplications(
      work,
      motion.items.map((each) => each.applicationId),
    );
    return { motion, round };
  }

  async carryOut(work: Work, { motion, round }: MotionParents): Promise<void> {
    if (round !== undefined && motion.kind !== 'other') {
      if (motion.kind === 'award') await this.award(work, motion, round);
      else if (motion.kind === 'raise_set_aside') await this.raise(work, motion, round);
      else await this.decide(work, motion, motion.kind);
    }
    await this.effects.carried(work, motion);
  }

  /** Persons whose recusal from the motion is minuted. */
  async recusedFrom(work: Work, motionId: string): Promise<Set<string>> {
    const rows = await work.query<{ id: string }>(
      sql`select person_id as id from recusals where motion_id = ${motionId}`,
    );
    return new Set(rows.map((row) => row.id));
  }

  private async award(work: Work, motion: MotionSummary, round: Round): Promise<void> {
    // Under the locks once more: what fit when it was moved may have gone to another motion.
    await checkAtCarry(work, round, motion.items);
    await this.decide(work, motion, 'approve');
    const decidedOn = work.today;
    await work.apply(
      motion.items.map(({ applicationId, amount }) =>
        awardDraftEffect({
          motionId: motion.id,
          motionNumber: motion.number,
          applicationId,
          amount: amount ?? Money.zero,
          decidedOn,
        }),
      ),
    );
  }

  private async raise(work: Work, motion: MotionSummary, round: Round): Promise<void> {
    const [stored] = await readMotions(work, { id: motion.id });
    if (stored === undefined || stored.sourceId === null || stored.amount === null) throw conflict('motion.over');
    await this.funds.raiseAllotment(work, {
      sourceId: stored.sourceId,
      poolId: round.poolId,
      amount: stored.amount,
      authority: `Motion ${motion.number}`,
      motionId: motion.id,
    });
  }

  private async decide(work: Work, motion: MotionSummary, action: 'approve' | 'decline' | 'waitlist'): Promise<void> {
    const ids = motion.items.map((each) => each.applicationId);
    await this.applications.decide(work, { ids, action, note: `Motion ${motion.number}` });
  }
}
