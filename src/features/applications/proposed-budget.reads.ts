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
import {
  type BudgetCategory,
  type BudgetPartner,
  type BudgetRow,
  type BudgetTerms,
  isIndirectRow,
  type ReadBudget,
  readBudget,
} from './proposed-budget.rules.js';
import { categoriesOf, indirectOf, type SourceTerms } from './proposed-budget.terms.js';

/** What the line of the indirect costs is called in lists and letters. */
const INDIRECT_COSTS = 'Indirect costs';

interface SourceRow {
  readonly name: string;
  readonly indirectRule: string;
  readonly rate: number | null;
  readonly deMinimis: number | null;
  readonly subawardFirst: string | null;
  readonly categories: readonly BudgetCategory[];
}

/** By which terms the budget of this application is read. */
export async function budgetTermsOf(from: Queryable, applicationId: string): Promise<BudgetTerms> {
  const sources = (await sourcesOf(from, applicationId)).map(
    ({ rate, deMinimis, subawardFirst, ...source }): SourceTerms => ({
      ...source,
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
  const id = rows.find(isIndirectRow)?.['evidence']?.trim();
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
  const known = rows.map((row) => (isIndirectRow(row) && found.length === 0 ? { ...row, evidence: '' } : row));
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
  const { lines, indirect, base, total } = budget;
  await clearBudget(work, applicationId);
  const direct = lines.map(({ category, description, amount, match }, index) => ({
    ...{ applicationId, position: index + 1, kind: 'direct' as const, category, description, amount, match },
  }));
  const last = {
    ...{ applicationId, position: lines.length + 1, kind: 'indirect' as const, category: INDIRECT_COSTS },
    ...{ description: null, amount: indirect.amount, match: Money.zero },
  };
  await work.insert(ApplicationBudgetLine, indirect.amount.isPositive ? [...direct, last] : direct);
  const parts = lines.flatMap((line, index) =>
    line.parts.map((part) => ({ applicationId, position: index + 1, ...part })),
  );
  await work.insert(ApplicationBudgetPart, parts);
  if (indirect.kind !== 'none') {
    const { kind, rateBasisPoints, evidence: evidenceId, amount } = indirect;
    await work.insert(ApplicationIndirectCost, [{ applicationId, kind, rateBasisPoints, evidenceId, base, amount }]);
  }
  await work.query(
    sql`update applications set requested_cents = ${total.cents.toString()} where id = ${applicationId}`,
  );
  Object.assign(application, { requested: total });
  return budget;
}
