/** OrganizationDocument: a W-9, a determination letter, proof of insurance; with the day it ends and its reminders. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Organization } from './organization.entity.js';

export const DOCUMENT_KINDS = ['w9', 'determination_letter', 'insurance', 'other'] as const;
export type OrganizationDocumentKind = (typeof DOCUMENT_KINDS)[number];

/** So many days before it ends is somebody reminded. */
export const REMINDER_DAYS = [30, 7, 0] as const;

/** Inserted, and then only replaced: what was on file at a time stays to be seen. */
@Entity('organization_documents')
@Check('organization_documents_kind_check', `"kind" IN (${DOCUMENT_KINDS.map((kind) => `'${kind}'`).join(', ')})`)
@Check('organization_documents_period_check', '"expires_on" >= "issued_on"')
@Check('organization_documents_replaced_check', '"replaced_by_id" <> "id"')
@Index(['organizationId'])
@Index('organization_documents_attachment_id_key', ['attachmentId'], { unique: true })
@Index(['replacedById'])
@Index('organization_documents_expires_idx', ['expiresOn'], { where: '"replaced_by_id" IS NULL' })
export class OrganizationDocument extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Organization)
  organizationId: string;

  @Column({ type: 'text' })
  kind: OrganizationDocumentKind;

  @Column({ type: 'uuid' })
  @ForeignKey('attachments')
  attachmentId: string;

  @Column({ type: 'date', nullable: true })
  issuedOn: string | null;

  /** The last day on which it holds. */
  @Column({ type: 'date', nullable: true })
  expiresOn: string | null;

  @Column({ type: 'text', nullable: true })
  note: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => OrganizationDocument)
  replacedById: string | null;
}

/** A reminder that was mailed; each once. */
@Entity('organization_document_reminders')
@Check('organization_document_reminders_days_check', '"days_before" IN (0, 7, 30)')
export class OrganizationDocumentReminder {
  @PrimaryColumn('uuid')
  @ForeignKey(() => OrganizationDocument)
  documentId: string;

  @PrimaryColumn('integer')
  daysBefore: number;

  @Column({ type: 'timestamptz' })
  sentAt: Date;
}
