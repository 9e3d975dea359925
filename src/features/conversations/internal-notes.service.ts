/** InternalNotes: what the agency writes down about a thing for itself. No organization ever sees one. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { AttachmentView } from '../documents/index.js';
import { ConversationFiles, NOTE_FILES } from './conversation-files.js';
import { ConversationSubjects, onSide, type SeenSubject } from './conversation-subjects.js';
import { InternalNote } from './conversation.entity.js';
import type { InternalNoteInput } from './conversation.input.js';

const MOST_READ = 500;

export interface InternalNoteView {
  readonly id: string;
  readonly author: string;
  readonly body: string;
  readonly createdAt: Date;
  readonly files: readonly AttachmentView[];
}

export interface InternalNotesView {
  readonly subject: SeenSubject;
  /** The newest first. */
  readonly notes: readonly InternalNoteView[];
  readonly mayWrite: boolean;
}

@Injectable()
export class InternalNotes {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly subjects: ConversationSubjects,
    private readonly files: ConversationFiles,
  ) {}

  async get(actor: Actor, type: string, id: string): Promise<InternalNotesView> {
    const subject = await this.seen(this.db, actor, type, id, 'internal_note.read');
    if (subject === undefined) throw notFound('thing.not_found');
    const rows = await this.db.query<Omit<InternalNoteView, 'files'>>(sql`
      select n.id, p.name as author, n.body, n.created_at as "createdAt"
      from internal_notes n join persons p on p.id = n.author_id
      where n.subject_type = ${type} and n.subject_id = ${id} order by n.created_at desc, n.id desc limit ${MOST_READ}`);
    const files = await this.files.of(
      this.db,
      NOTE_FILES,
      rows.map((row) => row.id),
    );
    const notes = rows.map((row) => ({ ...row, files: files.get(row.id) ?? [] }));
    const mayWrite = (await this.seen(this.db, actor, type, id, 'internal_note.write')) !== undefined;
    return { subject, notes, mayWrite };
  }

  async add(actor: Actor, type: string, id: string, input: InternalNoteInput): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw forbidden('conversation.people_only');
    return this.db.work(actor, async (work) => {
      if ((await this.seen(work, actor, type, id, 'internal_note.read')) === undefined)
        throw notFound('thing.not_found');
      const permission = 'internal_note.write';
      if ((await this.seen(work, actor, type, id, permission)) === undefined) {
        throw forbidden('permission.missing', { params: { permission } });
      }
      const note = await work.insertOne(InternalNote, {
        ...{ subjectType: type, subjectId: id, authorId: actor.personId, body: input.body },
      });
      await this.files.keep(work, NOTE_FILES, note.id, input.files);
      // Not what it says: whoever sees the trail of the thing need not be of those who read its notes.
      work.audit({ action: 'internal_note.written', subjectType: type, subjectId: id, after: { noteId: note.id } });
      return { id: note.id };
    });
  }

  /** How many there are, for a link; nothing for who may not read them. */
  async count(actor: Actor, type: string, id: string): Promise<number | undefined> {
    if ((await this.seen(this.db, actor, type, id, 'internal_note.read')) === undefined) return undefined;
    const row = await this.db.find<{ count: number }>(sql`
      select count(*)::int as count from internal_notes where subject_type = ${type} and subject_id = ${id}`);
    return row?.count ?? 0;
  }

  /** Only ever from the agency's side. */
  private async seen(
    from: Queryable,
    actor: Actor,
    type: string,
    id: string,
    permission: string,
  ): Promise<SeenSubject | undefined> {
    const subject = await this.subjects.find(from, this.policy, onSide(actor, 'agency'), { type, id, permission });
    return subject?.side === 'agency' ? subject : undefined;
  }
}
