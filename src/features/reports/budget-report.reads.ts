/** BudgetReportReads: the queries behind one budget report - what it is about and what the ledger says of each. */
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { type Figures, NO_FIGURES, readFigures } from '../ledger/index.js';
import { addFigures, isNothing, type Share } from './budget-report.rules.js';

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly group: string | null;
}

export type Line = Named & { readonly figures: Figures };

export interface AwardLine extends Line {
  readonly number: string;
  readonly recipient: string;
  readonly shares: readonly Share[];
}

interface Limits {
  readonly fundIds: readonly string[];
  readonly sourceIds?: readonly string[];
  /** A day that is over; today's figures when absent. */
  readonly asOf?: string;
}

/** What a pool holds itself and what its awards hold, as `key` for the ledger's figures. */
const holders = (key: string, from: Sql): Sql => sql`
  select held.key, holder.kind as holder_kind, holder.id as holder_id
  from (select p.id, ${rawSql(key)}::text as key from ${from}) as held
  cross join lateral (select 'pool' as kind, held.id union all
                      select 'award', a.id from awards a where a.pool_id = held.id) as holder
  where held.key is not null`;

export class BudgetReportReads {
  private readonly from: Sql;
  private holding?: Promise<Map<string, Figures>>;

  constructor(
    private readonly db: Queryable,
    private readonly limits: Limits,
  ) {
    this.from = sql`pools p join funds f on f.id = p.fund_id where f.id = any(${[...limits.fundIds]}::uuid[])`;
  }

  async total(): Promise<Figures> {
    return [...(await this.byHolder()).values()].reduce(addFigures, NO_FIGURES);
  }

  districts(): Promise<string[]> {
    return this.db
      .query<{ name: string }>(sql`select name from districts order by position, name`)
      .then((rows) => rows.map(({ name }) => name));
  }

  /** Awards with money then, and those that were decided by then and hold none any more but were not called off. */
  async awards(): Promise<AwardLine[]> {
    const { sourceIds, asOf } = this.limits;
    const figures = await this.byHolder();
    const isOfSource =
      sourceIds === undefined
        ? rawSql('true')
        : sql`exists (select from award_sources s where s.award_id = a.id and s.source_id = any(${sourceIds}::uuid[]))`;
    const isDecided = asOf === undefined ? rawSql('true') : sql`a.decided_on <= ${asOf}::date`;
    const rows = await this.db.query<Omit<AwardLine, 'figures'> & { stands: boolean }>(sql`
      select a.id, a.title as name, r.name as "group", a.number, o.name as recipient,
             a.state not in ('declined', 'lapsed', 'rescinded') and ${isDecided} and ${isOfSource} as stands,
             coalesce((select json_agg(json_build_object('district', d.district, 'basisPoints', d.basis_points)
                        order by d.basis_points desc, d.district) from award_districts d where d.award_id = a.id),
                      '[]') as shares
      from awards a join rounds r on r.id = a.round_id join organizations o on o.id = a.organization_id
      where a.pool_id in (select p.id from ${this.from})
      order by r.opens_at nulls last, r.created_at, r.id, a.number`);
    return rows
      .map(({ stands, ...row }) => ({ row: { ...row, figures: figures.get(row.id) ?? NO_FIGURES }, stands }))
      .filter(({ row, stands }) => stands || !isNothing(row.figures))
      .map(({ row }) => row);
  }

  async categories(): Promise<Map<string, Figures>> {
    const ids = await this.db.query<{ id: string }>(
      sql`select a.id from awards a where a.pool_id in (select p.id from ${this.from})`,
    );
    const holding = ids.map(({ id }) => ({ kind: 'award' as const, id }));
    return readFigures(this.db, { ...this.filter, holders: holding }, 'category', this.limits.asOf);
  }

  async sources(): Promise<Line[]> {
    const { sourceIds } = this.limits;
    const names = await this.db.query<Named>(sql`
      select s.id, s.name, null as "group" from sources s
      where s.id in (select a.source_id from allotments a where a.pool_id in (select p.id from ${this.from}))
      order by s.name, s.id`);
    const holding = await this.db.query<{ kind: 'pool' | 'award'; id: string }>(
      sql`select holder_kind as kind, holder_id as id from (${holders(`'all'`, this.from)}) as holder`,
    );
    const figures = await readFigures(this.db, { ...this.filter, holders: holding }, 'source', this.limits.asOf);
    return named(
      names.filter(({ id }) => sourceIds?.includes(id) ?? true),
      figures,
    );
  }

  async funds(): Promise<Line[]> {
    const names = await this.db.query<Named>(
      sql`select distinct f.id, f.name, null as "group" from ${this.from} order by f.name, f.id`,
    );
    return named(names, await this.figures(holders('f.id', this.from)));
  }

  async rounds(): Promise<Line[]> {
    const names = await this.db.query<Named>(sql`
      select r.id, r.name, f.name as "group" from rounds r join funds f on f.id = r.fund_id
      where r.pool_id in (select p.id from ${this.from})
      order by f.name, f.id, r.opens_at nulls last, r.created_at, r.id`);
    return named(names, await this.figures(holders('(select r.id from rounds r where r.pool_id = p.id)', this.from)));
  }

  async pools(): Promise<Line[]> {
    return named(await this.poolNames(), await this.figures(holders('p.id', this.from)));
  }

  /** Pools that no round was set up for. */
  async poolsWithoutRound(): Promise<Line[]> {
    const without = rawSql('not exists (select from rounds r where r.pool_id = p.id)');
    return named(await this.poolNames(without), await this.figures(holders('p.id', this.from)));
  }

  /** Pools without what their awards hold. */
  async poolsAlone(): Promise<Line[]> {
    return named(await this.poolNames(), await this.byHolder());
  }

  private poolNames(where: Sql = rawSql('true')): Promise<Named[]> {
    return this.db.query<Named>(
      sql`select p.id, p.name, f.name as "group" from ${this.from} and ${where}
          order by f.name, f.id, p.created_at, p.id`,
    );
  }

  private get filter(): { sourceIds?: readonly string[] } {
    const { sourceIds } = this.limits;
    return sourceIds === undefined ? {} : { sourceIds };
  }

  /** What each pool and each award holds itself, by its id; read once, for the total and for each of them. */
  private byHolder(): Promise<Map<string, Figures>> {
    this.holding ??= this.figures(sql`
      select p.id as key, 'pool' as holder_kind, p.id as holder_id from ${this.from}
      union all select a.id, 'award', a.id from awards a where a.pool_id in (select p.id from ${this.from})`);
    return this.holding;
  }

  private figures(members: Sql): Promise<Map<string, Figures>> {
    return readFigures(this.db, this.filter, { members }, this.limits.asOf);
  }
}

const named = (names: readonly Named[], figures: ReadonlyMap<string, Figures>): Line[] =>
  names.map((each) => ({ ...each, figures: figures.get(each.id) ?? NO_FIGURES }));
