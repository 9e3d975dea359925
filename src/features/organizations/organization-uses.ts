/**
 * OrganizationUses: where an organization appears in the features that come after this one - applications, awards,
 * payees. They register a source at start; this feature imports none of them.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';

export interface OrganizationUse {
  /** Such as "Award 2014-0001". */
  readonly title: string;
  readonly href: string;
  /** One gray line: its state, an amount, a date. */
  readonly note?: string;
}

/** Gives only what this actor may see. */
export type OrganizationUseSource = (actor: Actor, organizationId: string) => Promise<readonly OrganizationUse[]>;

@Injectable()
export class OrganizationUses {
  private readonly sources: OrganizationUseSource[] = [];

  register(source: OrganizationUseSource): void {
    this.sources.push(source);
  }

  /** In the order in which the features registered, which is the order of the fund's life. */
  async of(actor: Actor, organizationId: string): Promise<readonly OrganizationUse[]> {
    const lists = await Promise.all(this.sources.map((source) => source(actor, organizationId)));
    return lists.flat();
  }
}
