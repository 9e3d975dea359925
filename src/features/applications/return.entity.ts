/** Return: one time an application went back for a fix, with what was to be mended in it. Inserted and never changed. */
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Application } from './application.entity.js';

/** One part that was opened again, and what to mend there. */
export interface ReturnedPart {
  /** As `applications.returned_parts` names it: a section, or one question of it. */
  readonly part: string;
  readonly note: string | null;
}

@Entity('application_returns')
@Index(['applicationId', 'createdAt'])
export class ApplicationReturn extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'text' })
  note: string;

  @Column({ type: 'date' })
  fixBy: string;

  /** What could be changed; null for all of it. */
  @Column({ type: 'jsonb', nullable: true })
  parts: ReturnedPart[] | null;
}
