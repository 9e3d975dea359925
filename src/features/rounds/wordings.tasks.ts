/** Words for certifiers that wait for a second person. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';

@Injectable()
export class WordingsTasks extends TaskSource {
  override readonly permissions = ['wording.confirm'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.can(actor, 'wording.confirm', {})) return [];
    const rows = await this.db.queryOften<{ id: string; name: string; proposer: string; dueOn: string }>(sql`
      select rs.id, rs.name, p.name as proposer, w.effective_on as "dueOn"
      from rule_text_proposals w join rule_sets rs on rs.id = w.rule_set_id join persons p on p.id = w.proposed_by
      where w.decided_at is null and w.proposed_by <> ${actor.personId} order by w.effective_on, w.id limit 100`);
    return rows.map(({ id, name, proposer, dueOn }) => ({
      dueOn,
      title: this.texts.t('task.wording', { name }),
      text: this.texts.t('task.wording.text', { proposer }),
      href: `/wordings/${id}`,
      button: this.texts.t('task.wording.button'),
    }));
  }
}
