/** Attachment: a file that somebody handed in, such as a receipt; kept in pieces, and never changed once it belongs to a thing. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { StatefulRow } from '../../platform/database/row.js';
import { FILE_KINDS, MIME_OF_KIND } from '../../platform/files/kind-names.js';
import { attachmentLifecycle } from './attachment.lifecycle.js';

/** So much of a file is read or written at once. */
export const CHUNK_BYTES = 262_144;

@Entity('attachments')
@Check('attachments_mime_check', `"mime" IN (${FILE_KINDS.map((kind) => `'${MIME_OF_KIND[kind]}'`).join(', ')})`)
@Check('attachments_state_check', attachmentLifecycle.check)
@Check('attachments_finding_check', `("finding" IS NOT NULL) = ("state" IN ('infected', 'destroyed'))`)
@Check('attachments_organization_check', '"organization_id" IS NULL OR "linked_at" IS NOT NULL')
@Check('attachments_size_check', '"size_bytes" > 0')
@Check('attachments_name_check', 'char_length("file_name") BETWEEN 1 AND 120')
@Check('attachments_hash_check', `"content_hash" ~ '^[0-9a-f]{64}$'`)
@Check(
  'attachments_linked_check',
  '("linked_at" IS NULL) = ("subject_id" IS NULL) AND ("subject_id" IS NULL) = ("subject_type" IS NULL)',
)
@Index('attachments_subject_idx', ['subjectType', 'subjectId'])
@Index('attachments_waiting_idx', ['createdAt'], { where: '"linked_at" IS NULL' })
@Index('attachments_watched_idx', ['createdAt', 'id'], { where: `"state" IN ('waiting', 'infected')` })
@Index('attachments_scanned_idx', { synchronize: false })
@Index(['uploadedBy'])
@Index(['organizationId'])
export class Attachment extends StatefulRow {
  /** As the person called it, cleaned; its ending says what it is. */
  @Column({ type: 'text' })
  fileName: string;

  /** What its content is, whatever was said of it. */
  @Column({ type: 'text' })
  mime: string;

  @Column({ type: 'integer' })
  sizeBytes: number;

  /** SHA-256 of its bytes, in hexadecimal. */
  @Column({ type: 'text' })
  contentHash: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  uploadedBy: string;

  /** The thing it belongs to; nothing until somebody says so. */
  @Column({ type: 'text', nullable: true })
  subjectType: string | null;

  @Column({ type: 'uuid', nullable: true })
  subjectId: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  linkedAt: Date | null;

  /** Whose room it takes up: the organization of the thing; while there is none, the person's who handed it in. */
  @ForeignKey('organizations')
  @Column({ type: 'uuid', nullable: true })
  organizationId: string | null;

  /** When and by what it was looked through; nothing where no scanner was set then. */
  @Column({ type: 'timestamptz', nullable: true })
  scannedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  scannedBy: string | null;

  /** What the scanner calls what it found. */
  @Column({ type: 'text', nullable: true })
  finding: string | null;

  /** What was in it went when its years were over; that it was there, its name and its hash stay. */
  @Column({ type: 'timestamptz', nullable: true })
  disposedAt: Date | null;
}

@Entity('attachment_chunks')
@Check('attachment_chunks_position_check', '"position" >= 0')
@Check('attachment_chunks_size_check', `octet_length("content") BETWEEN 1 AND ${CHUNK_BYTES}`)
export class AttachmentChunk {
  @ForeignKey(() => Attachment)
  @PrimaryColumn('uuid')
  attachmentId: string;

  @PrimaryColumn('integer')
  position: number;

  @Column({ type: 'bytea' })
  content: Buffer;
}
