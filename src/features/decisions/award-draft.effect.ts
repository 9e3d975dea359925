/** AwardDraftEffect: what a carried motion to award asks of the feature that draws up awards, in the same work. */
import type { Effect } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';

export const AWARD_DRAFT = 'award.draft';

export interface AwardDraft {
  readonly motionId: string;
  /** As in the minutes: `2015-0004`. */
  readonly motionNumber: string;
  readonly applicationId: string;
  readonly amount: Money;
  /** The agency's date of the decision, 'YYYY-MM-DD'. */
  readonly decidedOn: string;
}

export interface AwardDraftEffect extends Effect, AwardDraft {
  readonly kind: typeof AWARD_DRAFT;
}

export function awardDraftEffect(draft: AwardDraft): AwardDraftEffect {
  return { kind: AWARD_DRAFT, ...draft };
}
