/** What the steps of reviews look at, read for a whole set at once. */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { Review } from './review.entity.js';
import type { ReviewFacts } from './review.lifecycle.js';
import type { CriterionScore } from './review.rules.js';

interface FactRow {
  readonly id: string;
  readonly criteria: CriterionScore[] | null;
  readonly requested: string;
  readonly recommended: string | null;
  readonly isPanelClosed: boolean;
}

export async function readReviewFacts(from: Queryable, rows: readonly Review[]): Promise<Map<string, ReviewFacts>> {
  const found = await from.query<FactRow>(sql`
    select r.id, a.requested_cents::text as requested, r.recommended_cents::text as recommended,
      exists (select from review_panels p where p.round_id = r.round_id) as "isPanelClosed",
      (select json_agg(json_build_object('position', c.position, 'name', c.name, 'weight', c.weight,
          'scaleMax', c.scale_max, 'score', s.score, 'reason', s.reason) order by c.position)
        from rubric_criteria c left join review_scores s on s.criterion_id = c.id and s.review_id = r.id
        where c.round_id = r.round_id) as criteria
    from reviews r join applications a on a.id = r.application_id
    where r.id = any(${rows.map((row) => row.id)}::uuid[])`);
  return new Map(
    found.map(({ id, criteria, requested, recommended, isPanelClosed }) => [
      id,
      {
        criteria: criteria ?? [],
        requested: Money.ofCents(requested),
        recommended: recommended === null ? null : Money.ofCents(recommended),
        isPanelClosed,
      },
    ]),
  );
}

/** Whether the panel of this round is closed. */
export async function isPanelClosed(from: Queryable, roundId: string): Promise<boolean> {
  return (await from.query(sql`select 1 from review_panels where round_id = ${roundId}`)).length > 0;
}
