/**
 * What a proposed budget is read by - the sources of the round's money, their rule sets, the partners - and how it is
 * kept: as lines with the indirect costs as the last of them, beside what each partner has of it.
 */
import type { Sentence } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type Application, ApplicationBudgetLine } from './application.entity.js';
import { ApplicationBudgetPart, ApplicationIndirectCost } from './proposed-budget.entity.js';
import { isInBase, type KeptStep, keptSteps, rateRowOf } from './proposed-budget.indirect.js';
import { type ReadBudget, readBudget } from './proposed-budget.rules.js';
import { categoriesOf, indirectOf, type SourceTerms } from './proposed-budget.terms.js';
import {
  BASE_KINDS,
  type BaseKind,
  type BudgetCategory,
  type BudgetPartner,
  type BudgetRow,
  type BudgetTerms,
  isIndirectRow,
} from './proposed-budget.shapes.js';

/** What the line of the indirect costs is called in lists and letters. */
const INDIRECT_COSTS = 'Indirect costs';

interface SourceRow {
  readonly name: string;
  readonly indirectRule: string;
  readonly rate: number | null;
  readonly deMinimis: number | null;
  readonly subawardFirst: string | null;
  readonly indirectBase: BaseKind;
  readonly negotiatedMost: number | null;
  /** The bases that the rule set says no to. */
  readonly without: readonly string[];
  readonly categories: readonly BudgetCategory[];
}

/** By which terms the budget of this application is read. */
export async function budgetTermsOf(from: Queryable, applicationId: string): Promise<BudgetTerms> {
  const sources = (await sourcesOf(from, applicationId)).map(
    ({ rate, deMinimis, subawardFirst, without, ...source }): SourceTerms => ({
      ...source,
      bases: BASE_KINDS.filter((each) => !without.includes(`base_${each}_yes_no`)),
      indirectRateBasisPoints: rate,
      deMinimisBasisPoints: deMinimis,
      subawardFirst: subawardFirst === null ? null : Money.ofCents(subawardFirst),
    }),
  );
  const [round] = await from.query<{ ceiling: string | null }>(sql`
    select r.ceiling_cents::text as ceiling from applications a join rounds r on r.id = a.round_id
    where a.id = ${applicationId}`);
  return {
    ...categoriesOf(sources),
    partners: await partnersOf(from, applicationId),
    indirect: indirectOf(sources),
    ceiling: round === undefined || round.ceiling === null ? null : Money.ofCents(round.ceiling),
    ...('today' in from && typeof from.today === 'string' && { today: from.today }),
  };
}

/** The sources that money was set aside from for the round: none is published without. */
async function sourcesOf(from: Queryable, applicationId: string): Promise<SourceRow[]> {
  return from.query<SourceRow>(sql`
    select s.name, s.indirect_rule as "indirectRule", s.indirect_rate_basis_points as rate,
      (select v.value::text::int from rule_values v
       where v.rule_set_id = s.rule_set_id and v.key = 'de_minimis_rate_basis_points') as "deMinimis",
      (select v.value::text from rule_values v
       where v.rule_set_id = s.rule_set_id and v.key = 'mtdc_subaward_first_cents') as "subawardFirst",
      s.indirect_base as "indirectBase",
      (select v.value::text::int from rule_values v
       where v.rule_set_id = s.rule_set_id and v.key = 'negotiated_rate_most_basis_points') as "negotiatedMost",
      coalesce((select json_agg(v.key) from rule_values v
                where v.rule_set_id = s.rule_set_id and v.unit = 'yes_no' and v.value::text = '0'), '[]'::json)
        as without,
      coalesce((select json_agg(json_build_object('name', b.category, 'treatment', b.treatment) order by b.category)
                from source_budget_lines b where b.source_id = s.id and b.treatment is not null), '[]'::json)
        as categories
    from sources s
    where s.id in (select l.source_id from allotments l join rounds r on r.pool_id = l.pool_id
                   join applications a on a.round_id = r.id where a.id = ${applicationId})
    order by s.created_at, s.id`);
}

async function partnersOf(from: Queryable, applicationId: string): Promise<BudgetPartner[]> {
  const rows = await from.query<{ id: string; name: string; level: string; share: string }>(sql`
    select id, name, level, share_cents::text as share from application_partners
    where application_id = ${applicationId} order by position`);
  return rows.map(({ id, name, level, share }) => ({
    ...{ id, name, isSubaward: level !== 'vendor', share: Money.ofCents(share) },
  }));
}

/** The files that rows of a budget name; whoever keeps the answer links them to the application. */
export function evidenceIn(rows: readonly BudgetRow[]): string[] {
  const id = rateRowOf(rows, null)?.['evidence']?.trim();
  return id !== undefined && isId(id) ? [id] : [];
}

