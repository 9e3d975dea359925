/** Awards as later features read them: one award's summary, its lock, its subject, and the holders of its money. */
import type { RateOnPaper } from '../applications/index.js';
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import type { Actor } from '../../kernel/actor.js';
import type { Policy, Subject, SubjectColumns } from '../../kernel/policy.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { applicantSide, notConflicted, staffSide } from '../conflicts/index.js';
import { Award } from './award.entity.js';
import type { AwardBalance } from './award.transfers.js';

export interface AwardSourceLine {
  readonly sourceId: string;
  readonly name: string;
  readonly kind: string;
  readonly amount: Money;
}

export interface AwardCategory {
  readonly category: string;
  readonly amount: Money;
  readonly participantSupport: boolean;
}

export interface AwardSummary {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly title: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly applicationId: string;
  readonly fundId: string;
  readonly roundId: string;
  readonly poolId: string;
  readonly state: string;
  readonly amount: Money;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  /** In the order in which they are drawn. */
  readonly sources: readonly AwardSourceLine[];
  readonly budgetLines: readonly AwardCategory[];
  readonly districts: readonly { readonly name: string; readonly basisPoints: number }[];
}

/** What the policy looks at. */
export const awardSubject = (
  award: Pick<Award, 'fundId' | 'roundId' | 'organizationId' | 'state'>,
): Subject & { readonly state: string } => ({
  scopes: { fund: award.fundId, round: award.roundId, organization: award.organizationId },
  state: award.state,
});

/** Where the policy finds the scopes and the state of `awards a` in a list. */
export const AWARD_COLUMNS: SubjectColumns = {
  scopes: { fund: 'a.fund_id', round: 'a.round_id', organization: 'a.organization_id' },
  state: 'a.state',
};

/**
 * Which of `awards a` this actor may see: from the agency's side those of their roles and no conflict of interest, and as
 * a member of the recipient their own.
 */
export function awardReadFilter(actor: Actor, policy: Policy): Sql {
  const side = (of: Actor): Sql => conditionSql(policy.filter(of, 'award.read', AWARD_COLUMNS));
  if (actor.kind !== 'person') return side(actor);
  const clear = notConflicted(actor, rawSql('a.application_id'));
  return sql`((${side(staffSide(actor))} and ${clear}) or ${side(applicantSide(actor))})`;
}

export const lockAward = (work: Work, id: string): Promise<Award> => work.lockOne(Award, id);

type Head = Omit<AwardSummary, 'amount' | 'sources' | 'budgetLines' | 'districts'> & { readonly cents: string };

/** One award, without a look at who asks; 404 when there is none. */
export async function readAward(from: Queryable, id: string): Promise<AwardSummary> {
  const [row] = await from.query<Head>(sql`
    select a.id, a.version, a.number, a.title, a.organization_id as "organizationId", o.name as "organizationName",
           a.application_id as "applicationId", a.fund_id as "fundId", a.round_id as "roundId", a.pool_id as "poolId",
           a.state, a.amount_cents::text as cents, a.starts_on as "startsOn", a.ends_on as "endsOn"
    from awards a join organizations o on o.id = a.organization_id where a.id = ${id}`);
  if (row === undefined) throw notFound('thing.not_found');
  const { cents, ...head } = row;
  const sources = await readAwardSources(from, id);
  const budgetLines = await readAwardBudget(from, id);
  const districts = await readAwardDistricts(from, id);
  return { ...head, amount: Money.ofCents(cents), sources, budgetLines, districts };
}

export async function readAwardSources(from: Queryable, awardId: string): Promise<AwardSourceLine[]> {
  const rows = await from.query<Omit<AwardSourceLine, 'amount'> & { cents: string }>(sql`
    select l.source_id as "sourceId", s.name, s.kind, l.amount_cents::text as cents
    from award_sources l join sources s on s.id = l.source_id where l.award_id = ${awardId} order by l.position`);
  return rows.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) }));
}

export async function readAwardBudget(from: Queryable, awardId: string): Promise<AwardCategory[]> {
  const rows = await from.query<Omit<AwardCategory, 'amount'> & { cents: string }>(sql`
    select category, participant_support as "participantSupport", amount_cents::text as cents
    from award_budget_lines where award_id = ${awardId} order by position`);
  return rows.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) }));
}

/** The rates that it was made with, the recipient's first. */
export async function readAwardIndirect(from: Queryable, awardId: string): Promise<AwardIndirectItem[]> {
  const rows = await from.query<Omit<AwardIndirectItem, 'base' | 'amount'> & { base: string; amount: string }>(sql`
    select name, kind, base_kind as "baseKind", rate_basis_points as "rateBasisPoints", expires_on as "expiresOn",
      base_cents::text as base, amount_cents::text as amount, categories, coalesce(steps, '[]') as steps
    from award_indirect_costs where award_id = ${awardId} order by position`);
  return rows.map((row) => ({ ...row, base: Money.ofCents(row.base), amount: Money.ofCents(row.amount) }));
}

export interface AwardIndirectItem extends RateOnPaper {
  /** As they were asked for; the award's own line of them may be less. */
  readonly base: Money;
  readonly amount: Money;
  readonly categories: readonly string[] | null;
}

export function readAwardDistricts(from: Queryable, awardId: string): Promise<{ name: string; basisPoints: number }[]> {
  return from.query(sql`
    select d.district as name, d.basis_points as "basisPoints" from award_districts d
    left join districts known on known.name = d.district
    where d.award_id = ${awardId} order by known.position nulls last, d.district`);
}

/** What the books say of these awards, by award, source, category and stage. */
export async function readAwardBalances(
  from: Queryable,
  awardIds: readonly string[],
): Promise<ReadonlyMap<string, readonly AwardBalance[]>> {
  const rows = await from.query<Omit<AwardBalance, 'amount'> & { awardId: string; cents: string }>(sql`
    select holder_id as "awardId", source_id as "sourceId", category, stage, balance_cents::text as cents
    from ledger_accounts where holder_kind = 'award' and holder_id = any(${[...awardIds]}::uuid[])
    order by holder_id, source_id, category, stage`);
  const byAward = new Map<string, AwardBalance[]>();
  for (const { awardId, cents, ...row } of rows) {
    const list = byAward.get(awardId) ?? [];
    list.push({ ...row, amount: Money.ofCents(cents) });
    byAward.set(awardId, list);
  }
  return byAward;
}

/** Whether a direct conflict of interest closes an award with this id, an SQL expression, to somebody. */
export const closedAward = (actor: Actor, id: Sql): Sql =>
  sql`exists (select from awards a where a.id = ${id} and not ${notConflicted(actor, rawSql('a.application_id'))})`;
