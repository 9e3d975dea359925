/**
 * OwnCosts: what the agency spends itself from a pool for its own costs. The agency's accounting pays it; the books here
 * learn of it, entry by entry, so that a source is accounted for in full.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import { Ledger, readPoolBalance } from '../ledger/index.js';
import { Pool } from './fund.entity.js';
import { ownCostKey, ownCostTransfer } from './funds.transfers.js';
import { OwnCost } from './own-cost.entity.js';
import type { OwnCostCorrectionInput, OwnCostInput } from './own-cost.input.js';
import { Source } from './source.entity.js';

export interface OwnCostRow {
  readonly id: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly amount: Money;
  readonly bookedOn: string;
  readonly reference: string;
  readonly description: string;
  /** Set on an entry that takes another back. */
  readonly correctsId: string | null;
  /** Why it was taken back, of an entry that was. */
  readonly takenBack: string | null;
}

export interface OwnCostPool {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly fundId: string;
  readonly fundName: string;
}

/** An entry can be booked while its source is in force or pays its last bills. */
const BOOKABLE: readonly string[] = ['active', 'liquidating'];

@Injectable()
export class OwnCosts {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly ledger: Ledger,
  ) {}

  /** Brings in one entry of the agency's accounting: the money is paid on its date. */
  async book(actor: Actor, poolId: string, input: OwnCostInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const { sourceId, amount, bookedOn, reference, description } = input;
        if ((await work.query(sql`select 1 from sources where id = ${sourceId}`)).length === 0) {
          throw invalidField('sourceId', 'field.not_found');
        }
        const source = await work.lockOne(Source, sourceId);
        const pool = await this.lockPool(work, poolId);
        if (!BOOKABLE.includes(source.state)) throw invalidField('sourceId', 'own_cost.source_not_open');
        await requireDate(work, source, { poolId, bookedOn });
        const left = await readPoolBalance(work, sourceId, poolId, 'allotted');
        if (amount.compare(left) > 0) {
          throw invalidField('amount', 'own_cost.more_than_left', {
            pool: pool.name,
            source: source.name,
            left,
            amount,
          });
        }
        const columns = { poolId, sourceId, amount, bookedOn, reference, description, correctsId: null };
        const cost = await work.insertOne(OwnCost, columns);
        await this.ledger.post(work, [ownCostTransfer(cost)]);
        const after = { sourceId, amount, bookedOn, reference };
        work.audit({ action: 'own_cost.booked', subjectType: 'pool', subjectId: poolId, note: description, after });
        return { id: cost.id };
      }),
    );
  }

  /** Takes an entry back in full, booked today: the money is not awarded again. */
  async correct(actor: Actor, id: string, { description }: OwnCostCorrectionInput): Promise<{ poolId: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const [cost] = await work.query<{ poolId: string; sourceId: string; cents: string; reference: string }>(sql`
          select pool_id as "poolId", source_id as "sourceId", amount_cents::text as cents, reference from own_costs
          where id = ${id} and corrects_id is null`);
        if (cost === undefined) throw notFound('thing.not_found');
        const { poolId, sourceId, reference } = cost;
        const source = await work.lockOne(Source, sourceId);
        await this.lockPool(work, poolId);
        if (!BOOKABLE.includes(source.state)) throw conflict('own_cost.source_closed');
        const amount = Money.ofCents(cost.cents);
        const bookedOn = work.today;
        await work.insertOne(OwnCost, { poolId, sourceId, amount, bookedOn, reference, description, correctsId: id });
        await this.ledger.reverse(work, ownCostKey(id), 'own_cost.taken_back');
        const before = { sourceId, amount, reference };
        work.audit({
          action: 'own_cost.taken_back',
          subjectType: 'pool',
          subjectId: poolId,
          note: description,
          before,
        });
        return { poolId };
      }),
    );
  }

  /** The pool, for those who may see its fund. Other kinds of pools have no such page. */
  async pool(actor: Actor, poolId: string): Promise<OwnCostPool> {
    const [pool] = await this.db.query<OwnCostPool>(sql`
      select p.id, p.name, p.kind, p.fund_id as "fundId", f.name as "fundName"
      from pools p join funds f on f.id = p.fund_id where p.id = ${poolId} and p.kind = 'own_costs'`);
    if (pool === undefined || !this.policy.can(actor, 'fund.read', { scopes: { fund: pool.fundId } })) {
      throw notFound('thing.not_found');
    }
    return pool;
  }

  /** Its entries, the latest date first. */
  async list(actor: Actor, poolId: string, query: ListQuery): Promise<ListPage<OwnCostRow>> {
    await this.pool(actor, poolId);
    const where = [sql`c.pool_id = ${poolId}`];
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(c.reference ilike ${pattern} or c.description ilike ${pattern})`);
    }
    const found = await readList<OwnCostRow & { cents: string }>(
      this.db,
      {
        columns: sql`c.id, c.source_id as "sourceId", s.name as "sourceName", c.amount_cents::text as cents,
          c.booked_on as "bookedOn", c.reference, c.description, c.corrects_id as "correctsId",
          (select back.description from own_costs back where back.corrects_id = c.id) as "takenBack"`,
        from: sql`own_costs c join sources s on s.id = c.source_id`,
        where,
        sorts: {
          bookedOn: { expression: 'c.booked_on', type: 'date' },
          amount: { expression: 'c.amount_cents', type: 'bigint' },
        },
        defaultSort: '-bookedOn',
        id: 'c.id',
      },
      query,
    );
    return { ...found, items: found.items.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) })) };
  }

  /** The entry of this pool that may be taken back. */
  async requireEntry(poolId: string, id: string): Promise<void> {
    const rows = await this.db.query(sql`
      select 1 from own_costs where id = ${id} and pool_id = ${poolId} and corrects_id is null`);
    if (rows.length === 0) throw notFound('thing.not_found');
  }

  private async lockPool(work: Work, poolId: string): Promise<Pool> {
    const pool = await work.lockOne(Pool, poolId);
    const scopes = { fund: pool.fundId };
    if (!work.policy.can(work.actor, 'fund.read', { scopes }) || pool.kind !== 'own_costs') {
      throw notFound('thing.not_found');
    }
    const permission = 'own_cost.book';
    if (!work.policy.can(work.actor, permission, { scopes })) {
      throw forbidden('permission.missing', { params: { permission } });
    }
    return pool;
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'own_costs_reference_key') throw invalidField('reference', 'own_cost.reference_taken');
      if (constraint === 'own_costs_corrects_id_key') throw conflict('own_cost.taken_back_already');
      throw error;
    }
  }
}

interface Booking {
  readonly poolId: string;
  readonly bookedOn: string;
}

/**
 * No costs outside the source's period and its last day to pay, none before its money was set aside for the pool, and
 * nothing is paid tomorrow.
 */
async function requireDate(work: Work, source: Source, { poolId, bookedOn }: Booking): Promise<void> {
  const [first] = await work.query<{ at: Date }>(sql`
    select min(created_at) as at from allotments where pool_id = ${poolId} and source_id = ${source.id}
    having count(*) > 0`);
  const { startsOn, liquidatesBy } = source;
  const allottedOn = first === undefined ? startsOn : work.calendar.today(first.at);
  const from = allottedOn > startsOn ? allottedOn : startsOn;
  const to = liquidatesBy < work.today ? liquidatesBy : work.today;
  if (bookedOn < from || bookedOn > to) throw invalidField('bookedOn', 'own_cost.outside_period', { from, to });
}
