/** The home of payments - what is due, in batches and on hold - and the page of one payment. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { barList, type PageHead } from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Overview, PaymentLists } from './payment-lists.service.js';
import { PaymentTables } from './payment.tables.js';
import { paymentName, PaymentViews } from './payment.view.js';
import { Payments } from './payments.service.js';

type View = { title: string } & Record<string, unknown>;

const SHOWN = 8;

@Injectable()
export class PaymentPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly payments: Payments,
    private readonly lists: PaymentLists,
    private readonly views: PaymentViews,
    private readonly tables: PaymentTables,
  ) {}

  async home(actor: Actor): Promise<View> {
    const { t } = this.tables;
    const [overview, due, batches] = await Promise.all([
      this.lists.overview(),
      this.lists.payables(actor, { state: 'open', limit: SHOWN }),
      this.lists.batches(actor, { limit: SHOWN }),
    ]);
    const { open, batched, held } = overview;
    const total = Money.sum([open.amount, batched.amount, held.amount]);
    const canPrepare = this.policy.can(actor, 'payment_batch.prepare', {}) && open.count > 0;
    const title = t('payments.title');
    const head: PageHead = {
      title,
      lead: t('payments.lead', { total, open: open.amount, batched: batched.amount, held: held.amount }),
      actions: canPrepare ? [{ label: t('payment_batch.new'), href: '/payments/batches/new', primary: true }] : [],
    };
    return {
      title,
      head,
      dueHead: {
        title: t('payments.due'),
        id: 'due',
        lead: open.count === 0 ? undefined : t('payments.due.lead', { count: open.count, amount: open.amount }),
        link: { label: t('payments.all_payables'), href: '/payments/payables' },
      },
      due: this.tables.payables(due.items.map((row) => this.views.payableItem(row))),
      batchesHead: {
        title: t('payment_batch.list.title'),
        id: 'batches',
        link: { label: t('payments.all_batches'), href: '/payments/batches' },
      },
      batches: this.tables.batches(
        batches.items.map((row) => this.views.batchItem(row)),
        actor,
      ),
      held: this.held(overview),
      payees: { label: t('payments.all_payees'), href: '/payments/payees' },
    };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this.tables;
    const payment = await this.views.payment(visit.actor, visit.id());
    const stored = await this.payments.get(visit.actor, payment.id);
    const actions = await this.payments.machine.actions(this.policy, this.db, visit.actor, stored);
    const name = paymentName(this.texts, payment.method, payment.number);
    const title = t('payment.title', { name, payee: payment.payeeName });
    const head: PageHead = {
      crumbs: [
        { label: t('payments.title'), href: '/payments' },
        { label: t('payment.batch'), href: `/payments/batches/${payment.batchId}` },
      ],
      tag: payment.state,
      title,
      lead: payment.issuedOn === null ? undefined : t('payment.lead', { date: this.tables.date(payment.issuedOn) }),
      actions: actionButtons(this.texts, `/payments/${payment.id}`, payment.version, actions),
    };
    return {
      title,
      head,
      hero: { label: t('payment.field.amount'), value: payment.amount.format({ cents: true }) },
      paid: { items: payment.payables.map((each) => ({ title: each })) },
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'payment', payment.id) },
    };
  }

  /** Why money waits, the largest first; a missing tax form is a reason like the others. */
  private held({ held, reasons, withoutTaxForm }: Overview): Record<string, unknown> {
    const { t } = this.tables;
    const count = held.count + withoutTaxForm.count;
    const rows = reasons.map(({ reason, amount, count: payables }) => ({
      label: reason,
      href: '/payments/payables?state=held',
      note: t('payments.held.payables', { count: payables }),
      amount,
    }));
    if (withoutTaxForm.count > 0) {
      rows.push({
        label: t('payments.held.tax_form'),
        href: '/payments/payees?missing=yes',
        note: t('payments.held.tax_form.note', { count: withoutTaxForm.count }),
        amount: withoutTaxForm.amount,
      });
    }
    rows.sort((a, b) => b.amount.compare(a.amount));
    const lead =
      count === 0
        ? t('payments.held.none')
        : t('payments.held.lead', { count, amount: held.amount.add(withoutTaxForm.amount) });
    return {
      head: { title: t('payments.held'), id: 'held', lead },
      bars: count === 0 ? undefined : barList({ rows, stacked: true, symbol: true }),
    };
  }
}
