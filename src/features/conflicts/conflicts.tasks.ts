/** What waits for somebody about conflicts of interest: those declared or found, to be confirmed or dismissed. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { notConflicted } from './conflicts.scope.js';

interface Waiting {
  readonly id: string;
  readonly personName: string;
  readonly number: string;
}

@Injectable()
export class ConflictsTasks extends TaskSource {
  override readonly permissions = ['conflict.confirm'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'conflict.confirm')) return [];
    const scopes = { fund: 'c.fund_id', round: 'c.round_id' };
    const rows = await this.db.queryOften<Waiting>(
      sql`select c.id, p.name as "personName", a.number
          from conflicts c join persons p on p.id = c.person_id join applications a on a.id = c.application_id
          where c.state in ('declared', 'found') and c.person_id <> ${actor.personId}
            and ${conditionSql(this.policy.filter(actor, 'conflict.confirm', { scopes }))}
            and ${notConflicted(actor, rawSql('c.application_id'))}
          order by c.created_at, c.id limit 50`,
    );
    return rows.map(({ id, personName, number }) => ({
      title: this.texts.t('task.conflict.answer', { person: personName, number }),
      text: this.texts.t('task.conflict.answer.text', { person: personName }),
      href: `/conflicts/${id}`,
      button: this.texts.t('task.conflict.answer.button'),
    }));
  }
}
