/** Meeting of a committee, with the by-laws it was planned under, who attended, and its docket. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { meetingLifecycle } from './meeting.lifecycle.js';

export const SELECTION_METHODS = ['ranking_only', 'ranking_with_factors', 'sole_source'] as const;

@Entity('meetings')
@Check('meetings_state_check', meetingLifecycle.check)
@Check('meetings_quorum_check', '"quorum_basis_points" BETWEEN 0 AND 9999')
@Index(['fundId'])
export class Meeting extends StatefulRow {
  /** The committee and the kind of meeting: "Executive Committee, regular meeting". */
  @Column({ type: 'text' })
  name: string;

  /** The fund whose committee meets; nothing for a committee of the whole agency. */
  @ForeignKey('funds')
  @Column({ type: 'uuid', nullable: true })
  fundId: string | null;

  @Column({ type: 'timestamptz' })
  heldAt: Date;

  @Column({ type: 'text', nullable: true })
  place: string | null;

  /** A quorum is more than this share of all members. */
  @Column({ type: 'integer', default: 5000 })
  quorumBasisPoints: number;

  /** Whether a member who is recused still counts toward the quorum. */
  @Column({ type: 'boolean', default: false })
  recusedCount: boolean;
}

/** One member of the committee as the roll was called: made for every member when the meeting opens. */
@Entity('meeting_attendance')
@Unique(['meetingId', 'personId'])
@Index(['personId'])
export class MeetingAttendance extends Row {
  @ForeignKey(() => Meeting)
  @Column({ type: 'uuid' })
  meetingId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  personId: string;

  @Column({ type: 'boolean', default: false })
  present: boolean;
}

/** What the meeting takes up: the slate of a round, or one application. */
@Entity('docket_items')
@Unique(['meetingId', 'position'])
@Unique(['meetingId', 'roundId'])
@Unique(['meetingId', 'applicationId'])
@Check('docket_items_subject_check', 'num_nonnulls("application_id", "round_id") = 1')
@Check('docket_items_method_check', `"selection_method" IN ('ranking_only', 'ranking_with_factors', 'sole_source')`)
@Index(['roundId'])
@Index(['applicationId'])
export class DocketItem extends Row {
  @ForeignKey(() => Meeting)
  @Column({ type: 'uuid' })
  meetingId: string;

  @Column({ type: 'integer' })
  position: number;

  @ForeignKey('rounds')
  @Column({ type: 'uuid', nullable: true })
  roundId: string | null;

  @ForeignKey('applications')
  @Column({ type: 'uuid', nullable: true })
  applicationId: string | null;

  /** What the staff recommend. */
  @Column({ type: 'text', nullable: true })
  recommendation: string | null;

  @Column({ type: 'text' })
  selectionMethod: string;
}
