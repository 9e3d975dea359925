/** The life of a round: from its first draft through its deadline, reviews and decisions to its end. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';

/** What a step of a round looks at: its terms, its pool's money, and what later features count in it. */
export interface RoundStepFacts {
  readonly id: string;
  readonly now: Date;
  readonly opensAt: Date;
  readonly dueAt: Date;
  /** The agency's days of both. */
  readonly opensOn: string;
  readonly dueOn: string;
  /** Until then an application that was sent in time may still be on its way. */
  readonly receivedBy: Date;
  readonly ceiling: Money | null;
  /** What was ever set aside for the round's pool, less what went back. */
  readonly setAside: Money;
  readonly criteria: number;
  /** Submitted and not yet decided. */
  readonly undecided: number;
  readonly awards: number;
  readonly milestones: readonly { readonly kind: string; readonly happensOn: string }[];
  readonly takesLettersOfIntent: boolean;
  /** Comments on its criteria without an answer. */
  readonly unanswered: number;
  /** What its own form asks; absent for the form that fits every round. */
  readonly form?: {
    readonly questions: number;
    readonly emptySections: readonly string[];
    /** What it needs an answer to and nobody can pick from: the agency has none of them yet. */
    readonly lacks?: readonly string[];
  };
  /** Whether the agency names no districts, which the form that fits every round asks for. */
  readonly lacksDistricts?: boolean;
  /** How many eligibility rules it has. */
  readonly rules: number;
  /** Its days to come on which few people come; worth a look, and allowed. */
  readonly daysOff?: readonly Sentence[];
}

export type RoundState = 'draft' | 'in_comment' | 'published' | 'reviewing' | 'deciding' | 'completed' | 'cancelled';

/** All that keeps a round from being published. */
export function publishBlockers(round: RoundStepFacts): Sentence[] {
  const missing: Sentence[] = [];
  if (round.criteria === 0) missing.push({ code: 'round.needs_rubric' });
  if (round.dueAt <= round.now) missing.push({ code: 'round.needs_later_due' });
  if (!round.setAside.isPositive) missing.push({ code: 'round.needs_money' });
  if (round.ceiling === null) missing.push({ code: 'round.needs_ceiling' });
  else if (round.setAside.isPositive && round.ceiling.compare(round.setAside) > 0) {
    missing.push({
      code: 'round.ceiling_above_set_aside',
      params: { ceiling: round.ceiling, setAside: round.setAside },
    });
  }
  return [...missing, ...dateBlockers(round), ...formBlockers(round)];
}

/** Days after which something can no longer be done must come before what they are for. */
function dateBlockers(round: RoundStepFacts): Sentence[] {
  const missing: Sentence[] = [];
  const daysOf = (kind: string): string[] =>
    round.milestones.filter((each) => each.kind === kind).map((each) => each.happensOn);
  const { opensOn, opensAt, dueOn, dueAt } = round;
  const late = (kind: string, lastDay: string, sentence: Sentence): void => {
    if (daysOf(kind).some((day) => day > lastDay)) missing.push(sentence);
  };
  late('criteria_comment', opensOn, { code: 'round.comments_after_opening', params: { at: opensAt } });
  late('questions_until', dueOn, { code: 'round.questions_after_due', params: { at: dueAt } });
  late('letter_of_intent', dueOn, { code: 'round.letters_after_due', params: { at: dueAt } });
  if (round.takesLettersOfIntent && daysOf('letter_of_intent').length === 0) {
    missing.push({ code: 'round.needs_letter_day' });
  }
  if (round.unanswered > 0) missing.push({ code: 'round.comments_unanswered', params: { count: round.unanswered } });
  return missing;
}

function formBlockers({ form }: RoundStepFacts): Sentence[] {
  if (form === undefined) return [];
  if (form.questions === 0) return [{ code: 'round.form_asks_nothing' }];
  return [
    ...form.emptySections.map((section) => ({ code: 'round.form_section_asks_nothing', params: { section } })),
    ...(form.lacks ?? []).map((kind) => ({ code: `round.form_needs_${kind}` })),
  ];
}

function reviewBlockers(round: RoundStepFacts): Sentence[] {
  return round.now <= round.receivedBy ? [{ code: 'round.not_yet_due', params: { at: round.receivedBy } }] : [];
}

function completeBlockers(round: RoundStepFacts): Sentence[] {
  return round.undecided > 0 ? [{ code: 'round.has_undecided', params: { count: round.undecided } }] : [];
}

function cancelBlockers(round: RoundStepFacts): Sentence[] {
  return round.awards > 0 ? [{ code: 'round.has_awards', params: { count: round.awards } }] : [];
}

export const roundLifecycle = defineLifecycle<RoundState, RoundStepFacts>({
  name: 'round',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', tone: 'idle' },
    in_comment: { label: 'Criteria in comment', publicLabel: 'Tell us what you think', tone: 'waiting' },
    published: { label: 'Published', publicLabel: 'Open', tone: 'done' },
    reviewing: { label: 'In review', tone: 'moving' },
    deciding: { label: 'Being decided', publicLabel: 'In review', tone: 'moving' },
    completed: { label: 'Completed', tone: 'idle', final: true },
    cancelled: { label: 'Canceled', tone: 'idle', final: true },
  },
  actions: {
    open_criteria_for_comment: {
      from: ['draft'],
      to: 'in_comment',
      label: 'Open criteria for comment',
      permission: 'round.open_criteria_for_comment',
      blockers: (round) => (round.criteria === 0 ? [{ code: 'round.needs_rubric' }] : []),
    },
    publish: {
      from: ['draft', 'in_comment'],
      to: 'published',
      label: 'Publish',
      permission: 'round.publish',
      blockers: publishBlockers,
    },
    extend: {
      from: ['published'],
      to: 'same',
      label: 'Extend the deadline',
      permission: 'round.extend',
      internal: true,
    },
    change_dates: {
      from: ['published', 'reviewing', 'deciding'],
      to: 'same',
      label: 'Change other dates',
      permission: 'round.change_dates',
      internal: true,
    },
    begin_review: {
      from: ['published'],
      to: 'reviewing',
      label: 'Begin review',
      permission: 'round.begin_review',
      blockers: reviewBlockers,
    },
    begin_decisions: {
      from: ['reviewing'],
      to: 'deciding',
      label: 'Begin decisions',
      permission: 'round.begin_decisions',
    },
    complete: {
      from: ['deciding'],
      to: 'completed',
      label: 'Complete the round',
      permission: 'round.complete',
      blockers: completeBlockers,
    },
    cancel: {
      from: ['draft', 'in_comment', 'published', 'reviewing', 'deciding'],
      to: 'cancelled',
      label: 'Cancel the round',
      permission: 'round.cancel',
      needsNote: true,
      blockers: cancelBlockers,
    },
  },
});
