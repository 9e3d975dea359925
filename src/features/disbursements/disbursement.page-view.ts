/** Requests as their pages show them: components filled, nothing left to compute. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FieldView,
  type FormView,
  type PageHead,
  table,
  type TimelineItem,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { exportLink } from '../documents/index.js';
import { ConversationPageViews } from '../conversations/index.js';
import {
  DisbursementInput,
  type DisbursementListQuery,
  DisbursementTermsInput,
  ExpenseInput,
} from './disbursement.input.js';
import { disbursementLifecycle } from './disbursement.lifecycle.js';
import { DisbursementMachine } from './disbursement.machine.js';
import { sideOfRequest } from './disbursement.scope.js';
import { categoryTable, expenseTable, factsOf, factDates, leftReceipts } from './disbursement.tables.js';
import { type DisbursementView, DisbursementViews } from './disbursement.view.js';
import { Disbursements } from './disbursements.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/requests';
/** Whoever brought it there said why. */
const NOTED_STATES = ['returned', 'rejected'];

@Injectable()
export class DisbursementPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly disbursements: Disbursements,
    private readonly machine: DisbursementMachine,
    private readonly views: DisbursementViews,
    private readonly conversations: ConversationPageViews,
  ) {}

  async list(actor: Actor, query: DisbursementListQuery): Promise<View> {
    const { t } = this;
    const found = await this.disbursements.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined || query.award !== undefined;
    const mayAsk = this.policy.mightDo(actor, 'disbursement.create');
    const head: PageHead = {
      title: t('disbursement.list.title'),
      lead: t(mayAsk ? 'disbursement.list.lead_recipient' : 'disbursement.list.lead'),
      actions: mayAsk ? [{ label: t('disbursement.new'), href: `${PATH}/new`, primary: true }] : [],
    };
    const requests = table({
      id: 'requests',
      caption: t('disbursement.list.caption'),
      columns: [
        { key: 'request', label: t('disbursement.request') },
        { key: 'award', label: t('disbursement.field.award'), ...sortedColumn(PATH, query, found.sort, 'award') },
        { key: 'state', label: t('disbursement.field.state') },
        { key: 'sent', label: t('disbursement.sent'), minor: true },
        {
          key: 'amount',
          label: t('disbursement.field.amount'),
          kind: 'payments',
          ...sortedColumn(PATH, query, found.sort, 'amount'),
        },
      ],
      rows: found.items.map((item) => {
        const row = this.views.row(item);
        return {
          request: {
            text: t('disbursement.title', { number: row.number }),
            href: `${PATH}/${row.id}`,
            note: row.organization,
          },
          award: { text: row.award.title, note: row.award.number },
          state: { tag: row.state },
          sent: row.submittedAt === null ? '' : factDates(this.db.currentCalendar).at(row.submittedAt),
          amount: row.amount,
        };
      }),
      search: {
        action: PATH,
        text: { name: 'q', label: t('disbursement.search'), value: query.q },
        filters: [
          {
            kind: 'select',
            name: 'state',
            label: t('disbursement.field.state'),
            value: query.state,
            prompt: t('list.any'),
            options: disbursementLifecycle.states.map((state) => ({
              value: state,
              label: this.machine.state(state).label,
            })),
          },
        ],
        hidden: query.award === undefined ? [] : [{ name: 'award', value: query.award }],
        clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
      },
      pager: pagerView(this.texts, PATH, query, found),
      export: exportLink(t, 'requests', query),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('disbursement.none'), text: t(mayAsk ? 'disbursement.none.recipient' : 'disbursement.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: requests };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const request = await this.views.one(visit.actor, visit.id());
    const stored = await this.disbursements.get(visit.actor, request.id);
    const side = await sideOfRequest(this.db, visit.actor, request.id);
    const actions = await this.machine.actions(this.policy, this.db, side, stored);
    const path = `${PATH}/${request.id}`;
    const buttons = actionButtons(this.texts, path, request.version, actions);
    const amount = request.amount.format({ cents: true });
    const title = request.amount.isZero
      ? t('disbursement.title', { number: request.number })
      : t('disbursement.title_amount', { number: request.number, amount });
    const head: PageHead = {
      crumbs: [{ label: t('disbursement.list.title'), href: PATH }],
      tag: request.state,
      number: t('disbursement.of_award', { number: request.award.number }),
      title,
      lead: t('disbursement.lead', {
        organization: request.organization.name,
        award: request.award.title,
        kind: request.kind,
      }),
      actions: [...this.links(request, path), ...buttons],
    };
    const submits = actions.some((action) => action.name === 'submit' && action.enabled);
    const past = await story(this.db, this.texts, this.db.currentCalendar, 'disbursement', request.id);
    const form = request.canEdit ? this.expenseForm(visit, request, path) : undefined;
    return {
      title,
      head,
      next: t(`disbursement.next.${request.state.state}`),
      reason: NOTED_STATES.includes(request.state.state) ? reasonOf(past) : undefined,
      certification: submits ? t('disbursement.certify.text', { kind: request.kind }) : undefined,
      form,
      expenses: expenseTable(this.t, this.db.currentCalendar, request, path),
      leftReceipts: leftReceipts(this.t, request),
      budget: categoryTable(this.t, request),
      moves: request.moves.map((move) =>
        t(request.payment === null ? 'disbursement.moves.would' : 'disbursement.moves.did', { ...move }),
      ),
      purpose: request.purpose,
      facts: { items: factsOf(this.t, this.db.currentCalendar, request) },
      conversation: await this.conversations.panel(visit.actor, 'disbursement', request.id),
      story: { items: past },
    };
  }

  async newForm(visit: Visit): Promise<View> {
    const awards = await this.views.awardChoices(visit.actor);
    const [only, second] = awards;
    const chosen = visit.query['award'] ?? (second === undefined ? only?.id : undefined);
    const { t } = this;
    return this.form(visit, {
      title: t('disbursement.new'),
      lead: t(awards.length === 0 ? 'disbursement.new.no_award' : 'disbursement.new.lead'),
      input: DisbursementInput,
      action: PATH,
      submit: t('disbursement.create'),
      cancel: PATH,
      values: { awardId: chosen },
      choices: { awardId: awards.map(({ id, label }) => ({ value: id, label })) },
      overrides: { kind: { kind: 'radios' } },
    });
  }

  async editForm(visit: Visit): Promise<View> {
    const request = await this.disbursements.get(visit.actor, visit.id());
    const { t } = this;
    return this.form(visit, {
      title: t('disbursement.edit', { number: request.number }),
      input: DisbursementTermsInput,
      action: `${PATH}/${request.id}/edit`,
      submit: t('form.save'),
      cancel: `${PATH}/${request.id}`,
      values: { kind: request.kind, purpose: request.purpose },
      version: request.version,
      overrides: { kind: { kind: 'radios' } },
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private links(request: DisbursementView, path: string): ActionView[] {
    return request.canEdit ? [{ label: this.t('form.edit'), href: `${path}/edit` }] : [];
  }

  private expenseForm(visit: Visit, request: DisbursementView, path: string): FormView {
    const isOfForm = visit.refused !== undefined && visit.path.endsWith('/expenses');
    const receipts = receiptChoices(request);
    const fields = fieldViews(ExpenseInput, this.texts, {
      refused: isOfForm ? visit.refused : undefined,
      choices: {
        category: request.categories.map(({ category }) => ({ value: category, label: category })),
        sameReceiptId: receipts,
      },
      overrides: {
        category: { kind: 'select', prompt: this.t('form.choose') },
        sameReceiptId: { kind: 'select', prompt: this.t('disbursement.same_receipt.none') },
      },
    });
    const [category, spentOn, vendor, description, amount, receipt, same, receiptAmount] = fields;
    const pair = (...both: (FieldView | undefined)[]): FieldView[] => both.filter((each) => each !== undefined);
    return {
      action: `${path}/expenses`,
      fields: [
        ...[pair(category), pair(vendor), pair(description), pair(spentOn, amount), pair(receipt)],
        ...[receipts.length === 0 ? [] : pair(same), pair(receiptAmount)],
      ]
        .filter((each) => each.length > 0)
        .map((each) => (each.length === 1 ? (each[0] as FieldView) : each)),
      submit: this.t('disbursement.expense.add'),
      errors: isOfForm ? errorItems(this.texts, visit.refused) : undefined,
      secondary: true,
    };
  }

  private form(
    visit: Visit,
    form: FormOptions & {
      title: string;
      lead?: string;
      input: typeof DisbursementInput | typeof DisbursementTermsInput;
      action: string;
      submit: string;
      cancel: string;
      version?: number;
    },
  ): View {
    const { title, lead, input, action, submit, cancel, version, ...options } = form;
    const fields = fieldViews(input, this.texts, { ...options, refused: visit.refused });
    return {
      title,
      head: { crumbs: [{ label: this.t('disbursement.list.title'), href: PATH }], title, lead },
      form: {
        action,
        fields: fields.filter((field) => field.name !== 'version'),
        submit,
        cancel: { label: this.t('form.cancel'), href: cancel },
        errors: errorItems(this.texts, visit.refused),
        hidden: version === undefined ? [] : [{ name: 'version', value: String(version) }],
      },
    };
  }
}

/** What was handed in for expenses of the request, each once. */
function receiptChoices(request: DisbursementView): { value: string; label: string }[] {
  const files = new Map(
    request.expenses.flatMap(({ receipt, description }) =>
      receipt === null ? [] : [[receipt.id, `${receipt.fileName}, ${description}`] as const],
    ),
  );
  return [...files].map(([value, label]) => ({ value, label }));
}

/** Who brought it here, and why. */
function reasonOf([latest]: readonly TimelineItem[]): string | undefined {
  return latest === undefined ? undefined : `${latest.title}. ${latest.text ?? ''}`;
}
