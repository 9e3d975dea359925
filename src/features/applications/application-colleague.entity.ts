/** Colleague: somebody who works on one application without acting for its organization. Beside it, who wrote in it. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Application } from './application.entity.js';

/** What a colleague may do with it: write, or only read. */
export const COLLEAGUE_ACCESS = ['edit', 'view'] as const;
export type ColleagueAccess = (typeof COLLEAGUE_ACCESS)[number];

/** Asked by mail, and from the day they accept until they are taken off. */
@Entity('application_colleagues')
@Check('application_colleagues_access_check', `"access" IN ('edit', 'view')`)
@Check('application_colleagues_accepted_check', '("accepted_at" IS NULL) = ("person_id" IS NULL)')
@Index(['applicationId'])
@Index(['invitedBy'])
@Index(['personId'])
@Index('application_colleagues_live_key', ['applicationId', 'address'], { unique: true, where: '"ended_at" IS NULL' })
export class ApplicationColleague extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'text' })
  address: string;

  @Column({ type: 'text' })
  access: ColleagueAccess;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  invitedBy: string | null;

  @Column({ type: 'timestamptz' })
  sentAt: Date;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  personId: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  acceptedAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}

/** Who wrote anything in it: some rounds want somebody else to certify it. */
@Entity('application_writers')
@Unique(['applicationId', 'personId'])
@Index(['personId'])
export class ApplicationWriter extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  personId: string;
}
