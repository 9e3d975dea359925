/** Quarantine: the files that wait for the virus scanner or were shut away, and what administrators do with them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { ActionAnswer } from '../../platform/database/stateful.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import { Attachment } from './attachment.entity.js';
import type { AttachmentState } from './attachment.lifecycle.js';
import { AttachmentMachine } from './attachment.machine.js';
import { SCAN_TOPIC } from './attachments.service.js';

export interface WatchedFile {
  readonly id: string;
  readonly version: number;
  readonly fileName: string;
  readonly mime: string;
  readonly sizeBytes: number;
  /** SHA-256 of its bytes, in hexadecimal: how others know the same file. */
  readonly contentHash: string;
  readonly state: Exclude<AttachmentState, 'clean'>;
  readonly finding: string | null;
  readonly scannedBy: string | null;
  readonly scannedAt: Date | null;
  readonly handedInBy: { readonly id: string; readonly name: string };
  readonly handedInAt: Date;
  /** Whether a request, a claim or something else names it. */
  readonly isUsed: boolean;
}

const COLUMNS = rawSql(`f.id, f.version, f.file_name as "fileName", f.mime, f.size_bytes as "sizeBytes",
  f.content_hash as "contentHash", f.state, f.finding, f.scanned_by as "scannedBy", f.scanned_at as "scannedAt",
  json_build_object('id', p.id, 'name', p.name) as "handedInBy", f.created_at as "handedInAt",
  f.linked_at is not null as "isUsed"`);
const FROM = rawSql('attachments f join persons p on p.id = f.uploaded_by');

@Injectable()
export class Quarantine {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly machine: AttachmentMachine,
  ) {}

  /** Those that were shut away first, then those that wait, then those that were destroyed; newest first. */
  async list(actor: Actor, query: ListQuery): Promise<ListPage<WatchedFile>> {
    const where = [this.readable(actor)];
    if (query.q !== undefined) {
      const like = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(f.file_name ilike ${like} or f.finding ilike ${like} or p.name ilike ${like})`);
    }
    const order = `case f.state when 'infected' then 2 when 'waiting' then 1 else 0 end`;
    const list = await readList<WatchedFile>(
      this.db,
      {
        ...{ columns: COLUMNS, from: FROM, where, id: 'f.id', defaultSort: '-state' },
        sorts: { state: { expression: order, type: 'bigint' } },
      },
      query,
    );
    return { ...list, items: list.items.map(plain) };
  }

  async get(actor: Actor, id: string): Promise<WatchedFile> {
    const row = await this.db.find<WatchedFile>(sql`
      select ${COLUMNS} from ${FROM} where f.id = ${id} and ${this.readable(actor)}`);
    if (row === undefined) throw notFound('thing.not_found');
    return plain(row);
  }

  /** What this actor could do with the file now. */
  async actions(actor: Actor, { id, state }: WatchedFile): Promise<ActionAnswer[]> {
    return this.machine.actions(this.policy, this.db, actor, Object.assign(new Attachment(), { id, state }));
  }

  /** The scanner may have been wrong, and have learned since. */
  async rescan(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.machine.transition(work, {
        action: 'rescan',
        ids: [id],
        note: step.note,
        expectedVersion: step.version,
        changes: { finding: null, scannedAt: null, scannedBy: null },
      });
      work.queue(SCAN_TOPIC, { attachmentId: id });
      return { id };
    });
  }

  /** What is in the file goes for good; that it was there, its name and its hash stay. */
  async destroy(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      await this.machine.transition(work, { action: 'destroy', ids: [id], note, expectedVersion });
      await work.query(sql`delete from attachment_chunks where attachment_id = ${id}`);
      return { id };
    });
  }

  /** How many wait for somebody: shut away, and waiting for longer than the scanner takes. */
  async waiting(): Promise<{ infected: number; stuck: number; oldest: Date | null }> {
    const [row] = await this.db.queryOften<{ infected: number; stuck: number; oldest: Date | null }>(sql`
      select (count(*) filter (where state = 'infected'))::int as infected,
             (count(*) filter (where state = 'waiting' and created_at < ${this.stuckBefore()}))::int as stuck,
             min(created_at) filter (where state = 'waiting') as oldest
      from attachments where state in ('waiting', 'infected')`);
    return row ?? { infected: 0, stuck: 0, oldest: null };
  }

  /** What the lists hold, for whoever may see them at all. */
  private readable(actor: Actor): Sql {
    if (!this.policy.can(actor, 'quarantine.read', {})) {
      throw forbidden('permission.missing', { params: { permission: 'quarantine.read' } });
    }
    return sql`f.state <> 'clean' and ${conditionSql(this.policy.filter(actor, 'quarantine.read', {}))}`;
  }

  private stuckBefore(): Date {
    return new Date(this.db.now.getTime() - STUCK_AFTER_MILLISECONDS);
  }
}

const STUCK_AFTER_MILLISECONDS = 30 * 60_000;

function plain(file: WatchedFile): WatchedFile {
  const { id, version, fileName, mime, sizeBytes, contentHash, state, finding, scannedBy, scannedAt } = file;
  const { handedInBy, handedInAt, isUsed } = file;
  return {
    ...{ id, version, fileName, mime, sizeBytes, contentHash, state, finding, scannedBy, scannedAt },
    ...{ handedInBy, handedInAt, isUsed },
  };
}
