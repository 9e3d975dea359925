/** Payees as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import type { Visit } from '../../platform/http/visit.js';
import { type FactView, type FormView, type PageHead, table } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { PayeeInput, type PayeeListQuery, TaxFormInput } from './payment.input.js';
import { PayeeSecretPageViews } from './payee-secret.page-view.js';
import { PaymentLists } from './payment-lists.service.js';
import { PaymentTables } from './payment.tables.js';
import { type PayeeView, PaymentViews } from './payment.view.js';
import { Payees } from './payees.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/payments/payees';

@Injectable()
export class PayeePageViews {
  constructor(
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly payees: Payees,
    private readonly lists: PaymentLists,
    private readonly views: PaymentViews,
    private readonly tables: PaymentTables,
    private readonly secrets: PayeeSecretPageViews,
  ) {}

  /** Who is paid; with `missing` those whose tax form is waited for, by name. */
  async list(actor: Actor, query: PayeeListQuery): Promise<View> {
    const { t } = this.tables;
    const found = await this.lists.payees(actor, query);
    // As it stands in an address.
    const asked = { ...query, missing: query.missing === true ? 'yes' : undefined };
    const title = query.missing === true ? t('payee.list.missing') : t('payee.list.title');
    const head: PageHead = {
      crumbs: [{ label: t('payments.title'), href: '/payments' }],
      title,
      lead: query.missing === true ? t('payee.list.missing.lead') : t('payee.list.lead'),
    };
    const clear = { label: t('list.clear'), href: PATH };
    const isSearch = query.q !== undefined || query.missing === true;
    const payees = table({
      id: 'payees',
      caption: t('payee.list.caption'),
      columns: [
        { key: 'name', label: t('payee.field.name'), ...sortedColumn(PATH, asked, found.sort, 'name') },
        { key: 'method', label: t('payee.field.method'), minor: true },
        { key: 'form', label: t('payee.field.tax_form') },
        { key: 'waiting', label: t('payee.field.waiting'), kind: 'payments' },
      ],
      rows: found.items.map((row) => ({
        name: { text: row.name, href: `${PATH}/${row.id}` },
        method: t(`payee.field.method.${row.method}`),
        form: row.taxFormOnFileOn === null ? t('payee.tax_form.none') : this.tables.date(row.taxFormOnFileOn),
        waiting: row.waiting.isZero ? null : row.waiting,
      })),
      search: {
        action: PATH,
        text: { name: 'q', label: t('payee.search'), value: query.q },
        hidden: query.missing === true ? [{ name: 'missing', value: 'yes' }] : undefined,
        clear: isSearch ? clear : undefined,
      },
      pager: pagerView(this.texts, PATH, asked, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: clear }
        : { title: t('payee.none'), text: t('payee.none.text') },
      stack: true,
    });
    return { title, head, table: payees };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this.tables;
    const { actor } = visit;
    const payee = await this.views.payee(actor, visit.id());
    const edit = { label: t('payee.edit'), href: `${PATH}/${payee.id}/edit` };
    const head: PageHead = {
      crumbs: this.crumbs(),
      title: payee.name,
      lead: t(payee.organizationId === null ? 'payee.lead.person' : 'payee.lead.organization'),
      actions: this.policy.can(actor, 'payee.update', {}) ? [edit] : [],
    };
    const isWaiting = payee.owed.some((each) => each.lacksTaxForm);
    return {
      title: payee.name,
      head,
      note: isWaiting
        ? {
            tone: 'gold',
            title: t('payable.note.tax_form', { payee: payee.name }),
            text: t('payable.note.tax_form.text'),
          }
        : undefined,
      payables: this.tables.payables(payee.owed, {
        ofOnePayee: true,
        empty: { title: t('payee.owed.none'), text: t('payable.none.text') },
      }),
      payments: this.tables.payments(payee.payments, true),
      facts: { items: this.facts(payee), wide: true },
      secrets: await this.secrets.section(actor, payee.id),
      form: this.policy.can(actor, 'payee.record_tax_form', {}) ? this.taxForm(visit, payee) : undefined,
    };
  }

  async editForm(visit: Visit): Promise<View> {
    const { t } = this.tables;
    const payee = await this.payees.get(visit.actor, visit.id());
    const title = t('payee.edit.title', { name: payee.name });
    const href = `${PATH}/${payee.id}`;
    const form: FormView = {
      action: `${href}/edit`,
      fields: fieldViews(PayeeInput, this.texts, { only: ['method'], values: { ...payee }, refused: visit.refused }),
      submit: t('form.save'),
      cancel: { label: t('form.cancel'), href },
      errors: errorItems(this.texts, visit.refused),
      hidden: [{ name: 'version', value: String(payee.version) }],
    };
    const head: PageHead = { crumbs: [...this.crumbs(), { label: payee.name, href }], title };
    return { title, head, form };
  }

  private crumbs(): { label: string; href: string }[] {
    const { t } = this.tables;
    return [
      { label: t('payments.title'), href: '/payments' },
      { label: t('payee.list.title'), href: PATH },
    ];
  }

  private facts(payee: PayeeView): FactView[] {
    const { t } = this.tables;
    const form = payee.taxFormOnFileOn;
    const who = payee.taxFormRecordedByName;
    return [
      { label: t('payee.field.method'), value: t(`payee.field.method.${payee.method}`) },
      {
        label: t('payee.field.tax_form'),
        value:
          form === null
            ? t('payee.tax_form.none')
            : who === null
              ? this.tables.date(form)
              : t('payee.tax_form.by', { date: this.tables.date(form), who }),
      },
    ];
  }

  private taxForm(visit: Visit, payee: PayeeView): FormView {
    const { t } = this.tables;
    return {
      action: `${PATH}/${payee.id}/tax-form`,
      fields: fieldViews(TaxFormInput, this.texts, {
        only: ['onFileOn'],
        values: { onFileOn: payee.taxFormOnFileOn },
        refused: visit.refused,
      }),
      submit: t('payee.record_tax_form'),
      errors: errorItems(this.texts, visit.refused),
      hidden: [{ name: 'version', value: String(payee.version) }],
      secondary: payee.taxFormOnFileOn !== null,
    };
  }
}
