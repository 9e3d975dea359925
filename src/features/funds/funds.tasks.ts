/** What waits for somebody about sources, and how money first comes to a fund. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';

interface WaitingSource {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly cents: string;
  readonly liquidatesBy: string;
  readonly endsOn: string;
  readonly lacksAuthority: boolean;
}

interface WaitingPool {
  readonly id: string;
  readonly name: string;
  readonly fund: string;
}

@Injectable()
export class FundsTasks extends TaskSource {
  override readonly permissions = [
    ...['source.activate', 'source.begin_liquidation', 'source.close'],
    ...['source.create', 'source.update', 'fund.create', 'allotment.create'],
  ];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    return [...(await this.first(actor)), ...(await this.sources(actor)), ...(await this.empty(actor))];
  }

  /** In an agency that is new here: the first source, the first fund. */
  private async first(actor: PersonActor): Promise<Task[]> {
    const may = (permission: string): boolean => this.policy.can(actor, permission, {});
    const [maySource, mayFund] = [may('source.create'), may('fund.create')];
    if (!maySource && !mayFund) return [];
    const [has] = await this.db.queryOften<{ source: boolean; fund: boolean }>(
      sql`select exists (select from sources) as source, exists (select from funds) as fund`,
    );
    const task = (name: 'source' | 'fund'): Task => ({
      title: this.texts.t(`task.first.${name}`),
      text: this.texts.t(`task.first.${name}.text`),
      button: this.texts.t(`task.first.${name}.button`),
      href: `/${name}s/new`,
    });
    return [
      ...(maySource && has?.source === false ? [task('source')] : []),
      ...(mayFund && has?.fund === false ? [task('fund')] : []),
    ];
  }

  /** Pools of rounds for which nothing was ever set aside, while there is money in force. */
  private async empty(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.can(actor, 'allotment.create', {})) return [];
    const rows = await this.db.queryOften<WaitingPool>(
      sql`select p.id, p.name, f.name as fund from pools p join funds f on f.id = p.fund_id
          where p.kind = 'round' and not exists (select from allotments a where a.pool_id = p.id)
            and exists (select from sources where state = 'active')
          order by p.created_at, p.id limit 10`,
    );
    return rows.map(({ id, ...params }) => ({
      title: this.texts.t('task.pool.empty', params),
      text: this.texts.t('task.pool.empty.text'),
      button: this.texts.t('task.pool.empty.button'),
      href: `/allotments/new?pool=${id}`,
    }));
  }

  private async sources(actor: PersonActor): Promise<Task[]> {
    const may = (permission: string): boolean => this.policy.can(actor, permission, {});
    const [mayActivate, mayMend] = [may('source.activate'), may('source.update')];
    const wanted = [
      ...(mayActivate || mayMend ? ['draft'] : []),
      ...(may('source.close') ? ['liquidating'] : []),
      ...(may('source.begin_liquidation') ? ['active'] : []),
    ];
    if (wanted.length === 0) return [];
    const rows = await this.db.queryOften<WaitingSource>(
      sql`select id, name, state, amount_cents::text as cents, liquidates_by as "liquidatesBy", ends_on as "endsOn",
                 coalesce(btrim(subgrant_authority), '') = '' as "lacksAuthority"
          from sources where state = any(${wanted}::text[]) and (state <> 'active' or ends_on < ${this.db.today})
          order by liquidates_by, id limit 50`,
    );
    // What is still missing in a draft is for whoever writes it; then somebody else puts it in force.
    const isTheirs = ({ state, lacksAuthority }: WaitingSource): boolean =>
      state !== 'draft' || (lacksAuthority ? mayMend : mayActivate);
    return rows.filter(isTheirs).map((row) => this.task(row));
  }

  private task(row: WaitingSource): Task {
    const params = { name: row.name, amount: Money.ofCents(row.cents) };
    const kind = row.state === 'draft' && row.lacksAuthority ? 'incomplete' : row.state;
    const href = kind === 'incomplete' ? `/sources/${row.id}/edit` : `/sources/${row.id}`;
    const at = { href, button: this.texts.t(`task.source.${kind}.button`) };
    return {
      ...at,
      dueOn: row.state === 'draft' ? undefined : row.state === 'active' ? row.endsOn : row.liquidatesBy,
      title: this.texts.t(`task.source.${kind}`, params),
      text: this.texts.t(`task.source.${kind}.text`, params),
    };
  }
}
