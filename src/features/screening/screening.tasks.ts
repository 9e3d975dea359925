/** What waits for somebody in screening: help that was asked for, help to be given, letters of intent to be read. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { staffSide } from '../conflicts/index.js';
import { lettersSeen } from './letters-of-intent.service.js';
import { assistanceSeen } from './technical-assistance.reads.js';

interface Waiting {
  readonly id: string;
  readonly title: string;
  readonly organization: string;
}

@Injectable()
export class ScreeningTasks extends TaskSource {
  override readonly permissions = ['technical_assistance.take', 'letter_of_intent.acknowledge'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const lists = await Promise.all([this.asked(actor), this.advising(actor), this.letters(actor)]);
    return lists.flat();
  }

  private async asked(actor: PersonActor): Promise<Task[]> {
    const scopes = { fund: 't.fund_id', round: 't.round_id' };
    const may = conditionSql(this.policy.filter(staffSide(actor), 'technical_assistance.take', { scopes }));
    const rows = await this.db.queryOften<Waiting>(sql`
      select t.id, a.title, o.name as organization from technical_assistances t
        join applications a on a.id = t.application_id join organizations o on o.id = t.organization_id
      where t.state = 'asked' and ${may} and ${assistanceSeen(staffSide(actor), this.policy)}
      order by t.created_at, t.id limit 20`);
    return rows.map((row) => this.help('asked', row));
  }

  private async advising(actor: PersonActor): Promise<Task[]> {
    const rows = await this.db.queryOften<Waiting>(sql`
      select t.id, a.title, o.name as organization from technical_assistances t
        join applications a on a.id = t.application_id join organizations o on o.id = t.organization_id
      where t.state = 'advising' and t.advisor_id = ${actor.personId} order by t.created_at, t.id limit 20`);
    return rows.map((row) => this.help('advising', row));
  }

  private help(what: 'asked' | 'advising', { id, title, organization }: Waiting): Task {
    return {
      title: this.texts.t(`task.technical_assistance.${what}`, { organization }),
      text: this.texts.t(`task.technical_assistance.${what}.text`, { title }),
      href: `/technical-assistances/${id}`,
      button: this.texts.t(`task.technical_assistance.${what}.button`),
    };
  }

  private async letters(actor: PersonActor): Promise<Task[]> {
    const scopes = { fund: 'l.fund_id', round: 'l.round_id' };
    const may = conditionSql(this.policy.filter(staffSide(actor), 'letter_of_intent.acknowledge', { scopes }));
    const rows = await this.db.queryOften<{ id: string; round: string; count: number }>(sql`
      select r.id, r.name as round, count(*)::int as count from letters_of_intent l join rounds r on r.id = l.round_id
      where l.state = 'sent' and r.state = 'published' and ${may} and ${lettersSeen(staffSide(actor), this.policy)} group by r.id, r.name order by r.name limit 20`);
    return rows.map(({ id, round, count }) => ({
      title: this.texts.t('task.letter_of_intent.read', { count, round }),
      text: this.texts.t('task.letter_of_intent.read.text'),
      href: `/letters-of-intent?state=sent&round=${id}`,
      button: this.texts.t('task.letter_of_intent.read.button'),
    }));
  }
}
