/** The home of payments - what is due, in batches and on hold - and the page of one payment. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { PageHead } from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { PaymentLists } from './payment-lists.service.js';
import { heldPanel, owedLine } from './payment.held.js';
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
    const { open, withoutTaxForm } = overview;
    const canPrepare = this.policy.can(actor, 'payment_batch.prepare', {}) && open.count > 0;
    const title = t('payments.title');
    const head: PageHead = {
      title,
      lead: owedLine(t, overview),
      actions: canPrepare ? [{ label: t('payment_batch.new'), href: '/payments/batches/new', primary: true }] : [],
    };
    return {
      title,
      head,
      dueHead: {
        title: t('payments.due'),
        id: 'due',
        lead:
          open.count === 0
            ? undefined
            : t('payments.due.lead', { count: open.count, amount: open.amount, lacking: withoutTaxForm.count }),
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
      held: heldPanel(t, overview),
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
}
