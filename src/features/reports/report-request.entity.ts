/** ReportRequest: that somebody asked for a budget report as a document, and of what; only ever inserted. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row } from '../../platform/database/row.js';

@Entity('report_requests')
@Check(
  'report_requests_grouped_by_check',
  `"grouped_by" IN ('award', 'round', 'district', 'category', 'pool', 'source', 'fund')`,
)
@Index(['fundId'])
@Index(['sourceId'])
@Index(['requestedBy'])
export class ReportRequest extends Row {
  /** The one fund it is about, if it is about one. */
  @ForeignKey('funds')
  @Column({ type: 'uuid', nullable: true })
  fundId: string | null;

  /** Every fund it covers: what the person could read when they asked. */
  @Column({ type: 'uuid', array: true })
  fundIds: string[];

  @ForeignKey('sources')
  @Column({ type: 'uuid', nullable: true })
  sourceId: string | null;

  @Column({ type: 'text' })
  groupedBy: string;

  @Column({ type: 'date' })
  asOf: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  requestedBy: string | null;

  /** The role in which they asked. */
  @Column({ type: 'text', nullable: true })
  requestedRole: string | null;
}
