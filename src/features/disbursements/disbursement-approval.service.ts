/** DisbursementApprovals: finance approves a request, and what is asked becomes what is owed. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { inAward, Ledger, type TransferRequest } from '../ledger/index.js';
import { Payables } from '../payments/index.js';
import { type Disbursement, DisbursementTransfer } from './disbursement.entity.js';
import { DisbursementMachine } from './disbursement.machine.js';
import { DisbursementNews } from './disbursement.news.js';
import type { CategoryMove, SpendingPlan } from './disbursement.rules.js';
import { readSpending } from './disbursement.spending.js';
import { Disbursements, personOf } from './disbursements.service.js';

@Injectable()
export class DisbursementApprovals {
  constructor(
    private readonly db: Database,
    private readonly disbursements: Disbursements,
    private readonly machine: DisbursementMachine,
    private readonly ledger: Ledger,
    private readonly payables: Payables,
    private readonly news: DisbursementNews,
  ) {}

  /**
   * Approves for payment, under the lock of the award: of several at once only those pass that fit. What its categories
   * lack moves to them within the flexibility of the rules; then the whole is owed to the recipient.
   */
  async approve(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.disbursements.get(actor, id, work);
      const [request] = await this.machine.transition(work, {
        action: 'approve_finance',
        ids: [id],
        note: step.note,
        expectedVersion: step.version,
        changes: { financeApprovedBy: personOf(actor) },
      });
      if (request === undefined) throw conflict('thing.changed_meanwhile');
      const plan = await planOf(work, request);
      await this.move(work, request, plan.moves);
      await this.owe(work, request, plan);
      await this.news.tell(work, 'approve_finance', [id], step.note);
      return { id };
    });
  }

  /** From category to category of one source, each move kept to be counted against what may still move. */
  private async move(work: Work, request: Disbursement, moves: readonly CategoryMove[]): Promise<void> {
    if (moves.length === 0) return;
    const { id, awardId } = request;
    const rows = await work.insert(
      DisbursementTransfer,
      moves.map((each) => ({ ...each, awardId, disbursementId: id })),
    );
    await this.ledger.post(
      work,
      rows.map((row): TransferRequest => ({
        key: `disbursement:${id}:moved:${row.id}`,
        from: inAward(row.sourceId, awardId, row.fromCategory, 'obligated'),
        to: inAward(row.sourceId, awardId, row.toCategory, 'obligated'),
        amount: row.amount,
        reason: 'disbursement.moved',
        subject: { type: 'disbursement', id },
      })),
    );
    work.audit({
      action: 'disbursement.category_moved',
      subjectType: 'disbursement',
      subjectId: id,
      after: { amount: Money.sum(moves.map((each) => each.amount)), moves: [...moves] },
    });
  }

  private async owe(work: Work, request: Disbursement, plan: SpendingPlan): Promise<void> {
    const { id, awardId, number, organizationId, programApprovedBy, financeApprovedBy } = request;
    const [award] = await work.query<{ number: string }>(sql`select number from awards where id = ${awardId}`);
    await this.payables.open(work, {
      payee: { kind: 'organization', id: organizationId },
      title: `Award ${award?.number ?? ''}, request ${number}`,
      subject: { type: 'disbursement', id },
      lines: plan.lines.map(({ sourceId, category, amount }) => ({
        account: { sourceId, holder: { kind: 'award', id: awardId }, category },
        fromStage: 'obligated',
        amount,
      })),
      approvedBy: [programApprovedBy, financeApprovedBy].filter((each) => each !== null),
    });
  }
}

async function planOf(work: Work, request: Disbursement): Promise<SpendingPlan> {
  const plan = (await readSpending(work, [request])).get(request.id);
  if (plan === undefined) throw conflict('thing.changed_meanwhile');
  if ('code' in plan) throw conflict(plan.code, { params: plan.params });
  return plan;
}
