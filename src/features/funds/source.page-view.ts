/** Sources as their pages show them: components filled, nothing left to compute. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type ChoiceView,
  type FormView,
  moneyBar,
  type PageHead,
  percent,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews, inPairs, lineViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { listHref, pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { RuleSets } from '../agency/index.js';
import { BudgetLineInput, ModificationInput, SourceInput, type SourceListQuery } from './source.input.js';
import type { Source } from './source.entity.js';
import { sourceLifecycle } from './source.lifecycle.js';
import { type SourceView, SourceViews } from './source.view.js';
import { Sources } from './sources.service.js';

type View = { title: string } & Record<string, unknown>;

/** Spare rows at the end of the budget, so that lines can be added without a script. */
const SPARE_LINES = 4;

@Injectable()
export class SourcePageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly sources: Sources,
    private readonly views: SourceViews,
    private readonly ruleSets: RuleSets,
  ) {}

  async list(actor: Actor, query: SourceListQuery): Promise<View> {
    const { t } = this;
    const path = '/sources';
    const found = await this.sources.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined;
    const rows = found.items.map((item) => {
      const row = this.views.row(item);
      return {
        name: { text: row.name, href: `${path}/${row.id}`, note: `${row.grantor}, ${row.awardNumber}` },
        state: { tag: row.state },
        period: `${this.date(row.startsOn)} – ${this.date(row.endsOn)}`,
        amount: row.amount,
      };
    });
    const head: PageHead = {
      title: t('source.list.title'),
      lead: t('source.list.lead'),
      actions: this.policy.can(actor, 'source.create', {})
        ? [{ label: t('source.new'), href: `${path}/new`, primary: true }]
        : [],
    };
    const sources = table({
      id: 'sources',
      caption: t('source.list.caption'),
      columns: [
        { key: 'name', label: t('source.field.name'), ...sortedColumn(path, query, found.sort, 'name') },
        { key: 'state', label: t('source.field.state') },
        { key: 'period', label: t('source.period'), minor: true, ...sortedColumn(path, query, found.sort, 'endsOn') },
        {
          key: 'amount',
          label: t('source.field.amount'),
          kind: 'money',
          ...sortedColumn(path, query, found.sort, 'amount'),
        },
      ],
      rows,
      search: {
        action: path,
        text: { name: 'q', label: t('source.search'), value: query.q },
        filters: [
          {
            kind: 'select',
            name: 'state',
            label: t('source.field.state'),
            value: query.state,
            prompt: t('list.any'),
            options: sourceLifecycle.states.map((state) => ({
              value: state,
              label: this.sources.machine.state(state).label,
            })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: path } : undefined,
      },
      pager: pagerView(this.texts, path, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: listHref(path, {}) } }
        : { title: t('source.none'), text: t('source.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: sources };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const source = await this.views.one(visit.actor, visit.id());
    const path = `/sources/${source.id}`;
    const stored = await this.sources.get(visit.actor, source.id);
    const actions = await this.sources.machine.actions(this.policy, this.db, visit.actor, stored);
    const head: PageHead = {
      crumbs: [{ label: t('source.list.title'), href: '/sources' }],
      tag: source.state,
      number: source.awardNumber,
      title: source.name,
      lead: t('source.lead', {
        grantor: source.grantor,
        from: this.date(source.startsOn),
        to: this.date(source.endsOn),
      }),
      actions: [...this.links(visit.actor, path, stored), ...actionButtons(this.texts, path, source.version, actions)],
    };
    return {
      title: source.name,
      head,
      hero: this.hero(visit.actor, source, path),
      allotments: this.allotmentTable(source),
      budget: source.budget.length === 0 ? undefined : this.budgetTable(source),
      modifications: source.modifications.length === 0 ? undefined : this.modificationTable(source),
      facts: { items: await this.facts(source) },
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'source', source.id) },
    };
  }

  async newForm(visit: Visit): Promise<View> {
    return this.form(visit, {
      title: this.t('source.new'),
      action: '/sources',
      submit: this.t('source.create'),
      cancel: '/sources',
      values: {},
      lines: [],
    });
  }

  async editForm(visit: Visit): Promise<View> {
    const source = await this.sources.get(visit.actor, visit.id());
    const lines = await this.sources.budget(source.id);
    return this.form(visit, {
      title: this.t('source.edit', { name: source.name }),
      action: `/sources/${source.id}/edit`,
      submit: this.t('form.save'),
      cancel: `/sources/${source.id}`,
      values: { ...source },
      lines,
      version: source.version,
    });
  }

  async modifyForm(visit: Visit): Promise<View> {
    const source = await this.sources.get(visit.actor, visit.id());
    const { t } = this;
    const title = t('source.modify', { name: source.name });
    const fields = fieldViews(ModificationInput, this.texts, {
      refused: visit.refused,
      values: { amount: source.amount, endsOn: source.endsOn, liquidatesBy: source.liquidatesBy },
      only: ['reason', 'effectiveOn', 'amount', 'endsOn', 'liquidatesBy'],
    });
    const form: FormView = {
      action: `/sources/${source.id}/modify`,
      fields,
      submit: t('source.modify.submit'),
      cancel: { label: t('form.cancel'), href: `/sources/${source.id}` },
      errors: errorItems(this.texts, visit.refused),
      hidden: [{ name: 'version', value: String(source.version) }],
    };
    const head: PageHead = {
      crumbs: [
        { label: t('source.list.title'), href: '/sources' },
        { label: source.name, href: `/sources/${source.id}` },
      ],
      title,
      lead: t('source.modify.lead'),
    };
    return { title, head, form };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async ruleSetChoices(): Promise<ChoiceView[]> {
    return (await this.ruleSets.list()).map(({ id, title }) => ({ value: id, label: title }));
  }

  private date(date: string): string {
    return this.db.currentCalendar.formatDate(date, 'long');
  }

  /** What is done on a page of its own, before the lifecycle's buttons. */
  private links(actor: Actor, path: string, source: Source): ActionView[] {
    const links: ActionView[] = [];
    const can = (permission: string): boolean => this.policy.can(actor, permission, {});
    if (source.state === 'draft' && can('source.update'))
      links.push({ label: this.t('form.edit'), href: `${path}/edit` });
    if (source.state === 'active' && can('allotment.create')) {
      links.push({ label: this.t('allotment.new'), href: `/allotments/new?source=${source.id}`, primary: true });
    }
    if (source.state === 'active' && can('source.modify')) {
      links.push({ label: sourceLifecycle.action('modify').label, href: `${path}/modify` });
    }
    return links;
  }

  private hero(actor: Actor, source: SourceView, path: string): Record<string, unknown> {
    const { t } = this;
    return {
      label: t('source.field.amount'),
      value: source.amount.format({ cents: 'auto' }),
      // Its money comes to the books when it is put in force: before, no figure says anything.
      ...(source.state.state === 'draft' ? { note: t('source.draft_note') } : this.money(actor, source, path)),
    };
  }

  private money(actor: Actor, source: SourceView, path: string): Record<string, unknown> {
    const { t } = this;
    const { figures, unallotted } = source;
    const figure = (
      key: string,
      value: Money,
      stage?: 'paid' | 'approved' | 'remaining' | 'unawarded',
    ): Record<string, unknown> => ({
      label: t(key),
      value: value.format({ cents: 'auto' }),
      stage,
    });
    return {
      link: this.policy.mightDo(actor, 'ledger.read')
        ? { label: t('ledger.open_entries'), href: `/ledger?source=${source.id}` }
        : undefined,
      asOf: t('source.as_of', { date: this.db.currentCalendar.formatDate(this.db.today, 'full') }),
      bar: moneyBar({
        whole: source.amount,
        label: t('source.bar', { allotted: figures.allotted, unallotted, path }),
        parts: [
          { stage: 'paid', amount: figures.disbursed },
          { stage: 'approved', amount: figures.payable },
          { stage: 'remaining', amount: figures.allotted.subtract(figures.disbursed).subtract(figures.payable) },
          { stage: 'unawarded', amount: unallotted },
        ],
      }),
      figures: [
        figure('source.figure.allotted', figures.allotted, 'remaining'),
        figure('source.figure.committed', figures.committed),
        figure('source.figure.disbursed', figures.disbursed, 'paid'),
        figure('source.figure.unallotted', unallotted, 'unawarded'),
      ],
    };
  }

  private allotmentTable(source: SourceView): TableView {
    const { t } = this;
    return table({
      id: 'allotments',
      caption: t('allotment.caption'),
      columns: [
        { key: 'pool', label: t('allotment.field.pool') },
        { key: 'authority', label: t('allotment.field.authority'), minor: true },
        { key: 'amount', label: t('allotment.field.amount'), kind: 'money' },
      ],
      rows: source.allotments.map((row) => ({
        pool: { text: row.poolName, href: `/funds/${row.fundId}`, note: row.fundName },
        authority: row.authority,
        amount: row.amount,
      })),
      total: { pool: t('table.total'), authority: '', amount: Money.sum(source.allotments.map((row) => row.amount)) },
      empty: { title: t('allotment.none'), text: t('allotment.none.text') },
      stack: true,
    });
  }

  private budgetTable(source: SourceView): TableView {
    const { t } = this;
    return table({
      id: 'budget',
      caption: t('source.budget.caption'),
      columns: [
        { key: 'category', label: t('source.field.category') },
        { key: 'strand', label: t('source.field.strand') },
        { key: 'amount', label: t('source.field.line_amount'), kind: 'money' },
      ],
      rows: source.budget.map(({ strand, category, treatment, amount }) => ({
        category: {
          text: category,
          note: treatment === null ? undefined : t(`source.field.treatment.${treatment}`),
        },
        strand,
        amount,
      })),
      total: { category: t('table.total'), strand: '', amount: Money.sum(source.budget.map((line) => line.amount)) },
      stack: true,
    });
  }

  private modificationTable(source: SourceView): TableView {
    const { t } = this;
    return table({
      id: 'modifications',
      caption: t('source.modifications.caption'),
      columns: [
        { key: 'number', label: t('source.modification.number') },
        { key: 'reason', label: t('source.field.modification_reason') },
        { key: 'ends', label: t('source.field.ends_on') },
        { key: 'amount', label: t('source.field.amount'), kind: 'money' },
      ],
      rows: source.modifications.map((each) => ({
        number: { text: String(each.number), note: this.date(each.effectiveOn) },
        reason: each.reason,
        ends: this.date(each.endsOnAfter),
        amount: each.amountAfter,
      })),
      stack: true,
    });
  }

  private async facts(source: SourceView): Promise<{ label: string; value: string }[]> {
    const { t } = this;
    const rate = source.indirectRateBasisPoints;
    const indirect = t(`source.field.indirect_rule.${source.indirectRule}`);
    const facts: [string, string | null | undefined][] = [
      ['source.field.kind', t(`source.field.kind.${source.kind}`)],
      ['source.field.assistance_listing', source.assistanceListing],
      ['source.field.awarded_on', source.awardedOn === null ? null : this.date(source.awardedOn)],
      ['source.field.liquidates_by', this.date(source.liquidatesBy)],
      ['source.field.indirect_rule', rate === null ? indirect : `${indirect}, ${percent(rate)}`],
      [
        'source.field.indirect_base',
        source.indirectRule === 'fixed' ? t(`source.field.indirect_base.${source.indirectBase}`) : null,
      ],
      ['source.field.subgrant_authority', source.subgrantAuthority],
      ['source.field.rule_set', (await this.ruleSetChoices()).find((each) => each.value === source.ruleSetId)?.label],
      ['source.field.terms', source.terms],
    ];
    return facts.flatMap(([key, value]) => (value === null || value === undefined ? [] : [{ label: t(key), value }]));
  }

  private async form(
    visit: Visit,
    form: {
      title: string;
      action: string;
      submit: string;
      cancel: string;
      values: Record<string, unknown>;
      lines: readonly { strand: string; category: string; amount: Money }[];
      version?: number;
    },
  ): Promise<View> {
    const { t } = this;
    const fields = fieldViews(SourceInput, this.texts, {
      values: form.values,
      refused: visit.refused,
      choices: { ruleSetId: await this.ruleSetChoices() },
      overrides: { terms: { rows: 5 } },
    });
    const head: PageHead = { crumbs: [{ label: t('source.list.title'), href: '/sources' }], title: form.title };
    const view: FormView & { lines: unknown } = {
      action: form.action,
      fields: inPairs(
        fields.filter((field) => field.name !== 'version'),
        PAIRS,
      ),
      submit: form.submit,
      cancel: { label: t('form.cancel'), href: form.cancel },
      errors: errorItems(this.texts, visit.refused),
      hidden: form.version === undefined ? [] : [{ name: 'version', value: String(form.version) }],
      lines: lineViews(this.texts, {
        name: 'budget',
        input: BudgetLineInput,
        stored: form.lines,
        refused: visit.refused,
        spare: SPARE_LINES,
        overrides: { treatment: { prompt: t('source.field.treatment.none') } },
      }),
    };
    return { title: form.title, head, form: view };
  }
}

/** Short fields that belong together stand side by side. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['awardNumber', 'assistanceListing'],
  ['amount', 'awardedOn'],
  ['startsOn', 'endsOn'],
  ['indirectRule', 'indirectRateBasisPoints'],
];
