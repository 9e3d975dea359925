/** Screening: the worklist of applications that were sent, what the house finds of each, and what people judge of it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { type FieldProblem, forbidden, invalid, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, type ListSearch, readList } from '../../platform/lists/list.js';
import {
  Application,
  applicationReadFilter,
  centsShown,
  districtShown,
  foundBy,
  isForDistrict,
  likeOf,
  lockApplications,
  titleShown,
} from '../applications/index.js';
import { notConflicted, staffSide } from '../conflicts/index.js';
import { ExclusionChecks } from '../organizations/index.js';
import { checksOf, type JudgedCheck, type WholeCheck, withJudgements } from './screening.checks.js';
import { ScreeningJudgement } from './screening.entity.js';
import { readCheckFacts } from './screening.facts.js';
import type { JudgementsInput, ScreeningListQuery, WorklistState } from './screening.input.js';
import { openSql, type SqlCheck } from './screening.sql.js';

export interface ScreeningRow {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly title: string;
  readonly state: string;
  readonly roundId: string;
  readonly roundName: string;
  readonly fundId: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly organizationKind: string;
  readonly requestedCents: string;
  readonly submittedAt: Date;
  readonly district: string | null;
}

export interface ScreenedRow extends ScreeningRow {
  readonly checks: readonly WholeCheck[];
}

/** The states of applications that each choice of the worklist stands for; `all` has no condition. */
export const STATES: Readonly<Record<WorklistState, readonly string[] | undefined>> = {
  waiting: ['submitted', 'appealed'],
  ...{ submitted: ['submitted'], appealed: ['appealed'], returned: ['returned'], eligible: ['eligible'] },
  ...{ ineligible: ['ineligible'], shortlisted: ['shortlisted'], all: undefined },
};

const COLUMNS = sql`a.id, a.version, a.number, ${titleShown} as title, a.state, a.round_id as "roundId", r.name as "roundName",
  a.fund_id as "fundId", a.organization_id as "organizationId", o.name as "organizationName",
  o.kind as "organizationKind", ${centsShown}::text as "requestedCents", a.submitted_at as "submittedAt",
  ${districtShown} as district`;

const TABLES = sql`applications a join rounds r on r.id = a.round_id join organizations o on o.id = a.organization_id`;

