/** ConfirmationCode: eight digits mailed to somebody who is signed in, to prove that it is still them. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { AccountSession } from './account-session.entity.js';

@Entity('confirmation_codes')
@Check('confirmation_codes_tries_check', '"tries" >= 0')
@Index(['sessionId'])
@Index(['expiresAt'])
export class ConfirmationCode extends Row {
  /** It is good in this session alone. */
  @Column({ type: 'uuid' })
  @ForeignKey(() => AccountSession)
  sessionId: string;

  @Column({ type: 'text' })
  codeHash: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'integer', default: 0 })
  tries: number;

  @Column({ type: 'timestamptz', nullable: true })
  usedAt: Date | null;
}
