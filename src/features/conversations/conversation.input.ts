/** What is sent when somebody writes to the other side, or notes something for the agency. */
import { FILE_KINDS } from '../../platform/files/kind-names.js';
import { Choice, FileField, List, Text, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';

export const MOST_CHARACTERS = 8000;

/** So many files go with one message or note. */
const MOST_FILES = 5;

export class MessageFileInput {
  @FileField({ label: 'conversation.field.file', optional: true, accept: FILE_KINDS })
  file?: string;
}

/** Between two sides. */
export class MessageInput {
  @Text({ label: 'conversation.field.body', long: true, max: MOST_CHARACTERS })
  body: string;

  /** The agency asks for an answer; what an organization writes always waits for one. */
  @YesNo({ label: 'conversation.field.expects_answer', optional: true })
  expectsAnswer?: boolean;

  @List(() => MessageFileInput, { label: 'conversation.field.files', optional: true, max: MOST_FILES })
  files?: MessageFileInput[];
}

/** What is written by the link in a mail. */
export class ReplyInput {
  @Text({ label: 'conversation.field.reply', long: true, max: MOST_CHARACTERS })
  body: string;
}

export class InternalNoteInput {
  @Text({ label: 'internal_note.field.body', long: true, max: MOST_CHARACTERS })
  body: string;

  @List(() => MessageFileInput, { label: 'conversation.field.files', optional: true, max: MOST_FILES })
  files?: MessageFileInput[];
}

export class ConversationListQuery extends ListQuery {
  @Choice(['waiting', 'all'], { label: 'conversation.list.which', optional: true })
  which?: string;
}
