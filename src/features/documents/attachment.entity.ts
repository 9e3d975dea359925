/** Attachment: a file that somebody handed in, such as a receipt; kept in pieces, and never changed once it belongs to a thing. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Row } from '../../platform/database/row.js';

/** So much of a file is read or written at once. */
export const CHUNK_BYTES = 262_144;

@Entity('attachments')
@Check('attachments_mime_check', `"mime" IN ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')`)
@Check('attachments_size_check', '"size_bytes" > 0')
@Check('attachments_name_check', 'char_length("file_name") BETWEEN 1 AND 120')
@Check('attachments_hash_check', `"content_hash" ~ '^[0-9a-f]{64}$'`)
@Check(
  'attachments_linked_check',
  '("linked_at" IS NULL) = ("subject_id" IS NULL) AND ("subject_id" IS NULL) = ("subject_type" IS NULL)',
)
@Index('attachments_subject_idx', ['subjectType', 'subjectId'])
@Index('attachments_waiting_idx', ['createdAt'], { where: '"linked_at" IS NULL' })
@Index(['uploadedBy'])
export class Attachment extends Row {
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
