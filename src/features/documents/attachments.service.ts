/** Attachments: keeping what people hand in, saying what it belongs to, and giving it to those who may see it. */
import { Inject, Injectable } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalid, notFound } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { FileKeeper, type ReceivedFile } from '../../platform/files/file-keeper.js';
import { kindOfMime, wordsOf } from '../../platform/files/kind-names.js';
import { Attachment, CHUNK_BYTES } from './attachment.entity.js';
import type { AttachmentState } from './attachment.lifecycle.js';
import { AttachmentMachine, ScannerInForce } from './attachment.machine.js';
import { AttachmentReaders } from './attachment.readers.js';
import { attachmentPieces } from './attachment.pieces.js';

/** What is shown of a file beside the thing it belongs to. */
export interface AttachmentView {
  readonly id: string;
  readonly fileName: string;
  readonly mime: string;
  readonly sizeBytes: number;
  /** Only what is `clean` opens; the others say what to wait for. */
  readonly state: FileState;
  /** Where it is opened. */
  readonly url: string;
}

/** The state of its life; `disposed` when its years were over and its content went. */
export type FileState = AttachmentState | 'disposed';

export interface AttachmentFacts {
  readonly id: string;
  readonly fileName: string;
  readonly mime: string;
  readonly sizeBytes: number;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly contentHash: string;
  readonly state: FileState;
  readonly uploadedBy: string;
  readonly subjectType: string | null;
  readonly subjectId: string | null;
}

/** So many files of one person may wait for a thing to belong to. */
const MOST_WAITING = 40;
const MEGABYTE = 1024 * 1024;
export const SCAN_TOPIC = 'attachment.scan';
const SWEPT_AFTER = '1 day';
const SWEPT_AT_ONCE = 50;
const SWEEPER = systemActor('housekeeping');

const FACTS = sql`id, file_name as "fileName", mime, size_bytes as "sizeBytes", content_hash as "contentHash",
  case when disposed_at is null then state else 'disposed' end as state,
  uploaded_by as "uploadedBy", subject_type as "subjectType", subject_id as "subjectId"`;

/** What is said beside a file that is not open, for whoever would open it; nothing of one that is. */
export function fileNote(t: (key: string) => string, { state }: Pick<AttachmentView, 'state'>): string | undefined {
  return state === 'clean' ? undefined : t(`attachment.note.${state}`);
}

export const attachmentUrl = (id: string): string => `/attachments/${id}`;

