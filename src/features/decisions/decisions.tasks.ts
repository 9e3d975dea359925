/** What waits for clerks and members: notices, meetings to open and adjourn, minutes, and votes to cast. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';

interface WaitingMeeting {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly heldAt: Date;
  readonly items: number;
}

@Injectable()
export class DecisionsTasks extends TaskSource {
  override readonly permissions = ['meeting.open', 'motion.vote'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const [forClerk, forMember] = await Promise.all([this.forClerk(actor), this.forMember(actor)]);
    return [...forMember, ...forClerk];
  }

  /** Every meeting that is not over waits for its clerk, from the plan to the minutes. */
  private async forClerk(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'meeting.open')) return [];
    const filter = this.policy.filter(actor, 'meeting.open', { scopes: { fund: 'm.fund_id' } });
    const rows = await this.db.queryOften<WaitingMeeting>(sql`
      select m.id, m.name, m.state, m.held_at as "heldAt",
             (select count(*)::int from docket_items d where d.meeting_id = m.id) as items
      from meetings m
      where m.state in ('planned', 'noticed', 'in_session', 'adjourned') and ${conditionSql(filter)}
      order by m.held_at, m.id limit 20`);
    return rows.map((row) => {
      const params = {
        name: row.name,
        count: row.items,
        when: this.db.currentCalendar.formatInstant(row.heldAt, 'day'),
      };
      return {
        dueOn: this.db.currentCalendar.today(row.heldAt),
        title: this.texts.t(`task.meeting.${row.state}`, params),
        text: this.texts.t(`task.meeting.${row.state}.text`, params),
        href: `/meetings/${row.id}`,
        button: this.texts.t(`task.meeting.${row.state}.button`),
      };
    });
  }

  /** Motions on which this member is present and has neither voted nor been recused. */
  private async forMember(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'motion.vote')) return [];
    const rows = await this.db.queryOften<{ id: string; number: string; name: string }>(sql`
      select o.id, o.number, m.name from motions o join meetings m on m.id = o.meeting_id
        join meeting_attendance a on a.meeting_id = m.id and a.person_id = ${actor.personId} and a.present
      where o.state = 'moved' and m.state = 'in_session'
        and not exists (select from votes v where v.motion_id = o.id and v.person_id = ${actor.personId})
        and not exists (select from recusals r where r.motion_id = o.id and r.person_id = ${actor.personId})
      order by o.number limit 20`);
    return rows.map(({ id, number, name }) => ({
      dueOn: this.db.today,
      title: this.texts.t('task.motion.vote', { number }),
      text: this.texts.t('task.motion.vote.text', { name }),
      href: `/motions/${id}`,
      button: this.texts.t('task.motion.vote.button'),
    }));
  }
}
