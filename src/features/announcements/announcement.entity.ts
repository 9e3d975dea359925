/** Announcement: what the agency tells, to whom, and from when until when. */
import { Check, Column, Entity, Index } from 'typeorm';
import { StatefulRow } from '../../platform/database/row.js';
import { announcementLifecycle } from './announcement.lifecycle.js';

/** `everybody` stands on the public pages too. */
export const AUDIENCES = ['everybody', 'applicants', 'reviewers', 'committee', 'participants', 'staff'] as const;
export type Audience = (typeof AUDIENCES)[number];

@Entity('announcements')
@Index(['startsOn'])
@Check('announcements_state_check', announcementLifecycle.check)
@Check(
  'announcements_audiences_check',
  `cardinality("audiences") > 0 AND "audiences" <@ ARRAY[${AUDIENCES.map((each) => `'${each}'`).join(', ')}]`,
)
@Check('announcements_period_check', '"ends_on" >= "starts_on"')
export class Announcement extends StatefulRow {
  @Column({ type: 'text' })
  title: string;

  @Column({ type: 'text' })
  body: string;

  @Column({ type: 'text', array: true })
  audiences: Audience[];

  /** The first day it is shown, and the last one if there is one. */
  @Column({ type: 'date' })
  startsOn: string;

  @Column({ type: 'date', nullable: true })
  endsOn: string | null;
}
