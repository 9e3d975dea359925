/** What waits for somebody about rounds. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { readSetAside } from './rounds.reads.js';

interface WaitingRound {
  readonly id: string;
  readonly name: string;
  readonly poolId: string;
  readonly action: 'begin_review' | 'publish' | 'set_aside';
  readonly at: Date;
}

const SCOPES = { fund: 'r.fund_id', round: 'r.id' };
const SOON_DAYS = 14;

@Injectable()
export class RoundsTasks extends TaskSource {
  override readonly permissions = ['round.begin_review', 'round.publish', 'round.create', 'allotment.create'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const rows = await this.waiting(actor);
    const unpublished = rows.filter(({ action }) => action === 'publish').map(({ id }) => id);
    const setAside = unpublished.length === 0 ? undefined : await readSetAside(this.db.often, unpublished);
    return [
      ...rows.map((row) => this.task(row, setAside?.get(row.id) ?? Money.zero)),
      ...(await this.withoutRound(actor)),
    ];
  }

  /** Pools that are for a round, and no round is set up for them. */
  private async withoutRound(actor: PersonActor): Promise<Task[]> {
    const may = conditionSql(this.policy.filter(actor, 'round.create', { scopes: { fund: 'p.fund_id' } }));
    const rows = await this.db.queryOften<{ id: string; name: string; fund: string }>(
      sql`select p.id, p.name, f.name as fund from pools p join funds f on f.id = p.fund_id
          where p.kind = 'round' and not exists (select from rounds r where r.pool_id = p.id) and ${may}
          order by p.created_at, p.id limit 10`,
    );
    return rows.map(({ id, ...params }) => ({
      title: this.texts.t('task.round.create', params),
      text: this.texts.t('task.round.create.text', params),
      button: this.texts.t('task.round.create.button'),
      href: `/rounds/new?pool=${id}`,
    }));
  }

  /** Rounds that are closed and not reviewed, those that should open soon, and those that wait for their money. */
  private async waiting(actor: PersonActor): Promise<WaitingRound[]> {
    const { now } = this.db;
    const soon = this.db.currentCalendar.startOfDay(this.db.currentCalendar.addDays(this.db.today, SOON_DAYS));
    const may = (permission: string): Sql => conditionSql(this.policy.filter(actor, permission, { scopes: SCOPES }));
    return this.db.queryOften<WaitingRound>(
      sql`select r.id, r.name, r.pool_id as "poolId", w.action, w.at from rounds r cross join lateral (
            select 'begin_review' as action, r.due_at as at
              where r.state = 'published' and r.due_at + make_interval(mins => r.grace_minutes) < ${now}
                and ${may('round.begin_review')}
            union all select 'publish', r.opens_at
              where r.state in ('draft', 'in_comment') and r.due_at > ${now} and r.opens_at < ${soon}
                and ${may('round.publish')}
            union all select 'set_aside', r.opens_at
              where r.state in ('draft', 'in_comment') and r.due_at > ${now} and ${may('allotment.create')}
                and not exists (select from ledger_accounts l
                  where l.holder_kind = 'pool' and l.holder_id = r.pool_id and l.allotted_cents > 0)) w
          order by w.action, w.at, r.id limit 100`,
    );
  }

  private task({ id, name, poolId, action, at }: WaitingRound, amount: Money): Task {
    const params = { name, amount };
    return {
      dueOn: this.db.currentCalendar.today(at),
      title: this.texts.t(`task.round.${action}`, params),
      text: this.texts.t(`task.round.${action}.text`, params),
      href: action === 'set_aside' ? `/allotments/new?pool=${poolId}` : `/rounds/${id}`,
      button: this.texts.t(`task.round.${action}.button`),
    };
  }
}
