/** The budget report: what is set aside, committed, paid and left, by award, round, district, category and so on. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Figures, NO_FIGURES } from '../ledger/index.js';
import type { BudgetReportQuery, ReportGroup } from './budget-report.input.js';
import { type AwardLine, BudgetReportReads, type Named } from './budget-report.reads.js';
import {
  addFigures,
  awardColumns,
  byShares,
  isNothing,
  type ReportFigures,
  wholeColumns,
} from './budget-report.rules.js';
import { inSnapshot } from './snapshot.js';

export type RowKind = ReportGroup;

export interface BudgetRow {
  /** What the row is about: under awards and rounds stand also the pools that promised money without one. */
  readonly kind: RowKind;
  readonly id: string;
  readonly name: string;
  /** The heading the row stands under: the fund of a pool, the round of an award. */
  readonly group: string | null;
  readonly figures: ReportFigures;
  /** Of an award: its number, who received it and the district with its largest share. */
  readonly award?: string;
  readonly recipient?: string;
  readonly district?: string;
}

export interface DistrictRow {
  readonly district: string;
  readonly figures: ReportFigures;
}

export interface BudgetReport {
  readonly fund: string | null;
  readonly source: string | null;
  readonly asOf: string;
  readonly by: ReportGroup;
  readonly totals: Figures;
  /** They add up to the totals. */
  readonly rows: readonly BudgetRow[];
  /** A row for each of the agency's districts, also those without money. */
  readonly byDistrict: readonly DistrictRow[];
  readonly awards: number;
}

/** What was asked for, settled once: which funds it covers does not depend on who reads it later. */
export interface Extent {
  readonly fund: { readonly id: string; readonly slug: string; readonly name: string } | null;
  readonly fundIds: readonly string[];
  readonly source: { readonly id: string; readonly name: string } | null;
  readonly by: ReportGroup;
  readonly asOf: string;
}

@Injectable()
export class BudgetReports {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
  ) {}

  /** Of one fund, or of all the actor may read; today's, or as of a booking date. */
  async read(actor: Actor, query: BudgetReportQuery): Promise<BudgetReport> {
    return this.readExtent(this.db, await this.extent(this.db, actor, query));
  }

  /** What the actor's query means: the funds they may read, no day after today. */
  async extent(from: Queryable, actor: Actor, query: BudgetReportQuery): Promise<Extent> {
    const funds = await from.query<{ id: string; slug: string; name: string }>(
      sql`select f.id, f.slug, f.name from funds f where ${this.mayRead(actor)} order by f.name, f.id`,
    );
    const fund = funds.find(({ slug }) => slug === query.fund) ?? null;
    if (query.fund !== undefined && fund === null) {
      throw invalidField('fund', 'report.fund_unknown', { slug: query.fund });
    }
    const sources = query.source === undefined ? [] : await this.sourcesFrom(from, actor);
    const source = sources.find(({ value }) => value === query.source);
    if (query.source !== undefined && source === undefined) throw invalidField('source', 'report.source_unknown');
    const { today } = this.db;
    return {
      fund,
      fundIds: fund === null ? funds.map(({ id }) => id) : [fund.id],
      source: source === undefined ? null : { id: source.value, name: source.label },
      by: query.by ?? 'award',
      asOf: query.asOf !== undefined && query.asOf < today ? query.asOf : today,
    };
  }

  /** What was settled before, read at one moment; the caller has looked whether it may be seen. */
  async readExtent(from: Queryable, extent: Extent): Promise<BudgetReport> {
    return from === this.db ? inSnapshot(this.db, (moment) => this.report(moment, extent)) : this.report(from, extent);
  }

  /** Funds one may choose from. */
  async funds(actor: Actor): Promise<{ value: string; label: string }[]> {
    return this.db.query(
      sql`select f.slug as value, f.name as label from funds f where ${this.mayRead(actor)} order by f.name`,
    );
  }

  /** Sources one may choose from. */
  async sources(actor: Actor): Promise<{ value: string; label: string }[]> {
    return this.sourcesFrom(this.db, actor);
  }

  /** Whether this actor may read the report of all these funds. */
  mayReadFunds(actor: Actor, fundIds: readonly string[]): boolean {
    const may = (fund: string | null): boolean => this.policy.can(actor, 'report.budget', { scopes: { fund } });
    return fundIds.length === 0 ? may(null) : fundIds.every(may);
  }

  private mayRead(actor: Actor): Sql {
    return conditionSql(this.policy.filter(actor, 'report.budget', { scopes: { fund: 'f.id' } }));
  }

  private sourcesFrom(from: Queryable, actor: Actor): Promise<{ value: string; label: string }[]> {
    return from.query(sql`
      select s.id as value, s.name as label from sources s where s.id in (
        select a.source_id from allotments a join pools p on p.id = a.pool_id join funds f on f.id = p.fund_id
        where ${this.mayRead(actor)}) order by s.name, s.id`);
  }

  private async report(from: Queryable, extent: Extent): Promise<BudgetReport> {
    const { fund, source, by, asOf } = extent;
    const reads = new BudgetReportReads(from, {
      fundIds: extent.fundIds,
      sourceIds: source === null ? undefined : [source.id],
      asOf: asOf < this.db.today ? asOf : undefined,
    });
    const totals = await reads.total();
    const awards = await reads.awards();
    const sums = districtSums(await reads.districts(), awards);
    return {
      fund: fund?.slug ?? null,
      source: source?.id ?? null,
      asOf,
      by,
      totals,
      rows: by === 'district' ? await this.districtRows(reads, sums) : await this.rows(by, reads, awards),
      byDistrict: [...sums.named].map(([district, each]) => ({ district, figures: awardColumns(each) })),
      awards: awards.length,
    };
  }

  private async rows(
    by: Exclude<ReportGroup, 'district'>,
    reads: BudgetReportReads,
    awards: readonly AwardLine[],
  ): Promise<BudgetRow[]> {
    switch (by) {
      case 'award':
        return [...awards.map(awardRow), ...(await outsideAwards(reads))];
      case 'category':
        return [...(await categoryRows(reads)), ...(await outsideAwards(reads))];
      case 'source':
        return rowsOf('source', await reads.sources());
      case 'round':
        return [...rowsOf('round', await reads.rounds()), ...rowsOf('pool', await reads.poolsWithoutRound())];
      case 'pool':
        return rowsOf('pool', await reads.pools());
      case 'fund':
        return rowsOf('fund', await reads.funds());
    }
  }

  /** Also what no district can be named for, so that the rows add up. */
  private async districtRows(reads: BudgetReportReads, { named, unnamed }: DistrictSums): Promise<BudgetRow[]> {
    const row = (id: string, name: string, figures: Figures): BudgetRow => ({
      ...{ kind: 'district', id, name, group: null, figures: awardColumns(figures) },
    });
    return [
      ...[...named].map(([name, figures]) => row(name, name, figures)),
      ...(isNothing(unnamed) ? [] : [row('', this.texts.t('report.no_district'), unnamed)]),
      ...(await outsideAwards(reads)),
    ];
  }
}

