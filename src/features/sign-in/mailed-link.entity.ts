/** MailedLink: a link that lets somebody in once and for a short time; only the hash of what it carries is kept. */
import type { MailSubject } from '../../platform/mail/mail.js';
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Person } from '../identity/index.js';

/** What a link is sent with; the link itself is added when it is written. */
export interface LinkMail {
  /** As of each mail: null only when it is about nothing that is closed to anybody. */
  readonly about: MailSubject | null;
  readonly subjectKey: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly template: string;
  readonly view: Readonly<Record<string, unknown>>;
}

@Entity('mailed_links')
@Unique(['tokenHash'])
@Check('mailed_links_channel_check', `"channel" IN ('mail', 'text')`)
@Check('mailed_links_minutes_check', '"minutes" > 0')
@Check('mailed_links_used_check', '"used_at" IS NULL OR "token_hash" IS NOT NULL')
@Index(['personId'])
@Index(['address', 'purpose'])
@Index(['expiresAt'])
export class MailedLink extends Row {
  @Column({ type: 'text' })
  purpose: string;

  @Column({ type: 'text', default: 'mail' })
  channel: 'mail' | 'text';

  /** Absent until it is written and sent. */
  @Column({ type: 'text', nullable: true })
  tokenHash: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  personId: string | null;

  /** The e-mail address or telephone number it goes to, normalized. */
  @Column({ type: 'text' })
  address: string;

  @Column({ type: 'jsonb', default: {} })
  payload: Record<string, unknown>;

  @Column({ type: 'jsonb' })
  mail: LinkMail;

  @Column({ type: 'integer' })
  minutes: number;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  usedAt: Date | null;

  /** A later one took its place, or whoever sent it took it back. */
  @Column({ type: 'timestamptz', nullable: true })
  replacedAt: Date | null;
}
