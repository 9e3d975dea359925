/** Meetings: planning one, its docket, opening it with the roll of members, adjourning, and its minutes. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Policy, type Subject } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { committeeMembers } from './committee.reads.js';
import type { AttendanceInput, DocketItemInput, MeetingInput, MeetingListQuery } from './decisions.input.js';
import { docketSubject } from './docket.reads.js';
import { DocketItem, Meeting, MeetingAttendance } from './meeting.entity.js';
import { type MeetingFacts, meetingLifecycle } from './meeting.lifecycle.js';

export interface MeetingRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly heldAt: Date;
  readonly place: string | null;
  readonly fundName: string | null;
  readonly items: number;
}

export type MeetingStep = 'give_notice' | 'adjourn' | 'approve_minutes' | 'cancel';

const DEFAULT_QUORUM = 5000;
const CHANGEABLE = ['planned', 'noticed'];

/** Where a meeting lies, for the policy. */
export const meetingSubject = (meeting: { fundId: string | null; state?: string }): Subject => ({
  scopes: { fund: meeting.fundId },
  state: meeting.state,
});

@Injectable()
export class Meetings {
  readonly machine: Stateful<Meeting, MeetingFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {
    this.machine = new Stateful<Meeting, MeetingFacts>({
      entity: Meeting,
      lifecycle: meetingLifecycle as never,
      readPermission: 'meeting.read',
      subjectOf: meetingSubject,
      facts: (from, rows) => this.facts(from, rows),
    });
  }

