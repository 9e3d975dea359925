/** What is shown of a request: its expenses, its award's categories, who had a hand in it, and its payment. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { nameOfStep } from '../../platform/audit/actor-name.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import type { AttachmentView } from '../documents/index.js';
import { Payables } from '../payments/index.js';
import type { Disbursement } from './disbursement.entity.js';
import { EDITABLE_STATES, FUNDED_STATES } from './disbursement.lifecycle.js';
import { DisbursementMachine } from './disbursement.machine.js';
import { DisbursementReceipts } from './disbursement.receipts.js';
import { readCategories, readSpending, readWaiting } from './disbursement.spending.js';
import { sideOfRequest } from './disbursement.scope.js';
import { type DisbursementRow, Disbursements } from './disbursements.service.js';

export interface ExpenseView {
  readonly id: string;
  readonly category: string;
  readonly spentOn: string;
  readonly vendor: string;
  readonly description: string;
  readonly amount: Money;
  /** What proves it, when something was handed in. */
  readonly receipt: AttachmentView | null;
  /** What the receipt comes to in all, where it was said: it may prove other expenses too. */
  readonly receiptAmount: Money | null;
}

/** One category of the award: its budget now, what went out otherwise, what this request asks, what is left then. */
export interface CategoryView {
  readonly category: string;
  readonly budget: Money;
  readonly approvedBefore: Money;
  readonly asked: Money;
  readonly leftAfter: Money;
}

export interface MoveView {
  readonly fromCategory: string;
  readonly toCategory: string;
  readonly amount: Money;
}

export interface AwardOfRequest {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly state: string;
  readonly startsOn: string;
  readonly endsOn: string;
}

export interface PaymentOfRequest {
  readonly state: string;
  readonly label: string;
  readonly paidOn: string | null;
  readonly batchNumber: string | null;
}

export interface DisbursementView {
  readonly id: string;
  readonly version: number;
  readonly number: number;
  readonly kind: string;
  readonly purpose: string | null;
  readonly state: StateAnswer;
  readonly amount: Money;
  readonly award: AwardOfRequest;
  readonly organization: { readonly id: string; readonly name: string };
  readonly submittedAt: Date | null;
  readonly requestedBy: string | null;
  readonly certifiedBy: string | null;
  readonly programApprovedBy: string | null;
  readonly financeApprovedBy: string | null;
  readonly expenses: readonly ExpenseView[];
  /** What was handed in for expenses that were taken out again. */
  readonly leftReceipts: readonly AttachmentView[];
  readonly categories: readonly CategoryView[];
  /** What moves between categories for it: what did when it was approved, or what would. */
  readonly moves: readonly MoveView[];
  /** Asked for by other requests of the award that wait for an approval. */
  readonly waiting: Money;
  readonly payment: PaymentOfRequest | null;
  readonly canEdit: boolean;
  readonly actions: readonly ApiAction[];
}

export interface DisbursementListItem {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly state: StateAnswer;
  readonly amount: Money;
  readonly submittedAt: Date | null;
  readonly award: { readonly id: string; readonly number: string; readonly title: string };
  readonly organization: string;
}

export interface AwardChoice {
  readonly id: string;
  readonly label: string;
}

/** Before finance has approved: what would move can be foreseen. */
const UNDECIDED_STATES = ['submitted', 'program_approved'];
/** From these on the request's money counts as approved. */
const APPROVED_STATES = ['payable', 'scheduled', 'paid'];

interface NamesRow {
  readonly awardNumber: string;
  readonly awardTitle: string;
  readonly awardState: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly organizationName: string;
  readonly requestedBy: string | null;
  readonly certifiedBy: string | null;
  readonly programApprovedBy: string | null;
  readonly financeApprovedBy: string | null;
}

