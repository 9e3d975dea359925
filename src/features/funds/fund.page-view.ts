/** Funds as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { ListQuery } from '../../platform/lists/list.js';
import {
  type ActionView,
  type ChoiceView,
  type LinkView,
  moneyBar,
  type PageHead,
  table,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions } from '../../platform/pages/forms.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { AllotmentInput, AllotmentReturnInput, FundInput, PoolInput } from './fund.input.js';
import { type FundView, FundViews } from './fund.view.js';
import { Funds } from './funds.service.js';

type View = { title: string } & Record<string, unknown>;

interface FormPage extends FormOptions {
  readonly title: string;
  readonly lead?: string;
  readonly crumbs: readonly LinkView[];
  readonly input: InputClass;
  readonly action: string;
  readonly submit: string;
  readonly version?: number;
}

@Injectable()
export class FundPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly funds: Funds,
    private readonly views: FundViews,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<View> {
    const { t } = this;
    const found = await this.funds.list(actor, query);
    const head: PageHead = {
      title: t('fund.list.title'),
      lead: t('fund.list.lead'),
      actions: this.policy.can(actor, 'fund.create', {})
        ? [{ label: t('fund.new'), href: '/funds/new', primary: true }]
        : [],
    };
    const funds = table({
      id: 'funds',
      caption: t('fund.list.caption'),
      columns: [
        { key: 'name', label: t('fund.field.name'), ...sortedColumn('/funds', query, found.sort, 'name') },
        { key: 'pools', label: t('fund.pools'), kind: 'number' },
      ],
      rows: found.items.map((row) => ({ name: { text: row.name, href: `/funds/${row.id}` }, pools: row.pools })),
      search: { action: '/funds', text: { name: 'q', label: t('fund.search'), value: query.q } },
      pager: pagerView(this.texts, '/funds', query, found),
      empty:
        query.q === undefined
          ? { title: t('fund.none'), text: t('fund.none.text') }
          : { title: t('list.nothing_found'), link: { label: t('list.clear'), href: '/funds' } },
      stack: true,
    });
    return { title: head.title, head, table: funds };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const fund = await this.views.one(visit.actor, visit.id());
    const head: PageHead = {
      crumbs: [{ label: t('fund.list.title'), href: '/funds' }],
      title: fund.name,
      lead: fund.purpose ?? undefined,
      actions: this.links(visit.actor, fund.id),
    };
    const { totals } = fund;
    return {
      title: fund.name,
      head,
      hero: {
        label: t('source.figure.allotted'),
        value: totals.allotted.format(),
        bar: totals.allotted.isZero
          ? undefined
          : moneyBar({
              whole: totals.allotted,
              label: t('fund.bar', { allotted: totals.allotted, available: totals.available }),
              parts: [
                { stage: 'paid', amount: totals.disbursed },
                { stage: 'approved', amount: totals.payable },
                { stage: 'remaining', amount: totals.remaining.add(totals.reserved) },
                { stage: 'unawarded', amount: totals.available },
              ],
            }),
        figures: [
          { label: t('source.figure.disbursed'), value: totals.disbursed.format(), stage: 'paid' },
          { label: t('source.figure.committed'), value: totals.committed.format(), stage: 'remaining' },
          { label: t('fund.figure.available'), value: totals.available.format(), stage: 'unawarded' },
        ],
      },
      pools: this.poolTable(visit.actor, fund),
      allotments: table({
        id: 'allotments',
        caption: t('allotment.caption'),
        columns: [
          { key: 'pool', label: t('allotment.field.pool') },
          { key: 'source', label: t('allotment.field.source') },
          { key: 'authority', label: t('allotment.field.authority'), minor: true },
          { key: 'amount', label: t('allotment.field.amount'), kind: 'money' },
        ],
        rows: fund.allotments.map((row) => ({
          pool: row.poolName,
          source: { text: row.sourceName, href: `/sources/${row.sourceId}` },
          authority: row.authority,
          amount: row.amount,
        })),
        total: {
          pool: t('table.total'),
          source: '',
          authority: '',
          amount: Money.sum(fund.allotments.map((row) => row.amount)),
        },
        empty: { title: t('allotment.none'), text: t('allotment.none.text') },
        stack: true,
      }),
    };
  }

  newForm(visit: Visit): View {
    const { t } = this;
    return this.form(visit, {
      title: t('fund.new'),
      crumbs: [{ label: t('fund.list.title'), href: '/funds' }],
      input: FundInput,
      action: '/funds',
      submit: t('fund.create'),
    });
  }

  async editForm(visit: Visit): Promise<View> {
    const fund = await this.funds.get(visit.actor, visit.id());
    return this.form(visit, {
      title: this.t('fund.edit', { name: fund.name }),
      crumbs: this.crumbs(fund),
      input: FundInput,
      action: `/funds/${fund.id}/edit`,
      submit: this.t('form.save'),
      values: { ...fund },
      version: fund.version,
    });
  }

  async poolForm(visit: Visit): Promise<View> {
    const fund = await this.funds.get(visit.actor, visit.id());
    return this.form(visit, {
      title: this.t('pool.new'),
      lead: this.t('pool.new.lead'),
      crumbs: this.crumbs(fund),
      input: PoolInput,
      action: `/funds/${fund.id}/pools`,
      submit: this.t('pool.create'),
    });
  }

  async allotmentForm(visit: Visit): Promise<View> {
    return this.form(visit, {
      title: this.t('allotment.new'),
      lead: this.t('allotment.new.lead'),
      crumbs: [{ label: this.t('source.list.title'), href: '/sources' }],
      input: AllotmentInput,
      action: '/allotments',
      submit: this.t('allotment.create'),
      values: { sourceId: visit.query['source'], poolId: visit.query['pool'] },
      choices: await this.choices(),
    });
  }

  async returnForm(visit: Visit): Promise<View> {
    return this.form(visit, {
      title: this.t('allotment.return'),
      lead: this.t('allotment.return.lead'),
      crumbs: [{ label: this.t('source.list.title'), href: '/sources' }],
      input: AllotmentReturnInput,
      action: '/allotments/return',
      submit: this.t('allotment.return.submit'),
      values: { sourceId: visit.query['source'], poolId: visit.query['pool'] },
      choices: await this.choices(),
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private crumbs(fund: { id: string; name: string }): LinkView[] {
    return [
      { label: this.t('fund.list.title'), href: '/funds' },
      { label: fund.name, href: `/funds/${fund.id}` },
    ];
  }

  private links(actor: Actor, fundId: string): ActionView[] {
    const { t } = this;
    const can = (permission: string): boolean => this.policy.can(actor, permission, { scopes: { fund: fundId } });
    const links: ActionView[] = [];
    if (can('fund.update')) {
      links.push({ label: t('form.edit'), href: `/funds/${fundId}/edit` });
      links.push({ label: t('pool.new'), href: `/funds/${fundId}/pools/new`, primary: true });
    }
    if (can('allotment.create'))
      links.push({ label: t('allotment.new'), href: '/allotments/new', primary: links.length === 0 });
    if (can('allotment.return')) links.push({ label: t('allotment.return'), href: '/allotments/return' });
    return links;
  }

  private poolTable(actor: Actor, fund: FundView): ReturnType<typeof table> {
    const { t } = this;
    const canOpen = this.policy.mightDo(actor, 'ledger.read');
    return table({
      id: 'pools',
      caption: t('pool.caption'),
      columns: [
        { key: 'name', label: t('pool.field.name') },
        { key: 'allotted', label: t('source.figure.allotted'), kind: 'money' },
        { key: 'committed', label: t('source.figure.committed'), kind: 'money' },
        { key: 'paid', label: t('source.figure.disbursed'), kind: 'money' },
        { key: 'available', label: t('fund.figure.available'), kind: 'money' },
      ],
      rows: fund.pools.map(({ id, name, kind, figures }) => ({
        name: {
          text: name,
          note: t(`pool.field.kind.${kind}`),
          href: canOpen || kind === 'own_costs' ? poolHref(id, kind) : undefined,
        },
        allotted: figures.allotted,
        committed: figures.committed,
        paid: figures.disbursed,
        available: figures.available,
      })),
      total: {
        name: t('table.total'),
        allotted: fund.totals.allotted,
        committed: fund.totals.committed,
        paid: fund.totals.disbursed,
        available: fund.totals.available,
      },
      empty: { title: t('pool.none'), text: t('pool.none.text') },
      stack: true,
    });
  }

  /** Sources in force and every pool, for the selects. */
  private async choices(): Promise<Record<string, ChoiceView[]>> {
    const sources = await this.db.query<ChoiceView>(
      sql`select id as value, name as label from sources where state = 'active' order by name`,
    );
    const pools = await this.db.query<ChoiceView>(
      sql`select p.id as value, f.name || ': ' || p.name as label from pools p join funds f on f.id = p.fund_id order by label`,
    );
    return { sourceId: sources, poolId: pools };
  }

  private form(visit: Visit, form: FormPage): View {
    const { title, lead, crumbs, input, action, submit, version, ...options } = form;
    const fields = fieldViews(input, this.texts, { ...options, refused: visit.refused });
    return {
      title,
      head: { crumbs, title, lead },
      form: {
        action,
        fields: fields.filter((field) => field.name !== 'version'),
        submit,
        cancel: { label: this.t('form.cancel'), href: crumbs.at(-1)?.href ?? '/' },
        errors: errorItems(this.texts, visit.refused),
        hidden: version === undefined ? [] : [{ name: 'version', value: String(version) }],
      },
    };
  }
}

/** A pool for own costs has entries of its own; the others are opened in the books. */
const poolHref = (id: string, kind: string): string =>
  kind === 'own_costs' ? `/pools/${id}/costs` : `/ledger?holder=pool:${id}`;
