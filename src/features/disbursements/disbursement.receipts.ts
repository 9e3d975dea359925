/**
 * DisbursementReceipts: the files that prove expenses. Each proves one and belongs to its request, so that whoever sees
 * the request may open it, also when the expense was taken out again.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Attachments, type AttachmentRules, type AttachmentView } from '../documents/index.js';
import type { Disbursement } from './disbursement.entity.js';
import { disbursementSubject } from './disbursement.machine.js';

export const RECEIPT_SUBJECT = 'disbursement';
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

  async link(work: Work, disbursementId: string, receiptId: string | undefined): Promise<void> {
    if (receiptId !== undefined) await this.attachments.linkTo(work, [receiptId], RECEIPT_SUBJECT, disbursementId);
  }

  /** By expense. */
  async of(from: Queryable, expenseIds: readonly string[]): Promise<Map<string, AttachmentView>> {
    const named = await from.query<{ id: string; receiptId: string }>(sql`
      select id, receipt_id as "receiptId" from disbursement_expenses
      where id = any(${[...expenseIds]}::uuid[]) and receipt_id is not null`);
    const files = await this.attachments.views(
      from,
      named.map(({ receiptId }) => receiptId),
    );
    return new Map(
      named.flatMap(({ id, receiptId }) => [files.get(receiptId)].flatMap((file) => (file ? [[id, file]] : []))),
    );
  }

  /** The receipts of expenses that were taken out of a request, newest first. */
  async left(from: Queryable, disbursementId: string): Promise<AttachmentView[]> {
    const files = await this.attachments.of(from, RECEIPT_SUBJECT, [disbursementId]);
    const used = await from.query<{ id: string }>(sql`
      select receipt_id as id from disbursement_expenses
      where disbursement_id = ${disbursementId} and receipt_id is not null`);
    const known = new Set(used.map(({ id }) => id));
    return (files.get(disbursementId) ?? []).filter(({ id }) => !known.has(id)).reverse();
  }

  /** What is said of the files of requests: a receipt takes up room of the organization that asks. */
  readonly rules: AttachmentRules = {
    organizationOf: async (from, disbursementId) => {
      const [request] = await from.query<{ id: string }>(sql`
        select organization_id as id from disbursements where id = ${disbursementId}`);
      return request?.id;
    },
  };

  /** Whether this actor sees the request. */
  async mayRead(actor: Actor, disbursementId: string): Promise<boolean> {
    const request = await this.db.find<Pick<Disbursement, 'organizationId' | 'fundId' | 'roundId' | 'state'>>(sql`
      select organization_id as "organizationId", fund_id as "fundId", round_id as "roundId", state
      from disbursements where id = ${disbursementId}`);
    if (request === undefined) return false;
    const subject = { ...disbursementSubject(request), state: request.state };
    return this.policy.can(actor, 'disbursement.read', subject);
  }
}
