/** Attachments: keeping what people hand in, saying what it belongs to, and giving it to those who may see it. */
import { Injectable } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalid, notFound } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { FileKeeper, type ReceivedFile } from '../../platform/files/file-keeper.js';
import { Attachment, CHUNK_BYTES } from './attachment.entity.js';
import type { Reader } from './document-kinds.js';

/** Who may open the files of which things; each feature says it of its own. */
@Injectable()
export class AttachmentReaders {
  private readonly readers = new Map<string, Reader>();

  register(subjectType: string, reader: Reader): void {
    if (this.readers.has(subjectType)) throw new Error(`Attachments of ${subjectType} have two readers`);
    this.readers.set(subjectType, reader);
  }

  async mayRead(actor: Actor, subjectType: string, subjectId: string): Promise<boolean> {
    return (await this.readers.get(subjectType)?.(actor, subjectId)) ?? false;
  }
}

/** What is shown of a file beside the thing it belongs to. */
export interface AttachmentView {
  readonly id: string;
  readonly fileName: string;
  readonly mime: string;
  readonly sizeBytes: number;
  /** Where it is opened. */
  readonly url: string;
}

export interface AttachmentFacts {
  readonly id: string;
  readonly fileName: string;
  readonly mime: string;
  readonly sizeBytes: number;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly contentHash: string;
  readonly uploadedBy: string;
  readonly subjectType: string | null;
  readonly subjectId: string | null;
}

/** So many files of one person may wait for a thing to belong to. */
const MOST_WAITING = 40;
const SWEPT_AFTER = '1 day';
const SWEPT_AT_ONCE = 50;
const SWEEPER = systemActor('housekeeping');

const FACTS = sql`id, file_name as "fileName", mime, size_bytes as "sizeBytes", content_hash as "contentHash",
  uploaded_by as "uploadedBy", subject_type as "subjectType", subject_id as "subjectId"`;

export const attachmentUrl = (id: string): string => `/attachments/${id}`;

@Injectable()
export class Attachments extends FileKeeper {
  constructor(
    private readonly db: Database,
    private readonly readers: AttachmentReaders,
  ) {
    super();
  }

