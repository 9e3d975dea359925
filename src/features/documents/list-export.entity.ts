/** ListExport: a list as a file for a spreadsheet, asked for by one person, kept for some days and then taken away. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import type { Grant } from '../../kernel/actor.js';
import { StatefulRow } from '../../platform/database/row.js';
import { listExportLifecycle } from './list-export.lifecycle.js';

export const EXPORT_FORMATS = ['csv', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

@Entity('list_exports')
@Check('list_exports_state_check', listExportLifecycle.check)
@Check('list_exports_format_check', `"format" IN ('csv', 'xlsx')`)
@Check(
  'list_exports_ready_check',
  `("state" = 'ready') = ("content" IS NOT NULL) AND ("content" IS NULL OR ("expires_at" IS NOT NULL
   AND "file_name" IS NOT NULL AND "content_hash" IS NOT NULL))`,
)
@Index(['requestedBy'])
@Index('list_exports_expires_at_idx', ['expiresAt'], { where: `"state" = 'ready'` })
export class ListExport extends StatefulRow {
  /** Which list, such as `applications`. */
  @Column({ type: 'text' })
  list: string;

  /** The search and filters it was asked with. */
  @Column({ type: 'jsonb' })
  query: Readonly<Record<string, string>>;

  @Column({ type: 'text' })
  format: ExportFormat;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  requestedBy: string;

  /** The roles they acted by when they asked; it is made with those of them that still hold. */
  @Column({ type: 'jsonb' })
  actingBy: readonly Grant[];

  @Column({ type: 'text', nullable: true })
  fileName: string | null;

  @Column({ type: 'integer', nullable: true })
  rowCount: number | null;

  @Column({ type: 'integer', nullable: true })
  sizeBytes: number | null;

  /** SHA-256 of its bytes, in hexadecimal; stays when the bytes are gone. */
  @Column({ type: 'text', nullable: true })
  contentHash: string | null;

  @Column({ type: 'bytea', nullable: true })
  content: Buffer | null;

  /** From then on it is taken away. */
  @Column({ type: 'timestamptz', nullable: true })
  expiresAt: Date | null;

  @Column({ type: 'text', nullable: true })
  lastError: string | null;
}
