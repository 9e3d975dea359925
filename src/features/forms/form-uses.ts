/** FormUses: where versions of forms are asked by features that come after this one. They register at start. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';

export interface FormUse {
  readonly versionId: string;
  /** Such as a round's name. */
  readonly title: string;
  readonly href: string;
  /** Its state, in a word. */
  readonly state: string;
}

/** Gives only what this actor may see. */
export type FormUseSource = (actor: Actor, versionIds: readonly string[]) => Promise<readonly FormUse[]>;

@Injectable()
export class FormUses {
  private readonly sources: FormUseSource[] = [];

  register(source: FormUseSource): void {
    this.sources.push(source);
  }

  async of(actor: Actor, versionIds: readonly string[]): Promise<readonly FormUse[]> {
    if (versionIds.length === 0) return [];
    return (await Promise.all(this.sources.map((source) => source(actor, versionIds)))).flat();
  }
}
