/** LedgerMonths: the months of the books. What is booked into a closed month is refused; corrections go into an open one. */
import { Injectable } from '@nestjs/common';
import { type Actor, actorKey } from '../../kernel/actor.js';
import { conflict, forbidden } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { lockMonths } from './ledger.posting.js';
import { monthName, monthOf } from './ledger.rules.js';

export interface BookMonth {
  /** Its first day. */
  readonly month: string;
  readonly closedAt: Date | null;
  readonly isOver: boolean;
}

const SUBJECT = 'ledger_month';

@Injectable()
export class LedgerMonths {
  constructor(private readonly db: Database) {}

  /** The months that have entries or are closed, newest first. */
  async list(): Promise<BookMonth[]> {
    const today = this.db.today;
    const rows = await this.db.query<Omit<BookMonth, 'isOver'>>(sql`
      select coalesce(m.month, p.month) as month, p.closed_at as "closedAt"
      from (select distinct month from ledger_month_turnovers) m
      full join ledger_periods p on p.month = m.month
      order by 1 desc limit 240`);
    return rows.map((row) => ({ ...row, isOver: row.month < monthOf(today) }));
  }

  /** `month` is its first day. */
  async close(actor: Actor, month: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.begin(work, 'ledger.close_month', month);
      if (month >= monthOf(work.today)) {
        throw conflict('ledger.month_not_over', { params: { month: monthName(month) } });
      }
      const changed = await work.query(sql`
        insert into ledger_periods (month, closed_at, closed_by)
        values (${month}::date, ${work.now}::timestamptz, ${actorKey(actor)})
        on conflict (month) do update set closed_at = excluded.closed_at, closed_by = excluded.closed_by
        where ledger_periods.closed_at is null returning month`);
      if (changed.length === 0) throw conflict('ledger.month_closed', { params: { month: monthName(month) } });
      work.audit({ action: 'ledger.month_closed', subjectType: SUBJECT, subjectId: month });
      return { id: month };
    });
  }

  async reopen(actor: Actor, month: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.begin(work, 'ledger.reopen_month', month);
      const changed = await work.query(sql`
        update ledger_periods set closed_at = null, closed_by = null
        where month = ${month}::date and closed_at is not null returning month`);
      if (changed.length === 0) throw conflict('ledger.month_open', { params: { month: monthName(month) } });
      work.audit({ action: 'ledger.month_reopened', subjectType: SUBJECT, subjectId: month, note });
      return { id: month };
    });
  }

  /** Waits for the posts under way, and keeps later ones waiting until it is decided. */
  private async begin(work: Work, permission: string, month: string): Promise<void> {
    if (!work.policy.can(work.actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
    await lockMonths(work, [month], 'alone');
  }
}
