/** Round: one funding opportunity, with its milestones, the criteria it is scored by, and how its deadline was moved. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import type { EligibilityRule } from './eligibility.rules.js';
import { roundLifecycle } from './round.lifecycle.js';

export const ROUND_KINDS = ['rfp', 'rfi', 'direct', 'concept_development'] as const;
export type RoundKind = (typeof ROUND_KINDS)[number];

export const MILESTONE_KINDS = [
  'criteria_comment',
  'info_session',
  'letter_of_intent',
  'questions_until',
  'panel',
  'interviews',
  'committee',
  'other',
] as const;
export type MilestoneKind = (typeof MILESTONE_KINDS)[number];

/** Who reads and comments on the criteria: everybody, or only the groups that were sent a link. */
export const COMMENT_AUDIENCES = ['public', 'groups'] as const;
export type CommentAudience = (typeof COMMENT_AUDIENCES)[number];

const oneOf = (column: string, values: readonly string[]): string =>
  `"${column}" IN (${values.map((value) => `'${value}'`).join(', ')})`;

@Entity('rounds')
@Unique(['poolId'])
@Unique(['number'])
@Index(['fundId'])
@Index(['formVersionId'])
@Index(['copiedFromId'])
@Check('rounds_state_check', roundLifecycle.check)
@Check('rounds_kind_check', oneOf('kind', ROUND_KINDS))
@Check('rounds_window_check', '"due_at" > "opens_at"')
@Check('rounds_grace_check', '"grace_minutes" BETWEEN 0 AND 1440')
@Check('rounds_range_check', '"floor_cents" >= 0 AND "ceiling_cents" >= "floor_cents" AND "ceiling_cents" > 0')
@Check('rounds_awards_at_most_check', '"awards_at_most" > 0')
@Check('rounds_gates_check', '"gates" IN (1, 2)')
@Check('rounds_eligibility_rules_check', `jsonb_typeof("eligibility_rules") = 'array'`)
@Check('rounds_comment_audience_check', oneOf('comment_audience', COMMENT_AUDIENCES))
@Check('rounds_copied_from_check', '"copied_from_id" <> "id"')
export class Round extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey('pools')
  poolId: string;

  /** Of the pool, copied: roles are held for a fund. */
  @Column({ type: 'uuid' })
  @ForeignKey('funds')
  fundId: string;

  /** What people call it, such as `DD3-R3`. */
  @Column({ type: 'text' })
  number: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  kind: RoundKind;

  @Column({ type: 'timestamptz' })
  opensAt: Date;

  /** To the second; applications that arrive within the grace are still taken. */
  @Column({ type: 'timestamptz' })
  dueAt: Date;

  @Column({ type: 'integer' })
  graceMinutes: number;

  /** The least one award may be; zero when there is no least. */
  @MoneyColumn({ name: 'floor_cents' })
  floor: Money;

  /** The most one award may be; needed before the round is published. */
  @MoneyColumn({ name: 'ceiling_cents', nullable: true })
  ceiling: Money | null;

  @Column({ type: 'integer', nullable: true })
  awardsAtMost: number | null;

  /** One: the committee decides once. Two: some advance first, and their money is held. */
  @Column({ type: 'integer' })
  gates: number;

  /** The kinds of organization that may lead an application. */
  @Column({ type: 'text', array: true })
  whoMayLead: string[];

  @Column({ type: 'text', nullable: true })
  purpose: string | null;

  @Column({ type: 'text', nullable: true })
  eligibility: string | null;

  /** The form applicants answer; none means the form that fits every round. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('form_versions')
  formVersionId: string | null;

  /** What an organization is asked before the form, and what it must answer. */
  @Column({ type: 'jsonb', default: [] })
  eligibilityRules: EligibilityRule[];

  @Column({ type: 'boolean', default: false })
  takesLettersOfIntent: boolean;

  /** Whether who wrote an application may also certify it. */
  @Column({ type: 'boolean', default: true })
  writerMayCertify: boolean;

  /** Whether an application waits until each partner it names has confirmed. */
  @Column({ type: 'boolean', default: false })
  partnersMustConfirm: boolean;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Round)
  copiedFromId: string | null;

  @Column({ type: 'text', default: 'public' })
  commentAudience: CommentAudience;
}

/** A day of the round that people are told of, besides its opening and its deadline. */
@Entity('round_milestones')
@Index(['roundId'])
@Check('round_milestones_kind_check', oneOf('kind', MILESTONE_KINDS))
@Check('round_milestones_starts_at_check', `"starts_at" ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'`)
export class RoundMilestone extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  @Column({ type: 'text' })
  kind: MilestoneKind;

  /** What it is called, where that is more than its kind. */
  @Column({ type: 'text', nullable: true })
  label: string | null;

  @Column({ type: 'date' })
  happensOn: string;

  /** The agency's time of day, `17:30`; none when it is the whole day. */
  @Column({ type: 'text', nullable: true })
  startsAt: string | null;

  /** Where, or the address of the meeting on the web. */
  @Column({ type: 'text', nullable: true })
  place: string | null;
}

/** One criterion of the rubric. The database refuses any change once the round is published. */
@Entity('rubric_criteria')
@Unique(['roundId', 'position'])
@Check('rubric_criteria_weight_check', '"weight" BETWEEN 1 AND 100')
@Check('rubric_criteria_scale_max_check', '"scale_max" BETWEEN 2 AND 10')
export class RubricCriterion extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  @Column({ type: 'integer' })
  position: number;

  @Column({ type: 'text' })
  name: string;

  /** What the reviewer answers by the score. */
  @Column({ type: 'text' })
  question: string;

  /** How much it counts beside the others. */
  @Column({ type: 'integer' })
  weight: number;

  /** Scores go from 1 to this. */
  @Column({ type: 'integer' })
  scaleMax: number;

  /** What a 1 looks like. */
  @Column({ type: 'text' })
  anchorLow: string;

  /** What the highest score looks like. */
  @Column({ type: 'text' })
  anchorHigh: string;
}

/** How the deadline was moved, and why. Inserted and never changed. */
@Entity('round_extensions')
@Index(['roundId'])
@Check('round_extensions_later_check', '"due_after" > "due_before"')
export class RoundExtension extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  @Column({ type: 'timestamptz' })
  dueBefore: Date;

  @Column({ type: 'timestamptz' })
  dueAfter: Date;

  @Column({ type: 'text' })
  reason: string;
}

/** Dates that were changed after publication, and why. Inserted and never changed. */
@Entity('round_date_changes')
@Index(['roundId'])
@Check('round_date_changes_changes_check', `jsonb_typeof("changes") = 'array'`)
export class RoundDateChange extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  @Column({ type: 'jsonb' })
  changes: DateChange[];

  @Column({ type: 'text' })
  reason: string;
}

/** A day, with its hour and place where it has them. */
export interface DateMoment {
  readonly on: string;
  readonly at: string | null;
  readonly place: string | null;
}

/** One date that moved, came or went. */
export interface DateChange {
  readonly kind: MilestoneKind | 'opens';
  readonly label: string | null;
  readonly before: DateMoment | null;
  readonly after: DateMoment | null;
}
