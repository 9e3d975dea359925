/** Payables as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { type FactView, type PageHead } from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { exportLink } from '../documents/index.js';
import { payableLifecycle } from './payable.lifecycle.js';
import type { PayableListQuery } from './payment.input.js';
import { PaymentLists } from './payment-lists.service.js';
import { PaymentTables } from './payment.tables.js';
import { PaymentViews } from './payment.view.js';
import { Payables } from './payables.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/payments/payables';

@Injectable()
export class PayablePageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly payables: Payables,
    private readonly lists: PaymentLists,
    private readonly views: PaymentViews,
    private readonly tables: PaymentTables,
  ) {}

  async list(actor: Actor, query: PayableListQuery): Promise<View> {
    const { t } = this.tables;
    const found = await this.lists.payables(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined || query.payee !== undefined;
    const title = t('payable.list.title');
    const head: PageHead = {
      crumbs: [{ label: t('payments.title'), href: '/payments' }],
      title,
      lead: t('payable.list.lead'),
    };
    const clear = { label: t('list.clear'), href: PATH };
    const items = found.items.map((row) => this.views.payableItem(row));
    return {
      title,
      head,
      table: this.tables.payables(items, {
        sort: (key) => sortedColumn(PATH, query, found.sort, key),
        search: {
          action: PATH,
          text: { name: 'q', label: t('payable.search'), value: query.q },
          filters: [
            {
              kind: 'select',
              name: 'state',
              label: t('payable.field.state'),
              value: query.state,
              prompt: t('list.any'),
              options: payableLifecycle.states.map((value) => {
                return { value, label: this.payables.machine.state(value).label };
              }),
            },
          ],
          clear: isSearch ? clear : undefined,
        },
        pager: pagerView(this.texts, PATH, query, found),
        export: exportLink(t, 'payables', query),
        ...(isSearch && { empty: { title: t('list.nothing_found'), link: clear } }),
      }),
    };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this.tables;
    const payable = await this.views.payable(visit.actor, visit.id());
    const stored = await this.payables.get(visit.actor, payable.id);
    const actions = await this.payables.machine.actions(this.policy, this.db, visit.actor, stored);
    const head: PageHead = {
      crumbs: [
        { label: t('payments.title'), href: '/payments' },
        { label: t('payable.list.title'), href: PATH },
      ],
      tag: payable.state,
      title: payable.title,
      lead: t('payable.lead', { payee: payable.payeeName, date: this.tables.dayOf(payable.createdAt) }),
      actions: actionButtons(this.texts, `${PATH}/${payable.id}`, payable.version, actions),
    };
    const [summary] = (await this.payables.of(this.db, payable.subjectType, [payable.subjectId])).get(
      payable.subjectId,
    ) ?? [undefined];
    const batch = summary?.id === payable.id && summary.batchId !== null ? summary : undefined;
    const facts: (FactView | undefined)[] = [
      {
        label: t('payable.field.payee'),
        link: { label: payable.payeeName, href: `/payments/payees/${payable.payeeId}` },
      },
      { label: t('payee.field.method'), value: t(`payee.field.method.${payable.method}`) },
      payable.href === null
        ? undefined
        : { label: t('payable.field.subject'), link: { label: payable.title, href: payable.href } },
      batch === undefined
        ? undefined
        : {
            label: t('payment_batch.field.number'),
            link: { label: batch.batchNumber ?? '', href: `/payments/batches/${batch.batchId ?? ''}` },
          },
      payable.holdReason === null
        ? undefined
        : { label: t('payable.field.hold_reason'), value: payable.holdReason, strong: true },
    ];
    return {
      title: payable.title,
      head,
      hero: {
        label: t('payable.field.amount'),
        value: payable.amount.format({ cents: true }),
        link: this.policy.mightDo(visit.actor, 'ledger.read')
          ? { label: t('ledger.open_entries'), href: `/ledger?subject=payable:${payable.id}` }
          : undefined,
      },
      note: payable.lacksTaxForm
        ? {
            tone: 'gold',
            title: t('payable.note.tax_form', { payee: payable.payeeName }),
            text: t('payable.note.tax_form.text'),
            link: { label: t('payee.record_tax_form'), href: `/payments/payees/${payable.payeeId}` },
          }
        : undefined,
      facts: { items: facts.filter((each) => each !== undefined) },
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'payable', payable.id) },
    };
  }
}
