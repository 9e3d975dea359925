/** What payments say about requests comes here: in a batch, out of it, paid, come back. In the work in which it happens. */
import { Injectable } from '@nestjs/common';
import { rawSql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { MovedByPayments } from '../payments/index.js';
import { OPEN_STATES } from './disbursement.lifecycle.js';
import { DisbursementMachine } from './disbursement.machine.js';
import { DisbursementNews } from './disbursement.news.js';

@Injectable()
export class DisbursementPayables extends MovedByPayments {
  constructor(
    private readonly machine: DisbursementMachine,
    private readonly news: DisbursementNews,
  ) {
    super(machine);
  }

  titleHref(id: string): string {
    return `/requests/${id}`;
  }

  /** Finance took back what was owed: the recipient may mend the request, and both offices look at it again. */
  async cancelled(work: Work, ids: readonly string[]): Promise<void> {
    const changes = { programApprovedBy: null, financeApprovedBy: null };
    await this.machine.transition(work, { action: 'cancel', ids, changes });
    await this.tell(work, 'cancel', ids);
  }

  protected tell(work: Work, action: string, ids: readonly string[]): Promise<void> {
    return this.news.tell(work, action, ids);
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
