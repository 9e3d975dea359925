/** What payments say about requests comes here: in a batch, out of it, paid, come back. In the work in which it happens. */
import { Injectable } from '@nestjs/common';
import { rawSql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import type { PayableOwner } from '../payments/index.js';
import { OPEN_STATES } from './disbursement.lifecycle.js';
import { DisbursementMachine } from './disbursement.machine.js';
import { DisbursementNews } from './disbursement.news.js';

@Injectable()
export class DisbursementPayables implements PayableOwner {
  constructor(
    private readonly machine: DisbursementMachine,
    private readonly news: DisbursementNews,
  ) {}

  titleHref(id: string): string {
    return `/requests/${id}`;
  }

  async scheduled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'schedule', ids });
  }

  async unscheduled(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'unschedule', ids });
  }

  async paid(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'pay', ids });
    await this.news.tell(work, 'pay', ids);
  }

  async reopened(work: Work, ids: readonly string[]): Promise<void> {
    await this.machine.transition(work, { action: 'reopen', ids });
    await this.news.tell(work, 'reopen', ids);
  }

  /** Finance took back what was owed: the recipient may mend the request, and both offices look at it again. */
  async cancelled(work: Work, ids: readonly string[]): Promise<void> {
    const changes = { programApprovedBy: null, financeApprovedBy: null };
    await this.machine.transition(work, { action: 'cancel', ids, changes });
    await this.news.tell(work, 'cancel', ids);
  }
}

/** Requests on their way keep their award from being closed. */
export async function unfinishedRequests(
  from: Queryable,
  awardIds: readonly string[],
): Promise<Map<string, readonly Sentence[]>> {
  const open = rawSql(OPEN_STATES.map((state) => `'${state}'`).join(', '));
  const rows = await from.query<{ awardId: string; count: number; cents: string }>(sql`
    select award_id as "awardId", count(*)::int as count, sum(amount_cents)::text as cents from disbursements
    where award_id = any(${[...awardIds]}::uuid[]) and state in (${open}) group by award_id`);
  return new Map(
    rows.map(({ awardId, count, cents }) => [
      awardId,
      [{ code: 'disbursement.keeps_award_open', params: { count, amount: Money.ofCents(cents) } }],
    ]),
  );
}