@Injectable()
export class Screening {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly exclusions: ExclusionChecks,
  ) {}

  /** Across all rounds the actor looks after; what waits for the agency when no state is asked for. */
  async list(actor: Actor, query: ScreeningListQuery): Promise<ListPage<ScreenedRow>> {
    const since = await this.exclusionSince(this.db);
    const page = await readList<ScreeningRow>(
      this.db,
      {
        ...{ columns: COLUMNS, from: TABLES, where: this.where(actor, query), id: 'a.id' },
        ...(query.check !== undefined && { filter: this.open(actor, query.check, since) }),
        search: query.q === undefined ? undefined : searchOf(query.q),
        // Checks look at the round and the organization too.
        ...(query.check === undefined && { countFrom: sql`applications a` }),
        sorts: {
          submitted: { expression: 'a.submitted_at', type: 'timestamptz' },
          number: { expression: 'a.number', type: 'text' },
          title: { expression: 'lower(a.shown_title)', type: 'text' },
          organization: { expression: 'lower(o.name)', type: 'text' },
          requested: { expression: 'a.shown_cents', type: 'bigint' },
        },
        defaultSort: 'submitted',
      },
      query,
    );
    return { ...page, items: await this.withChecks(this.db, actor, page.items) };
  }

  async get(actor: Actor, id: string): Promise<ScreenedRow> {
    const [row] = await this.find(this.db, actor, [id]);
    if (row === undefined) throw notFound('thing.not_found');
    const [screened] = await this.withChecks(this.db, actor, [row]);
    return screened as ScreenedRow;
  }

  /** Those of these that the actor screens, in the order they were named. */
  async find(from: Queryable, actor: Actor, ids: readonly string[]): Promise<ScreeningRow[]> {
    return from.query<ScreeningRow>(sql`
      select ${COLUMNS} from ${TABLES} where a.id = any(${[...ids]}::uuid[]) and ${this.seen(actor)}
      order by array_position(${[...ids]}::uuid[], a.id)`);
  }

  /** What was judged of each check, all of it, newest first. */
  async history(id: string): Promise<JudgedCheck[]> {
    return this.judgements(this.db, [id], sql`order by j.created_at desc, j.id desc limit 100`);
  }

  /** Judges checks of one application; what stays as it was is not written again. */
  async judge(actor: Actor, id: string, input: JudgementsInput): Promise<{ id: string; judged: number }> {
    return this.db.work(actor, async (work) => {
      const [application] = await lockApplications(work, [id]);
      const [row] = await this.find(work, actor, [id]);
      if (application === undefined || row === undefined) throw notFound('thing.not_found');
      this.requireJudge(work, application);
      const [screened] = await this.withChecks(work, actor, [row]);
      const fresh = freshJudgements(input, screened?.checks ?? []);
      const made = fresh.map(({ check, judgement, reason }) => ({
        ...{ applicationId: id, checkKey: check.key, found: check.found, judgement, reason },
        judgedBy: actor.kind === 'person' ? actor.personId : null,
      }));
      await work.insert(ScreeningJudgement, made);
      for (const { checkKey, found, judgement, reason } of made) {
        const after = { check: checkKey, found, judgement };
        work.audit({ action: 'screening.judged', subjectType: 'application', subjectId: id, note: reason, after });
      }
      return { id, judged: made.length };
    });
  }

  async withChecks(from: Queryable, actor: Actor, rows: readonly ScreeningRow[]): Promise<ScreenedRow[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const exclusionSince = await this.exclusionSince(from);
    const facts = await readCheckFacts(from, staffSide(actor), this.policy, { ids, exclusionSince });
    const judged = await this.judgements(from, ids, sql`order by j.created_at, j.id`);
    return rows.map((row) => {
      const found = facts.get(row.id);
      const own = judged.filter(({ applicationId }) => applicationId === row.id);
      return { ...row, checks: found === undefined ? [] : withJudgements(checksOf(found), own) };
    });
  }

  /** The staff side alone screens: as a member of the applicant one sees none of this. */
  seen(actor: Actor): Sql {
    const side = staffSide(actor);
    const scopes = { fund: 'a.fund_id', round: 'a.round_id' };
    const screens = conditionSql(this.policy.filter(side, 'screening.read', { scopes, state: 'a.state' }));
    const reads = applicationReadFilter(side, this.policy, 'a');
    return sql`(${screens} and ${reads} and a.submitted_at is not null and ${notConflicted(side, rawSql('a.id'))})`;
  }

  private open(actor: Actor, check: SqlCheck, since: string): Sql {
    return openSql(check, since, applicationReadFilter(staffSide(actor), this.policy, 'other'));
  }

  private where(actor: Actor, query: ScreeningListQuery): Sql[] {
    const where = [this.seen(actor)];
    const states = STATES[query.state ?? 'waiting'];
    if (states !== undefined) where.push(sql`a.state = any(${[...states]}::text[])`);
    if (query.round !== undefined) where.push(sql`a.round_id = ${query.round}`);
    if (query.fund !== undefined) where.push(sql`a.fund_id = ${query.fund}`);
    if (query.atLeast !== undefined) where.push(sql`${centsShown} >= ${query.atLeast.cents.toString()}::bigint`);
    if (query.atMost !== undefined) where.push(sql`${centsShown} <= ${query.atMost.cents.toString()}::bigint`);
    if (query.district !== undefined) where.push(isForDistrict(query.district));
    return where;
  }

  private async judgements(
    from: Queryable,
    ids: readonly string[],
    order: Sql,
  ): Promise<(JudgedCheck & { applicationId: string })[]> {
    return from.query(sql`
      select j.application_id as "applicationId", j.check_key as "checkKey", j.found, j.judgement, j.reason,
             p.name as "judgedByName", j.created_at as at
      from screening_judgements j left join persons p on p.id = j.judged_by
      where j.application_id = any(${[...ids]}::uuid[]) ${order}`);
  }

  private requireJudge(work: Work, { fundId, roundId, state }: Application): void {
    const subject = { scopes: { fund: fundId, round: roundId }, state };
    if (!work.policy.can(staffSide(work.actor), 'screening.judge', subject)) {
      throw forbidden('permission.missing', { params: { permission: 'screening.judge' } });
    }
  }

  private async exclusionSince(from: Queryable): Promise<string> {
    return this.db.currentCalendar.addDays(this.db.today, -(await this.exclusions.days(from)));
  }
}

/** A receipt begins with R-. */
const searchOf = (q: string): ListSearch =>
  foundBy(q, { also: /^r-/i.test(q) ? sql`a.receipt_number ilike ${likeOf(q)}` : undefined });

interface Fresh {
  readonly check: WholeCheck;
  readonly judgement: ScreeningJudgement['judgement'];
  readonly reason: string;
}

/** What is new in what was sent; a judgement without a reason is a field to be filled. */
function freshJudgements({ judgements }: JudgementsInput, checks: readonly WholeCheck[]): Fresh[] {
  const fields: FieldProblem[] = [];
  const seen = new Set<string>();
  const fresh: Fresh[] = [];
  judgements.forEach(({ check: key, judgement, reason }, index) => {
    const check = checks.find((each) => each.key === key);
    if (check === undefined || judgement === undefined) return;
    if (seen.has(key)) fields.push({ field: `judgements[${index}].check`, code: 'screening.judged_twice' });
    seen.add(key);
    const { judged, isStale } = check;
    if (!isStale && judged?.judgement === judgement && judged.reason === (reason ?? '')) return;
    if (reason === undefined) fields.push({ field: `judgements[${index}].reason`, code: 'screening.needs_reason' });
    else fresh.push({ check, judgement, reason });
  });
  if (fields.length > 0) throw invalid('input.has_problems', { params: { count: fields.length }, fields });
  return fresh;
}
