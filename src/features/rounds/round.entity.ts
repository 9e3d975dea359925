/** Round: one funding opportunity, with its milestones, the criteria it is scored by, and how its deadline was moved. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
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

const oneOf = (column: string, values: readonly string[]): string =>
  `"${column}" IN (${values.map((value) => `'${value}'`).join(', ')})`;

@Entity('rounds')
@Unique(['poolId'])
@Unique(['number'])
@Index(['fundId'])
@Check('rounds_state_check', roundLifecycle.check)
@Check('rounds_kind_check', oneOf('kind', ROUND_KINDS))
@Check('rounds_window_check', '"due_at" > "opens_at"')
@Check('rounds_grace_check', '"grace_minutes" BETWEEN 0 AND 1440')
@Check('rounds_range_check', '"floor_cents" >= 0 AND "ceiling_cents" >= "floor_cents" AND "ceiling_cents" > 0')
@Check('rounds_awards_at_most_check', '"awards_at_most" > 0')
@Check('rounds_gates_check', '"gates" IN (1, 2)')
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
}

/** A day of the round that people are told of, besides its opening and its deadline. */
@Entity('round_milestones')
@Index(['roundId'])
@Check('round_milestones_kind_check', oneOf('kind', MILESTONE_KINDS))
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
