/** TechnicalAssistance: help that an applicant asked for on their application, and the log of what was given. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { technicalAssistanceLifecycle } from './technical-assistance.lifecycle.js';

export const ASSISTANCE_TOPICS = ['eligibility', 'proposal', 'budget', 'partners', 'site', 'other'] as const;
export type AssistanceTopic = (typeof ASSISTANCE_TOPICS)[number];

export const ASSISTANCE_WAYS = ['call', 'meeting', 'message', 'reading'] as const;
export type AssistanceWay = (typeof ASSISTANCE_WAYS)[number];

const oneOf = (column: string, values: readonly string[]): string =>
  `"${column}" IN (${values.map((value) => `'${value}'`).join(', ')})`;

@Entity('technical_assistances')
@Check('technical_assistances_state_check', technicalAssistanceLifecycle.check)
@Check('technical_assistances_topic_check', oneOf('topic', ASSISTANCE_TOPICS))
@Check('technical_assistances_advisor_check', `"advisor_id" IS NOT NULL OR "state" IN ('asked', 'cancelled')`)
@Index(['applicationId'])
@Index(['roundId'])
@Index(['fundId'])
@Index(['organizationId'])
@Index(['askedBy'])
@Index(['advisorId'])
export class TechnicalAssistance extends StatefulRow {
  @ForeignKey('applications')
  @Column({ type: 'uuid' })
  applicationId: string;

  /** Of the application, copied: roles are held for a round, a fund or an organization. */
  @ForeignKey('rounds')
  @Column({ type: 'uuid' })
  roundId: string;

  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @ForeignKey('organizations')
  @Column({ type: 'uuid' })
  organizationId: string;

  @Column({ type: 'text' })
  topic: AssistanceTopic;

  @Column({ type: 'text' })
  question: string;

  /** Whether the applicant lets whoever helps read the draft, while it is one. */
  @Column({ type: 'boolean', default: false })
  mayRead: boolean;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  askedBy: string | null;

  /** Who helps; while nobody took it, who helped with this application before. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  advisorId: string | null;
}

/** What was given, when and for how long. Only ever inserted; the applicant reads it too. */
@Entity('technical_assistance_entries')
@Check('technical_assistance_entries_minutes_check', '"minutes" BETWEEN 5 AND 1440')
@Check('technical_assistance_entries_way_check', oneOf('way', ASSISTANCE_WAYS))
@Index(['technicalAssistanceId'])
@Index(['advisorId'])
export class TechnicalAssistanceEntry extends Row {
  @ForeignKey(() => TechnicalAssistance)
  @Column({ type: 'uuid' })
  technicalAssistanceId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  advisorId: string;

  @Column({ type: 'date' })
  givenOn: string;

  @Column({ type: 'integer' })
  minutes: number;

  @Column({ type: 'text' })
  way: AssistanceWay;

  @Column({ type: 'text' })
  note: string;
}
