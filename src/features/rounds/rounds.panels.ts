/** Rounds on the home page of who looks after them: where each stands, its next date, and what came in. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { table } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { RoundFacts } from './round-facts.js';
import { roundTimeline } from './round.dates.js';
import { readMilestones } from './rounds.reads.js';
import { Rounds } from './rounds.service.js';

interface LiveRound {
  readonly id: string;
  readonly name: string;
  readonly number: string;
  readonly state: string;
  readonly opensAt: Date;
  readonly dueAt: Date;
}

const MOST_SHOWN = 5;

@Injectable()
export class RoundsPanels extends HomePanelSource {
  override readonly permissions = ['round.update'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly facts: RoundFacts,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const may = this.policy.filter(actor, 'round.update', { scopes: { fund: 'r.fund_id', round: 'r.id' } });
    const live = await this.db.queryOften<LiveRound>(sql`
      select r.id, r.name, r.number, r.state, r.opens_at as "opensAt", r.due_at as "dueAt" from rounds r
      where r.state in ('in_comment', 'published', 'reviewing', 'deciding') and ${conditionSql(may)}
      order by r.due_at desc, r.id limit ${MOST_SHOWN}`);
    if (live.length === 0) return [];
    const ids = live.map(({ id }) => id);
    const [milestones, counts] = await Promise.all([
      readMilestones(this.db.often, ids),
      this.facts.of(this.db.often, ids, actor),
    ]);
    const t = (key: string): string => this.texts.t(key);
    const rows = live.map((round) => {
      const { items } = roundTimeline(
        this.texts,
        this.db.currentCalendar,
        { ...round, milestones: milestones.get(round.id) ?? [] },
        this.db.now,
      );
      const next = items.find(({ when }) => when === 'now');
      const { drafts = 0, submitted = 0, undecided = 0 } = counts.get(round.id) ?? {};
      return {
        name: { text: round.name, href: `/rounds/${round.id}`, note: round.number },
        state: { tag: this.rounds.machine.state(round.state) },
        next: next === undefined ? undefined : { text: next.date, note: next.title },
        drafts,
        submitted,
        undecided,
      };
    });
    return [
      {
        place: 'main',
        head: { title: t('round.panel'), link: { label: t('round.panel.all'), href: '/rounds' } },
        table: table({
          id: 'rounds-now',
          caption: t('round.panel'),
          columns: [
            { key: 'name', label: t('round.field.name') },
            { key: 'state', label: t('round.field.state') },
            { key: 'next', label: t('round.panel.next') },
            { key: 'drafts', label: t('round.panel.drafts'), kind: 'number', minor: true },
            { key: 'submitted', label: t('round.panel.submitted'), kind: 'number' },
            { key: 'undecided', label: t('round.panel.undecided'), kind: 'number' },
          ],
          rows,
          stack: true,
        }),
      },
    ];
  }
}
