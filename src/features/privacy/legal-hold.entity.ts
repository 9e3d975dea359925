/** LegalHold: an order to keep what there is about a person, an organization, an award, a round, or everything. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { StatefulRow } from '../../platform/database/row.js';
import { legalHoldLifecycle } from './legal-hold.lifecycle.js';

export const HOLD_KINDS = ['person', 'organization', 'award', 'round', 'agency'] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

@Entity('legal_holds')
@Check('legal_holds_state_check', legalHoldLifecycle.check)
@Check('legal_holds_subject_kind_check', `"subject_kind" IN (${HOLD_KINDS.map((kind) => `'${kind}'`).join(', ')})`)
@Check('legal_holds_subject_check', `("subject_kind" = 'agency') = ("subject_id" IS NULL)`)
@Check('legal_holds_duties_check', '"lifted_by" <> "placed_by"')
@Check(
  'legal_holds_lifted_check',
  `("state" = 'lifted') = ("lifted_by" IS NOT NULL) AND ("lifted_by" IS NULL) = ("lifted_at" IS NULL)`,
)
@Index('legal_holds_subject_idx', ['subjectKind', 'subjectId'])
@Index(['placedBy'])
@Index(['liftedBy'])
export class LegalHold extends StatefulRow {
  @Column({ type: 'text' })
  subjectKind: HoldKind;

  /** Absent when everything is held. */
  @Column({ type: 'uuid', nullable: true })
  subjectId: string | null;

  @Column({ type: 'text' })
  reason: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  placedBy: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  liftedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  liftedAt: Date | null;
}
