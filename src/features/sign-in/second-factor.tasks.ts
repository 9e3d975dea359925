/** What waits about second steps: one's own where roles need it, and requests of other administrators. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';

@Injectable()
export class SecondFactorTasks extends TaskSource {
  override readonly permissions = ['second_factor.set_up'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    return [...this.own(actor), ...(await this.resets(actor))];
  }

  private own({ withheld = [], grants, secondFactor }: PersonActor): Task[] {
    const votes = secondFactor === 'missing' && grants.some(({ role }) => role === 'committee_member');
    if (withheld.length === 0 && !votes) return [];
    const roles = [...new Set(withheld.map(({ role }) => this.texts.t(`role.${role}`)))].join(', ');
    return [
      {
        title: this.texts.t('task.second_factor.set_up'),
        text:
          withheld.length === 0
            ? this.texts.t('task.second_factor.set_up.to_vote')
            : this.texts.t('task.second_factor.set_up.text', { roles }),
        href: '/me/second-factor',
        button: this.texts.t('task.second_factor.set_up.button'),
      },
    ];
  }

  private async resets(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'second_factor_reset.confirm')) return [];
    const rows = await this.db.queryOften<{ id: string; person: string; asker: string }>(sql`
      select r.id, p.name as person, q.name as asker
      from second_factor_resets r join persons p on p.id = r.person_id join persons q on q.id = r.asked_by
      where r.state = 'asked' and r.asked_by <> ${actor.personId} and r.person_id <> ${actor.personId}
      order by r.id limit 20`);
    return rows.map(({ id, person, asker }) => ({
      title: this.texts.t('task.second_factor.reset', { person }),
      text: this.texts.t('task.second_factor.reset.text', { person, asker }),
      href: `/second-factor-resets/${id}`,
      button: this.texts.t('task.second_factor.reset.button'),
    }));
  }
}
