/** What is shown of a meeting: its docket, who attended, its motions and what can be done. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import type { DocumentView } from '../documents/index.js';
import { committeeMembers, type Member } from './committee.reads.js';
import { type DocketRow, readDocket } from './docket.reads.js';
import type { Meeting } from './meeting.entity.js';
import { type MeetingRow, Meetings } from './meetings.service.js';
import { MinutesDocuments } from './minutes-documents.js';
import { type MotionListItem, MotionViews } from './motion.view.js';
import { quorumNeeded } from './vote.rules.js';

export interface AttendanceRow extends Member {
  readonly present: boolean;
}

export interface MeetingListItem extends Omit<MeetingRow, 'state'> {
  readonly state: StateAnswer;
}

export interface MeetingView {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly state: StateAnswer;
  readonly fundId: string | null;
  readonly fundName: string | null;
  readonly heldAt: Date;
  readonly place: string | null;
  readonly quorum: {
    readonly basisPoints: number;
    readonly recusedCount: boolean;
    readonly members: number;
    readonly needed: number;
    readonly present: number;
  };
  readonly docket: readonly DocketRow[];
  /** Members with a seat; before the meeting opens nobody is present. */
  readonly attendance: readonly AttendanceRow[];
  readonly motions: readonly MotionListItem[];
  /** The approved minutes, once they are made; nothing for whoever may not read all of them. */
  readonly documents: readonly DocumentView[];
  readonly actions: readonly ApiAction[];
}

/** What the page draws by itself is left out. */
export type MeetingParts = Omit<MeetingView, 'actions' | 'documents'>;

@Injectable()
export class MeetingViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly meetings: Meetings,
    private readonly motions: MotionViews,
    private readonly documents: MinutesDocuments,
  ) {}

  row(row: MeetingRow): MeetingListItem {
    return { ...row, state: this.meetings.machine.state(row.state) };
  }

  async one(actor: Actor, id: string): Promise<MeetingView> {
    const { view, actions } = await this.parts(actor, id);
    const stand = await this.documents.of(actor, id);
    const documents = stand?.document === undefined ? [] : [stand.document];
    return { ...view, documents, actions: apiActions(this.texts, actions) };
  }

  /** What the page of a meeting is made of. */
  async parts(actor: Actor, id: string): Promise<{ meeting: Meeting; view: MeetingParts; actions: ActionAnswer[] }> {
    const meeting = await this.meetings.get(actor, id);
    const [docket, attendance, motions, actions, fundName] = await Promise.all([
      readDocket(this.db, actor, id),
      this.attendance(meeting),
      this.motions.ofMeeting(actor, id),
      this.meetings.machine.actions(this.policy, this.db, actor, meeting),
      this.fundName(meeting.fundId),
    ]);
    const { version, name, fundId, heldAt, place, quorumBasisPoints, recusedCount } = meeting;
    const view = {
      ...{ id, version, name, fundId, fundName, heldAt, place, docket, attendance, motions },
      state: this.meetings.machine.state(meeting.state),
      quorum: {
        basisPoints: quorumBasisPoints,
        recusedCount,
        members: attendance.length,
        needed: quorumNeeded(attendance.length, quorumBasisPoints),
        present: attendance.filter((each) => each.present).length,
      },
    };
    return { meeting, view, actions };
  }

  /** The roll; before the meeting opens those who hold a seat today. */
  private async attendance(meeting: Meeting): Promise<AttendanceRow[]> {
    const rows = await this.db.query<AttendanceRow>(sql`
      select a.person_id as "personId", p.name, a.present from meeting_attendance a join persons p on p.id = a.person_id
      where a.meeting_id = ${meeting.id} order by p.name, p.id`);
    if (rows.length > 0) return rows;
    const members = await committeeMembers(this.db, meeting.fundId, this.db.today);
    return members.map((member) => ({ ...member, present: false }));
  }

  private async fundName(fundId: string | null): Promise<string | null> {
    if (fundId === null) return null;
    const fund = await this.db.find<{ name: string }>(sql`select name from funds where id = ${fundId}`);
    return fund?.name ?? null;
  }
}
