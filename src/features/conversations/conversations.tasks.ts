/** What waits for an answer: for the agency's people what organizations wrote, for organizations what they were asked. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { ConversationSubjects } from './conversation-subjects.js';
import { WRITERS } from './conversations.service.js';

interface Waiting {
  readonly id: string;
  readonly path: string;
  readonly side: 'agency' | 'organization';
  readonly title: string;
  readonly organization: string;
}

@Injectable()
export class ConversationsTasks extends TaskSource {
  override readonly permissions = ['conversation.write'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly subjects: ConversationSubjects,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const rows = await this.db.queryOften<Waiting>(sql`
      select s.id, s.path, s.side, s.title, o.name as organization
      from conversations c
        join lateral (select * from (${this.subjects.all(this.policy, actor, 'conversation.write')}) every
          where every.type = c.subject_type and every.id = c.subject_id order by every.side limit 1) s
          on s.side = c.waits_for
        join organizations o on o.id = c.organization_id
      where c.waits_for is not null and (s.side = 'agency' or exists (
        select from organization_members m where m.organization_id = c.organization_id and m.ended_at is null
          and m.person_id = ${actor.personId} and m.role = any(${[...WRITERS]}::text[])))
      order by c.waits_since, c.id limit 20`);
    return rows.map(({ id, path, side, title, organization }) => ({
      title: this.texts.t(`task.conversation.${side}`, { title, organization }),
      text: this.texts.t(`task.conversation.${side}.text`, { title, organization }),
      href: `${path}/${id}/messages`,
      button: this.texts.t('task.conversation.button'),
    }));
  }
}
