/** What payments say about stipends and claims comes here: in a batch, out of it, paid, come back. In the same work. */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';
import { MovedByPayments } from '../payments/index.js';
import { ChildcareClaimMachine } from './childcare-claim.machine.js';
import { StipendMachine } from './stipend.machine.js';
import { SupportNews } from './support.news.js';

@Injectable()
export class StipendPayables extends MovedByPayments {
  constructor(
    private readonly machine: StipendMachine,
    private readonly news: SupportNews,
  ) {
    super(machine);
  }

  titleHref(id: string): string {
    return `/support/stipends/${id}`;
  }

  /** Finance took back what was owed: the program officer looks at it again. */
  async cancelled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'cancel', ids, changes: { approvedBy: null } });
  }

  protected async tell(work: Work, action: string, ids: readonly string[]): Promise<void> {
    if (action === 'reopen') await this.news.stipends(work, action, ids);
  }
}

@Injectable()
export class ClaimPayables extends MovedByPayments {
  constructor(
    private readonly machine: ChildcareClaimMachine,
    private readonly news: SupportNews,
  ) {
    super(machine);
  }

  titleHref(id: string): string {
    return `/support/claims/${id}`;
  }

  async cancelled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'cancel', ids, changes: { approvedBy: null } });
    await this.news.claim(work, 'cancel', ids);
  }

  protected async tell(work: Work, action: string, ids: readonly string[]): Promise<void> {
    if (action === 'reopen') await this.news.claim(work, action, ids);
  }
}
