/** Collaboratives: setting one up on a pool of a fund, the rule of its seats, and its years. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalid, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import type { NewRow, Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Pool } from '../funds/index.js';
import { Collaborative, CollaborativeYear, SeatRule } from './collaborative.entity.js';
import type { CollaborativeInput, CollaborativeListQuery, CollaborativeYearInput } from './collaborative.input.js';
import {
  collaborativeSubject,
  findCollaborative,
  findYear,
  lockCollaborative,
  lockYear,
} from './collaboratives.reads.js';
import { type CompositionLine, ruleProblems } from './composition.rules.js';

export interface CollaborativeRow {
  readonly id: string;
  readonly name: string;
  readonly shortName: string;
  readonly fundName: string;
  /** The year that runs, or the latest there is. */
  readonly yearName: string | null;
  readonly teams: number;
}

export interface PoolChoice {
  readonly id: string;
  readonly name: string;
}

type Columns = Pick<NewRow<Collaborative>, 'name' | 'shortName' | 'teamAtLeast' | 'teamAtMost' | 'teamsAtMost'>;

@Injectable()
export class Collaboratives {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  async create(actor: Actor, input: CollaborativeInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const pool = await this.lockPool(work, input.poolId);
        const columns = columnsOf(input);
        const collaborative = await work.insertOne(Collaborative, {
          ...columns,
          fundId: pool.fundId,
          poolId: pool.id,
        });
        await this.writeRules(work, collaborative.id, input);
        const after = { ...columns, fundId: pool.fundId, poolId: pool.id, rules: input.rules ?? [] };
        work.audit(auditOf('collaborative.created', collaborative.id, { after }));
        return { id: collaborative.id };
      }),
    );
  }

  /** Changes all but the pool. */
  async update(actor: Actor, id: string, input: CollaborativeInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const collaborative = await lockCollaborative(work, id, 'collaborative.update');
        if (input.poolId !== undefined && input.poolId !== collaborative.poolId) {
          throw invalidField('poolId', 'collaborative.pool_stays');
        }
        const columns = columnsOf(input);
        const { name, shortName, teamAtLeast, teamAtMost, teamsAtMost } = collaborative;
        await work.update(Collaborative, collaborative, columns, input.version);
        await this.writeRules(work, id, input);
        const before = { name, shortName, teamAtLeast, teamAtMost, teamsAtMost };
        const after = { ...columns, rules: input.rules ?? [] };
        work.audit(auditOf('collaborative.updated', id, { before, after }));
        return { id };
      }),
    );
  }

  async addYear(actor: Actor, collaborativeId: string, input: CollaborativeYearInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        await lockCollaborative(work, collaborativeId, 'collaborative_year.create');
        const { name, startsOn, endsOn } = input;
        await this.requireFree(work, collaborativeId, input);
        const year = await work.insertOne(CollaborativeYear, { collaborativeId, name, startsOn, endsOn });
        const after = { yearId: year.id, name, startsOn, endsOn };
        work.audit(auditOf('collaborative_year.created', collaborativeId, { after }));
        return { id: year.id };
      }),
    );
  }

  async updateYear(actor: Actor, id: string, input: CollaborativeYearInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const found = await findYear(work, id);
        if (found === undefined) throw notFound('thing.not_found');
        // The collaborative first: two years that grow at once must not come to overlap.
        await lockCollaborative(work, found.collaborativeId, 'collaborative_year.update');
        const { year } = await lockYear(work, id, 'collaborative_year.update');
        const { name, startsOn, endsOn } = input;
        await this.requireFree(work, found.collaborativeId, input, id);
        await this.requireConveningsWithin(work, id, input);
        const before = { yearId: id, name: year.name, startsOn: year.startsOn, endsOn: year.endsOn };
        await work.update(CollaborativeYear, year, { name, startsOn, endsOn }, input.version);
        const after = { yearId: id, name, startsOn, endsOn };
        work.audit(auditOf('collaborative_year.updated', found.collaborativeId, { before, after }));
        return { id };
      }),
    );
  }

  async get(actor: Actor, id: string): Promise<Collaborative> {
    const found = await findCollaborative(this.db, id);
    if (found === undefined || !this.policy.can(actor, 'collaborative.read', collaborativeSubject(found))) {
      throw notFound('thing.not_found');
    }
    return found;
  }

  /** A year of a collaborative that this actor may see. */
  async year(actor: Actor, id: string): Promise<{ collaborative: Collaborative; year: CollaborativeYear }> {
    const year = await findYear(this.db, id);
    if (year === undefined) throw notFound('thing.not_found');
    return { collaborative: await this.get(actor, year.collaborativeId), year };
  }

  async list(actor: Actor, query: CollaborativeListQuery): Promise<ListPage<CollaborativeRow>> {
    const where = [this.readable(actor)];
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(c.name ilike ${pattern} or c.short_name ilike ${pattern})`);
    }
    const { today } = this.db;
    return readList<CollaborativeRow>(
      this.db,
      {
        columns: sql`c.id, c.name, c.short_name as "shortName", f.name as "fundName", y.name as "yearName",
          (select count(*)::int from teams t where t.year_id = y.id) as teams`,
        from: sql`collaboratives c join funds f on f.id = c.fund_id
          left join lateral (select id, name from collaborative_years y where y.collaborative_id = c.id
            order by (y.starts_on <= ${today} and y.ends_on >= ${today}) desc, y.starts_on desc limit 1) y on true`,
        where,
        sorts: { name: { expression: 'lower(c.name)', type: 'text' } },
        defaultSort: 'name',
        id: 'c.id',
      },
      query,
    );
  }

  /** Pools that this actor may set up a collaborative on: of the kind, and not taken. */
  async freePools(actor: Actor): Promise<PoolChoice[]> {
    const where = conditionSql(this.policy.filter(actor, 'collaborative.create', { scopes: { fund: 'p.fund_id' } }));
    return this.db.query<PoolChoice>(sql`
      select p.id, f.name || ': ' || p.name as name from pools p join funds f on f.id = p.fund_id
      where p.kind = 'collaborative' and ${where}
        and not exists (select from collaboratives c where c.pool_id = p.id)
      order by lower(f.name), lower(p.name), p.id limit 200`);
  }

  private readable(actor: Actor): Sql {
    const columns = { scopes: { collaborative: 'c.id', fund: 'c.fund_id' } };
    return conditionSql(this.policy.filter(actor, 'collaborative.read', columns));
  }

  private async lockPool(work: Work, poolId: string | undefined): Promise<Pool> {
    if (poolId === undefined) throw invalidField('poolId', 'field.required');
    const [found] = await work.query<{ fundId: string; kind: string }>(
      sql`select fund_id as "fundId", kind from pools where id = ${poolId}`,
    );
    const subject = found === undefined ? {} : { scopes: { fund: found.fundId } };
    const isSeen = found !== undefined && work.policy.can(work.actor, 'fund.read', subject);
    if (!isSeen) throw invalidField('poolId', 'field.not_found');
    if (!work.policy.can(work.actor, 'collaborative.create', subject)) {
      throw forbidden('permission.missing', { params: { permission: 'collaborative.create' } });
    }
    if (found.kind !== 'collaborative') throw invalidField('poolId', 'collaborative.pool_kind');
    return work.lockOne(Pool, poolId);
  }

  /** The rule as it is sent takes the place of the one there was; teams as they are stay as they are. */
  private async writeRules(work: Work, collaborativeId: string, input: CollaborativeInput): Promise<void> {
    const { teamAtLeast, teamAtMost } = input;
    const rules = (input.rules ?? []).map(({ label, roles, atLeast, atMost }): CompositionLine => ({
      label,
      roles,
      atLeast,
      atMost: atMost ?? null,
    }));
    const problems = ruleProblems({ teamAtLeast, teamAtMost, rules });
    if (problems.length > 0) {
      throw invalid('input.has_problems', { params: { count: problems.length }, fields: problems });
    }
    await work.query(sql`delete from seat_rules where collaborative_id = ${collaborativeId}`);
    await work.insert(
      SeatRule,
      rules.map((rule, position) => ({ ...rule, roles: [...rule.roles], collaborativeId, position })),
    );
  }

  /** Under the lock of the collaborative: no day belongs to two years. */
  private async requireFree(
    work: Work,
    collaborativeId: string,
    { startsOn, endsOn }: CollaborativeYearInput,
    except?: string,
  ): Promise<void> {
    if (endsOn <= startsOn) throw invalidField('endsOn', 'collaborative_year.ends_before_it_starts');
    const [other] = await work.query<{ name: string }>(sql`
      select name from collaborative_years where collaborative_id = ${collaborativeId}
        and id is distinct from ${except ?? null}::uuid and starts_on <= ${endsOn} and ends_on >= ${startsOn}
      order by starts_on limit 1`);
    if (other !== undefined) throw invalidField('startsOn', 'collaborative_year.overlaps', { name: other.name });
  }

  private async requireConveningsWithin(
    work: Work,
    yearId: string,
    { startsOn, endsOn }: CollaborativeYearInput,
  ): Promise<void> {
    const convenings = await work.query<{ name: string; startsAt: Date }>(sql`
      select name, starts_at as "startsAt" from convenings where year_id = ${yearId} and state <> 'cancelled'
      order by starts_at`);
    for (const { name, startsAt } of convenings) {
      const day = work.calendar.today(startsAt);
      if (day < startsOn) throw invalidField('startsOn', 'collaborative_year.leaves_out', { name });
      if (day > endsOn) throw invalidField('endsOn', 'collaborative_year.leaves_out', { name });
    }
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'collaboratives_pool_id_key') throw invalidField('poolId', 'collaborative.pool_taken');
      if (constraint === 'collaboratives_short_name_key') {
        throw invalidField('shortName', 'collaborative.short_name_taken');
      }
      if (constraint === 'collaborative_years_collaborative_id_name_key') {
        throw invalidField('name', 'collaborative_year.name_taken');
      }
      throw error;
    }
  }
}

const columnsOf = ({ name, shortName, teamAtLeast, teamAtMost, teamsAtMost }: CollaborativeInput): Columns => ({
  ...{ name, shortName, teamAtLeast, teamAtMost },
  teamsAtMost: teamsAtMost ?? null,
});

function auditOf(
  action: string,
  subjectId: string,
  change: { before?: Record<string, unknown>; after?: Record<string, unknown> },
): { action: string; subjectType: string; subjectId: string } & typeof change {
  return { action, subjectType: 'collaborative', subjectId, ...change };
}

/** What collaboratives are called, for roles that are held in one. */
export async function namesOfCollaboratives(
  from: Queryable,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> {
  return from.query(sql`select id, name from collaboratives where id = any(${[...ids]}::uuid[])`);
}
