/** What is sent when somebody writes to the other side, or notes something for the agency. */
import { Choice, Text, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';

export const MOST_CHARACTERS = 8000;

/** Between two sides. */
export class MessageInput {
  @Text({ label: 'conversation.field.body', long: true, max: MOST_CHARACTERS })
  body: string;

  /** The agency asks for an answer; what an organization writes always waits for one. */
  @YesNo({ label: 'conversation.field.expects_answer', optional: true })
  expectsAnswer?: boolean;
}

/** What is written by the link in a mail. */
export class ReplyInput {
  @Text({ label: 'conversation.field.reply', long: true, max: MOST_CHARACTERS })
  body: string;
}

export class InternalNoteInput {
  @Text({ label: 'internal_note.field.body', long: true, max: MOST_CHARACTERS })
  body: string;
}

export class ConversationListQuery extends ListQuery {
  @Choice(['waiting', 'all'], { label: 'conversation.list.which', optional: true })
  which?: string;
}
