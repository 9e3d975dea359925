/** School: one of those the agency's districts run, as applicants pick them. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { District } from './agency.entity.js';

export const SCHOOL_LEVELS = ['elementary', 'middle', 'high', 'other'] as const;
export type SchoolLevel = (typeof SCHOOL_LEVELS)[number];

@Entity('schools')
@Unique(['code'])
@Index(['districtId'])
@Check('schools_level_check', `"level" IN ('elementary', 'middle', 'high', 'other')`)
export class School extends Row {
  /** What the state calls it in its data; a list that comes again is matched by it. */
  @Column({ type: 'text' })
  code: string;

  @Column({ type: 'text' })
  name: string;

  @ForeignKey(() => District)
  @Column({ type: 'uuid' })
  districtId: string;

  @Column({ type: 'text' })
  level: SchoolLevel;

  /** A closed school stays for what was asked for it, and is not offered any more. */
  @Column({ type: 'boolean' })
  active: boolean;
}
