/** What requests would take of their awards: their expenses held against balances and against what may still move. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { Disbursement } from './disbursement.entity.js';
import { type CategoryBalance, movableOf, needsOf, planSpending, type SpendingPlan } from './disbursement.rules.js';

/** One category of an award: what was agreed, what went out, what is left, in the ledger's figures. */
export interface CategoryFigures {
  readonly category: string;
  /** Approved for payment or paid. */
  readonly approved: Money;
  /** Under agreement and not approved yet. */
  readonly left: Money;
}

interface ExpenseRow {
  readonly disbursementId: string;
  readonly category: string;
  readonly cents: string;
}

interface BalanceRow {
  readonly awardId: string;
  readonly sourceId: string;
  readonly category: string;
  readonly cents: string;
}

interface TermsRow {
  readonly awardId: string;
  readonly cents: string;
  readonly movedCents: string;
  readonly basisPoints: number | null;
  readonly participantCategories: readonly string[];
}

/** The plan of each request, or the sentence that says why there is none; a few statements for the whole set. */
export async function readSpending(
  from: Queryable,
  requests: readonly Pick<Disbursement, 'id' | 'awardId'>[],
): Promise<Map<string, SpendingPlan | Sentence>> {
  if (requests.length === 0) return new Map();
  const awardIds = [...new Set(requests.map((each) => each.awardId))];
  const expenses = await from.query<ExpenseRow>(sql`
    select disbursement_id as "disbursementId", category, sum(amount_cents)::text as cents from disbursement_expenses
    where disbursement_id = any(${requests.map((each) => each.id)}::uuid[])
    group by disbursement_id, category order by category`);
  const balances = await from.query<BalanceRow>(sql`
    select holder_id as "awardId", source_id as "sourceId", category, balance_cents::text as cents
    from ledger_accounts
    where holder_kind = 'award' and holder_id = any(${awardIds}::uuid[]) and stage = 'obligated' and balance_cents > 0
    order by balance_cents desc, source_id, category`);
  const terms = new Map((await readTerms(from, awardIds)).map((each) => [each.awardId, each]));
  return new Map(
    requests.flatMap(({ id, awardId }): [string, SpendingPlan | Sentence][] => {
      const term = terms.get(awardId);
      if (term === undefined) return [];
      const own = expenses.filter((each) => each.disbursementId === id);
      const held = balances.filter((each) => each.awardId === awardId);
      return [
        [
          id,
          planSpending({
            needs: needsOf(own.map(({ category, cents }) => ({ category, amount: Money.ofCents(cents) }))),
            balances: held.map(({ sourceId, category, cents }): CategoryBalance => ({
              sourceId,
              category,
              amount: Money.ofCents(cents),
            })),
            movable: movableOf(
              Money.ofCents(term.cents),
              term.basisPoints ?? undefined,
              Money.ofCents(term.movedCents),
            ),
            participantCategories: new Set(term.participantCategories),
          }),
        ],
      ];
    }),
  );
}

/** An award of several sources follows the strictest of their rule sets; where one sets no threshold, nothing moves. */
async function readTerms(from: Queryable, awardIds: readonly string[]): Promise<TermsRow[]> {
  return from.query<TermsRow>(sql`
    select a.id as "awardId", a.amount_cents::text as cents,
           (select coalesce(sum(t.amount_cents), 0)::text from disbursement_transfers t where t.award_id = a.id)
             as "movedCents",
           (select case when bool_and(v.value is not null) then min((v.value #>> '{}')::int) end
            from award_sources w join sources s on s.id = w.source_id
            left join rule_values v on v.rule_set_id = s.rule_set_id and v.key = 'budget_flexibility_basis_points'
            where w.award_id = a.id) as "basisPoints",
           (select coalesce(jsonb_agg(b.category), '[]') from award_budget_lines b
            where b.award_id = a.id and b.participant_support) as "participantCategories"
    from awards a where a.id = any(${awardIds}::uuid[])`);
}

/** The categories of an award with what went out and what is left of each, in the order of its budget. */
export async function readCategories(from: Queryable, awardId: string): Promise<CategoryFigures[]> {
  const rows = await from.query<{ category: string; approvedCents: string; leftCents: string }>(sql`
    select b.category,
           coalesce(sum(l.balance_cents) filter (where l.stage in ('payable', 'disbursed')), 0)::text as "approvedCents",
           coalesce(sum(l.balance_cents) filter (where l.stage = 'obligated'), 0)::text as "leftCents"
    from award_budget_lines b
    left join ledger_accounts l on l.holder_kind = 'award' and l.holder_id = ${awardId} and l.category = b.category
    where b.award_id = ${awardId} group by b.category, b.position order by b.position, b.category`);
  return rows.map((row) => ({
    category: row.category,
    approved: Money.ofCents(row.approvedCents),
    left: Money.ofCents(row.leftCents),
  }));
}

/** What other requests of the award that wait for an approval ask for. */
export async function readWaiting(from: Queryable, awardId: string, exceptId: string): Promise<Money> {
  const [row] = await from.query<{ cents: string }>(sql`
    select coalesce(sum(amount_cents), 0)::text as cents from disbursements
    where award_id = ${awardId} and id <> ${exceptId} and state in ('submitted', 'program_approved')`);
  return Money.ofCents(row?.cents ?? '0');
}
