/** Extension: more time for one applicant, with its reason; and what an applicant asked for. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { Application } from './application.entity.js';
import { extensionRequestLifecycle } from './extension.lifecycle.js';

@Entity('extension_requests')
@Check('extension_requests_state_check', extensionRequestLifecycle.check)
@Check('extension_requests_decided_check', `("state" IN ('granted', 'denied')) = ("decided_at" IS NOT NULL)`)
@Check('extension_requests_decided_by_check', '"decided_by" <> "asked_by"')
@Index(['applicationId'])
@Index(['roundId'])
@Index(['fundId'])
@Index(['organizationId'])
@Index(['askedBy'])
@Index(['decidedBy'])
@Index('extension_requests_asked_key', ['applicationId'], { unique: true, where: `"state" = 'asked'` })
export class ExtensionRequest extends StatefulRow {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @ForeignKey('rounds')
  @Column({ type: 'uuid' })
  roundId: string;

  /** Of the application, copied: roles are held for a fund. */
  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @ForeignKey('organizations')
  @Column({ type: 'uuid' })
  organizationId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  askedBy: string | null;

  @Column({ type: 'date' })
  wantedOn: string;

  @Column({ type: 'text' })
  reason: string;

  /** What the agency wrote back. */
  @Column({ type: 'text', nullable: true })
  answer: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  decidedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  decidedAt: Date | null;
}

/** Inserted and never changed; the latest is in force, where the round itself is not due later. */
@Entity('application_extensions')
@Check('application_extensions_later_check', '"due_after" > "due_before"')
@Index(['applicationId'])
@Index(['requestId'])
@Index(['grantedBy'])
export class ApplicationExtension extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'timestamptz' })
  dueBefore: Date;

  @Column({ type: 'timestamptz' })
  dueAfter: Date;

  @Column({ type: 'text' })
  reason: string;

  @ForeignKey(() => ExtensionRequest)
  @Column({ type: 'uuid', nullable: true })
  requestId: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  grantedBy: string | null;
}
