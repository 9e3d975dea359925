/** Batches of payments as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FormView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { exportLink } from '../documents/index.js';
import { PAYMENT_METHODS } from './payable.entity.js';
import { BatchInput, type BatchListQuery } from './payment.input.js';
import { batchLifecycle } from './payment.lifecycle.js';
import type { Candidate } from './payment.rules.js';
import { PaymentTables } from './payment.tables.js';
import { PaymentParts, PaymentViews } from './payment.view.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/payments/batches';
/** Released at some time, so that there is a register. */
const RELEASED = ['released', 'settled', 'unknown', 'failed'];

@Injectable()
export class BatchPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly parts: PaymentParts,
    private readonly views: PaymentViews,
    private readonly tables: PaymentTables,
  ) {}

  async list(actor: Actor, query: BatchListQuery): Promise<View> {
    const { t } = this.tables;
    const found = await this.parts.lists.batches(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined;
    const clear = { label: t('list.clear'), href: PATH };
    const title = t('payment_batch.list.title');
    const head: PageHead = {
      crumbs: [{ label: t('payments.title'), href: '/payments' }],
      title,
      lead: t('payment_batch.list.lead'),
      actions: this.policy.can(actor, 'payment_batch.prepare', {})
        ? [{ label: t('payment_batch.new'), href: `${PATH}/new`, primary: true }]
        : [],
    };
    const items = found.items.map((row) => this.views.batchItem(row));
    return {
      title,
      head,
      table: this.tables.batches(items, actor, {
        sort: (key) => sortedColumn(PATH, query, found.sort, key),
        search: {
          action: PATH,
          text: { name: 'q', label: t('payment_batch.search'), value: query.q },
          filters: [
            {
              kind: 'select',
              name: 'state',
              label: t('payment_batch.field.state'),
              value: query.state,
              prompt: t('list.any'),
              options: batchLifecycle.states.map((value) => {
                return { value, label: this.parts.batches.machine.state(value).label };
              }),
            },
          ],
          clear: isSearch ? clear : undefined,
        },
        pager: pagerView(this.texts, PATH, query, found),
        export: exportLink(t, 'payment-batches', query),
        ...(isSearch && { empty: { title: t('list.nothing_found'), link: clear } }),
      }),
    };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this.tables;
    const { batches } = this.parts;
    const batch = await this.views.batch(visit.actor, visit.id());
    const stored = await batches.get(visit.actor, batch.id);
    const actions = await batches.machine.actions(this.policy, this.db, visit.actor, stored);
    const hasRegister = RELEASED.includes(batch.state.state);
    const register: ActionView = { label: t('payment_batch.register'), href: `${PATH}/${batch.id}/register` };
    const title = t('payment_batch.title', { number: batch.number });
    const head: PageHead = {
      crumbs: [
        { label: t('payments.title'), href: '/payments' },
        { label: t('payment_batch.list.title'), href: PATH },
      ],
      tag: batch.state,
      number: this.tables.about(batch),
      title,
      lead: t(`payment_batch.lead.${batch.state.state}`),
      actions: [
        ...(hasRegister ? [register] : []),
        ...actionButtons(this.texts, `${PATH}/${batch.id}`, batch.version, actions),
      ],
    };
    return {
      title,
      head,
      hero: {
        label: t('payment_batch.field.amount'),
        value: batch.amount.format({ cents: true }),
        note: t('payment_batch.payments', { count: batch.payments }),
      },
      payments: this.tables.payments(batch.items),
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'payment_batch', batch.id) },
    };
  }

  /** What would go into a batch of each method, who is left out, and the form. */
  async newForm(visit: Visit): Promise<View> {
    const { t } = this.tables;
    const previews = await Promise.all(
      PAYMENT_METHODS.map(async (method) => ({ method, ...(await this.parts.batches.preview(visit.actor, method)) })),
    );
    const best = previews.find((each) => each.taken.length > 0)?.method;
    const title = t('payment_batch.new');
    const form: FormView = {
      action: PATH,
      fields: [
        fieldViews(BatchInput, this.texts, {
          only: ['method', 'payOn'],
          values: { method: best, payOn: this.db.today },
          refused: visit.refused,
        }),
      ],
      submit: t('payment_batch.prepare'),
      cancel: { label: t('form.cancel'), href: '/payments' },
      errors: errorItems(this.texts, visit.refused),
    };
    const waiting = previews.flatMap((each) => each.withoutTaxForm);
    return {
      title,
      head: {
        crumbs: [
          { label: t('payments.title'), href: '/payments' },
          { label: t('payment_batch.list.title'), href: PATH },
        ],
        title,
        lead: t('payment_batch.new.lead'),
      },
      preview: this.previewTable(previews),
      form,
      leftOutHead: {
        title: t('payment_batch.left_out'),
        id: 'left-out-payees',
        lead: t('payment_batch.left_out.lead'),
      },
      leftOut: waiting.length === 0 ? undefined : this.leftOutTable(waiting),
    };
  }

  private previewTable(previews: readonly { method: string; taken: readonly Candidate[] }[]): TableView {
    const { t } = this.tables;
    return table({
      id: 'preview',
      caption: t('payment_batch.preview.caption'),
      columns: [
        { key: 'method', label: t('payee.field.method') },
        { key: 'payees', label: t('payment_batch.field.payments'), kind: 'number' },
        { key: 'payables', label: t('payment_batch.field.payables'), kind: 'number' },
        { key: 'amount', label: t('payment_batch.field.amount'), kind: 'payments' },
      ],
      rows: previews.map(({ method, taken }) => ({
        method: t(`payment_batch.method.${method}`),
        payees: new Set(taken.map((each) => each.payeeId)).size,
        payables: taken.length,
        amount: Money.sum(taken.map((each) => each.amount)),
      })),
      stack: true,
    });
  }

  /** Those whose tax form is missing, by name: they are left out until it is recorded. */
  private leftOutTable(waiting: readonly Candidate[]): TableView {
    const { t } = this.tables;
    const payees = new Map<string, { name: string; amount: Money }>();
    for (const { payeeId, payeeName, amount } of waiting) {
      payees.set(payeeId, { name: payeeName, amount: amount.add(payees.get(payeeId)?.amount ?? Money.zero) });
    }
    const rows = [...payees].sort(([, a], [, b]) => a.name.localeCompare(b.name, 'en'));
    return table({
      id: 'left-out',
      caption: t('payment_batch.left_out.caption'),
      columns: [
        { key: 'name', label: t('payee.field.name') },
        { key: 'amount', label: t('payee.field.waiting'), kind: 'payments' },
      ],
      rows: rows.map(([id, { name, amount }]) => ({ name: { text: name, href: `/payments/payees/${id}` }, amount })),
      stack: true,
    });
  }
}
