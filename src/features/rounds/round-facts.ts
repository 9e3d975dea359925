/**
 * RoundFacts: what later features count in a round - drafts, applications, awards - for its blockers and its page.
 * They register at start; this feature imports none of them.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Queryable } from '../../platform/database/work.js';

export interface RoundCounts {
  readonly drafts: number;
  readonly submitted: number;
  /** Submitted and not yet decided. */
  readonly undecided: number;
  /** Awards that live: drafted, offered or in force. */
  readonly awards: number;
}

/**
 * By round id; a round or a count that is left out is zero. The counts of several sources are added. For an actor
 * applications are counted without those they have a direct conflict with; for nobody, all of them.
 */
export type RoundFactSource = (
  from: Queryable,
  roundIds: readonly string[],
  actor?: Actor,
) => Promise<ReadonlyMap<string, Partial<RoundCounts>>>;

const NO_COUNTS: RoundCounts = { drafts: 0, submitted: 0, undecided: 0, awards: 0 };

@Injectable()
export class RoundFacts {
  private readonly sources: RoundFactSource[] = [];

  register(source: RoundFactSource): void {
    this.sources.push(source);
  }

  /** What a person is shown is counted for them; a blocker looks at everything. */
  async of(from: Queryable, roundIds: readonly string[], actor?: Actor): Promise<ReadonlyMap<string, RoundCounts>> {
    const counts = new Map(roundIds.map((id) => [id, NO_COUNTS]));
    // One after another: inside a work they share its one connection.
    for (const source of this.sources) {
      for (const [id, more] of await source(from, roundIds, actor))
        counts.set(id, add(counts.get(id) ?? NO_COUNTS, more));
    }
    return counts;
  }
}

function add(counts: RoundCounts, more: Partial<RoundCounts>): RoundCounts {
  return {
    drafts: counts.drafts + (more.drafts ?? 0),
    submitted: counts.submitted + (more.submitted ?? 0),
    undecided: counts.undecided + (more.undecided ?? 0),
    awards: counts.awards + (more.awards ?? 0),
  };
}
