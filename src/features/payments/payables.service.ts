/** Payables: what is owed, from its approval until it is paid; steps for the features that owe and for payments. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalid, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { Ledger, type TransferRequest } from '../ledger/index.js';
import { Payable, PayableLine } from './payable.entity.js';
import { type PayableFacts, payableLifecycle } from './payable.lifecycle.js';
import { type OwnerNews, PayableOwners } from './payable-owners.js';
import { type PayeeRef, payeesFor, readLines, readSummaries, type PayableSummary } from './payables.reads.js';
import {
  accruedTransfer,
  cancelledTransfer,
  type LineAccount,
  releasedTransfer,
  returnedTransfer,
  type TransferLine,
} from './payments.transfers.js';

export interface PayableRequest {
  readonly payee: PayeeRef;
  readonly title: string;
  /** What it pays for: the owner's type and id. */
  readonly subject: { readonly type: string; readonly id: string };
  readonly lines: readonly {
    readonly account: LineAccount;
    readonly fromStage: 'committed' | 'obligated';
    readonly amount: Money;
  }[];
  /** The persons who approved it. */
  readonly approvedBy: readonly string[];
  /** Whose own money it is, where the payee is another. */
  readonly beneficiaryPersonId?: string;
  /** Not paid before the payee's tax form is on file. Stipends and vendors' bills are reportable unless told. */
  readonly needsTaxForm?: boolean;
}

/** Paid by type: income of the payee, unlike costs that are paid back against receipts. */
const REPORTABLE = ['stipend', 'vendor_bill'];

export type PayableStep = 'hold' | 'lift' | 'cancel';

