/** What waits for a facilitator: convenings whose attendance nobody has confirmed, and teams that lack people. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { STILL_EXPECTED } from './attendance.reads.js';
import { CollaborativeViews } from './collaborative.view.js';

interface WaitingConvening {
  readonly id: string;
  readonly name: string;
  readonly startsAt: Date;
  readonly people: number;
}

/** Teams are asked for so many days before their year begins. */
const DAYS_AHEAD = 60;

@Injectable()
export class CollaborativesTasks extends TaskSource {
  override readonly permissions = ['attendance.confirm'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: CollaborativeViews,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    return [...(await this.confirming(actor)), ...(await this.seating(actor))];
  }

  private async confirming(actor: PersonActor): Promise<Task[]> {
    const rows = await this.db.queryOften<WaitingConvening>(sql`
      select v.id, v.name, v.starts_at as "startsAt",
        (select count(distinct a.person_id)::int from attendances a join seats s on s.id = a.seat_id
          where a.convening_id = v.id and ${STILL_EXPECTED}) as people
      from convenings v where v.state = 'planned' and v.starts_at <= ${this.db.now}
        and ${this.mine(actor, 'v.collaborative_id', 'v.fund_id')}
      order by v.starts_at, v.id limit 50`);
    const calendar = this.db.currentCalendar;
    return rows
      .filter(({ people }) => people > 0)
      .map(({ id, name, startsAt, people }) => {
        const dueOn = calendar.today(startsAt);
        const params = { name, people, date: calendar.formatDate(dueOn, 'short') };
        return {
          dueOn,
          title: this.texts.t('task.convening.confirm', params),
          text: this.texts.t('task.convening.confirm.text', params),
          href: `/convenings/${id}`,
          button: this.texts.t('task.convening.confirm.button'),
        };
      });
  }

  /** One for each year, naming the teams: seven lines would hide the rest of the day. */
  private async seating(actor: PersonActor): Promise<Task[]> {
    const { today, currentCalendar } = this.db;
    const years = await this.db.queryOften<{ id: string; shortName: string }>(sql`
      select y.id, c.short_name as "shortName" from collaborative_years y
        join collaboratives c on c.id = y.collaborative_id
      where y.ends_on >= ${today} and y.starts_on <= ${currentCalendar.addDays(today, DAYS_AHEAD)}
        and ${this.mine(actor, 'c.id', 'c.fund_id')} order by y.starts_on, y.id limit 10`);
    const tasks: Task[] = [];
    for (const { id, shortName } of years) {
      const { teams } = await this.views.year(actor, id);
      const open = teams.filter(({ gaps }) => gaps.length > 0);
      const [only] = open;
      if (only === undefined) continue;
      const params = { shortName, teams: open.length, names: open.map(({ name }) => name), name: only.name };
      tasks.push({
        title: this.texts.t('task.team.fill', params),
        text: open.length === 1 ? only.gaps.join(' ') : this.texts.t('task.team.fill.text', params),
        href: open.length === 1 ? `/teams/${only.id}` : `/collaboratives/years/${id}`,
        button: this.texts.t('task.team.fill.button', params),
      });
    }
    return tasks;
  }

  private mine(actor: PersonActor, collaborative: string, fund: string): Sql {
    return conditionSql(this.policy.filter(actor, 'attendance.confirm', { scopes: { collaborative, fund } }));
  }
}
