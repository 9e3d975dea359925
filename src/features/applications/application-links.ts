/** ApplicationLinks: what later features put beside an application on its page; each registers its own. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { ListedThing } from '../../platform/pages/components.js';
import type { ApplicationSummary } from './application-reads.js';

export interface LinkedThings {
  readonly title: string;
  readonly items: readonly ListedThing[];
}

/** The things of one feature for this actor; nothing when there are none. `isOwn`: they see it as its applicant. */
export type ApplicationLinkSource = (
  actor: Actor,
  application: ApplicationSummary,
  isOwn: boolean,
) => Promise<LinkedThings | undefined>;

@Injectable()
export class ApplicationLinks {
  private readonly sources: ApplicationLinkSource[] = [];

  register(source: ApplicationLinkSource): void {
    this.sources.push(source);
  }

  async of(actor: Actor, application: ApplicationSummary, isOwn: boolean): Promise<LinkedThings[]> {
    const found = await Promise.all(this.sources.map((source) => source(actor, application, isOwn)));
    return found.filter((each) => each !== undefined);
  }
}
