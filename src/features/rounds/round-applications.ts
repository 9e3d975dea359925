/**
 * RoundApplications: what somebody's organizations write or sent in a round, so that its public page leads on and not to
 * a new beginning. The feature of applications registers at start; this one imports none of it.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';

export interface BegunApplication {
  readonly id: string;
  /** It can be written now. */
  readonly isOpen: boolean;
}

/** By round id: the one to go on with, else the last one that was sent. */
export type BegunSource = (actor: Actor, roundIds: readonly string[]) => Promise<ReadonlyMap<string, BegunApplication>>;

@Injectable()
export class RoundApplications {
  private source: BegunSource | undefined;

  register(source: BegunSource): void {
    this.source = source;
  }

  async of(actor: Actor, roundIds: readonly string[]): Promise<ReadonlyMap<string, BegunApplication>> {
    return actor.kind === 'person' && this.source !== undefined ? this.source(actor, roundIds) : new Map();
  }
}