/** Reads a budget as it stands; evidence counts only as a file of this very application. */
export async function readBudgetOf(
  from: Queryable,
  applicationId: string,
  rows: readonly BudgetRow[],
): Promise<ReadBudget> {
  const terms = await budgetTermsOf(from, applicationId);
  const [id] = evidenceIn(rows);
  const found =
    id === undefined
      ? []
      : await from.query(sql`
          select 1 from attachments where id = ${id} and subject_type = 'application' and subject_id = ${applicationId}`);
  const known = rows.map((row) =>
    isIndirectRow(row) && (found.length === 0 || row['of'] !== undefined) ? { ...row, evidence: '' } : row,
  );
  return readBudget(known, terms);
}

/** What stands in the way of sending this budget, each with its sentence. */
export async function budgetBlockers(
  from: Queryable,
  applicationId: string,
  rows: readonly BudgetRow[],
): Promise<Sentence[]> {
  const { problems } = await readBudgetOf(from, applicationId, rows);
  return problems.map(({ sentence }) => sentence);
}

/** Takes a budget out of the tables that everybody reads, so that another is put there. */
export async function clearBudget(work: Work, applicationId: string): Promise<void> {
  await work.query(sql`delete from application_budget_parts where application_id = ${applicationId}`);
  await work.query(sql`delete from application_indirect_costs where application_id = ${applicationId}`);
  await work.query(sql`delete from application_budget_lines where application_id = ${applicationId}`);
}

/**
 * Puts a budget into the tables that everybody reads, as a step: whole lines, what of them is a partner's, the
 * indirect costs, and what is asked for in all. The version of the application stays: the answer has its own.
 */
export async function projectBudget(
  work: Work,
  application: Application,
  rows: readonly BudgetRow[],
): Promise<ReadBudget> {
  const { id: applicationId } = application;
  const budget = await readBudgetOf(work, applicationId, rows);
  const { lines, rates, indirectCosts, total } = budget;
  await clearBudget(work, applicationId);
  const direct = lines.map(({ category, description, amount, match }, index) => ({
    ...{ applicationId, position: index + 1, kind: 'direct' as const, category, description, amount, match },
  }));
  const last = {
    ...{ applicationId, position: lines.length + 1, kind: 'indirect' as const, category: INDIRECT_COSTS },
    ...{ description: null, amount: indirectCosts, match: Money.zero },
  };
  await work.insert(ApplicationBudgetLine, indirectCosts.isPositive ? [...direct, last] : direct);
  const parts = lines.flatMap((line, index) =>
    line.parts.map((part) => ({ applicationId, position: index + 1, ...part })),
  );
  // What a partner's rate comes to stands in its own column.
  const own = rates.flatMap(({ partnerId, amount }) =>
    partnerId !== null && amount.isPositive ? [{ applicationId, position: lines.length + 1, partnerId, amount }] : [],
  );
  await work.insert(ApplicationBudgetPart, [...parts, ...own]);
  await work.insert(
    ApplicationIndirectCost,
    rates.flatMap(({ kind, evidence: evidenceId, steps, ...rate }, position) => {
      if (kind === 'none') return [];
      const counted = lines.filter((line) => isInBase(line.treatment, rate.baseKind)).map((line) => line.category);
      const kept = { categories: [...new Set(counted)], steps: keptSteps(steps) };
      return [{ applicationId, position, kind, evidenceId, ...rate, ...kept }];
    }),
  );
  await work.query(
    sql`update applications set requested_cents = ${total.cents.toString()} where id = ${applicationId}`,
  );
  Object.assign(application, { requested: total });
  return budget;
}

/** The indirect costs of one organization as they were asked for. */
export interface IndirectCost {
  readonly position: number;
  readonly name: string | null;
  readonly kind: string;
  readonly baseKind: BaseKind;
  readonly rateBasisPoints: number;
  readonly expiresOn: string | null;
  readonly base: Money;
  readonly amount: Money;
  readonly categories: string[] | null;
  readonly steps: readonly KeptStep[] | null;
}

/** Of the lead and of its partners, in their order. */
export async function readIndirectCosts(from: Queryable, applicationId: string): Promise<IndirectCost[]> {
  const rows = await from.query<Omit<IndirectCost, 'base' | 'amount'> & { base: string; amount: string }>(sql`
    select i.position, p.name, i.kind, i.base_kind as "baseKind", i.rate_basis_points as "rateBasisPoints",
      i.expires_on as "expiresOn", i.base_cents::text as base, i.amount_cents::text as amount, i.categories, i.steps
    from application_indirect_costs i left join application_partners p on p.id = i.partner_id
    where i.application_id = ${applicationId} order by i.position`);
  return rows.map((row) => ({ ...row, base: Money.ofCents(row.base), amount: Money.ofCents(row.amount) }));
}