  async create(actor: Actor, input: MeetingInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const columns = columnsOf(work, input);
        this.machine.require(work.policy, work.actor, 'meeting.create', { ...columns, state: 'planned' } as Meeting);
        await requireFund(work, columns.fundId);
        const meeting = await work.insertOne(Meeting, { ...columns, state: 'planned' });
        await this.machine.begin(work, [meeting]);
        return { id: meeting.id };
      }),
    );
  }

  async update(actor: Actor, id: string, input: MeetingInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const meeting = await this.lock(work, id, 'meeting.update');
      if (!CHANGEABLE.includes(meeting.state)) throw conflict('meeting.begun');
      const { fundId, ...columns } = columnsOf(work, input);
      if (fundId !== meeting.fundId) throw invalidField('fundId', 'meeting.fund_stays');
      const before = { name: meeting.name, heldAt: meeting.heldAt, place: meeting.place };
      await work.update(Meeting, meeting, columns, input.version);
      work.audit({ action: 'meeting.updated', subjectType: 'meeting', subjectId: id, before, after: columns });
      return { id };
    });
  }

  /** Opens the meeting and writes the roll: everybody with a seat today, nobody present yet. */
  async open(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const [meeting] = await this.step(work, id, 'open', step);
      const members = await committeeMembers(work, meeting?.fundId ?? null, work.today);
      await work.insert(
        MeetingAttendance,
        members.map(({ personId }) => ({ meetingId: id, personId, present: false })),
      );
      return { id };
    });
  }

  async take(actor: Actor, id: string, action: MeetingStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.step(work, id, action, step);
      return { id };
    });
  }

  /** Who is present now; said again whenever somebody comes or leaves. */
  async recordAttendance(actor: Actor, id: string, input: AttendanceInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const meeting = await this.lock(work, id, 'meeting.record_attendance');
      if (meeting.state !== 'in_session') throw conflict('meeting.not_in_session');
      const lines = input.members.map(({ personId, present }) => ({ person: personId, present }));
      const changed = await work.query<{ person: string; present: boolean }>(sql`
        update meeting_attendance a set present = line.present, version = a.version + 1
        from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as line(person uuid, present boolean)
        where a.meeting_id = ${id} and a.person_id = line.person
        returning a.person_id as person, a.present`);
      if (changed.length !== new Set(lines.map((line) => line.person)).size) {
        throw invalidField('members', 'attendance.no_member');
      }
      const after = { present: changed.filter((each) => each.present).map((each) => each.person) };
      work.audit({ action: 'meeting.attendance_recorded', subjectType: 'meeting', subjectId: id, after });
      return { id };
    });
  }

  /** Puts a round or one application on the docket, with what the staff recommend and how it was selected. */
  async addItem(actor: Actor, id: string, input: DocketItemInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const meeting = await this.lock(work, id, 'docket.add');
        if (!['planned', 'noticed', 'in_session'].includes(meeting.state)) throw conflict('meeting.over');
        const { roundId = null, applicationId = null, selectionMethod, recommendation = null } = input;
        if ((roundId === null) === (applicationId === null)) throw invalidField('roundId', 'docket.one_subject');
        const fundId = await docketSubject(work, work.actor, { roundId, applicationId });
        if (meeting.fundId !== null && fundId !== meeting.fundId) {
          throw invalidField(roundId === null ? 'applicationId' : 'roundId', 'docket.other_fund');
        }
        const [last] = await work.query<{ next: number }>(
          sql`select coalesce(max(position), 0) + 1 as next from docket_items where meeting_id = ${id}`,
        );
        const position = input.position ?? last?.next ?? 1;
        const columns = { meetingId: id, position, roundId, applicationId, selectionMethod, recommendation };
        const item = await work.insertOne(DocketItem, columns);
        work.audit({ action: 'docket.added', subjectType: 'meeting', subjectId: id, after: columns });
        return { id: item.id };
      }),
    );
  }

  async removeItem(actor: Actor, id: string, itemId: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const meeting = await this.lock(work, id, 'docket.remove');
      if (!['planned', 'noticed', 'in_session'].includes(meeting.state)) throw conflict('meeting.over');
      const [item] = await work.query<{ moved: boolean }>(sql`
        select exists (select from motions where docket_item_id = d.id) as moved from docket_items d
        where d.id = ${itemId} and d.meeting_id = ${id}`);
      if (item === undefined) throw notFound('thing.not_found');
      if (item.moved) throw conflict('docket.already_moved');
      await work.query(sql`delete from docket_items where id = ${itemId}`);
      work.audit({ action: 'docket.removed', subjectType: 'meeting', subjectId: id, before: { itemId } });
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<Meeting> {
    const [meeting] = await this.db.query<Meeting>(
      sql`select id, version, created_at as "createdAt", state, name, fund_id as "fundId", held_at as "heldAt", place,
            quorum_basis_points as "quorumBasisPoints", recused_count as "recusedCount"
          from meetings where id = ${id}`,
    );
    const canRead = meeting !== undefined && this.policy.can(actor, 'meeting.read', meetingSubject(meeting));
    if (!canRead) throw notFound('thing.not_found');
    return meeting;
  }

  async list(actor: Actor, query: MeetingListQuery): Promise<ListPage<MeetingRow>> {
    const where = [conditionSql(this.policy.filter(actor, 'meeting.read', { scopes: { fund: 'm.fund_id' } }))];
    if (query.state !== undefined) where.push(sql`m.state = ${query.state}`);
    if (query.q !== undefined) where.push(sql`m.name ilike ${`%${query.q.replace(/[\\%_]/g, '\\$&')}%`}`);
    return readList<MeetingRow>(
      this.db,
      {
        columns: sql`m.id, m.name, m.state, m.held_at as "heldAt", m.place,
          (select f.name from funds f where f.id = m.fund_id) as "fundName",
          (select count(*)::int from docket_items d where d.meeting_id = m.id) as items`,
        from: sql`meetings m`,
        where,
        sorts: {
          heldAt: { expression: 'm.held_at', type: 'timestamptz' },
          name: { expression: 'lower(m.name)', type: 'text' },
        },
        defaultSort: '-heldAt',
        id: 'm.id',
      },
      query,
    );
  }

  private async step(work: Work, id: string, action: MeetingStep | 'open', step: StepInput): Promise<Meeting[]> {
    return this.machine.transition(work, { action, ids: [id], note: step.note, expectedVersion: step.version });
  }

  private async lock(work: Work, id: string, permission: string): Promise<Meeting> {
    const meeting = await work.lockOne(Meeting, id);
    this.machine.require(work.policy, work.actor, permission, meeting);
    return meeting;
  }

  private async facts(from: Queryable, rows: readonly Meeting[]): Promise<Map<string, MeetingFacts>> {
    const ids = rows.map((row) => row.id);
    const counts = await from.query<{ id: string; docketItems: number; openMotions: string[] }>(sql`
      select m.id, (select count(*)::int from docket_items d where d.meeting_id = m.id) as "docketItems",
             array(select number from motions o where o.meeting_id = m.id and o.state = 'moved' order by number)
               as "openMotions"
      from meetings m where m.id = any(${ids}::uuid[])`);
    const facts = new Map<string, MeetingFacts>();
    for (const row of rows) {
      const found = counts.find((each) => each.id === row.id);
      const members = await committeeMembers(from, row.fundId, this.db.today);
      const { docketItems = 0, openMotions = [] } = found ?? {};
      facts.set(row.id, { id: row.id, members: members.length, docketItems, openMotions });
    }
    return facts;
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'docket_items_meeting_id_position_key') {
        throw invalidField('position', 'docket.position_taken');
      }
      if (constraint === 'docket_items_meeting_id_round_id_key') throw invalidField('roundId', 'docket.already_there');
      if (constraint === 'docket_items_application_id_meeting_id_key') {
        throw invalidField('applicationId', 'docket.already_there');
      }
      throw error;
    }
  }
}

type MeetingColumns = Pick<Meeting, 'name' | 'fundId' | 'heldAt' | 'place' | 'quorumBasisPoints' | 'recusedCount'>;

function columnsOf(work: Work, input: MeetingInput): MeetingColumns {
  return {
    name: input.name,
    fundId: input.fundId ?? null,
    heldAt: work.calendar.deadline(input.heldOn, input.heldTime),
    place: input.place ?? null,
    quorumBasisPoints: input.quorumBasisPoints ?? DEFAULT_QUORUM,
    recusedCount: input.recusedCount ?? false,
  };
}

async function requireFund(work: Work, fundId: string | null): Promise<void> {
  if (fundId === null) return;
  const found = await work.query(sql`select 1 from funds where id = ${fundId}`);
  if (found.length === 0) throw invalidField('fundId', 'field.not_found');
}
