/** DisbursementReceipts: the files that prove expenses - each proves one, and whoever sees the request may open it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Attachments, type AttachmentView } from '../documents/index.js';
import type { Disbursement } from './disbursement.entity.js';
import { disbursementSubject } from './disbursement.machine.js';

export const EXPENSE_SUBJECT = 'disbursement_expense';
/** What a request that is over showed may be shown again. */
const OVER_STATES = ['withdrawn', 'rejected'];

interface UsedReceipt {
  readonly description: string;
  readonly number: number;
  readonly awardNumber: string;
}

@Injectable()
export class DisbursementReceipts {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly attachments: Attachments,
  ) {}

  /** Refuses a receipt that proves another expense of the same organization; of two at the same time one waits. */
  async check(work: Work, { organizationId }: Disbursement, receiptId: string | undefined): Promise<void> {
    if (receiptId === undefined) return;
    const { contentHash } = await this.attachments.get(work, receiptId);
    await work.query(sql`
      select pg_advisory_xact_lock(hashtextextended(${`receipt:${organizationId}:${contentHash}`}, 0))`);
    const [used] = await work.query<UsedReceipt & Record<string, unknown>>(sql`
      select e.description, d.number, a.number as "awardNumber"
      from attachments f join disbursement_expenses e on e.receipt_id = f.id
      join disbursements d on d.id = e.disbursement_id join awards a on a.id = d.award_id
      where f.content_hash = ${contentHash} and d.organization_id = ${organizationId}
        and d.state <> all(${OVER_STATES}::text[]) limit 1`);
    if (used !== undefined) throw invalidField('receiptId', 'disbursement.receipt_used', used);
  }

  async link(work: Work, expenseId: string, receiptId: string | undefined): Promise<void> {
    if (receiptId !== undefined) await this.attachments.linkTo(work, [receiptId], EXPENSE_SUBJECT, expenseId);
  }

  /** By expense. */
  async of(from: Queryable, expenseIds: readonly string[]): Promise<Map<string, AttachmentView>> {
    const files = await this.attachments.of(from, EXPENSE_SUBJECT, expenseIds);
    return new Map([...files].flatMap(([id, [first]]) => (first === undefined ? [] : [[id, first]])));
  }

  /** Whether this actor sees the request that the expense stands in. */
  async mayRead(actor: Actor, expenseId: string): Promise<boolean> {
    const request = await this.db.find<Pick<Disbursement, 'organizationId' | 'fundId' | 'roundId' | 'state'>>(sql`
      select d.organization_id as "organizationId", d.fund_id as "fundId", d.round_id as "roundId", d.state
      from disbursement_expenses e join disbursements d on d.id = e.disbursement_id where e.id = ${expenseId}`);
    if (request === undefined) return false;
    const subject = { ...disbursementSubject(request), state: request.state };
    return this.policy.can(actor, 'disbursement.read', subject);
  }
}
