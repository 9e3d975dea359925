/** Sources: recording a grant the agency received, putting it in force, modifying and closing it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Ledger, readStageBalances } from '../ledger/index.js';
import { modificationTransfer } from './funds.transfers.js';
import { Source, type SourceBudgetItem, SourceBudgetLine, SourceModification } from './source.entity.js';
import type { ModificationInput, SourceInput, SourceListQuery } from './source.input.js';
import { sourceLifecycle, type SourceFacts } from './source.lifecycle.js';
import { budgetProblem } from './source.rules.js';

/** One line of the list of sources. */
export interface SourceRow {
  readonly id: string;
  readonly name: string;
  readonly grantor: string;
  readonly awardNumber: string;
  readonly state: string;
  readonly amountCents: string;
  readonly startsOn: string;
  readonly endsOn: string;
}

/** Promised or approved, and not yet paid. */
const UNPAID_STAGES = ['reserved', 'committed', 'obligated', 'payable'] as const;

/** A step of a source that needs nothing but a note. */
export type SourceStep = 'activate' | 'begin_liquidation' | 'close';

@Injectable()
export class Sources {
  readonly machine: Stateful<Source, SourceFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly ledger: Ledger,
  ) {
    this.machine = new Stateful<Source, SourceFacts>({
      entity: Source,
      lifecycle: sourceLifecycle as never,
      readPermission: 'source.read',
      subjectOf: () => ({}),
      facts: (from, rows) => this.facts(from, rows),
    });
  }

  /** Records a source as a draft. The lines of its budget, where there are any, add up to its amount. */
  async create(actor: Actor, input: SourceInput): Promise<{ id: string }> {
    checkTerms(input);
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        this.require(work, 'source.create');
        await requireRuleSet(work, input.ruleSetId);
        const source = await work.insertOne(Source, { ...columnsOf(input), state: 'draft' });
        await this.writeBudget(work, source.id, input);
        await this.machine.begin(work, [source]);
        return { id: source.id };
      }),
    );
  }

  /** Changes a draft. A source in force changes by a numbered modification only. */
  async update(actor: Actor, id: string, input: SourceInput): Promise<{ id: string }> {
    checkTerms(input);
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const source = await work.lockOne(Source, id);
        this.machine.require(work.policy, work.actor, 'source.update', source);
        if (source.state !== 'draft') throw conflict('source.changes_by_modification');
        await requireRuleSet(work, input.ruleSetId);
        const before = { name: source.name, amount: source.amount, startsOn: source.startsOn, endsOn: source.endsOn };
        await work.update(Source, source, columnsOf(input), input.version);
        await work.query(sql`delete from source_budget_lines where source_id = ${id}`);
        await this.writeBudget(work, id, input);
        const after = { name: input.name, amount: input.amount, startsOn: input.startsOn, endsOn: input.endsOn };
        work.audit({ action: 'source.updated', subjectType: 'source', subjectId: id, before, after });
        return { id };
      }),
    );
  }

  async take(actor: Actor, id: string, action: SourceStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.machine.transition(work, { action, ids: [id], note: step.note, expectedVersion: step.version });
      return { id };
    });
  }

  /** A numbered modification: never below what is set aside, never ending before it began. */
  async modify(actor: Actor, id: string, input: ModificationInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const source = await work.lockOne(Source, id);
      const after = {
        amount: input.amount ?? source.amount,
        endsOn: input.endsOn ?? source.endsOn,
        liquidatesBy: input.liquidatesBy ?? source.liquidatesBy,
      };
      const isSame =
        after.amount.equals(source.amount) &&
        after.endsOn === source.endsOn &&
        after.liquidatesBy === source.liquidatesBy;
      this.machine.require(work.policy, work.actor, 'source.modify', source);
      if (isSame) throw invalidField('amount', 'source.modification_changes_nothing');
      if (after.endsOn < source.startsOn) throw invalidField('endsOn', 'source.ends_before_start');
      if (after.liquidatesBy < after.endsOn) throw invalidField('liquidatesBy', 'source.liquidates_before_end');
      const before = { amount: source.amount, endsOn: source.endsOn, liquidatesBy: source.liquidatesBy };
      const number = await this.nextModification(work, id);
      await this.machine.transition(work, {
        action: 'modify',
        ids: [id],
        note: input.reason,
        expectedVersion: input.version,
        changes: after,
      });
      await work.insertOne(SourceModification, {
        sourceId: id,
        number,
        effectiveOn: input.effectiveOn,
        reason: input.reason,
        amountBefore: before.amount,
        amountAfter: after.amount,
        endsOnBefore: before.endsOn,
        endsOnAfter: after.endsOn,
        liquidatesByBefore: before.liquidatesBy,
        liquidatesByAfter: after.liquidatesBy,
      });
      await this.moveAuthority(work, id, number, before.amount, after.amount);
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<Source> {
    const source = await this.find(this.db, id);
    if (source === undefined || !this.policy.can(actor, 'source.read', {})) throw notFound('thing.not_found');
    return source;
  }

  async list(actor: Actor, query: SourceListQuery): Promise<ListPage<SourceRow>> {
    const where = [conditionSql(this.policy.filter(actor, 'source.read', {}))];
    if (query.state !== undefined) where.push(sql`s.state = ${query.state}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(s.name ilike ${pattern} or s.grantor ilike ${pattern} or s.award_number ilike ${pattern})`);
    }
    return readList<SourceRow>(
      this.db,
      {
        columns: sql`s.id, s.name, s.grantor, s.award_number as "awardNumber", s.state, s.amount_cents as "amountCents",
          s.starts_on as "startsOn", s.ends_on as "endsOn"`,
        from: sql`sources s`,
        where,
        sorts: {
          name: { expression: 'lower(s.name)', type: 'text' },
          amount: { expression: 's.amount_cents', type: 'bigint' },
          endsOn: { expression: 's.ends_on', type: 'date' },
        },
        defaultSort: 'name',
        id: 's.id',
      },
      query,
    );
  }

  async budget(id: string): Promise<SourceBudgetItem[]> {
    const rows = await this.db.query<Omit<SourceBudgetItem, 'amount'> & { cents: string }>(
      sql`select strand, category, treatment, amount_cents as cents from source_budget_lines where source_id = ${id}
          order by strand, category`,
    );
    return rows.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) }));
  }

  async modifications(id: string): Promise<SourceModification[]> {
    const rows = await this.db.query<SourceModification & { before: string; after: string }>(
      sql`select id, number, effective_on as "effectiveOn", reason, amount_before_cents as before,
            amount_after_cents as after, ends_on_before as "endsOnBefore", ends_on_after as "endsOnAfter",
            liquidates_by_before as "liquidatesByBefore", liquidates_by_after as "liquidatesByAfter"
          from source_modifications where source_id = ${id} order by number`,
    );
    return rows.map((row) => ({
      ...row,
      amountBefore: Money.ofCents(row.before),
      amountAfter: Money.ofCents(row.after),
    }));
  }

  /** What the ledger says of these sources' money, beside their terms. */
  private async facts(from: Queryable, rows: readonly Source[]): Promise<Map<string, SourceFacts>> {
    const balance = await readStageBalances(
      from,
      rows.map((row) => row.id),
    );
    return new Map(
      rows.map((row) => {
        const unpaid = Money.sum(UNPAID_STAGES.map((stage) => balance(row.id, stage)));
        const { id, amount, startsOn, endsOn, liquidatesBy, subgrantAuthority } = row;
        const money = { unallotted: balance(id, 'authorized'), notAwarded: balance(id, 'allotted'), unpaid };
        return [id, { id, amount, startsOn, endsOn, liquidatesBy, subgrantAuthority, ...money }];
      }),
    );
  }

  private async find(from: Queryable, id: string): Promise<Source | undefined> {
    const [row] = await from.query<Source & { cents: string }>(
      sql`select id, version, created_at as "createdAt", state, name, grantor, kind, award_number as "awardNumber",
            assistance_listing as "assistanceListing", awarded_on as "awardedOn", amount_cents as cents,
            starts_on as "startsOn", ends_on as "endsOn", liquidates_by as "liquidatesBy",
            indirect_rule as "indirectRule", indirect_rate_basis_points as "indirectRateBasisPoints",
            indirect_base as "indirectBase", subgrant_authority as "subgrantAuthority", terms, rule_set_id as "ruleSetId"
          from sources where id = ${id}`,
    );
    return row === undefined ? undefined : Object.assign(row, { amount: Money.ofCents(row.cents) });
  }

  private require(work: Work, permission: string): void {
    if (!work.policy.can(work.actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
  }

  private async nextModification(work: Work, id: string): Promise<number> {
    const [row] = await work.query<{ next: number }>(
      sql`select coalesce(max(number), 0) + 1 as next from source_modifications where source_id = ${id}`,
    );
    return row?.next ?? 1;
  }

  private async moveAuthority(work: Work, id: string, number: number, before: Money, after: Money): Promise<void> {
    const difference = after.subtract(before);
    if (difference.isZero) return;
    const left = (await readStageBalances(work, [id]))(id, 'authorized');
    if (left.add(difference).isNegative) {
      const allotted = before.subtract(left);
      throw invalidField('amount', 'source.below_allotted', { allotted, amount: after });
    }
    await this.ledger.post(work, [modificationTransfer(id, number, difference)]);
  }

  private async writeBudget(work: Work, sourceId: string, input: SourceInput): Promise<void> {
    const lines = input.budget ?? [];
    await work.insert(
      SourceBudgetLine,
      lines.map((line) => ({ ...line, sourceId, treatment: line.treatment ?? null })),
    );
  }

  /** A number that is taken is a slip of the writer's, not a failure. */
  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'sources_award_number_key') throw invalidField('awardNumber', 'source.award_number_taken');
      if (constraint === 'source_budget_lines_category_source_id_strand_key') {
        throw invalidField('budget', 'source.budget_line_twice');
      }
      throw error;
    }
  }
}

