/** What the API answers of payables, batches, payments and payees. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { PayableOwners } from './payable-owners.js';
import { type PayeeRow, Payees } from './payees.service.js';
import { Payables } from './payables.service.js';
import { PaymentBatches } from './payment-batches.service.js';
import { type BatchRow, PaymentLists, type PaymentRow, type PayableRow } from './payment-lists.service.js';
import { Payments } from './payments.service.js';

type Stated<T> = Omit<T, 'state'> & { readonly state: StateAnswer };
interface WithActions {
  readonly version: number;
  readonly actions: readonly ApiAction[];
}

export type PayableItem = Stated<PayableRow> & { readonly href: string | null };
export type PayableView = PayableItem & WithActions;
export type PaymentListItem = Stated<PaymentRow>;
export type PaymentView = PaymentListItem & WithActions & { readonly batchId: string };
export type BatchItem = Stated<BatchRow>;
export type BatchView = BatchItem & WithActions & { readonly items: readonly PaymentListItem[] };
export type PayeeView = PayeeRow & { readonly payments: readonly PaymentListItem[]; readonly owed: PayableItem[] };

/** The services that views of payments read, together. */
@Injectable()
export class PaymentParts {
  constructor(
    readonly batches: PaymentBatches,
    readonly payments: Payments,
    readonly payees: Payees,
    readonly lists: PaymentLists,
  ) {}
}

@Injectable()
export class PaymentViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly owners: PayableOwners,
    private readonly payables: Payables,
    private readonly parts: PaymentParts,
  ) {}

  payableItem(row: PayableRow): PayableItem {
    return { ...row, state: this.payables.machine.state(row.state), href: this.owners.href(row) ?? null };
  }

  batchItem(row: BatchRow): BatchItem {
    return { ...row, state: this.parts.batches.machine.state(row.state) };
  }

  paymentItem(row: PaymentRow): PaymentListItem {
    return { ...row, state: this.parts.payments.machine.state(row.state) };
  }

  async payable(actor: Actor, id: string): Promise<PayableView> {
    const stored = await this.payables.get(actor, id);
    const payee = await this.parts.payees.get(actor, stored.payeeId);
    const actions = await this.payables.machine.actions(this.policy, this.db, actor, stored);
    const { title, state, amount, payeeId, subjectType, subjectId, holdReason, createdAt, version } = stored;
    const lacksTaxForm = stored.needsTaxForm && payee.taxFormOnFileOn === null && ['open', 'held'].includes(state);
    const { name: payeeName, method } = payee;
    const row = { id, title, state, amount, payeeId, payeeName, method, subjectType, subjectId, holdReason };
    const item = this.payableItem({ ...row, lacksTaxForm, createdAt });
    return { ...item, version, actions: apiActions(this.texts, actions) };
  }

  async batch(actor: Actor, id: string): Promise<BatchView> {
    const { batches, lists } = this.parts;
    const stored = await batches.get(actor, id);
    const [payments, actions] = await Promise.all([
      lists.payments({ batchId: id }),
      batches.machine.actions(this.policy, this.db, actor, stored),
    ]);
    const { createdAt: _made, version, ...row } = stored;
    const items = payments.map((each) => this.paymentItem(each));
    return { ...this.batchItem(row), items, version, actions: apiActions(this.texts, actions) };
  }

  async payment(actor: Actor, id: string): Promise<PaymentView> {
    const { payments, lists } = this.parts;
    const stored = await payments.get(actor, id);
    const [row] = await lists.payments({ id });
    const actions = await payments.machine.actions(this.policy, this.db, actor, stored);
    const { batchId, version } = stored;
    return {
      ...this.paymentItem(row as PaymentRow),
      batchId,
      version,
      actions: apiActions(this.texts, actions),
    };
  }

  async payee(actor: Actor, id: string): Promise<PayeeView> {
    const payee = await this.parts.payees.get(actor, id);
    const [payments, owed] = await Promise.all([
      this.parts.lists.payments({ payeeId: id }),
      this.parts.lists.payables(actor, { payee: id, sort: '-createdAt', limit: 100 }),
    ]);
    return {
      ...payee,
      payments: payments.map((each) => this.paymentItem(each)),
      owed: owed.items.map((each) => this.payableItem(each)),
    };
  }
}

/** `Check 1042` and so on: what a payment is called where it has a number. */
export function paymentName(texts: Texts, method: string, number: number | null): string {
  const label = texts.t(`payee.field.method.${method}`);
  return number === null ? label : `${label} ${number}`;
}
