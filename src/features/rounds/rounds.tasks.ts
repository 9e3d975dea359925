/** What waits for somebody about rounds. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { readSetAside } from './rounds.reads.js';

interface WaitingRound {
  readonly id: string;
  readonly name: string;
  readonly at: Date;
}

const SCOPES = { fund: 'r.fund_id', round: 'r.id' };
const SOON_DAYS = 14;

@Injectable()
export class RoundsTasks extends TaskSource {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const { now } = this.db;
    const soon = this.db.currentCalendar.startOfDay(this.db.currentCalendar.addDays(this.db.today, SOON_DAYS));
    const [closed, unpublished] = await Promise.all([
      this.waiting(
        actor,
        'round.begin_review',
        sql`r.state = 'published' and r.due_at + make_interval(mins => r.grace_minutes) < ${now}`,
        sql`r.due_at`,
      ),
      this.waiting(
        actor,
        'round.publish',
        sql`r.state in ('draft', 'in_comment') and r.due_at > ${now} and r.opens_at < ${soon}`,
        sql`r.opens_at`,
      ),
    ]);
    const setAside = await readSetAside(
      this.db,
      unpublished.map((row) => row.id),
    );
    return [
      ...closed.map((row) => this.task('begin_review', row, Money.zero)),
      ...unpublished.map((row) => this.task('publish', row, setAside.get(row.id) ?? Money.zero)),
    ];
  }

  private async waiting(actor: PersonActor, permission: string, where: Sql, at: Sql): Promise<WaitingRound[]> {
    return this.db.query<WaitingRound>(
      sql`select r.id, r.name, ${at} as at from rounds r
          where ${where} and ${conditionSql(this.policy.filter(actor, permission, { scopes: SCOPES }))}
          order by 3, r.id limit 50`,
    );
  }

  private task(action: 'begin_review' | 'publish', row: WaitingRound, amount: Money): Task {
    const params = { name: row.name, amount };
    return {
      dueOn: this.db.currentCalendar.today(row.at),
      title: this.texts.t(`task.round.${action}`, params),
      text: this.texts.t(`task.round.${action}.text`, params),
      href: `/rounds/${row.id}`,
      button: this.texts.t(`task.round.${action}.button`),
    };
  }
}
