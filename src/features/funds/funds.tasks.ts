/** What waits for somebody about sources. */
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
}

@Injectable()
export class FundsTasks extends TaskSource {
  override readonly permissions = ['source.activate', 'source.begin_liquidation', 'source.close'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const wanted = [
      ...(this.policy.can(actor, 'source.activate', {}) ? ['draft'] : []),
      ...(this.policy.can(actor, 'source.close', {}) ? ['liquidating'] : []),
      ...(this.policy.can(actor, 'source.begin_liquidation', {}) ? ['active'] : []),
    ];
    if (wanted.length === 0) return [];
    const rows = await this.db.queryOften<WaitingSource>(
      sql`select id, name, state, amount_cents::text as cents, liquidates_by as "liquidatesBy", ends_on as "endsOn"
          from sources where state = any(${wanted}::text[]) and (state <> 'active' or ends_on < ${this.db.today})
          order by liquidates_by, id limit 50`,
    );
    return rows.map((row) => this.task(row));
  }

  private task(row: WaitingSource): Task {
    const params = { name: row.name, amount: Money.ofCents(row.cents) };
    const at = { href: `/sources/${row.id}`, button: this.texts.t(`task.source.${row.state}.button`) };
    return {
      ...at,
      dueOn: row.state === 'draft' ? undefined : row.state === 'active' ? row.endsOn : row.liquidatesBy,
      title: this.texts.t(`task.source.${row.state}`, params),
      text: this.texts.t(`task.source.${row.state}.text`, params),
    };
  }
}
