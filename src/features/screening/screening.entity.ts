/** What people judged of an application beside the automatic checks, and what was done to many applications at once. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';

/** The checks that the house makes of every application that was sent, in the order they are read. */
export const CHECK_KEYS = ['eligibility', 'completeness', 'exclusion', 'amount', 'duplicates'] as const;
export type CheckKey = (typeof CHECK_KEYS)[number];

/** What the house found: nothing against it, something a person should look at, or something that speaks against it. */
const FINDINGS = ['pass', 'look', 'fail'] as const;
export type Finding = (typeof FINDINGS)[number];

export const JUDGEMENTS = ['fine', 'not_fine', 'open'] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

export const RUN_ACTIONS = ['screen_in', 'screen_out', 'return', 'shortlist'] as const;
export type RunAction = (typeof RUN_ACTIONS)[number];

const oneOf = (column: string, values: readonly string[]): string =>
  `"${column}" IN (${values.map((value) => `'${value}'`).join(', ')})`;

/** Only ever inserted: the latest of a check counts, those before it are its history. */
@Entity('screening_judgements')
@Check('screening_judgements_check_key_check', oneOf('check_key', CHECK_KEYS))
@Check('screening_judgements_found_check', oneOf('found', FINDINGS))
@Check('screening_judgements_judgement_check', oneOf('judgement', JUDGEMENTS))
@Index('screening_judgements_latest_idx', ['applicationId', 'checkKey', 'createdAt', 'id'])
@Index(['judgedBy'])
export class ScreeningJudgement extends Row {
  @ForeignKey('applications')
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'text' })
  checkKey: CheckKey;

  /** What the house said when it was judged: a judgement is looked at again when that changes. */
  @Column({ type: 'text' })
  found: Finding;

  @Column({ type: 'text' })
  judgement: Judgement;

  @Column({ type: 'text' })
  reason: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  judgedBy: string | null;
}

/** One step asked for many applications at once. */
@Entity('screening_runs')
@Check('screening_runs_action_check', oneOf('action', RUN_ACTIONS))
@Index(['askedBy'])
export class ScreeningRun extends Row {
  @Column({ type: 'text' })
  action: RunAction;

  @Column({ type: 'text', nullable: true })
  note: string | null;

  /** By when it is mended or appealed, for the steps that give a day. */
  @Column({ type: 'date', nullable: true })
  untilOn: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  askedBy: string | null;
}

const RUN_OUTCOMES = ['waiting', 'done', 'refused'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

@Entity('screening_run_items')
@Unique(['runId', 'applicationId'])
@Check('screening_run_items_outcome_check', oneOf('outcome', RUN_OUTCOMES))
@Check('screening_run_items_sentence_check', `("outcome" = 'refused') = ("sentence" IS NOT NULL)`)
@Index(['applicationId'])
export class ScreeningRunItem extends Row {
  @ForeignKey(() => ScreeningRun)
  @Column({ type: 'uuid' })
  runId: string;

  @ForeignKey('applications')
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'integer' })
  position: number;

  /** As it was when it was chosen: one that changed meanwhile is refused. */
  @Column({ type: 'integer' })
  applicationVersion: number;

  @Column({ type: 'text' })
  outcome: RunOutcome;

  /** Why it was refused. */
  @Column({ type: 'text', nullable: true })
  sentence: string | null;
}
