/** How long records stay, what is proposed to go, and what has gone. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { disposalLifecycle } from './disposal.lifecycle.js';

/** Years that the agency set for a class of records; without a row the class's own hold. */
@Entity('retention_terms')
@Unique(['className'])
@Check('retention_terms_years_check', '"years" BETWEEN 1 AND 100')
export class RetentionTerm extends Row {
  @Column({ type: 'text' })
  className: string;

  @Column({ type: 'integer' })
  years: number;

  /** The law, schedule or decision it rests on. */
  @Column({ type: 'text' })
  basis: string;
}

/** A month in which records were looked through; the row keeps two workers from both doing it. */
@Entity('retention_runs')
@Unique(['month'])
export class RetentionRun extends Row {
  /** 'YYYY-MM'. */
  @Column({ type: 'text' })
  month: string;
}

/** Records of one class that are proposed to go, or have gone. */
@Entity('disposals')
@Check('disposals_state_check', disposalLifecycle.check)
@Check('disposals_item_count_check', '"item_count" > 0')
@Check('disposals_duties_check', '"approved_by" <> "proposed_by"')
@Check(
  'disposals_asked_check',
  `("month" IS NULL) = ("proposed_by" IS NOT NULL) AND ("proposed_by" IS NULL) = ("reason" IS NULL)`,
)
@Check(
  'disposals_approved_check',
  `("state" IN ('approved', 'done')) = ("approved_by" IS NOT NULL)
   AND ("approved_by" IS NULL) = ("approved_at" IS NULL)`,
)
@Check('disposals_finished_check', `("state" = 'done') = ("finished_at" IS NOT NULL)`)
@Index('disposals_month_key', ['className', 'month'], { unique: true, where: '"month" IS NOT NULL' })
@Index(['proposedBy'])
@Index(['approvedBy'])
export class Disposal extends StatefulRow {
  @Column({ type: 'text' })
  className: string;

  /** As they were when it was proposed. */
  @Column({ type: 'integer' })
  years: number;

  @Column({ type: 'text' })
  basis: string;

  /** What ended before this date is in it. */
  @Column({ type: 'date' })
  cutoffOn: string;

  /** 'YYYY-MM' of the monthly run that found it; absent when a person asked. */
  @Column({ type: 'text', nullable: true })
  month: string | null;

  /** Why a person asked for it. */
  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'integer' })
  itemCount: number;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  proposedBy: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  approvedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  approvedAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  finishedAt: Date | null;
}

/** One thing in a disposal. The rows go as they are dealt with; what is left of them is the log. */
@Entity('disposal_items')
@Unique(['disposalId', 'subjectId'])
@Index(['subjectId'])
export class DisposalItem extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Disposal)
  disposalId: string;

  @Column({ type: 'uuid' })
  subjectId: string;
}

/** What was disposed of, a piece at a time. Insert-only; of the things themselves it has only a hash of the id. */
@Entity('disposal_log')
@Check('disposal_log_action_check', `"action" IN ('anonymize', 'delete')`)
@Check(
  'disposal_log_item_count_check',
  `"item_count" >= 0 AND "kept_count" >= 0 AND "item_count" = cardinality("id_hashes")`,
)
@Index(['disposalId'])
@Index(['approvedBy'])
export class DisposalLogEntry extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Disposal)
  disposalId: string;

  @Column({ type: 'text' })
  className: string;

  @Column({ type: 'text' })
  action: 'anonymize' | 'delete';

  @Column({ type: 'integer' })
  itemCount: number;

  /** What was proposed and stayed after all: held, in use again, or gone already. */
  @Column({ type: 'integer' })
  keptCount: number;

  @Column({ type: 'text', array: true })
  idHashes: string[];

  /** How many rows of what kind went or were emptied. */
  @Column({ type: 'jsonb' })
  removed: Record<string, number>;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  approvedBy: string;
}

/** A person whose name and traces are gone. The row of the person stays: what refers to it keeps standing. */
@Entity('anonymized_persons')
@Unique(['personId'])
@Index(['disposalId'])
export class AnonymizedPerson extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  personId: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Disposal)
  disposalId: string;
}
