/** ApplicationReminder: which reminders of a deadline were sent. Inserted and never changed. */
import { Check, Column, Entity, ForeignKey, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Application } from './application.entity.js';

/** So many days before it is due. */
export const REMINDER_DAYS = [7, 2, 1] as const;

@Entity('application_reminders')
@Check('application_reminders_days_check', '"days_before" > 0')
@Unique(['applicationId', 'daysBefore', 'dueAt'])
export class ApplicationReminder extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  /** What it reminded of: a deadline that moved is reminded of again. */
  @Column({ type: 'timestamptz' })
  dueAt: Date;

  @Column({ type: 'integer' })
  daysBefore: number;
}
