/** What a round needs before it can be published, part by part, with what would be good to have beside it. */
import type { Sentence } from '../../kernel/errors.js';
import type { RoundState, RoundStepFacts } from './round.lifecycle.js';
import { publishBlockers } from './round.lifecycle.js';

const CHECK_PARTS = ['terms', 'money', 'criteria', 'comments', 'eligibility', 'form'] as const;
export type CheckPart = (typeof CHECK_PARTS)[number];

export interface PublishCheck {
  readonly part: CheckPart;
  /** What keeps the round from being published. */
  readonly missing: readonly Sentence[];
  /** What is allowed, and yet worth a look. */
  readonly advice: readonly Sentence[];
}

/** Where each sentence is mended; what is not named here belongs to the terms. */
const PART_OF: Readonly<Record<string, CheckPart>> = {
  'round.needs_rubric': 'criteria',
  'round.needs_money': 'money',
  'round.ceiling_above_set_aside': 'money',
  'round.comments_unanswered': 'comments',
  'round.form_asks_nothing': 'form',
  'round.form_section_asks_nothing': 'form',
  'round.form_needs_districts': 'form',
  'round.form_needs_schools': 'form',
};

export function publishChecks(state: RoundState, round: RoundStepFacts): PublishCheck[] {
  const missing = publishBlockers(round);
  const advice = adviceFor(state, round);
  return CHECK_PARTS.map((part) => ({
    part,
    missing: missing.filter(({ code }) => (PART_OF[code] ?? 'terms') === part),
    advice: advice[part] ?? [],
  }));
}

function adviceFor(state: RoundState, round: RoundStepFacts): Partial<Record<CheckPart, Sentence[]>> {
  const has = (kind: string): boolean => round.milestones.some((each) => each.kind === kind);
  return {
    terms: [...(has('questions_until') ? [] : [{ code: 'round.advice_no_question_day' }]), ...(round.daysOff ?? [])],
    comments: state === 'draft' ? [{ code: 'round.advice_not_in_comment' }] : [],
    eligibility: round.rules === 0 ? [{ code: 'round.advice_no_rules' }] : [],
    form:
      round.form === undefined
        ? [
            { code: 'round.advice_usual_form' },
            ...(round.lacksDistricts === true ? [{ code: 'round.form_needs_districts' }] : []),
          ]
        : [],
  };
}
