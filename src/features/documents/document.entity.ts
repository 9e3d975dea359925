/** Document: a generated letter, agreement or report, which is only ever inserted; and the request that leads to one. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { documentRequestLifecycle } from './document.lifecycle.js';

@Entity('documents')
@Unique(['kind', 'subjectType', 'subjectId', 'inputsFingerprint'])
@Index('documents_subject_idx', ['subjectType', 'subjectId'])
export class Document extends Row {
  @Column({ type: 'text' })
  kind: string;

  @Column({ type: 'text' })
  title: string;

  @Column({ type: 'text' })
  subjectType: string;

  @Column({ type: 'uuid' })
  subjectId: string;

  @Column({ type: 'text' })
  templateVersion: string;

  /** SHA-256 of what it was made from, in hexadecimal. */
  @Column({ type: 'text' })
  inputsFingerprint: string;

  /** SHA-256 of its bytes, in hexadecimal. */
  @Column({ type: 'text' })
  contentHash: string;

  @Column({ type: 'text' })
  mime: string;

  @Column({ type: 'integer' })
  sizeBytes: number;

  @Column({ type: 'bytea' })
  content: Buffer;
}

@Entity('document_requests')
@Check('document_requests_state_check', documentRequestLifecycle.check)
@Check('document_requests_ready_check', `("state" = 'ready') = ("document_id" IS NOT NULL)`)
@Unique('document_requests_inputs_key', ['kind', 'subjectType', 'subjectId', 'inputsFingerprint'])
@Index('document_requests_subject_idx', ['subjectType', 'subjectId'])
@Index(['documentId'])
export class DocumentRequest extends StatefulRow {
  @Column({ type: 'text' })
  kind: string;

  @Column({ type: 'text' })
  subjectType: string;

  @Column({ type: 'uuid' })
  subjectId: string;

  @Column({ type: 'text' })
  inputsFingerprint: string;

  @ForeignKey(() => Document)
  @Column({ type: 'uuid', nullable: true })
  documentId: string | null;

  @Column({ type: 'text', nullable: true })
  lastError: string | null;
}
