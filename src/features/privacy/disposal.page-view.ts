/** Disposals as their pages show them: what would go, under which years, who decides, and what has gone. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { count, type FactView, type PagerView, table, type TableView } from '../../platform/pages/components.js';
import type { ListPage, ListQuery } from '../../platform/lists/list.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { disposalLifecycle } from './disposal.lifecycle.js';
import {
  type DisposalItemRow,
  type DisposalLogRow,
  DisposalReads,
  type DisposalRow,
  PREVIEWED,
} from './disposals.reads.js';
import { Disposals } from './disposals.service.js';
import type { DisposalListQuery } from './privacy.input.js';
import { PrivacyViews } from './privacy.view.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/disposals';

@Injectable()
export class DisposalPageViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly disposals: Disposals,
    private readonly reads: DisposalReads,
    private readonly views: PrivacyViews,
  ) {}

  async list(actor: Actor, query: DisposalListQuery): Promise<View> {
    const { t } = this;
    const found = await this.reads.list(actor, query);
    const title = t('disposal.list.title');
    const isSearch = query.state !== undefined;
    return {
      title,
      head: {
        crumbs: [{ label: t('retention.title'), href: '/retention' }],
        title,
        lead: t('disposal.list.lead'),
      },
      table: table({
        id: 'disposals',
        caption: title,
        columns: [
          { key: 'class', label: t('retention.field.class') },
          { key: 'proposed', label: t('disposal.field.proposed') },
          { key: 'items', label: t('disposal.field.items'), kind: 'number' },
          { key: 'gone', label: t('disposal.field.gone'), kind: 'number' },
          { key: 'state', label: t('disposal.field.state') },
        ],
        rows: found.items.map((row) => ({
          class: { text: t(`retention.${row.className}`), href: `${PATH}/${row.id}` },
          proposed: { text: this.date(row.createdAt), note: this.proposer(row) },
          items: row.itemCount,
          gone: row.gone,
          state: { tag: this.disposals.machine.state(row.state) },
        })),
        search: {
          action: PATH,
          filters: [
            {
              ...{ kind: 'select', name: 'state', label: t('disposal.field.state'), value: query.state },
              prompt: t('list.any'),
              options: disposalLifecycle.states.map((state) => ({
                value: state,
                label: this.disposals.machine.state(state).label,
              })),
            },
          ],
          clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
        },
        pager: pagerView(this.texts, PATH, query, found),
        empty: isSearch
          ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
          : { title: t('disposal.none'), text: t('disposal.none.text') },
        stack: true,
      }),
    };
  }

  /** `query` leads through its log. */
  async show(visit: Visit, query: ListQuery): Promise<View> {
    const { t } = this;
    const row = await this.reads.get(visit.actor, visit.id());
    const [items, log] = await Promise.all([this.reads.items(row), this.reads.log(visit.actor, query, row.id)]);
    const actions = await this.views.disposalActions(visit.actor, row);
    const title = t('disposal.title', { class: t(`retention.${row.className}`) });
    return {
      title,
      head: {
        crumbs: [
          { label: t('retention.title'), href: '/retention' },
          { label: t('disposal.list.title'), href: PATH },
        ],
        tag: this.disposals.machine.state(row.state),
        title,
        lead: this.lead(row),
        actions: actionButtons(this.texts, `${PATH}/${row.id}`, row.version, actions),
      },
      facts: { items: this.facts(row) },
      items: items.length === 0 ? undefined : this.items(row, items),
      log: log.count === 0 ? undefined : this.log(log, pagerView(this.texts, `${PATH}/${row.id}`, query, log)),
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'disposal', row.id) },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private lead(row: DisposalRow): string {
    const { state, itemCount, gone, kept, className } = row;
    if (state === 'proposed') return this.t(`retention.${className}.goes`, { count: itemCount });
    if (state === 'declined') return this.t('disposal.lead.declined');
    return this.t(`disposal.lead.${state}`, { gone, kept, count: itemCount });
  }

  private facts(row: DisposalRow): FactView[] {
    const { t } = this;
    const on = (instant: Date, name: string | null): string => [this.date(instant), name].filter(Boolean).join(', ');
    const facts: [string, string | null][] = [
      ['disposal.field.items', count(row.itemCount)],
      ['disposal.field.proposed', on(row.createdAt, this.proposer(row))],
      ['disposal.field.reason', row.reason],
      ['retention.field.years', row.reason === null ? t('retention.years', { years: row.years }) : null],
      ['disposal.field.cutoff', row.reason === null ? this.db.currentCalendar.formatDate(row.cutoffOn) : null],
      ['retention.field.basis', row.reason === null ? row.basis : null],
      ['disposal.field.approved', row.approvedAt === null ? null : on(row.approvedAt, row.approvedByName)],
      ['disposal.field.finished', row.finishedAt === null ? null : this.date(row.finishedAt)],
    ];
    return facts.flatMap(([key, value]) => (value === null ? [] : [{ label: t(key), value }]));
  }

  private items(row: DisposalRow, items: readonly DisposalItemRow[]): TableView {
    const { t } = this;
    const left = row.itemCount - row.gone - row.kept;
    return table({
      id: 'items',
      caption: t('disposal.items.caption'),
      columns: [
        { key: 'label', label: t('disposal.field.item') },
        { key: 'ended', label: t('disposal.field.ended') },
      ],
      rows: items.map(({ id, label, endedOn, stays }) => ({
        label: stays
          ? { text: t('disposal.item.stays'), note: t('disposal.item.stays.why') }
          : {
              text: label === null || label === '' ? t('disposal.item.unnamed') : label,
              href: row.className === 'people' ? `/people/${id}/data` : undefined,
            },
        ended: endedOn === null ? '' : this.db.currentCalendar.formatDate(endedOn),
      })),
      note: left > PREVIEWED ? t('disposal.items.more', { shown: PREVIEWED, count: left }) : undefined,
      stack: true,
    });
  }

  private log(log: ListPage<DisposalLogRow>, pager: PagerView): TableView {
    const { t } = this;
    const words = (removed: DisposalLogRow['removed']): string =>
      Object.entries(removed)
        .map(([what, rows]) => t('disposal.removed', { what: t(`disposal.what.${what}`), rows }))
        .join(', ');
    return table({
      id: 'log',
      caption: t('disposal.log.caption'),
      columns: [
        { key: 'at', label: t('disposal.field.when') },
        { key: 'items', label: t('disposal.field.gone'), kind: 'number' },
        { key: 'kept', label: t('disposal.field.kept'), kind: 'number' },
        { key: 'removed', label: t('disposal.field.removed') },
      ],
      rows: log.items.map((entry) => ({
        at: this.db.currentCalendar.formatInstant(entry.createdAt, 'long'),
        items: entry.itemCount,
        kept: entry.keptCount,
        removed: words(entry.removed),
      })),
      pager,
      stack: true,
    });
  }

  private proposer(row: DisposalRow): string {
    return row.proposedByName ?? this.t('disposal.by_run');
  }

  private date(instant: Date): string {
    const calendar = this.db.currentCalendar;
    return calendar.formatDate(calendar.today(instant), 'long');
  }
}