@Injectable()
export class DisbursementViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly disbursements: Disbursements,
    private readonly machine: DisbursementMachine,
    private readonly payables: Payables,
    private readonly receipts: DisbursementReceipts,
  ) {}

  row(row: DisbursementRow): DisbursementListItem {
    const { id, number, kind, submittedAt, awardId, awardNumber, awardTitle, organizationName } = row;
    return {
      id,
      number,
      kind,
      state: this.machine.state(row.state),
      amount: Money.ofCents(row.amountCents),
      submittedAt,
      award: { id: awardId, number: awardNumber, title: awardTitle },
      organization: organizationName,
    };
  }

  async one(actor: Actor, id: string): Promise<DisbursementView> {
    const request = await this.disbursements.get(actor, id);
    const [names, expenses, leftReceipts, categories, moves, waiting, payment, actions] = await Promise.all([
      this.names(id),
      this.expenses(id),
      this.receipts.left(this.db, id),
      readCategories(this.db, request.awardId),
      this.moves(request),
      readWaiting(this.db, request.awardId, id),
      this.payment(id),
      this.machine.actions(this.policy, this.db, await sideOfRequest(this.db, actor, id), request),
    ]);
    const { awardNumber, awardTitle, awardState, startsOn, endsOn, organizationName, ...people } = names;
    const isOpen = (EDITABLE_STATES as readonly string[]).includes(request.state);
    const { version, number, kind, purpose, amount, submittedAt } = request;
    return {
      id,
      version,
      number,
      kind,
      purpose,
      state: this.machine.state(request.state),
      amount,
      award: { id: request.awardId, number: awardNumber, title: awardTitle, state: awardState, startsOn, endsOn },
      organization: { id: request.organizationId, name: organizationName },
      submittedAt,
      ...people,
      expenses,
      leftReceipts,
      categories: categoriesOf(request, expenses, categories),
      moves,
      waiting,
      payment,
      canEdit: isOpen && (await this.disbursements.mayWrite(actor, request)),
      actions: apiActions(this.texts, actions),
    };
  }

  /** The awards of their organizations for which this actor may ask for money now. */
  async awardChoices(actor: Actor): Promise<AwardChoice[]> {
    const mine = this.policy.filter(actor, 'disbursement.create', { scopes: { organization: 'a.organization_id' } });
    return this.db.query<AwardChoice>(sql`
      select a.id, a.number || ': ' || a.title as label from awards a
      where ${conditionSql(mine)} and a.state = any(${[...FUNDED_STATES]}::text[]) order by a.number limit 200`);
  }

  private async names(id: string): Promise<NamesRow> {
    const [row] = await this.db.query<NamesRow>(sql`
      select a.number as "awardNumber", a.title as "awardTitle", a.state as "awardState", a.starts_on as "startsOn",
             a.ends_on as "endsOn", o.name as "organizationName", r.name as "requestedBy", c.name as "certifiedBy",
             ${nameOfStep('p.name', 'disbursement.approve_program', 'd.id')} as "programApprovedBy",
             ${nameOfStep('f.name', 'disbursement.approve_finance', 'd.id')} as "financeApprovedBy"
      from disbursements d join awards a on a.id = d.award_id join organizations o on o.id = d.organization_id
      left join persons r on r.id = d.requested_by left join persons c on c.id = d.certified_by
      left join persons p on p.id = d.program_approved_by left join persons f on f.id = d.finance_approved_by
      where d.id = ${id}`);
    return row as NamesRow;
  }

  private async expenses(id: string): Promise<ExpenseView[]> {
    const rows = await this.db.query<
      Omit<ExpenseView, 'amount' | 'receipt' | 'receiptAmount'> & { cents: string; all: string | null }
    >(sql`
      select id, category, spent_on as "spentOn", vendor, description, amount_cents::text as cents,
        receipt_amount_cents::text as "all"
      from disbursement_expenses where disbursement_id = ${id} order by spent_on, created_at, id`);
    const ids = rows.map((row) => row.id);
    const receipts = await this.receipts.of(this.db, ids);
    return rows.map(({ cents, all, ...row }) => ({
      ...row,
      amount: Money.ofCents(cents),
      receiptAmount: all === null ? null : Money.ofCents(all),
      receipt: receipts.get(row.id) ?? null,
    }));
  }

  private async moves(request: Disbursement): Promise<MoveView[]> {
    if (UNDECIDED_STATES.includes(request.state)) {
      const plan = (await readSpending(this.db, [request])).get(request.id);
      return plan === undefined || 'code' in plan ? [] : summed(plan.moves);
    }
    const rows = await this.db.query<Omit<MoveView, 'amount'> & { cents: string }>(sql`
      select from_category as "fromCategory", to_category as "toCategory", amount_cents::text as cents
      from disbursement_transfers where disbursement_id = ${request.id} order by id`);
    return summed(rows.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) })));
  }

  private async payment(id: string): Promise<PaymentOfRequest | null> {
    const [latest] = (await this.payables.of(this.db, 'disbursement', [id])).get(id) ?? [];
    if (latest === undefined) return null;
    const { state, label, paidOn, batchNumber } = latest;
    return { state, label, paidOn, batchNumber };
  }
}

/** One line for each pair of categories, whatever the source. */
function summed(moves: readonly MoveView[]): MoveView[] {
  const lines = new Map<string, MoveView>();
  for (const { fromCategory, toCategory, amount } of moves) {
    const key = JSON.stringify([fromCategory, toCategory]);
    const before = lines.get(key)?.amount ?? Money.zero;
    lines.set(key, { fromCategory, toCategory, amount: before.add(amount) });
  }
  return [...lines.values()];
}

/** The sums stand in one line: budget, less what was approved otherwise, less this request, is what is left. */
function categoriesOf(
  request: Disbursement,
  expenses: readonly ExpenseView[],
  figures: readonly { category: string; approved: Money; left: Money }[],
): CategoryView[] {
  const isApproved = APPROVED_STATES.includes(request.state);
  return figures.map(({ category, approved, left }) => {
    const asked = Money.sum(expenses.filter((each) => each.category === category).map((each) => each.amount));
    const approvedBefore = isApproved ? approved.subtract(asked) : approved;
    const leftAfter = isApproved ? left : left.subtract(asked);
    return { category, budget: approved.add(left), approvedBefore, asked, leftAfter };
  });
}