@Injectable()
export class Payables {
  readonly machine: Stateful<Payable, PayableFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly ledger: Ledger,
    private readonly owners: PayableOwners,
  ) {
    this.machine = new Stateful<Payable, PayableFacts>({
      entity: Payable,
      lifecycle: payableLifecycle as never,
      readPermission: 'payable.read',
      subjectOf: () => ({}),
      facts: (from, rows) => this.facts(from, rows),
    });
  }

  /** Opens what is owed and moves its money to `payable`. Gives its id. */
  async open(work: Work, request: PayableRequest): Promise<string> {
    const [id] = await this.openAll(work, [request]);
    return id as string;
  }

  /** The same for many, in as few statements as for one; ids in the order of the requests. */
  async openAll(work: Work, requests: readonly PayableRequest[]): Promise<string[]> {
    if (requests.length === 0) return [];
    requests.forEach(checkRequest);
    const payeeOf = await payeesFor(
      work,
      requests.map((each) => each.payee),
    );
    const ids = requests.map(() => newId());
    const payables = await work.insert(
      Payable,
      requests.map((each, index) => ({
        id: ids[index],
        state: 'open',
        payeeId: payeeOf(each.payee),
        title: each.title,
        subjectType: each.subject.type,
        subjectId: each.subject.id,
        amount: Money.sum(each.lines.map((line) => line.amount)),
        approvedBy: [...each.approvedBy],
        beneficiaryPersonId: each.beneficiaryPersonId ?? null,
        needsTaxForm: each.needsTaxForm ?? REPORTABLE.includes(each.subject.type),
        holdReason: null,
        releases: 0,
      })),
    );
    const lines = requests.flatMap((each, index) =>
      each.lines.map((line, position): TransferLine => {
        return { ...line, payableId: ids[index] as string, position: position + 1, releases: 0 };
      }),
    );
    await work.insert(PayableLine, lines.map(columnsOf));
    await this.machine.begin(work, payables);
    await this.ledger.post(work, lines.map(accruedTransfer));
    return ids;
  }

  /** What became of the payables of these things, by the things' ids; the latest first. */
  async of(from: Queryable, subjectType: string, ids: readonly string[]): Promise<Map<string, PayableSummary[]>> {
    const found = new Map<string, PayableSummary[]>();
    for (const { subjectId, ...row } of await readSummaries(from, subjectType, ids)) {
      const summary = { ...row, ...this.machine.state(row.state), href: `/payments/payables/${row.id}` };
      found.set(subjectId, [...(found.get(subjectId) ?? []), summary]);
    }
    return found;
  }

  async get(actor: Actor, id: string): Promise<Payable> {
    const [row] = await this.db.query<Payable & { cents: string }>(sql`
      select id, version, created_at as "createdAt", state, payee_id as "payeeId", title, subject_type as "subjectType",
        subject_id as "subjectId", amount_cents as cents, approved_by as "approvedBy", needs_tax_form as "needsTaxForm",
        beneficiary_person_id as "beneficiaryPersonId", hold_reason as "holdReason", releases
      from payables where id = ${id}`);
    if (row === undefined || !this.policy.can(actor, 'payable.read', {})) throw notFound('thing.not_found');
    const { cents, ...payable } = row;
    return { ...payable, amount: Money.ofCents(cents) };
  }

  /** A hold keeps it out of batches until it is lifted; what is cancelled will not be paid. */
  async take(actor: Actor, id: string, action: PayableStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const holdReason = action === 'hold' ? (step.note?.trim() ?? '') : null;
      const { note, version: expectedVersion } = step;
      const rows = await this.machine.transition(work, {
        action,
        ids: [id],
        note,
        expectedVersion,
        changes: { holdReason },
      });
      if (action === 'cancel') {
        await this.owners.tell(work, 'cancelled', rows);
        await this.post(work, rows, cancelledTransfer);
      }
      return { id };
    });
  }

  /** Step of a batch: these are paid by it and by no other. */
  async batch(work: Work, ids: readonly string[]): Promise<void> {
    await this.move(work, 'batch', 'scheduled', ids);
  }

  /** Step of a batch that is voided: due to pay again. */
  async unbatch(work: Work, ids: readonly string[]): Promise<void> {
    await this.move(work, 'unbatch', 'unscheduled', ids);
  }

  /** Step of a batch that is released: its money is paid. */
  async pay(work: Work, ids: readonly string[]): Promise<void> {
    const rows = await this.move(work, 'pay', 'paid', ids);
    await work.query(sql`
      update payables set releases = releases + 1 where id = any(${rows.map((row) => row.id)}::uuid[])`);
    await this.post(work, rows, releasedTransfer);
  }

  /** Step of a payment that came back: the money returns and it is due to pay again. */
  async reopen(work: Work, ids: readonly string[], note?: string): Promise<void> {
    const rows = await this.move(work, 'reopen', 'reopened', ids, note);
    await this.post(work, rows, returnedTransfer);
  }

  private async move(
    work: Work,
    action: string,
    news: OwnerNews,
    ids: readonly string[],
    note?: string,
  ): Promise<Payable[]> {
    const rows = await this.machine.transition(work, { action, ids, note });
    await this.owners.tell(work, news, rows);
    return rows;
  }

  private async post(
    work: Work,
    rows: readonly Payable[],
    transferOf: (line: TransferLine) => TransferRequest,
  ): Promise<void> {
    const lines = await readLines(
      work,
      rows.map((row) => row.id),
    );
    await this.ledger.post(work, lines.map(transferOf));
  }

  private async facts(from: Queryable, rows: readonly Payable[]): Promise<Map<string, PayableFacts>> {
    const persons = await from.query<{ id: string; personId: string }>(sql`
      select id, person_id as "personId" from payees
      where person_id is not null and id = any(${[...new Set(rows.map((row) => row.payeeId))]}::uuid[])`);
    const personOf = new Map(persons.map((row) => [row.id, row.personId]));
    return new Map(
      rows.map((row) => {
        const beneficiaries = [row.beneficiaryPersonId, personOf.get(row.payeeId)].filter(
          (each) => each !== null && each !== undefined,
        );
        return [row.id, { id: row.id, beneficiaries, isCancellable: this.owners.hears(row.subjectType, 'cancelled') }];
      }),
    );
  }
}

/** What nobody may ask for; a line of nothing or an approval of one's own payment. */
function checkRequest({ lines, payee, approvedBy, beneficiaryPersonId, title }: PayableRequest): void {
  if (lines.length === 0) throw new RangeError(`The payable ${title} has no lines`);
  if (lines.some((line) => !line.amount.isPositive)) throw invalid('payable.amount_not_positive');
  const own = [beneficiaryPersonId, payee.kind === 'person' ? payee.id : undefined];
  if (approvedBy.some((each) => own.includes(each))) throw forbidden('payable.own');
}

function columnsOf(line: TransferLine): Omit<PayableLine, 'id' | 'version' | 'createdAt'> {
  const { payableId, position, account, fromStage, amount } = line;
  return {
    payableId,
    position,
    sourceId: account.sourceId,
    holderKind: account.holder.kind,
    holderId: account.holder.id,
    category: account.category ?? '',
    fromStage,
    amount,
  };
}
