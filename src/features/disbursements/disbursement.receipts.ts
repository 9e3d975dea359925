/**
 * DisbursementReceipts: the files that prove expenses. Each belongs to its request, so that whoever
 * sees the request may open it, also when the expense was taken out again; and it proves expenses of that request only.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Attachments, type AttachmentRules, type AttachmentView } from '../documents/index.js';
import type { Disbursement } from './disbursement.entity.js';
import type { ExpenseInput } from './disbursement.input.js';
import { disbursementSubject } from './disbursement.machine.js';
import { sideOfRequest } from './disbursement.scope.js';

export const RECEIPT_SUBJECT = 'disbursement';
/** What a request that is over showed may be shown again. */
const OVER_STATES = ['withdrawn', 'rejected'];

interface UsedReceipt {
  readonly description: string;
  readonly number: number;
  readonly awardNumber: string;
  readonly receiptId: string;
  /** Whether the expense is of the request at hand. */
  readonly isHere: boolean;
  readonly cents: string;
  readonly allCents: string | null;
}

/** What a new expense is proved by. */
interface TakenReceipt {
  readonly receiptId: string | null;
  readonly receiptAmount: Money | null;
  /** Not yet a file of the request. */
  readonly isNew: boolean;
}

@Injectable()
export class DisbursementReceipts {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly attachments: Attachments,
  ) {}

  /**
   * The receipt of an expense that is added, under the lock of its request. One that proves an expense of another request
   * of the organization is refused; of two at the same time one waits. Within a request several expenses share one, up to
   * what it comes to in all.
   */
  async take(work: Work, request: Disbursement, input: ExpenseInput): Promise<TakenReceipt> {
    const receiptId = input.receiptId ?? input.sameReceiptId;
    if (receiptId === undefined) {
      if (input.receiptAmount !== undefined) throw invalidField('receiptId', 'disbursement.receipt_missing');
      return { receiptId: null, receiptAmount: null, isNew: false };
    }
    const field = input.receiptId === undefined ? 'sameReceiptId' : 'receiptId';
    const { id, organizationId } = request;
    const { contentHash } = await this.attachments.get(work, receiptId);
    await work.query(sql`
      select pg_advisory_xact_lock(hashtextextended(${`receipt:${organizationId}:${contentHash}`}, 0))`);
    const used = await work.query<UsedReceipt>(sql`
      select e.description, d.number, a.number as "awardNumber", e.receipt_id as "receiptId", d.id = ${id} as "isHere",
        e.amount_cents::text as cents, e.receipt_amount_cents::text as "allCents"
      from attachments f join disbursement_expenses e on e.receipt_id = f.id
      join disbursements d on d.id = e.disbursement_id join awards a on a.id = d.award_id
      where f.content_hash = ${contentHash} and d.organization_id = ${organizationId}
        and d.state <> all(${OVER_STATES}::text[]) order by d.id = ${id}, e.created_at, e.id`);
    const isKnown = used.some((each) => each.isHere && each.receiptId === receiptId);
    if (field === 'sameReceiptId' && !isKnown) throw invalidField(field, 'field.not_found');
    return { receiptId, receiptAmount: sharedAmount(input, used, field), isNew: !isKnown };
  }

  async link(work: Work, disbursementId: string, receiptId: string): Promise<void> {
    await this.attachments.linkTo(work, [receiptId], RECEIPT_SUBJECT, disbursementId);
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
    return this.policy.can(await sideOfRequest(this.db, actor, disbursementId), 'disbursement.read', subject);
  }
}

/** What the receipt comes to in all, or null when nobody said; throws when the expense does not fit in. */
function sharedAmount(
  { amount, receiptAmount }: ExpenseInput,
  used: readonly UsedReceipt[],
  field: string,
): Money | null {
  const elsewhere = used.find((each) => !each.isHere);
  const said = used.find((each) => each.allCents !== null)?.allCents;
  const known = said === undefined || said === null ? undefined : Money.ofCents(said);
  const [first] = used;
  if (elsewhere !== undefined || (first !== undefined && known === undefined && receiptAmount === undefined)) {
    const { description, number, awardNumber, isHere } = elsewhere ?? (first as UsedReceipt);
    const here = isHere ? 'yes' : 'no';
    throw invalidField(field, 'disbursement.receipt_used', { description, number, awardNumber, here });
  }
  if (known !== undefined && receiptAmount !== undefined && !known.equals(receiptAmount)) {
    throw invalidField('receiptAmount', 'disbursement.receipt_amount_differs', { amount: known });
  }
  const all = known ?? receiptAmount;
  if (all === undefined) return null;
  const left = all.subtract(Money.sum(used.map(({ cents }) => Money.ofCents(cents))));
  if (amount.compare(left) > 0) {
    throw invalidField('amount', 'disbursement.receipt_exceeded', { all, left: left.isPositive ? left : Money.zero });
  }
  return all;
}
