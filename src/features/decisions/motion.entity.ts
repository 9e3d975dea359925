/** Motion before a meeting, the applications and amounts it names, its votes by roll call, and who was recused. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { DocketItem, Meeting } from './meeting.entity.js';
import { motionLifecycle } from './motion.lifecycle.js';

export const MOTION_KINDS = ['award', 'decline', 'waitlist', 'raise_set_aside', 'other'] as const;
export type MotionKind = (typeof MOTION_KINDS)[number];

export const VOTE_CHOICES = ['aye', 'nay', 'abstain'] as const;
export type VoteChoice = (typeof VOTE_CHOICES)[number];

@Entity('motions')
@Unique(['number'])
@Check('motions_state_check', motionLifecycle.check)
@Check('motions_kind_check', `"kind" IN ('award', 'decline', 'waitlist', 'raise_set_aside', 'other')`)
@Check('motions_seconder_check', '"seconder_id" <> "mover_id"')
@Check('motions_raise_check', `("kind" = 'raise_set_aside') = ("amount_cents" IS NOT NULL AND "source_id" IS NOT NULL)`)
@Check('motions_amount_check', '"amount_cents" > 0')
@Check(
  'motions_result_check',
  `"state" NOT IN ('carried', 'failed') OR ("ayes" IS NOT NULL AND "closed_at" IS NOT NULL)`,
)
@Check('motions_carried_check', `"state" <> 'carried' OR "ayes" > "nays"`)
@Index(['meetingId'])
@Index(['docketItemId'])
@Index(['fundId'])
@Index(['roundId'])
@Index(['sourceId'])
@Index(['moverId'])
@Index(['seconderId'])
export class Motion extends StatefulRow {
  @ForeignKey(() => Meeting)
  @Column({ type: 'uuid' })
  meetingId: string;

  /** Of the meeting, copied: roles are held for a fund. */
  @ForeignKey('funds')
  @Column({ type: 'uuid', nullable: true })
  fundId: string | null;

  @ForeignKey(() => DocketItem)
  @Column({ type: 'uuid', nullable: true })
  docketItemId: string | null;

  /** The round it is about, whose pool pays for awards and is raised. */
  @ForeignKey('rounds')
  @Column({ type: 'uuid', nullable: true })
  roundId: string | null;

  /** Per year, as in the minutes: `2015-0004`. */
  @Column({ type: 'text' })
  number: string;

  @Column({ type: 'text' })
  kind: MotionKind;

  @Column({ type: 'text' })
  text: string;

  /** What a raise of the set-aside adds, and from which source. */
  @MoneyColumn({ name: 'amount_cents', nullable: true })
  amount: Money | null;

  @ForeignKey('sources')
  @Column({ type: 'uuid', nullable: true })
  sourceId: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  moverId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  seconderId: string;

  /** Why the motion departs from the ranking, where it does. */
  @Column({ type: 'text', nullable: true })
  factor: string | null;

  @Column({ type: 'integer', nullable: true })
  ayes: number | null;

  @Column({ type: 'integer', nullable: true })
  nays: number | null;

  @Column({ type: 'integer', nullable: true })
  abstained: number | null;

  /** Of all members, how many counted toward the quorum when the vote was counted, and how many were needed. */
  @Column({ type: 'integer', nullable: true })
  quorumPresent: number | null;

  @Column({ type: 'integer', nullable: true })
  quorumNeeded: number | null;

  @Column({ type: 'timestamptz', nullable: true })
  closedAt: Date | null;
}

@Entity('motion_items')
@Unique(['motionId', 'applicationId'])
@Check('motion_items_amount_check', '"amount_cents" > 0')
@Index(['applicationId'])
export class MotionItem extends Row {
  @ForeignKey(() => Motion)
  @Column({ type: 'uuid' })
  motionId: string;

  @ForeignKey('applications')
  @Column({ type: 'uuid' })
  applicationId: string;

  /** The award, for a motion to award. */
  @MoneyColumn({ name: 'amount_cents', nullable: true })
  amount: Money | null;
}

@Entity('votes')
@Unique(['motionId', 'personId'])
@Check('votes_choice_check', `"choice" IN ('aye', 'nay', 'abstain')`)
@Check('votes_disclosed_check', '"counted" = ("interest" IS NULL)')
@Index(['personId'])
@Index(['recordedBy'])
export class Vote extends Row {
  @ForeignKey(() => Motion)
  @Column({ type: 'uuid' })
  motionId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  personId: string;

  @Column({ type: 'text' })
  choice: VoteChoice;

  /** A vote with a remote interest is minuted and not counted. */
  @Column({ type: 'boolean', default: true })
  counted: boolean;

  /** The kind of remote interest that was disclosed. */
  @Column({ type: 'text', nullable: true })
  interest: string | null;

  /** The clerk who recorded it; nothing when the member voted on a device of their own. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  recordedBy: string | null;
}

/** A member who may not vote on a motion, because of one of its applications. */
@Entity('recusals')
@Unique(['motionId', 'personId'])
@Index(['personId'])
@Index(['applicationId'])
export class Recusal extends Row {
  @ForeignKey(() => Motion)
  @Column({ type: 'uuid' })
  motionId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  personId: string;

  @ForeignKey('applications')
  @Column({ type: 'uuid' })
  applicationId: string;

  /** The kind of conflict, as in the register of conflicts. */
  @Column({ type: 'text' })
  interest: string;
}
