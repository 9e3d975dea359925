/** Stipends: approving them one by one or a convening at once, voiding them, and reading them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound, type Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Payables } from '../payments/index.js';
import { Stipend } from './stipend.entity.js';
import { StipendMachine } from './stipend.machine.js';
import type { StipendListQuery } from './support.input.js';
import { SupportMoney } from './support-money.service.js';
import { conveningTitles } from './support.names.js';
import { SupportNews } from './support.news.js';

/** One line of the list of stipends. */
export interface StipendRow {
  readonly id: string;
  readonly state: string;
  readonly amountCents: string;
  readonly minutes: number;
  readonly role: string;
  readonly personName: string;
  readonly conveningId: string;
  readonly conveningName: string;
  /** 'YYYY-MM-DD' */
  readonly conveningOn: string;
  readonly teamName: string;
}

/** Where the policy finds a stipend's scopes, state and person in a list. */
export const STIPEND_COLUMNS = {
  scopes: { collaborative: 's.collaborative_id', fund: 's.fund_id' },
  state: 's.state',
  personId: 's.person_id',
} as const;

const MOST_NAMED = 20;

export const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.personId : null);

@Injectable()
export class Stipends {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly machine: StipendMachine,
    private readonly money: SupportMoney,
    private readonly payables: Payables,
    private readonly news: SupportNews,
  ) {}

  async approve(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.approveIn(work, [id], step);
      return { id };
    });
  }

  /** All of these or none: who is in the way is named. */
  async approveMany(actor: Actor, ids: readonly string[]): Promise<{ count: number; amount: string }> {
    if (ids.length === 0) throw invalidField('stipends', 'stipend.none_chosen');
    return this.db.work(actor, async (work) => {
      await this.refuseNamed(work, ids);
      const rows = await this.approveIn(work, ids, {});
      return { count: rows.length, amount: Money.sum(rows.map((row) => row.amount)).toDecimal() };
    });
  }

  /** Takes back a stipend that was not approved yet; its money goes back to the pool. */
  async void(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      await this.machine.transition(work, { action: 'void', ids: [id], note, expectedVersion });
      await this.money.release(work, 'stipend', [id]);
      await this.news.stipends(work, 'void', [id], note);
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<Stipend> {
    const [row] = await this.db.query<Stipend & { cents: string }>(sql`
      select id, version, created_at as "createdAt", state, attendance_id as "attendanceId",
             convening_id as "conveningId", person_id as "personId", role, policy_id as "policyId",
             collaborative_id as "collaborativeId", fund_id as "fundId", pool_id as "poolId", minutes,
             amount_cents::text as cents, confirmed_by as "confirmedBy", approved_by as "approvedBy"
      from stipends where id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    const { cents, ...rest } = row;
    const stipend = { ...rest, amount: Money.ofCents(cents) };
    this.machine.require(this.policy, actor, 'stipend.read', stipend);
    return stipend;
  }

  async list(actor: Actor, query: StipendListQuery): Promise<ListPage<StipendRow>> {
    const where = [conditionSql(this.policy.filter(actor, 'stipend.read', STIPEND_COLUMNS))];
    if (query.state !== undefined) where.push(sql`s.state = ${query.state}`);
    if (query.convening !== undefined) where.push(sql`s.convening_id = ${query.convening}`);
    if (query.collaborative !== undefined) where.push(sql`s.collaborative_id = ${query.collaborative}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(p.name ilike ${pattern} or v.name ilike ${pattern} or t.name ilike ${pattern})`);
    }
    return readList<StipendRow>(
      this.db,
      {
        columns: sql`s.id, s.state, s.amount_cents::text as "amountCents", s.minutes, s.role, p.name as "personName",
          s.convening_id as "conveningId", v.name as "conveningName", t.name as "teamName",
          (v.starts_at at time zone ${this.db.currentCalendar.timeZone})::date::text as "conveningOn"`,
        from: sql`stipends s join persons p on p.id = s.person_id join convenings v on v.id = s.convening_id
          join attendances a on a.id = s.attendance_id join teams t on t.id = a.team_id`,
        where,
        sorts: {
          createdAt: { expression: 's.created_at', type: 'timestamptz' },
          person: { expression: 'lower(p.name)', type: 'text' },
          amount: { expression: 's.amount_cents', type: 'bigint' },
        },
        defaultSort: '-createdAt',
        id: 's.id',
      },
      query,
    );
  }

  /** What is accrued becomes what is owed to each person, in as few statements for many as for one. */
  private async approveIn(work: Work, ids: readonly string[], step: StepInput): Promise<Stipend[]> {
    const rows = await this.machine.transition(work, {
      action: 'approve',
      ids,
      note: step.note,
      expectedVersion: step.version,
      changes: { approvedBy: personOf(work.actor) },
    });
    const titleOf = await conveningTitles(
      work,
      rows.map((row) => row.conveningId),
    );
    const lines = await this.money.lines(
      work,
      'stipend',
      rows.map(({ id }) => id),
    );
    await this.payables.openAll(
      work,
      rows.map(({ id, conveningId, personId, approvedBy }) => ({
        payee: { kind: 'person', id: personId },
        title: `Stipend, ${titleOf(conveningId)}`,
        subject: { type: 'stipend', id },
        lines: lines.get(id) ?? [],
        approvedBy: approvedBy === null ? [] : [approvedBy],
      })),
    );
    await this.news.stipends(
      work,
      'approve',
      rows.map(({ id }) => id),
    );
    return rows;
  }

  /** Looks at all of them before any is touched, and says whose cannot be approved by this person, and why. */
  private async refuseNamed(work: Work, ids: readonly string[]): Promise<void> {
    const rows = await work.lock(Stipend, ids);
    for (const row of rows) this.machine.require(work.policy, work.actor, 'stipend.approve', row);
    const facts = await this.machine.factsOf(work, rows);
    const refused = rows.flatMap((row): Sentence[] => {
      const fact = facts.get(row.id);
      if (fact === undefined) return [];
      const params = { name: fact.personName, state: this.machine.state(row.state).label };
      if (row.state !== 'accrued') return [{ code: 'stipend.not_open', params }];
      const bar = this.machine.bar(work.policy, work.actor, 'approve', row, fact);
      return bar === undefined ? [] : [bar];
    });
    if (refused.length === 0) return;
    const details = { params: { count: refused.length, of: rows.length }, blockers: refused.slice(0, MOST_NAMED) };
    const isChanged = refused.some(({ code }) => code === 'stipend.not_open');
    throw isChanged ? conflict('stipend.some_refused', details) : forbidden('stipend.some_refused', details);
  }
}
