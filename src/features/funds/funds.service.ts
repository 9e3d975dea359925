/** Funds: programs of giving, their pools, and the money of sources set aside for them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy, type Scopes } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import { Ledger, readPoolBalance, readStageBalances } from '../ledger/index.js';
import { Allotment, AllotmentReturn, Fund, Pool } from './fund.entity.js';
import type { AllotmentInput, AllotmentReturnInput, FundInput, PoolInput } from './fund.input.js';
import { allotmentReturnTransfer, allotmentTransfer } from './funds.transfers.js';
import { drawFromPool, type SourceShare } from './pool-money.js';
import { Source } from './source.entity.js';

export interface FundRow {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly pools: number;
}

export interface PoolRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

export interface AllotmentRow {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly poolId: string;
  readonly poolName: string;
  readonly fundId: string;
  readonly fundName: string;
  readonly amount: Money;
  readonly authority: string;
  readonly createdAt: Date;
}

/** What a carried motion adds to what is set aside. */
export interface AllotmentRaise {
  readonly sourceId: string;
  readonly poolId: string;
  readonly amount: Money;
  readonly authority: string;
  readonly motionId: string;
}

type NewAllotment = Omit<AllotmentRaise, 'motionId'> & { readonly motionId: string | null };

@Injectable()
export class Funds {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly ledger: Ledger,
  ) {}

  async create(actor: Actor, input: FundInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        this.require(work, 'fund.create', {});
        const { name, slug = shortName(name), purpose = null } = input;
        if (slug === '') throw invalidField('slug', 'fund.slug_shape');
        const fund = await work.insertOne(Fund, { name, slug, purpose });
        work.audit({ action: 'fund.created', subjectType: 'fund', subjectId: fund.id, after: { name, slug } });
        return { id: fund.id };
      }),
    );
  }

  async update(actor: Actor, id: string, input: FundInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const fund = await this.lockFund(work, id, 'fund.update');
        const { name, slug = fund.slug, purpose = null } = input;
        const before = { name: fund.name, slug: fund.slug, purpose: fund.purpose };
        await work.update(Fund, fund, { name, slug, purpose }, input.version);
        const after = { name, slug, purpose };
        work.audit({ action: 'fund.updated', subjectType: 'fund', subjectId: id, before, after });
        return { id };
      }),
    );
  }

  async addPool(actor: Actor, fundId: string, input: PoolInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        await this.lockFund(work, fundId, 'fund.update');
        const pool = await work.insertOne(Pool, { fundId, kind: input.kind, name: input.name });
        const after = { fundId, kind: input.kind, name: input.name };
        work.audit({ action: 'pool.created', subjectType: 'pool', subjectId: pool.id, after });
        return { id: pool.id };
      }),
    );
  }

  /** Sets money of a source in force aside for a pool; refused when the source has less left, whoever asks at once. */
  async allot(actor: Actor, input: AllotmentInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const { sourceId, poolId, amount, authority } = input;
        const source = await this.lockSource(work, sourceId);
        const pool = await this.lockPool(work, poolId);
        this.require(work, 'allotment.create', { fund: pool.fundId });
        return this.setAside(work, source, { sourceId, poolId, amount, authority, motionId: null });
      }),
    );
  }

  /**
   * What a carried motion adds to a pool, as a step of its work. Throws `allotment.source_not_active` or
   * `allotment.more_than_left`.
   */
  async raiseAllotment(work: Work, raise: AllotmentRaise): Promise<{ id: string }> {
    const source = await this.lockSource(work, raise.sourceId);
    await this.lockPool(work, raise.poolId);
    return this.setAside(work, source, raise);
  }

  /** Which sources of the pool bear this amount, as a step: see `drawFromPool`. */
  async draw(work: Work, poolId: string, amount: Money): Promise<SourceShare[]> {
    return drawFromPool(work, poolId, amount);
  }

  private async setAside(work: Work, source: Source, allotted: NewAllotment): Promise<{ id: string }> {
    const { sourceId, poolId, amount, authority, motionId } = allotted;
    if (source.state !== 'active') throw invalidField('sourceId', 'allotment.source_not_active');
    await this.requireLeft(work, source, amount);
    const allotment = await work.insertOne(Allotment, { sourceId, poolId, amount, authority, motionId });
    await this.ledger.post(work, [allotmentTransfer(allotment.id, sourceId, poolId, amount)]);
    const action = motionId === null ? 'allotment.created' : 'allotment.raised';
    const after = { sourceId, amount, authority, motionId };
    work.audit({ action, subjectType: 'pool', subjectId: poolId, after });
    return { id: allotment.id };
  }

  /** Gives back to its source what was set aside for a pool and not awarded. */
  async returnAllotment(actor: Actor, input: AllotmentReturnInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { sourceId, poolId, amount, reason } = input;
      const source = await this.lockSource(work, sourceId);
      const pool = await this.lockPool(work, poolId);
      this.require(work, 'allotment.return', { fund: pool.fundId });
      if (source.state === 'closed') throw conflict('allotment.source_closed');
      const left = await readPoolBalance(work, sourceId, poolId, 'allotted');
      if (amount.compare(left) > 0) throw invalidField('amount', 'allotment.return_too_much', { left, amount });
      const returned = await work.insertOne(AllotmentReturn, { sourceId, poolId, amount, reason });
      await this.ledger.post(work, [allotmentReturnTransfer(returned.id, sourceId, poolId, amount)]);
      work.audit({
        action: 'allotment.returned',
        subjectType: 'pool',
        subjectId: poolId,
        note: reason,
        after: { sourceId, amount },
      });
      return { id: returned.id };
    });
  }

  async get(actor: Actor, id: string): Promise<Fund> {
    const [fund] = await this.db.query<Fund>(
      sql`select id, version, created_at as "createdAt", name, slug, purpose from funds where id = ${id}`,
    );
    const canRead = fund !== undefined && this.policy.can(actor, 'fund.read', { scopes: { fund: id } });
    if (!canRead) throw notFound('thing.not_found');
    return fund;
  }

  async list(actor: Actor, query: ListQuery): Promise<ListPage<FundRow>> {
    const where = [conditionSql(this.policy.filter(actor, 'fund.read', { scopes: { fund: 'f.id' } }))];
    if (query.q !== undefined) where.push(sql`f.name ilike ${`%${query.q.replace(/[\\%_]/g, '\\$&')}%`}`);
    return readList<FundRow>(
      this.db,
      {
        columns: sql`f.id, f.name, f.slug, (select count(*)::int from pools p where p.fund_id = f.id) as pools`,
        from: sql`funds f`,
        where,
        sorts: { name: { expression: 'lower(f.name)', type: 'text' } },
        defaultSort: 'name',
        id: 'f.id',
      },
      query,
    );
  }

  async pools(fundId: string): Promise<PoolRow[]> {
    return this.db.query<PoolRow>(
      sql`select id, name, kind from pools where fund_id = ${fundId} order by created_at, id`,
    );
  }

  /** The allotments of a source or of a fund that are for funds the actor may see, oldest first. */
  async allotments(actor: Actor, of: { sourceId: string } | { fundId: string }): Promise<AllotmentRow[]> {
    const condition = 'sourceId' in of ? sql`a.source_id = ${of.sourceId}` : sql`p.fund_id = ${of.fundId}`;
    const rows = await this.db.query<AllotmentRow & { cents: string }>(
      sql`select a.source_id as "sourceId", s.name as "sourceName", a.pool_id as "poolId", p.name as "poolName",
            p.fund_id as "fundId", f.name as "fundName", a.amount_cents as cents, a.authority, a.created_at as "createdAt"
          from allotments a join sources s on s.id = a.source_id join pools p on p.id = a.pool_id
            join funds f on f.id = p.fund_id
          where ${condition} and ${conditionSql(this.policy.filter(actor, 'fund.read', { scopes: { fund: 'p.fund_id' } }))}
          order by a.created_at, a.id`,
    );
    return rows.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) }));
  }

  private async lockFund(work: Work, id: string, permission: string): Promise<Fund> {
    const fund = await work.lockOne(Fund, id);
    if (!work.policy.can(work.actor, 'fund.read', { scopes: { fund: id } })) throw notFound('thing.not_found');
    this.require(work, permission, { fund: id });
    return fund;
  }

  private async lockSource(work: Work, id: string): Promise<Source> {
    await this.requireExists(work, 'sources', id, 'sourceId');
    return work.lockOne(Source, id);
  }

  private async lockPool(work: Work, id: string): Promise<Pool> {
    await this.requireExists(work, 'pools', id, 'poolId');
    return work.lockOne(Pool, id);
  }

  /** An id chosen in a form that leads nowhere is a problem of that field, not of the page. */
  private async requireExists(from: Queryable, table: 'sources' | 'pools', id: string, field: string): Promise<void> {
    const query =
      table === 'sources' ? sql`select 1 from sources where id = ${id}` : sql`select 1 from pools where id = ${id}`;
    if ((await from.query(query)).length === 0) throw invalidField(field, 'field.not_found');
  }

  private require(work: Work, permission: string, scopes: Scopes): void {
    if (!work.policy.can(work.actor, permission, { scopes }))
      throw forbidden('permission.missing', { params: { permission } });
  }

  private async requireLeft(work: Work, source: Source, amount: Money): Promise<void> {
    const left = (await readStageBalances(work, [source.id]))(source.id, 'authorized');
    if (amount.compare(left) > 0) {
      throw conflict('allotment.more_than_left', { params: { source: source.name, left, amount } });
    }
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'funds_slug_key') throw invalidField('slug', 'fund.slug_taken');
      if (constraint === 'pools_fund_id_name_key') throw invalidField('name', 'pool.name_taken');
      if (constraint === 'allotments_first_key') throw conflict('allotment.raise_needs_motion');
      throw error;
    }
  }
}

/** A name as it stands in addresses: `Learning after school` is `learning-after-school`; empty without such letters. */
function shortName(name: string): string {
  const words = name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const joined = words.replace(/[^a-z0-9]+/g, '-').slice(0, 60);
  return joined.replace(/^-|-$/g, '');
}
