/** What agency and organization write to each other about one thing; and, apart from it, what the agency notes for itself. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';

const SIDES = ['agency', 'organization'] as const;
export type Side = (typeof SIDES)[number];

/** How a message came: typed on a page, by the link in a mail, or as one of many. */
const MESSAGE_WAYS = ['page', 'link', 'broadcast'] as const;
export type MessageWay = (typeof MESSAGE_WAYS)[number];

const oneOf = (column: string, values: readonly string[]): string =>
  `"${column}" IN (${values.map((value) => `'${value}'`).join(', ')})`;

/** One thing, one conversation. The row comes with the first message. */
@Entity('conversations')
@Unique(['subjectType', 'subjectId'])
@Index(['organizationId'])
@Index('conversations_waiting_idx', ['waitsFor', 'waitsSince'], { where: '"waits_for" IS NOT NULL' })
@Check('conversations_waits_for_check', oneOf('waits_for', SIDES))
@Check('conversations_waits_since_check', '("waits_for" IS NULL) = ("waits_since" IS NULL)')
export class Conversation extends Row {
  /** As the trail calls it, registered with `ConversationSubjects`. */
  @Column({ type: 'text' })
  subjectType: string;

  @Column({ type: 'uuid' })
  subjectId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('organizations')
  organizationId: string;

  /** Who is to answer, if anybody. */
  @Column({ type: 'text', nullable: true })
  waitsFor: Side | null;

  @Column({ type: 'timestamptz', nullable: true })
  waitsSince: Date | null;

  @Column({ type: 'timestamptz' })
  lastAt: Date;
}

/** Inserted and never changed. */
@Entity('conversation_messages')
@Index(['conversationId', 'createdAt'])
@Index(['authorId'])
@Check('conversation_messages_side_check', oneOf('side', SIDES))
@Check('conversation_messages_via_check', oneOf('via', MESSAGE_WAYS))
@Check('conversation_messages_broadcast_check', `"via" <> 'broadcast' OR "side" = 'agency'`)
@Check('conversation_messages_body_check', 'char_length("body") BETWEEN 1 AND 20000')
export class ConversationMessage extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Conversation)
  conversationId: string;

  @Column({ type: 'text' })
  side: Side;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  authorId: string;

  @Column({ type: 'text' })
  via: MessageWay;

  /** Of a message to many. */
  @Column({ type: 'text', nullable: true })
  title: string | null;

  @Column({ type: 'text' })
  body: string;

  @Column({ type: 'boolean' })
  expectsAnswer: boolean;
}

/** For the agency's eyes only. A table of its own: nothing that an organization sees reads it. Never changed. */
@Entity('internal_notes')
@Index(['subjectType', 'subjectId', 'createdAt'])
@Index(['authorId'])
@Check('internal_notes_body_check', 'char_length("body") BETWEEN 1 AND 20000')
export class InternalNote extends Row {
  @Column({ type: 'text' })
  subjectType: string;

  @Column({ type: 'uuid' })
  subjectId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  authorId: string;

  @Column({ type: 'text' })
  body: string;
}
