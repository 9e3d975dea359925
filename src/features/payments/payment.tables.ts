/** The tables of payables, batches and payments, the same on every page that shows them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { table, type TableInput, type TableView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { type BatchItem, paymentName, type PayableItem, type PaymentListItem } from './payment.view.js';

type PayableKey = 'payee' | 'state' | 'since' | 'amount';
type BatchKey = 'number' | 'state' | 'waits' | 'payments' | 'amount';
/** What a page adds: search, pager, sortable heads. */
export interface Added<Key extends string> extends Partial<Omit<TableInput<Key>, 'columns' | 'rows'>> {
  readonly sort?: (key: string) => { sortHref: string; sorted?: 'ascending' | 'descending' };
  /** On the page of one payee the name would only repeat: rows are named by what they pay. */
  readonly ofOnePayee?: boolean;
}

@Injectable()
export class PaymentTables {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
  ) {}

  readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  date(date: string, style: 'short' | 'long' | 'full' = 'long'): string {
    return this.db.currentCalendar.formatDate(date, style);
  }

  dayOf(instant: Date): string {
    return this.date(this.db.currentCalendar.today(instant));
  }

  payables(items: readonly PayableItem[], { sort, ofOnePayee, ...added }: Added<PayableKey> = {}): TableView {
    const { t } = this;
    return table<PayableKey>({
      id: 'payables',
      caption: t('payable.list.caption'),
      stack: true,
      empty: { title: t('payable.none'), text: t('payable.none.text') },
      ...added,
      columns: [
        { key: 'payee', label: t(ofOnePayee ? 'payable.field.subject' : 'payable.field.payee'), ...sort?.('payee') },
        { key: 'state', label: t('payable.field.state') },
        { key: 'since', label: t('payable.field.since'), minor: true, ...sort?.('createdAt') },
        { key: 'amount', label: t('payable.field.amount'), kind: 'payments', ...sort?.('amount') },
      ],
      rows: items.map((item) => ({
        payee: {
          text: ofOnePayee ? item.title : item.payeeName,
          note: ofOnePayee ? undefined : item.title,
          href: `/payments/payables/${item.id}`,
        },
        state: { tag: item.state, note: this.why(item) },
        since: this.dayOf(item.createdAt),
        amount: item.amount,
      })),
    });
  }

  batches(items: readonly BatchItem[], actor: Actor, { sort, ...added }: Added<BatchKey> = {}): TableView {
    const { t } = this;
    return table<BatchKey>({
      id: 'batches',
      caption: t('payment_batch.list.caption'),
      stack: true,
      empty: { title: t('payment_batch.none'), text: t('payment_batch.none.text') },
      ...added,
      columns: [
        { key: 'number', label: t('payment_batch.field.number'), ...sort?.('number') },
        { key: 'state', label: t('payment_batch.field.state') },
        { key: 'waits', label: t('payment_batch.waits') },
        { key: 'payments', label: t('payment_batch.field.payments'), kind: 'number', minor: true },
        { key: 'amount', label: t('payment_batch.field.amount'), kind: 'payments', ...sort?.('amount') },
      ],
      rows: items.map((item) => ({
        number: { text: item.number, note: this.about(item), href: `/payments/batches/${item.id}` },
        state: { tag: item.state },
        waits: { text: t(`payment_batch.waits.${item.state.state}`), note: this.waitsFor(item, actor) },
        payments: item.payments,
        amount: item.amount,
      })),
    });
  }

  /** The payments of a batch with their total, or those to one payee, of which some may have come back. */
  payments(items: readonly PaymentListItem[], ofOnePayee = false): TableView {
    const { t } = this;
    const total = {
      payee: t('table.total'),
      number: '',
      state: '',
      amount: Money.sum(items.map((each) => each.amount)),
    };
    return table({
      id: 'payments',
      caption: t('payment.list.caption'),
      stack: true,
      columns: [
        { key: 'payee', label: t(ofOnePayee ? 'payable.field.subject' : 'payable.field.payee') },
        { key: 'number', label: t('payment.field.number') },
        { key: 'state', label: t('payment.field.state') },
        { key: 'amount', label: t('payment.field.amount'), kind: 'payments' },
      ],
      rows: items.map((item) => ({
        payee: {
          text: ofOnePayee ? this.pays(item.payables) : item.payeeName,
          note: ofOnePayee ? undefined : this.pays(item.payables),
          href: `/payments/${item.id}`,
        },
        number: item.number === null ? null : paymentName(this.texts, item.method, item.number),
        state: { tag: item.state },
        amount: item.amount,
      })),
      total: ofOnePayee ? undefined : total,
      empty: { title: t('payment.none'), text: t('payment.none.text') },
    });
  }

  /** `Checks, Mar 17, 2016`; the date stays on one line. */
  about(item: { readonly method: string; readonly payOn: string }): string {
    return `${this.t(`payment_batch.method.${item.method}`)}, ${this.date(item.payOn).replaceAll(' ', '\u00a0')}`;
  }

  /** The first titles; the rest is a number. */
  pays(titles: readonly string[]): string {
    const [first = '', ...rest] = titles;
    return rest.length === 0 ? first : this.t('payment.pays', { first, more: rest.length });
  }

  private why(item: PayableItem): string | undefined {
    if (item.holdReason !== null) return item.holdReason;
    return item.lacksTaxForm ? this.t('payable.lacks_tax_form') : undefined;
  }

  private waitsFor(item: BatchItem, actor: Actor): string | undefined {
    const isMine = actor.kind === 'person' && item.preparedBy === actor.personId;
    if (!['draft', 'approved'].includes(item.state.state) || !isMine) return undefined;
    return this.t('payment_batch.you_prepared_it');
  }
}
