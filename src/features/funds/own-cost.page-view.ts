/** The agency's own costs as their pages show them. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { ListPage, ListQuery } from '../../platform/lists/list.js';
import { type ChoiceView, type LinkView, type PageHead, table } from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions } from '../../platform/pages/forms.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { OwnCostCorrectionInput, OwnCostInput } from './own-cost.input.js';
import { type OwnCostPool, type OwnCostRow, OwnCosts } from './own-costs.service.js';

type View = { title: string } & Record<string, unknown>;

interface Found {
  readonly query: ListQuery;
  readonly found: ListPage<OwnCostRow>;
}

interface FormPage extends FormOptions {
  readonly title: string;
  readonly lead: string;
  readonly pool: OwnCostPool;
  readonly input: InputClass;
  readonly action: string;
  readonly submit: string;
}

@Injectable()
export class OwnCostPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly costs: OwnCosts,
  ) {}

  async list(visit: Visit, query: ListQuery): Promise<View> {
    const { t } = this;
    const pool = await this.costs.pool(visit.actor, visit.id());
    const found = await this.costs.list(visit.actor, pool.id, query);
    const may = this.policy.can(visit.actor, 'own_cost.book', { scopes: { fund: pool.fundId } });
    const open = may ? await this.sources(pool.id) : [];
    const canBook = open.length > 0;
    const head: PageHead = {
      crumbs: crumbsOf(t('fund.list.title'), pool),
      title: pool.name,
      lead: [t('own_cost.lead'), ...(may && !canBook ? [t('own_cost.no_source')] : [])].join(' '),
      actions: canBook ? [{ label: t('own_cost.book'), href: `/pools/${pool.id}/costs/new`, primary: true }] : [],
    };
    return {
      title: pool.name,
      head,
      table: this.table(pool, { query, found }, new Set(open.map(({ value }) => value))),
    };
  }

  async newForm(visit: Visit): Promise<View> {
    const pool = await this.costs.pool(visit.actor, visit.id());
    return this.form(visit, {
      title: this.t('own_cost.book'),
      lead: this.t('own_cost.book.lead', { pool: pool.name }),
      pool,
      input: OwnCostInput,
      action: `/pools/${pool.id}/costs`,
      submit: this.t('own_cost.book'),
      choices: { sourceId: await this.sources(pool.id) },
    });
  }

  async correctForm(visit: Visit): Promise<View> {
    const pool = await this.costs.pool(visit.actor, visit.id());
    await this.costs.requireEntry(pool.id, visit.id('costId'));
    return this.form(visit, {
      title: this.t('own_cost.correct'),
      lead: this.t('own_cost.correct.lead'),
      pool,
      input: OwnCostCorrectionInput,
      action: `/pools/${pool.id}/costs/${visit.id('costId')}/correct`,
      submit: this.t('own_cost.correct'),
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private table(pool: OwnCostPool, { query, found }: Found, open: ReadonlySet<string>): ReturnType<typeof table> {
    const { t } = this;
    const path = `/pools/${pool.id}/costs`;
    const signed = (row: OwnCostRow): Money => (row.correctsId === null ? row.amount : row.amount.negate());
    return table({
      id: 'own-costs',
      caption: t('own_cost.caption'),
      columns: [
        { key: 'reference', label: t('own_cost.field.reference') },
        { key: 'bookedOn', label: t('own_cost.field.booked_on'), ...sortedColumn(path, query, found.sort, 'bookedOn') },
        { key: 'source', label: t('allotment.field.source'), minor: true },
        { key: 'change', label: t('own_cost.change'), minor: true },
        {
          ...{ key: 'amount', label: t('own_cost.field.amount'), kind: 'money' },
          ...sortedColumn(path, query, found.sort, 'amount'),
        },
      ],
      rows: found.items.map((row) => ({
        reference: { text: row.reference, note: row.takenBack ?? row.description },
        bookedOn: this.db.currentCalendar.formatDate(row.bookedOn, 'long'),
        source: { text: row.sourceName, href: `/sources/${row.sourceId}` },
        change: this.change(pool, row, open.has(row.sourceId)),
        amount: signed(row),
      })),
      search: { action: path, text: { name: 'q', label: t('own_cost.search'), value: query.q } },
      pager: pagerView(this.texts, path, query, found),
      empty:
        query.q === undefined
          ? { title: t('own_cost.none'), text: t('own_cost.none.text') }
          : { title: t('list.nothing_found'), link: { label: t('list.clear'), href: path } },
      stack: true,
    });
  }

  private change(pool: OwnCostPool, row: OwnCostRow, canBook: boolean): { text: string; href?: string } {
    if (row.correctsId !== null) return { text: this.t('own_cost.is_correction') };
    if (row.takenBack !== null) return { text: this.t('own_cost.is_taken_back') };
    if (!canBook) return { text: '' };
    return { text: this.t('own_cost.correct'), href: `/pools/${pool.id}/costs/${row.id}/correct` };
  }

  /** The sources that money was set aside of for this pool. */
  private async sources(poolId: string): Promise<ChoiceView[]> {
    return this.db.query<ChoiceView>(sql`
      select s.id as value, s.name as label from sources s
      where s.state in ('active', 'liquidating')
        and exists (select 1 from allotments a where a.source_id = s.id and a.pool_id = ${poolId})
      order by s.name`);
  }

  private form(visit: Visit, { title, lead, pool, input, action, submit, ...options }: FormPage): View {
    const costs: LinkView = { label: pool.name, href: `/pools/${pool.id}/costs` };
    return {
      title,
      head: { crumbs: [...crumbsOf(this.t('fund.list.title'), pool), costs], title, lead },
      form: {
        action,
        fields: fieldViews(input, this.texts, { ...options, refused: visit.refused }),
        submit,
        cancel: { label: this.t('form.cancel'), href: costs.href },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }
}

const crumbsOf = (funds: string, pool: OwnCostPool): LinkView[] => [
  { label: funds, href: '/funds' },
  { label: pool.fundName, href: `/funds/${pool.fundId}` },
];
