/** Questions about rounds that wait for an answer, on the home page of those who answer them. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';

@Injectable()
export class QuestionsTasks extends TaskSource {
  override readonly permissions = ['question.answer'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const scopes = { fund: 'r.fund_id', round: 'r.id' };
    const rows = await this.db.queryOften<{ id: string; round: string; count: number }>(sql`
      select r.id, r.name as round, count(*)::int as count from round_questions q join rounds r on r.id = q.round_id
      where q.state = 'asked' and ${conditionSql(this.policy.filter(actor, 'question.answer', { scopes }))}
      group by r.id, r.name order by min(q.created_at), r.id limit 20`);
    return rows.map(({ id, round, count }) => ({
      title: this.texts.t('task.question.answer', { count, round }),
      text: this.texts.t('task.question.answer.text'),
      href: `/rounds/${id}/questions?state=asked`,
      button: this.texts.t('task.question.answer.button'),
    }));
  }
}
