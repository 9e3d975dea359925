/** The tables of a year, which its own page and the collaborative's show alike: its teams and its convenings. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type ActionView, table, type TableView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { CollaborativeViews, type YearView } from './collaborative.view.js';
import { collaborativeSubject } from './collaboratives.reads.js';
import { type ConveningListItem, ConveningViews } from './convening.view.js';
import { Convenings } from './convenings.service.js';

export interface YearTables {
  readonly teams: TableView;
  readonly convenings: TableView;
  /** What the teams still lack, in one sentence. */
  readonly teamsLead: string;
}

@Injectable()
export class YearTableViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: CollaborativeViews,
    private readonly convenings: Convenings,
    private readonly conveningViews: ConveningViews,
  ) {}

  async of(actor: Actor, year: YearView): Promise<YearTables> {
    const { items } = await this.convenings.list(actor, { year: year.id, sort: 'startsAt', limit: 200 });
    return {
      teams: this.teams(year),
      convenings: this.conveningTable(items.map((row) => this.conveningViews.row(row))),
      teamsLead: this.texts.t('team.lead', {
        teams: year.teams.length,
        open: year.teams.filter(({ gaps }) => gaps.length > 0).length,
      }),
    };
  }

  /** What can be done in the year; the first is what its page is for. */
  links(actor: Actor, year: YearView): ActionView[] {
    const { t } = this;
    const path = `/collaboratives/years/${year.id}`;
    const can = (permission: string): boolean =>
      this.policy.can(actor, permission, collaborativeSubject(year.collaborative));
    const needsTeams = year.teams.length === 0;
    const copy = year.canCopy && can('team.manage');
    return [
      ...(can('convening.plan')
        ? [{ label: t('convening.new'), href: `${path}/convenings/new`, primary: !needsTeams }]
        : []),
      ...(copy ? [{ label: t('team.copy'), action: `${path}/copy-teams`, primary: needsTeams }] : []),
      ...(can('team.manage')
        ? [{ label: t('team.new'), href: `${path}/teams/new`, primary: needsTeams && !copy }]
        : []),
    ];
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private teams({ teams, collaborative }: YearView): TableView {
    const { t } = this;
    return table({
      id: 'teams',
      caption: t('team.caption'),
      columns: [
        { key: 'team', label: t('team.team') },
        { key: 'seats', label: t('team.seats') },
        { key: 'missing', label: t('team.missing') },
      ],
      rows: teams.map((team) => ({
        team: {
          text: team.name,
          href: `/teams/${team.id}`,
          note: team.name === team.district ? undefined : team.district,
        },
        seats: this.views.seatWords(team, collaborative),
        missing:
          team.gaps.length === 0
            ? { tag: { tone: 'done' as const, label: t('team.complete') } }
            : { text: team.gaps.join(' ') },
      })),
      empty: { title: t('team.none'), text: t('team.none.text') },
      stack: true,
    });
  }

  private conveningTable(rows: readonly ConveningListItem[]): TableView {
    const { t } = this;
    return table({
      id: 'convenings',
      caption: t('convening.caption'),
      columns: [
        { key: 'name', label: t('convening.convening') },
        { key: 'when', label: t('convening.when') },
        { key: 'state', label: t('convening.field.state') },
        { key: 'who', label: t('convening.who') },
      ],
      rows: rows.map((row) => ({
        name: { text: row.name, href: `/convenings/${row.id}`, note: row.place },
        when: this.when(row),
        state: { tag: this.isWaiting(row) ? { tone: 'waiting', label: t('convening.waiting') } : row.state },
        who:
          row.state.state === 'cancelled'
            ? undefined
            : t(`convening.who.${row.state.state}`, {
                expected: row.expected,
                coming: row.coming,
                attended: row.attended,
              }),
      })),
      empty: { title: t('convening.none'), text: t('convening.none.text') },
      stack: true,
    });
  }

  /** The day, and the hours under it; of several days the last one too. */
  private when({ startsAt, endsAt }: ConveningListItem): { text: string; note: string } {
    const calendar = this.db.currentCalendar;
    const day = calendar.today(startsAt);
    const isOneDay = calendar.today(endsAt) === day;
    const until = isOneDay ? calendar.formatTime(endsAt) : calendar.formatInstant(endsAt, 'short');
    const note = this.t('convening.times', { from: calendar.formatTime(startsAt), until });
    return { text: calendar.formatDate(day, 'short'), note };
  }

  /** It began, and nobody has said who came. */
  private isWaiting({ state, startsAt }: ConveningListItem): boolean {
    return state.state === 'planned' && startsAt <= this.db.now;
  }
}
