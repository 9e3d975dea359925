/** TextMessage: a message to a telephone, handed to the gateway by a job; without its link once it is on its way. */
import { Column, Entity, Index } from 'typeorm';
import { Row } from '../../platform/database/row.js';

@Entity('text_messages')
@Index(['createdAt'])
export class TextMessage extends Row {
  /** With the country, such as +12065550100. */
  @Column({ type: 'text' })
  recipient: string;

  @Column({ type: 'text' })
  body: string;

  @Column({ type: 'boolean', default: false })
  carriesSecret: boolean;

  @Column({ type: 'timestamptz', nullable: true })
  sentAt: Date | null;
}