@Injectable()
export class Attachments extends FileKeeper {
  constructor(
    private readonly db: Database,
    private readonly readers: AttachmentReaders,
    private readonly machine: AttachmentMachine,
    private readonly inForce: ScannerInForce,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  /**
   * Keeps a file that belongs to nothing yet: until it does, only who handed it in can open it, and nobody before it was
   * looked through where a scanner is set.
   */
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
      const own = sql`uploaded_by = ${personId} and organization_id is null`;
      await this.requireRoom(work, own, sizeBytes, 'upload.no_room_of_person');
      const isScanned = this.inForce.scanner !== undefined;
      const row = await work.insertOne(Attachment, {
        ...{ fileName, mime, sizeBytes, contentHash, uploadedBy: personId },
        ...{ subjectType: null, subjectId: null, linkedAt: null, organizationId: null },
        ...{ state: isScanned ? 'waiting' : 'clean', scannedAt: null, scannedBy: null, finding: null },
        disposedAt: null,
      });
      if (isScanned) work.queue(SCAN_TOPIC, { attachmentId: row.id });
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
      await this.machine.begin(work, [row]);
      return { id: row.id };
    });
  }

  override async namesOf(actor: Actor, ids: readonly string[]): Promise<Map<string, string>> {
    const known = ids.filter(isId);
    if (actor.kind !== 'person' || known.length === 0) return new Map();
    const rows = await this.db.query<{ id: string; fileName: string }>(sql`
      select id, file_name as "fileName" from attachments
      where id = any(${known}::uuid[]) and uploaded_by = ${actor.personId} and linked_at is null
        and state in ('waiting', 'clean')`);
    return new Map(rows.map(({ id, fileName }) => [id, fileName]));
  }

  /**
   * Says once and for all what files belong to, as a step. Only who handed them in can say it, and only of files that
   * belong to nothing and are of the kinds this thing takes: of two at the same time one is refused. From now on they
   * take up room of the thing's organization.
   */
  async linkTo(work: Work, ids: readonly string[], subjectType: string, subjectId: string): Promise<void> {
    const wanted = [...new Set(ids)].sort();
    if (wanted.length === 0) return;
    const rows = await work.query<AttachmentFacts & { linked: boolean }>(sql`
      select ${FACTS}, linked_at is not null as linked from attachments
      where id = any(${wanted}::uuid[]) order by id for no key update`);
    const { actor } = work;
    const isOwn = (uploadedBy: string): boolean =>
      actor.kind === 'system' || (actor.kind === 'person' && actor.personId === uploadedBy);
    const free = rows.filter(({ uploadedBy, linked }) => !linked && isOwn(uploadedBy));
    if (free.length !== wanted.length) throw conflict('attachment.used');
    this.requireFit(rows, subjectType);
    const organizationId = await this.readers.organizationOf(work, subjectType, subjectId);
    if (organizationId !== null) {
      await work.query(sql`select pg_advisory_xact_lock(hashtextextended(${`room:${organizationId}`}, 0))`);
      const more = rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      await this.requireRoom(work, sql`organization_id = ${organizationId}`, more, 'upload.no_room');
    }
    await work.query(sql`
      update attachments set subject_type = ${subjectType}, subject_id = ${subjectId}, linked_at = ${work.now},
        organization_id = ${organizationId}, version = version + 1 where id = any(${wanted}::uuid[])`);
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

  /** What is shown of files, by id; the caller has looked whether they may be seen. */
  async views(from: Queryable, ids: readonly string[]): Promise<Map<string, AttachmentView>> {
    const rows = await from.query<AttachmentFacts>(sql`
      select ${FACTS} from attachments where id = any(${[...ids]}::uuid[])`);
    return new Map(rows.map((row) => [row.id, viewOf(row)]));
  }

  /** What is said of one file; 404 for whoever may not open it. */
  async describe(actor: Actor, id: string): Promise<AttachmentView> {
    const row = await this.readable(actor, id);
    const { state, subjectType, subjectId } = row;
    const isTold =
      state === 'clean' || subjectType === null || subjectId === null
        ? true
        : await this.readers.mayKnow(actor, subjectType, subjectId);
    if (!isTold) throw notFound('thing.not_found');
    return viewOf(row);
  }

  /** One file with its bytes, a piece at a time; 404 for whoever may not see what it belongs to. */
  async open(actor: Actor, id: string): Promise<AttachmentFacts & { pieces(): AsyncGenerator<Buffer> }> {
    const row = await this.readable(actor, id);
    if (row.state !== 'clean') throw conflict(`attachment.${row.state}`);
    return { ...row, pieces: () => attachmentPieces(this.db, row) };
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
        select id from attachments where linked_at is null and state <> 'infected'
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

  private async mayOpen(actor: Actor, { id, uploadedBy, subjectType, subjectId }: AttachmentFacts): Promise<boolean> {
    if (subjectType !== null && subjectId !== null) return this.readers.mayRead(actor, subjectType, subjectId, id);
    return actor.kind === 'person' && actor.personId === uploadedBy;
  }

  private requireFit(rows: readonly AttachmentFacts[], subjectType: string): void {
    const accepted = this.readers.accepted(subjectType);
    for (const { state, mime } of rows) {
      const kind = kindOfMime(mime);
      if (state === 'infected' || state === 'destroyed') throw conflict('attachment.infected');
      if (kind === undefined || !accepted.includes(kind)) {
        throw invalid('attachment.wrong_kind', { params: { kinds: wordsOf(accepted) } });
      }
    }
  }

  /** Whoever asks holds the lock that makes of two at once the second count the first. */
  private async requireRoom(work: Work, whose: Sql, moreBytes: number, code: string): Promise<void> {
    const [taken] = await work.query<{ bytes: string }>(sql`
      select coalesce(sum(size_bytes), 0)::text as bytes from attachments where ${whose} and state <> 'destroyed' and disposed_at is null`);
    const most = this.config.uploadQuotaMegabytes;
    const used = Number(taken?.bytes ?? 0);
    if (used + moreBytes <= most * MEGABYTE) return;
    throw invalid(code, { params: { most, used: Math.floor(used / MEGABYTE) } });
  }
}

function viewOf({ id, fileName, mime, sizeBytes, state }: AttachmentFacts): AttachmentView {
  return { id, fileName, mime, sizeBytes, state, url: attachmentUrl(id) };
}
