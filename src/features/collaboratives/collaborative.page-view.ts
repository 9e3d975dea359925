/** Collaboratives, their years and teams as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FactView,
  type HeroMoney,
  type LinkView,
  moneyBar,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import type { CollaborativeListQuery } from './collaborative.input.js';
import { YearTableViews } from './collaborative.tables.js';
import { CollaborativeViews, type CollaborativeView, type SeatLine, type TeamView } from './collaborative.view.js';
import { collaborativeSubject, type RuleLine } from './collaboratives.reads.js';
import { Collaboratives } from './collaboratives.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class CollaborativePageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly collaboratives: Collaboratives,
    private readonly views: CollaborativeViews,
    private readonly tables: YearTableViews,
  ) {}

  async list(actor: Actor, query: CollaborativeListQuery): Promise<View> {
    const { t } = this;
    const path = '/collaboratives';
    const found = await this.collaboratives.list(actor, query);
    const head: PageHead = {
      title: t('collaborative.list.title'),
      lead: t('collaborative.list.lead'),
      actions: this.policy.mightDo(actor, 'collaborative.create')
        ? [{ label: t('collaborative.new'), href: `${path}/new`, primary: true }]
        : [],
    };
    const list = table({
      id: 'collaboratives',
      caption: t('collaborative.list.caption'),
      columns: [
        { key: 'name', label: t('collaborative.collaborative'), ...sortedColumn(path, query, found.sort, 'name') },
        { key: 'year', label: t('collaborative.year') },
        { key: 'teams', label: t('collaborative.teams'), kind: 'number' },
      ],
      rows: found.items.map((row) => ({
        name: { text: row.name, href: `${path}/${row.id}`, note: `${row.shortName} · ${row.fundName}` },
        year: row.yearName,
        teams: row.teams,
      })),
      search: { action: path, text: { name: 'q', label: t('collaborative.search'), value: query.q } },
      pager: pagerView(this.texts, path, query, found),
      empty:
        query.q === undefined
          ? { title: t('collaborative.none'), text: t('collaborative.none.text') }
          : { title: t('list.nothing_found'), link: { label: t('list.clear'), href: path } },
      stack: true,
    });
    return { title: head.title, head, table: list };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const { actor } = visit;
    const collaborative = await this.views.one(actor, visit.id());
    const path = `/collaboratives/${collaborative.id}`;
    const { currentYearId } = collaborative;
    const year = currentYearId === null ? undefined : await this.views.year(actor, currentYearId);
    const can = (permission: string): boolean =>
      this.policy.can(actor, permission, collaborativeSubject(collaborative));
    const own: ActionView[] = [
      ...(can('collaborative_year.create')
        ? [{ label: t('collaborative_year.new'), href: `${path}/years/new`, primary: year === undefined }]
        : []),
      ...(can('collaborative.update') ? [{ label: t('form.edit'), href: `${path}/edit`, quiet: true }] : []),
    ];
    const head: PageHead = {
      crumbs: [{ label: t('collaborative.list.title'), href: '/collaboratives' }],
      number: collaborative.shortName,
      title: collaborative.name,
      lead: year === undefined ? t('collaborative.lead.no_year') : this.yearLead(year),
      actions: [...(year === undefined ? [] : this.tables.links(actor, year)), ...own],
    };
    return {
      title: collaborative.name,
      head,
      hero: this.hero(actor, collaborative),
      year: year === undefined ? undefined : { name: year.name, ...(await this.tables.of(actor, year)) },
      years: { items: collaborative.years.map((each) => this.yearItem(each)) },
      facilitators: {
        items: collaborative.facilitators.map(({ name, everywhere }) => ({
          title: name,
          note: everywhere ? t('collaborative.facilitator.everywhere') : undefined,
        })),
      },
      facts: { items: this.facts(collaborative) },
      rule: {
        items: collaborative.rules.map((rule) => ({ title: capitalized(rule.label), note: this.ruleWords(rule) })),
      },
    };
  }

  async year(visit: Visit): Promise<View> {
    const { t } = this;
    const year = await this.views.year(visit.actor, visit.id('yearId'));
    const { collaborative } = year;
    const canEdit = this.policy.can(visit.actor, 'collaborative_year.update', collaborativeSubject(collaborative));
    const edit = { label: t('form.edit'), href: `/collaboratives/years/${year.id}/edit`, quiet: true };
    const head: PageHead = {
      crumbs: this.crumbs(collaborative),
      title: t('collaborative_year.title', { collaborative: collaborative.name, name: year.name }),
      lead: this.yearLead(year),
      actions: [...this.tables.links(visit.actor, year), ...(canEdit ? [edit] : [])],
    };
    return { title: head.title, head, year: { name: year.name, ...(await this.tables.of(visit.actor, year)) } };
  }

  async team(visit: Visit): Promise<View> {
    const { t } = this;
    const team = await this.views.team(visit.actor, visit.id());
    const { collaborative, year } = team;
    const can = (permission: string): boolean =>
      this.policy.can(visit.actor, permission, collaborativeSubject(collaborative));
    const isFull = team.seats >= collaborative.teamAtMost;
    const links: ActionView[] = [
      ...(can('seat.manage') && !isFull
        ? [{ label: t('seat.new'), href: `/teams/${team.id}/seats/new`, primary: true }]
        : []),
      ...(can('team.manage') ? [{ label: t('team.rename'), href: `/teams/${team.id}/edit`, quiet: true }] : []),
    ];
    const head: PageHead = {
      crumbs: [...this.crumbs(collaborative), { label: year.name, href: `/collaboratives/years/${year.id}` }],
      number: team.name === team.district ? undefined : team.district,
      title: t('team.title', { name: team.name, year: year.name }),
      lead: [t('team.has', { seats: this.views.seatWords(team, collaborative) }), ...team.gaps].join(' '),
      actions: links,
    };
    return {
      title: head.title,
      head,
      seats: this.seatTable(team, can('seat.manage')),
      before: team.before.length === 0 ? undefined : this.beforeTable(team),
    };
  }

  crumbs(collaborative: { readonly id: string; readonly shortName: string }): LinkView[] {
    return [
      { label: this.t('collaborative.list.title'), href: '/collaboratives' },
      { label: collaborative.shortName, href: `/collaboratives/${collaborative.id}` },
    ];
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private date(on: string): string {
    return this.db.currentCalendar.formatDate(on, 'long');
  }

  private yearLead({ name, startsOn, endsOn }: { name: string; startsOn: string; endsOn: string }): string {
    const key = endsOn < this.db.today ? 'collaborative_year.lead.over' : 'collaborative_year.lead';
    return this.t(key, { name, startsOn: this.date(startsOn), endsOn: this.date(endsOn) });
  }

  private yearItem(year: CollaborativeView['years'][number]): { title: string; href: string; note: string } {
    const { teams, convenings } = year;
    return {
      title: year.name,
      href: `/collaboratives/years/${year.id}`,
      note: this.t('collaborative_year.has', { teams, convenings }),
    };
  }

  private hero(actor: Actor, { figures, poolId, poolName }: CollaborativeView): HeroMoney {
    const { t } = this;
    const { allotted, available, disbursed } = figures;
    const taken = allotted.subtract(available).subtract(disbursed);
    return {
      label: t('collaborative.left'),
      value: available.format(),
      note: t('collaborative.left.note', { pool: poolName }),
      link: this.policy.mightDo(actor, 'ledger.read')
        ? { label: t('ledger.open_entries'), href: `/ledger?holder=pool:${poolId}` }
        : undefined,
      bar: moneyBar({
        whole: allotted,
        label: t('collaborative.bar', { allotted, taken, paid: disbursed, available }),
        parts: [
          { stage: 'paid', amount: disbursed },
          { stage: 'remaining', amount: taken },
          { stage: 'unawarded', amount: available },
        ],
      }),
      figures: [
        { label: t('collaborative.set_aside'), value: allotted.format() },
        { label: t('collaborative.paid'), value: disbursed.format(), stage: 'paid' },
        { label: t('collaborative.taken'), value: taken.format(), stage: 'remaining' },
        { label: t('collaborative.left'), value: available.format(), stage: 'unawarded' },
      ],
    };
  }

  private facts(collaborative: CollaborativeView): FactView[] {
    const { t } = this;
    const { teamAtLeast: least, teamAtMost: most, teamsAtMost } = collaborative;
    const size = least === most ? 'exactly' : 'seats';
    return [
      { label: t('collaborative.fund'), value: collaborative.fundName },
      { label: t('collaborative.team_size'), value: t(`collaborative.team_size.${size}`, { least, most }) },
      ...(teamsAtMost === null ? [] : [{ label: t('collaborative.teams_at_most'), value: String(teamsAtMost) }]),
    ];
  }

  private ruleWords({ atLeast: least, atMost: most }: RuleLine): string {
    const kind = most === null ? 'at_least' : most === least ? 'exactly' : 'between';
    return this.t(`collaborative.rule.${kind}`, { least, most });
  }

  private seatTable({ people }: TeamView, mayEnd: boolean): TableView {
    const { t } = this;
    return table({
      id: 'seats',
      caption: t('seat.caption'),
      columns: [
        { key: 'person', label: t('seat.person') },
        { key: 'role', label: t('seat.field.role') },
        { key: 'since', label: t('seat.since'), minor: true },
        ...(mayEnd ? [{ key: 'end' as const, label: t('seat.end'), unlabeled: true }] : []),
      ],
      rows: people.map((seat) => ({
        person: { text: seat.personName, note: seat.address ?? undefined },
        role: t(`seat.field.role.${seat.role}`),
        since: this.date(seat.startsOn),
        end: { button: this.endLink(seat) },
      })),
      empty: { title: t('seat.none'), text: t('seat.none.text') },
      stack: true,
    });
  }

  private endLink({ id, personName, role }: SeatLine): ActionView {
    const about = `${personName}, ${this.t(`seat.field.role.${role}`)}`;
    return { label: this.t('seat.end'), href: `/seats/${id}/end`, quiet: true, about };
  }

  private beforeTable({ before }: TeamView): TableView {
    const { t } = this;
    return table({
      id: 'before',
      caption: t('seat.before'),
      columns: [
        { key: 'person', label: t('seat.person') },
        { key: 'role', label: t('seat.field.role') },
        { key: 'until', label: t('seat.until') },
      ],
      rows: before.map((seat) => ({
        person: seat.personName,
        role: t(`seat.field.role.${seat.role}`),
        until: seat.endedOn === null ? undefined : this.date(seat.endedOn),
      })),
      stack: true,
    });
  }
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
