/** FormUses: where versions of forms are asked, and could be, by features that come after this one. They register at start. */
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

/** Where a form of this fund may still be chosen: the page on which it is, for this version. */
export type FormPlaceSource = (actor: Actor, fundId: string, versionId: string) => Promise<readonly FormUse[]>;

@Injectable()
export class FormUses {
  private readonly sources: FormUseSource[] = [];

  private readonly places: FormPlaceSource[] = [];

  register(source: FormUseSource, places: FormPlaceSource): void {
    this.sources.push(source);
    this.places.push(places);
  }

  async of(actor: Actor, versionIds: readonly string[]): Promise<readonly FormUse[]> {
    if (versionIds.length === 0) return [];
    return (await Promise.all(this.sources.map((source) => source(actor, versionIds)))).flat();
  }

  /** What is being set up and could ask this version, each with the page where it is chosen. */
  async placesFor(actor: Actor, fundId: string, versionId: string): Promise<readonly FormUse[]> {
    return (await Promise.all(this.places.map((source) => source(actor, fundId, versionId)))).flat();
  }
}
