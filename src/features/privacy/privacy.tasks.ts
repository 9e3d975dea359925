/** What waits for administrators: disposals that somebody else, or the monthly run, proposed. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';

@Injectable()
export class PrivacyTasks extends TaskSource {
  override readonly permissions = ['disposal.approve'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.can(actor, 'disposal.approve', {})) return [];
    const rows = await this.db.queryOften<{ id: string; className: string; itemCount: number }>(sql`
      select id, class_name as "className", item_count as "itemCount" from disposals
      where state = 'proposed' and proposed_by is distinct from ${actor.personId} order by created_at, id limit 50`);
    return rows.map(({ id, className, itemCount }) => {
      const named = { class: this.texts.t(`retention.${className}`), count: itemCount };
      return {
        title: this.texts.t('task.disposal.approve', named),
        text: this.texts.t('task.disposal.approve.text', named),
        href: `/disposals/${id}`,
        button: this.texts.t('task.disposal.approve.button'),
      };
    });
  }
}