function checkTerms(input: SourceInput): void {
  if (input.endsOn < input.startsOn) throw invalidField('endsOn', 'source.ends_before_start');
  if (input.liquidatesBy < input.endsOn) throw invalidField('liquidatesBy', 'source.liquidates_before_end');
  const problem = budgetProblem(input.amount, input.budget ?? []);
  if (problem !== undefined) throw invalidField('budget', problem.code, problem.params);
}

async function requireRuleSet(work: Work, id: string): Promise<void> {
  const rows = await work.query(sql`select 1 from rule_sets where id = ${id}`);
  if (rows.length === 0) throw invalidField('ruleSetId', 'field.not_found');
}

function columnsOf(input: SourceInput): Omit<Source, 'id' | 'version' | 'createdAt' | 'state'> {
  const { name, grantor, kind, awardNumber, amount, startsOn, endsOn, liquidatesBy, indirectRule, ruleSetId } = input;
  return {
    name,
    grantor,
    kind,
    awardNumber,
    amount,
    startsOn,
    endsOn,
    liquidatesBy,
    indirectRule,
    ruleSetId,
    assistanceListing: input.assistanceListing ?? null,
    awardedOn: input.awardedOn ?? null,
    indirectRateBasisPoints: input.indirectRateBasisPoints ?? null,
    indirectBase: input.indirectBase ?? 'mtdc',
    subgrantAuthority: input.subgrantAuthority ?? null,
    terms: input.terms ?? null,
  };
}
