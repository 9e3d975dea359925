/** Comments on criteria that wait for an answer. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';

interface WaitingComments {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly opensAt: Date;
}

@Injectable()
export class CriteriaTasks extends TaskSource {
  override readonly permissions = ['round.answer_comment'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const scopes = { fund: 'r.fund_id', round: 'r.id' };
    const may = conditionSql(this.policy.filter(actor, 'round.answer_comment', { scopes }));
    const rows = await this.db.queryOften<WaitingComments>(sql`
      select r.id, r.name, count(*)::int as count, r.opens_at as "opensAt"
      from rubric_comments c join rounds r on r.id = c.round_id
      where c.outcome is null and r.state in ('draft', 'in_comment') and ${may}
      group by r.id order by r.opens_at, r.id limit 100`);
    return rows.map(({ id, name, count, opensAt }) => ({
      dueOn: this.db.currentCalendar.today(opensAt),
      title: this.texts.t('task.round.comments', { name, count }),
      text: this.texts.t('task.round.comments.text'),
      href: `/rounds/${id}/criteria`,
      button: this.texts.t('task.round.comments.button'),
    }));
  }
}
