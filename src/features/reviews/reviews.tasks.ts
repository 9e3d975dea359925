/** What waits for somebody about reviews: reviews that are due, and applications nobody reads yet. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { notConflicted } from '../conflicts/index.js';

interface DueReview {
  readonly id: string;
  readonly state: string;
  readonly title: string;
  readonly organization: string;
  readonly round: string;
  readonly cents: string;
  readonly dueOn: string | null;
}

interface UnreadRound {
  readonly id: string;
  readonly name: string;
  readonly count: number;
}

@Injectable()
export class ReviewsTasks extends TaskSource {
  override readonly permissions = ['review.submit', 'review.assign'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const [due, unread] = await Promise.all([this.due(actor), this.unread(actor)]);
    return [...due, ...unread];
  }

  private async due(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'review.submit')) return [];
    const rows = await this.db.queryOften<DueReview>(sql`
      select r.id, r.state, a.title, o.name as organization, n.name as round, a.requested_cents::text as cents,
        r.due_on as "dueOn"
      from reviews r join applications a on a.id = r.application_id join organizations o on o.id = a.organization_id
        join rounds n on n.id = r.round_id
      where r.state in ('assigned', 'in_progress')
        and ${conditionSql(this.policy.filter(actor, 'review.submit', { personId: 'r.reviewer_id' }))}
        and ${notConflicted(actor, rawSql('r.application_id'))}
      order by r.due_on nulls last, r.id limit 50`);
    return rows.map(({ id, state, title, organization, round, cents, dueOn }) => {
      const params = { title, organization, round, amount: Money.ofCents(cents) };
      return {
        dueOn: dueOn ?? undefined,
        title: this.texts.t('task.review', params),
        text: this.texts.t('task.review.text', params),
        href: `/reviews/${id}`,
        button: this.texts.t(state === 'assigned' ? 'task.review.start' : 'task.review.continue'),
      };
    });
  }

  private async unread(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'review.assign')) return [];
    const scopes = { fund: 'n.fund_id', round: 'n.id' };
    const rows = await this.db.queryOften<UnreadRound>(sql`
      select n.id, n.name, count(*)::int as count
      from applications a join rounds n on n.id = a.round_id
      where a.state = 'eligible' and n.state in ('published', 'reviewing')
        and ${conditionSql(this.policy.filter(actor, 'review.assign', { scopes }))}
        and not exists (select from review_panels p where p.round_id = n.id)
        and not exists (select from reviews r where r.application_id = a.id and r.state not in ('recused', 'withdrawn'))
        and ${notConflicted(actor, rawSql('a.id'))}
      group by n.id, n.name order by n.name, n.id limit 50`);
    return rows.map(({ id, name, count }) => ({
      title: this.texts.t('task.review.assign', { name, count }),
      text: this.texts.t('task.review.assign.text', { name, count }),
      href: `/reviews/rounds/${id}`,
      button: this.texts.t('task.review.assign.button'),
    }));
  }
}
