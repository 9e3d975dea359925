/** RuleTextProposal: new words for people to sign, proposed by one person; a second one confirms or declines them. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { RuleSet, RuleText, type RuleTextKey } from '../agency/index.js';
import { Person } from '../identity/index.js';

@Entity('rule_text_proposals')
@Index(['ruleSetId'])
@Index(['proposedBy'])
@Index(['decidedBy'])
@Index(['ruleTextId'])
@Index('rule_text_proposals_waiting_key', ['ruleSetId', 'key'], { unique: true, where: 'decided_at IS NULL' })
@Check('rule_text_proposals_key_check', `"key" IN ('application_certification')`)
@Check('rule_text_proposals_decided_check', '("decided_at" IS NULL) = ("decided_by" IS NULL)')
@Check('rule_text_proposals_confirmed_by_check', '"rule_text_id" IS NULL OR "decided_by" <> "proposed_by"')
export class RuleTextProposal extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => RuleSet)
  ruleSetId: string;

  @Column({ type: 'text' })
  key: RuleTextKey;

  @Column({ type: 'text' })
  body: string;

  /** Where the words stand, or who wrote them. */
  @Column({ type: 'text' })
  source: string;

  /** Counsel has confirmed these words. */
  @Column({ type: 'boolean' })
  confirmed: boolean;

  /** The first day on which they are signed. */
  @Column({ type: 'date' })
  effectiveOn: string;

  @Column({ type: 'text' })
  reason: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  proposedBy: string;

  @Column({ type: 'timestamptz', nullable: true })
  decidedAt: Date | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  decidedBy: string | null;

  @Column({ type: 'text', nullable: true })
  decisionNote: string | null;

  /** The version that came of it; absent while it waits, and when it was declined. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => RuleText)
  ruleTextId: string | null;
}