interface DistrictSums {
  readonly named: ReadonlyMap<string, Figures>;
  /** Of awards that name no district. */
  readonly unnamed: Figures;
}

function districtSums(known: readonly string[], awards: readonly AwardLine[]): DistrictSums {
  const named = new Map(known.map((name) => [name, NO_FIGURES]));
  let unnamed = NO_FIGURES;
  for (const { figures, shares } of awards) {
    if (shares.length === 0) unnamed = addFigures(unnamed, figures);
    for (const [district, part] of byShares(figures, shares)) {
      named.set(district, addFigures(named.get(district) ?? NO_FIGURES, part));
    }
  }
  return { named, unnamed };
}

/** What pools promised without an award: stipends, childcare, own costs. A row for each pool that did. */
async function outsideAwards(reads: BudgetReportReads): Promise<BudgetRow[]> {
  return (await reads.poolsAlone())
    .filter(({ figures }) => figures.committed.isPositive)
    .map(({ figures, ...named }) => ({ kind: 'pool', ...named, figures: awardColumns(figures) }));
}

async function categoryRows(reads: BudgetReportReads): Promise<BudgetRow[]> {
  const figures = await reads.categories();
  return [...figures]
    .filter(([, each]) => !isNothing(each))
    .map(([name, each]) => ({ kind: 'category', id: name, name, group: null, figures: awardColumns(each) }));
}

const rowsOf = (kind: RowKind, lines: readonly (Named & { readonly figures: Figures })[]): BudgetRow[] =>
  lines.map(({ figures, ...named }) => ({ kind, ...named, figures: wholeColumns(figures) }));

const awardRow = ({ id, name, group, number, recipient, shares, figures }: AwardLine): BudgetRow => ({
  ...{ kind: 'award', id, name, group, figures: awardColumns(figures) },
  ...{ award: number, recipient, district: shares[0]?.district ?? '' },
});
