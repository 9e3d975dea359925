/** What payments say about stipends and claims comes here: in a batch, out of it, paid, come back. In the same work. */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';
import type { PayableOwner } from '../payments/index.js';
import { ChildcareClaimMachine } from './childcare-claim.machine.js';
import { StipendMachine } from './stipend.machine.js';
import { SupportNews } from './support.news.js';

@Injectable()
export class StipendPayables implements PayableOwner {
  constructor(
    private readonly machine: StipendMachine,
    private readonly news: SupportNews,
  ) {}

  titleHref(id: string): string {
    return `/support/stipends/${id}`;
  }

  async scheduled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'schedule', ids });
  }

  async unscheduled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'unschedule', ids });
  }

  async paid(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'pay', ids });
  }

  async reopened(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'reopen', ids });
    await this.news.stipends(work, 'reopen', ids);
  }

  /** Finance took back what was owed: the program officer looks at it again. */
  async cancelled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'cancel', ids, changes: { approvedBy: null } });
  }
}

@Injectable()
export class ClaimPayables implements PayableOwner {
  constructor(
    private readonly machine: ChildcareClaimMachine,
    private readonly news: SupportNews,
  ) {}

  titleHref(id: string): string {
    return `/support/claims/${id}`;
  }

  async scheduled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'schedule', ids });
  }

  async unscheduled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'unschedule', ids });
  }

  async paid(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'pay', ids });
  }

  async reopened(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'reopen', ids });
    await this.news.claim(work, 'reopen', ids);
  }

  async cancelled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'cancel', ids, changes: { approvedBy: null } });
    await this.news.claim(work, 'cancel', ids);
  }
}
