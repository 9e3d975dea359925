/** What is read of stipend policies and rate cards: all of a year or a collaborative, and the one in force on a day. */
import { Money } from '../../kernel/money.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { PolicyTerms } from './stipend.rules.js';

export interface StoredPolicy extends PolicyTerms {
  readonly collaborativeId: string;
  readonly yearName: string;
  readonly used: boolean;
}

export interface CardTerms {
  readonly id: string;
  readonly collaborativeId: string;
  readonly fundId: string;
  readonly rate: Money;
  readonly cap: Money;
  readonly extraMinutes: number;
  readonly claimDays: number;
  /** 'YYYY-MM-DD' */
  readonly startsOn: string;
  readonly used: boolean;
}

type PolicyRow = Omit<StoredPolicy, 'rate' | 'capPerYear'> & {
  readonly rateCents: string;
  readonly capCents: string | null;
};

export const policiesOfYears = (from: Queryable, yearIds: readonly string[]): Promise<StoredPolicy[]> =>
  readPolicies(from, sql`s.year_id = any(${[...yearIds]}::uuid[])`);

export const policiesOf = (from: Queryable, collaborativeId: string): Promise<StoredPolicy[]> =>
  readPolicies(from, sql`s.collaborative_id = ${collaborativeId}`);

async function readPolicies(from: Queryable, where: Sql): Promise<StoredPolicy[]> {
  const rows = await from.query<PolicyRow>(sql`
    select s.id, s.collaborative_id as "collaborativeId", s.year_id as "yearId", y.name as "yearName", s.role, s.basis,
           s.rate_cents::text as "rateCents", s.cap_per_year_cents::text as "capCents", s.bearer,
           s.starts_on as "startsOn", exists (select from stipends p where p.policy_id = s.id) as used
    from stipend_policies s join collaborative_years y on y.id = s.year_id
    where ${where} order by y.starts_on desc, s.role, s.starts_on desc limit 1000`);
  return rows.map(({ rateCents, capCents, ...row }) => ({
    ...row,
    rate: Money.ofCents(rateCents),
    capPerYear: capCents === null ? null : Money.ofCents(capCents),
  }));
}

/** The rate cards of these collaboratives, the latest first. */
export async function cardsOf(from: Queryable, collaborativeIds: readonly string[]): Promise<CardTerms[]> {
  const rows = await from.query<Omit<CardTerms, 'rate' | 'cap'> & { rateCents: string; capCents: string }>(sql`
    select r.id, r.collaborative_id as "collaborativeId", r.fund_id as "fundId", r.rate_cents::text as "rateCents",
           r.cap_cents::text as "capCents", r.extra_minutes as "extraMinutes", r.claim_days as "claimDays",
           r.starts_on as "startsOn", exists (select from childcare_claims c where c.card_id = r.id) as used
    from childcare_rate_cards r
    where r.collaborative_id = any(${[...collaborativeIds]}::uuid[]) order by r.starts_on desc limit 1000`);
  return rows.map(({ rateCents, capCents, ...row }) => ({
    ...row,
    rate: Money.ofCents(rateCents),
    cap: Money.ofCents(capCents),
  }));
}

/** The card in force on a day: the latest that had begun. */
export function cardOn(
  cards: readonly CardTerms[],
  { collaborativeId, on }: { readonly collaborativeId: string; readonly on: string },
): CardTerms | undefined {
  return cards
    .filter((each) => each.collaborativeId === collaborativeId && each.startsOn <= on)
    .sort((a, b) => b.startsOn.localeCompare(a.startsOn))[0];
}
