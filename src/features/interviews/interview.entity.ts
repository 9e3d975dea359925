/** Interview: an applicant's talk with a panel. The times offered are a round's; each is taken at most once. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { interviewLifecycle } from './interview.lifecycle.js';

@Entity('interviews')
@Index('interviews_live_key', ['applicationId'], {
  unique: true,
  where: `"state" IN ('offered', 'scheduled', 'held')`,
})
@Index(['applicationId'])
@Index(['roundId'])
@Index(['fundId'])
@Index(['organizationId'])
@Index(['chosenBy'])
@Check('interviews_state_check', interviewLifecycle.check)
@Check('interviews_period_check', '"ends_at" > "starts_at"')
@Check(
  'interviews_scheduled_check',
  `"state" NOT IN ('scheduled', 'held', 'missed')
   OR ("starts_at" IS NOT NULL AND "ends_at" IS NOT NULL AND "place" IS NOT NULL)`,
)
@Check('interviews_children_check', '"children" BETWEEN 0 AND 20')
export class Interview extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey('applications')
  applicationId: string;

  /** Of the application, copied: roles are held for a round, a fund or an organization. */
  @Column({ type: 'uuid' })
  @ForeignKey('rounds')
  roundId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('funds')
  fundId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('organizations')
  organizationId: string;

  /** The last day to choose a time. */
  @Column({ type: 'date', nullable: true })
  chooseBy: string | null;

  /** What the panel will ask, sent beforehand, and what the applicant wrote to it. */
  @Column({ type: 'text', nullable: true })
  questions: string | null;

  @Column({ type: 'text', nullable: true })
  response: string | null;

  /** The chosen time as it was when chosen; it stays when the slot is given to another. */
  @Column({ type: 'timestamptz', nullable: true })
  startsAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  endsAt: Date | null;

  @Column({ type: 'text', nullable: true })
  place: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  chosenBy: string | null;

  /** The language an interpreter is needed for. */
  @Column({ type: 'text', nullable: true })
  interpreter: string | null;

  /** How many children need care meanwhile. */
  @Column({ type: 'integer', default: 0 })
  children: number;

  @Column({ type: 'text', nullable: true })
  accessNote: string | null;

  /** Counts what calendars must be told; the invitations already mailed lag behind until the job has run. */
  @Column({ type: 'integer', default: 0 })
  sequence: number;

  @Column({ type: 'integer', default: 0 })
  mailedSequence: number;
}

/** A time and a place offered for a round. At most one interview has it. */
@Entity('interview_slots')
@Unique(['interviewId'])
@Unique(['roundId', 'startsAt', 'place'])
@Index(['roundId'])
@Check('interview_slots_period_check', '"ends_at" > "starts_at"')
export class InterviewSlot extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey('rounds')
  roundId: string;

  @Column({ type: 'timestamptz' })
  startsAt: Date;

  @Column({ type: 'timestamptz' })
  endsAt: Date;

  @Column({ type: 'text' })
  place: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Interview)
  interviewId: string | null;
}

/** Somebody who asks. */
@Entity('interview_panelists')
@Unique(['interviewId', 'personId'])
@Index(['interviewId'])
@Index(['personId'])
export class InterviewPanelist extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Interview)
  interviewId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  personId: string;
}

/** What one panelist thought of the interview, by criterion; never mixed with the written reviews. */
@Entity('interview_scores')
@Unique(['interviewId', 'personId', 'criterionId'])
@Index(['interviewId'])
@Index(['personId'])
@Index(['criterionId'])
@Check('interview_scores_score_check', '"score" BETWEEN 1 AND 10')
export class InterviewScore extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Interview)
  interviewId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  personId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('rubric_criteria')
  criterionId: string;

  @Column({ type: 'integer' })
  score: number;

  @Column({ type: 'text' })
  reason: string;
}
