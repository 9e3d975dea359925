/**
 * AwardFacts: what later features know about awards that must be finished before one is closed, such as open payment
 * requests. They register at start; this feature imports none of them.
 */
import { Injectable } from '@nestjs/common';
import type { Sentence } from '../../kernel/errors.js';
import type { Queryable } from '../../platform/database/work.js';

/** For all these awards at once: what is unfinished, each as a sentence; awards with nothing may be left out. */
export type AwardFactSource = (
  from: Queryable,
  awardIds: readonly string[],
) => Promise<ReadonlyMap<string, readonly Sentence[]>>;

@Injectable()
export class AwardFacts {
  private readonly sources: AwardFactSource[] = [];

  register(source: AwardFactSource): void {
    this.sources.push(source);
  }

  async unfinished(from: Queryable, awardIds: readonly string[]): Promise<ReadonlyMap<string, readonly Sentence[]>> {
    const found = new Map<string, Sentence[]>();
    for (const source of this.sources) {
      for (const [id, sentences] of await source(from, awardIds)) {
        found.set(id, [...(found.get(id) ?? []), ...sentences]);
      }
    }
    return found;
  }
}
