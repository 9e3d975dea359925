/** LinkPurposes: what links are for, and the page each leads to. Features register purposes of their own at start. */
import { Injectable } from '@nestjs/common';

/** Purposes of this feature. */
const LINK_PURPOSES = ['sign_in', 'sign_up', 'passphrase', 'change_address'] as const;

export interface LinkPurpose {
  readonly purpose: string;
  /** Where the link leads; `/links/<token>` when absent. */
  readonly path?: (token: string) => string;
  /** A run-out link may be had again by whoever holds it; it goes to the same address. True when absent. */
  readonly renews?: boolean;
}

@Injectable()
export class LinkPurposes {
  private readonly purposes = new Map<string, LinkPurpose>(LINK_PURPOSES.map((purpose) => [purpose, { purpose }]));

  register(purpose: LinkPurpose): void {
    if (this.purposes.has(purpose.purpose)) throw new Error(`Link purpose ${purpose.purpose} is registered twice`);
    this.purposes.set(purpose.purpose, purpose);
  }

  path(purpose: string, token: string): string {
    return this.get(purpose).path?.(token) ?? `/links/${token}`;
  }

  renews(purpose: string): boolean {
    return this.get(purpose).renews ?? true;
  }

  private get(purpose: string): LinkPurpose {
    const found = this.purposes.get(purpose);
    if (found === undefined) throw new Error(`Link purpose ${purpose} is not registered`);
    return found;
  }
}
