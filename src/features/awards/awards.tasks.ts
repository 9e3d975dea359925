/** What waits for somebody about awards. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { notConflicted } from '../conflicts/index.js';
import { AWARD_COLUMNS } from './award-reads.js';

interface Waiting {
  readonly id: string;
  readonly title: string;
  readonly cents: string;
  readonly recipient: string;
  readonly state: string;
  readonly acceptBy: string | null;
  readonly endsOn: string | null;
}

/** Which step each state waits for. */
const STEPS = [
  ['drafted', 'award.offer'],
  ['offered', 'award.accept'],
  ['accepted', 'award.countersign'],
  ['active', 'award.begin_closeout'],
  ['closing', 'award.close'],
] as const;

@Injectable()
export class AwardsTasks extends TaskSource {
  override readonly permissions = STEPS.map(([, permission]) => permission);

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const signs = sql`exists (select 1 from organization_members m where m.organization_id = a.organization_id
      and m.person_id = ${actor.personId} and m.role = 'signatory' and m.ended_at is null)`;
    const clear = notConflicted(actor, rawSql('a.application_id'));
    const also: Partial<Record<string, Sql>> = {
      offered: signs,
      accepted: sql`not ${signs} and ${clear}`,
      active: sql`a.ends_on < ${this.db.today} and ${clear}`,
    };
    const waiting = STEPS.filter(([, permission]) => this.policy.mightDo(actor, permission)).map(
      ([state, permission]) => {
        const may = conditionSql(this.policy.filter(actor, permission, AWARD_COLUMNS));
        return sql`(a.state = ${rawSql(`'${state}'`)} and ${may} and ${also[state] ?? clear})`;
      },
    );
    if (waiting.length === 0) return [];
    const rows = await this.db.queryOften<Waiting>(sql`
      select a.id, a.title, a.amount_cents::text as cents, o.name as recipient, a.state, a.accept_by as "acceptBy",
             a.ends_on as "endsOn"
      from awards a join organizations o on o.id = a.organization_id
      where ${joinSql(waiting, ' or ')} order by a.accept_by nulls last, a.number limit 50`);
    return rows.map((row) => this.task(row));
  }

  private task({ id, title, cents, recipient, state, acceptBy, endsOn }: Waiting): Task {
    const params = { title, recipient, amount: Money.ofCents(cents) };
    const due = state === 'active' || state === 'closing' ? endsOn : acceptBy;
    return {
      dueOn: due ?? undefined,
      href: state === 'offered' ? `/awards/${id}/accept` : `/awards/${id}`,
      title: this.texts.t(`task.award.${state}`, params),
      text: this.texts.t(`task.award.${state}.text`, params),
      button: this.texts.t(`task.award.${state}.button`),
    };
  }
}