  /** Keeps a file that belongs to nothing yet: until it does, only who handed it in can open it. */
  override async keep(actor: Actor, file: ReceivedFile): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw forbidden('upload.not_a_person');
    const { personId } = actor;
    return this.db.work(actor, async (work) => {
      // Of one person's files one at a time is counted in.
      await work.query(sql`select pg_advisory_xact_lock(hashtextextended(${`attachments:${personId}`}, 0))`);
      const [waiting] = await work.query<{ count: number }>(sql`
        select count(*)::int as count from attachments where uploaded_by = ${personId} and linked_at is null`);
      if ((waiting?.count ?? 0) >= MOST_WAITING)
        throw invalid('upload.too_many_waiting', { params: { most: MOST_WAITING } });
      const { fileName, mime, sizeBytes, contentHash } = file;
      const row = await work.insertOne(Attachment, {
        ...{ fileName, mime, sizeBytes, contentHash, uploadedBy: personId },
        ...{ subjectType: null, subjectId: null, linkedAt: null },
      });
      let position = 0;
      for await (const piece of file.pieces(CHUNK_BYTES)) {
        await work.query(sql`
          insert into attachment_chunks (attachment_id, position, content) values (${row.id}, ${position}, ${piece})`);
        position += 1;
      }
      work.audit({
        action: 'attachment.created',
        subjectType: 'attachment',
        subjectId: row.id,
        after: { mime, sizeBytes, contentHash },
      });
      return { id: row.id };
    });
  }

  override async namesOf(actor: Actor, ids: readonly string[]): Promise<Map<string, string>> {
    const known = ids.filter(isId);
    if (actor.kind !== 'person' || known.length === 0) return new Map();
    const rows = await this.db.query<{ id: string; fileName: string }>(sql`
      select id, file_name as "fileName" from attachments
      where id = any(${known}::uuid[]) and uploaded_by = ${actor.personId} and linked_at is null`);
    return new Map(rows.map(({ id, fileName }) => [id, fileName]));
  }

  /**
   * Says once and for all what files belong to, as a step. Only who handed them in can say it, and only of files that
   * belong to nothing: of two at the same time one is refused.
   */
  async linkTo(work: Work, ids: readonly string[], subjectType: string, subjectId: string): Promise<void> {
    const wanted = [...new Set(ids)].sort();
    if (wanted.length === 0) return;
    const rows = await work.query<{ id: string; uploadedBy: string; linked: boolean }>(sql`
      select id, uploaded_by as "uploadedBy", linked_at is not null as linked from attachments
      where id = any(${wanted}::uuid[]) order by id for no key update`);
    const { actor } = work;
    const isOwn = (uploadedBy: string): boolean =>
      actor.kind === 'system' || (actor.kind === 'person' && actor.personId === uploadedBy);
    const free = rows.filter(({ uploadedBy, linked }) => !linked && isOwn(uploadedBy));
    if (free.length !== wanted.length) throw conflict('attachment.used');
    await work.query(sql`
      update attachments set subject_type = ${subjectType}, subject_id = ${subjectId}, linked_at = ${work.now},
        version = version + 1 where id = any(${wanted}::uuid[])`);
  }

  /** One file as a step needs it; refused when there is none. Whether it may be named here is for `linkTo` to say. */
  async get(from: Queryable, id: string): Promise<AttachmentFacts> {
    const [row] = await from.query<AttachmentFacts>(sql`select ${FACTS} from attachments where id = ${id}`);
    if (row === undefined) throw conflict('attachment.used');
    return row;
  }

  /** The files of things, oldest first; the caller has looked whether the things may be seen. */
  async of(from: Queryable, subjectType: string, ids: readonly string[]): Promise<Map<string, AttachmentView[]>> {
    const rows = await from.query<AttachmentFacts & { subjectId: string }>(sql`
      select ${FACTS} from attachments
      where subject_type = ${subjectType} and subject_id = any(${[...ids]}::uuid[]) order by created_at, id`);
    const byThing = new Map<string, AttachmentView[]>();
    for (const row of rows) {
      const list = byThing.get(row.subjectId) ?? [];
      list.push(viewOf(row));
      byThing.set(row.subjectId, list);
    }
    return byThing;
  }

  /** What is said of one file; 404 for whoever may not open it. */
  async describe(actor: Actor, id: string): Promise<AttachmentView> {
    return viewOf(await this.readable(actor, id));
  }

  /** One file with its bytes, a piece at a time; 404 for whoever may not see what it belongs to. */
  async open(actor: Actor, id: string): Promise<AttachmentFacts & { pieces(): AsyncGenerator<Buffer> }> {
    const row = await this.readable(actor, id);
    return { ...row, pieces: () => this.pieces(row) };
  }

  /** Takes away what nobody made a thing of within a day; gives how many files that were. */
  async sweep(): Promise<number> {
    for (let swept = 0; ;) {
      const count = await this.sweepSome();
      swept += count;
      if (count < SWEPT_AT_ONCE) return swept;
    }
  }

  private async sweepSome(): Promise<number> {
    return this.db.work(SWEEPER, async (work) => {
      const old = await work.query<{ id: string }>(sql`
        select id from attachments where linked_at is null
          and created_at < ${work.now}::timestamptz - ${SWEPT_AFTER}::interval
        order by id limit ${SWEPT_AT_ONCE} for update skip locked`);
      const ids = old.map(({ id }) => id);
      await work.query(sql`delete from attachment_chunks where attachment_id = any(${ids}::uuid[])`);
      await work.query(sql`delete from attachments where id = any(${ids}::uuid[])`);
      return ids.length;
    });
  }

  private async readable(actor: Actor, id: string): Promise<AttachmentFacts> {
    const row = await this.db.find<AttachmentFacts>(sql`select ${FACTS} from attachments where id = ${id}`);
    if (row === undefined || !(await this.mayOpen(actor, row))) throw notFound('thing.not_found');
    return row;
  }

  private async mayOpen(actor: Actor, { uploadedBy, subjectType, subjectId }: AttachmentFacts): Promise<boolean> {
    if (subjectType !== null && subjectId !== null) return this.readers.mayRead(actor, subjectType, subjectId);
    return actor.kind === 'person' && actor.personId === uploadedBy;
  }

  /** Its size and no more; fails when a piece is gone, so that nobody takes half a file for a whole one. */
  private async *pieces({ id, sizeBytes }: AttachmentFacts): AsyncGenerator<Buffer> {
    for (let position = 0, given = 0; given < sizeBytes; position += 1) {
      const row = await this.db.find<{ content: Buffer }>(sql`
        select content from attachment_chunks where attachment_id = ${id} and position = ${position}`);
      if (row === undefined) throw notFound('thing.not_found');
      yield row.content;
      given += row.content.length;
    }
  }
}

function viewOf({ id, fileName, mime, sizeBytes }: AttachmentFacts): AttachmentView {
  return { id, fileName, mime, sizeBytes, url: attachmentUrl(id) };
}
