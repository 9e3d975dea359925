/** The budget report: what is set aside, committed, paid and left, by pool, source or fund. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { type Figures, NO_FIGURES, readFigures } from '../ledger/index.js';
import type { BudgetReportQuery } from './budget-report.input.js';

export interface BudgetRow {
  readonly id: string;
  readonly name: string;
  /** The heading the row stands under: the fund of a pool. */
  readonly group: string | null;
  readonly figures: Figures;
}

export interface BudgetReport {
  readonly fund: string | null;
  readonly asOf: string;
  readonly by: 'pool' | 'source' | 'fund';
  readonly totals: Figures;
  readonly rows: readonly BudgetRow[];
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly group: string | null;
}

@Injectable()
export class BudgetReports {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  /** Of one fund, or of all the actor may read; today's, or as of a booking date. */
  async read(actor: Actor, query: BudgetReportQuery): Promise<BudgetReport> {
    const by = query.by ?? 'pool';
    const mayRead = conditionSql(this.policy.filter(actor, 'report.budget', { scopes: { fund: 'f.id' } }));
    const fund = query.fund === undefined ? undefined : await this.fundId(mayRead, query.fund);
    const where = fund === undefined ? mayRead : sql`(${mayRead} and f.id = ${fund})`;
    const from = sql`pools p join funds f on f.id = p.fund_id where ${where}`;
    const asOf = query.asOf !== undefined && query.asOf < this.db.today ? query.asOf : undefined;
    const [names, figures, totals] = await Promise.all([
      this.names(by, from),
      this.figures(by, from, asOf),
      readFigures(this.db, {}, { members: MEMBERS.all(from) }, asOf),
    ]);
    const rows = names.map((each) => ({ ...each, figures: figures.get(each.id) ?? NO_FIGURES }));
    return {
      fund: query.fund ?? null,
      asOf: asOf ?? this.db.today,
      by,
      totals: totals.get('all') ?? NO_FIGURES,
      rows,
    };
  }

  /** Funds one may choose from. */
  async funds(actor: Actor): Promise<{ value: string; label: string }[]> {
    const mayRead = conditionSql(this.policy.filter(actor, 'report.budget', { scopes: { fund: 'f.id' } }));
    return this.db.query(sql`select f.slug as value, f.name as label from funds f where ${mayRead} order by f.name`);
  }

  private async fundId(mayRead: Sql, slug: string): Promise<string> {
    const row = await this.db.find<{ id: string }>(sql`select f.id from funds f where f.slug = ${slug} and ${mayRead}`);
    if (row === undefined) throw invalidField('fund', 'report.fund_unknown', { slug });
    return row.id;
  }

  /** A source's row counts only what it set aside for the pools of the report. */
  private async figures(by: BudgetReport['by'], from: Sql, asOf: string | undefined): Promise<Map<string, Figures>> {
    if (by !== 'source') return readFigures(this.db, {}, { members: MEMBERS[by](from) }, asOf);
    const pools = await this.db.query<{ id: string }>(sql`select p.id from ${from}`);
    return readFigures(this.db, { holders: pools.map(({ id }) => ({ kind: 'pool', id })) }, 'source', asOf);
  }

  private async names(by: BudgetReport['by'], from: Sql): Promise<Named[]> {
    switch (by) {
      case 'pool':
        return this.db.query<Named>(
          sql`select p.id, p.name, f.name as "group" from ${from} order by f.name, p.created_at, p.id`,
        );
      case 'fund':
        return this.db.query<Named>(sql`select distinct f.id, f.name, null as "group" from ${from} order by f.name`);
      case 'source':
        return this.db.query<Named>(
          sql`select s.id, s.name, null as "group" from sources s
              where s.id in (select a.source_id from allotments a where a.pool_id in (select p.id from ${from}))
              order by s.name`,
        );
    }
  }
}

/** The holders of each group. */
const MEMBERS: Readonly<Record<'pool' | 'fund' | 'all', (from: Sql) => Sql>> = {
  pool: (from) => sql`select p.id::text as key, 'pool' as holder_kind, p.id as holder_id from ${from}`,
  fund: (from) => sql`select f.id::text as key, 'pool' as holder_kind, p.id as holder_id from ${from}`,
  all: (from) => sql`select 'all' as key, 'pool' as holder_kind, p.id as holder_id from ${from}`,
};
