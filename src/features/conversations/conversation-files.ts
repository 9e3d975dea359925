/**
 * ConversationFiles: the files of messages and of internal notes. Who may read a message opens its files, the other side
 * only those that were found clean; the files of a note are the agency's as the note is.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { FILE_KINDS } from '../../platform/files/kind-names.js';
import { AttachmentReaders, Attachments, type AttachmentView } from '../documents/index.js';
import { ConversationSubjects, onSide } from './conversation-subjects.js';
import type { MessageFileInput } from './conversation.input.js';

export const MESSAGE_FILES = 'conversation_message';
export const NOTE_FILES = 'internal_note';
type FilesOf = typeof MESSAGE_FILES | typeof NOTE_FILES;

interface MessagePlace {
  readonly type: string;
  readonly id: string;
  readonly side: string;
  readonly organizationId: string;
}

@Injectable()
export class ConversationFiles implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly subjects: ConversationSubjects,
    private readonly attachments: Attachments,
    private readonly readers: AttachmentReaders,
  ) {}

  onModuleInit(): void {
    this.readers.register(MESSAGE_FILES, (actor, id) => this.mayReadMessage(actor, id), {
      accept: FILE_KINDS,
      ownSide: async (actor, id) => {
        const place = await messagePlace(this.db, id);
        return place !== undefined && (await this.sideOf(actor, place)) === place.side;
      },
      // What an organization sends takes up its own room, what the agency sends that of its person.
      organizationOf: async (from, id) => {
        const place = await messagePlace(from, id);
        return place?.side === 'organization' ? place.organizationId : undefined;
      },
    });
    this.readers.register(NOTE_FILES, (actor, id) => this.mayReadNote(actor, id), { accept: FILE_KINDS });
  }

  /** The files become this message's or note's, for good; a step of the work that writes it. Gives how many. */
  async keep(work: Work, type: FilesOf, id: string, files: readonly MessageFileInput[] = []): Promise<number> {
    const ids = files.flatMap(({ file }) => (file === undefined ? [] : [file]));
    await this.attachments.linkTo(work, ids, type, id);
    return ids.length;
  }

  /** By message or note, oldest first; the caller has looked whether they may be read. */
  of(from: Queryable, type: FilesOf, ids: readonly string[]): Promise<Map<string, AttachmentView[]>> {
    return this.attachments.of(from, type, ids);
  }

  private async mayReadMessage(actor: Actor, messageId: string): Promise<boolean> {
    const place = await messagePlace(this.db, messageId);
    return place !== undefined && (await this.sideOf(actor, place)) !== undefined;
  }

  /** On which side the actor reads the conversation; undefined for who may not. */
  private async sideOf(actor: Actor, { type, id }: MessagePlace): Promise<string | undefined> {
    const what = { type, id, permission: 'conversation.read' };
    return (await this.subjects.find(this.db, this.policy, actor, what))?.side;
  }

  private async mayReadNote(actor: Actor, noteId: string): Promise<boolean> {
    const note = await this.db.find<{ type: string; id: string }>(
      sql`select subject_type as type, subject_id as id from internal_notes where id = ${noteId}`,
    );
    if (note === undefined) return false;
    const what = { ...note, permission: 'internal_note.read' };
    const subject = await this.subjects.find(this.db, this.policy, onSide(actor, 'agency'), what);
    return subject?.side === 'agency';
  }
}

async function messagePlace(from: Queryable, messageId: string): Promise<MessagePlace | undefined> {
  const [row] = await from.query<MessagePlace>(sql`
    select c.subject_type as type, c.subject_id as id, m.side, c.organization_id as "organizationId"
    from conversation_messages m join conversations c on c.id = m.conversation_id where m.id = ${messageId}`);
  return row;
}
