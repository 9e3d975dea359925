/** Convenings: planning them, and saying once for everybody who came. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Policy, type Subject } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { actorName } from '../../platform/audit/actor-name.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Texts } from '../../platform/texts/texts.js';
import { STILL_EXPECTED } from './attendance.reads.js';
import { Attendances } from './attendances.service.js';
import { type ConveningKind, ROLES_OF_KIND, type SeatRole } from './collaborative.words.js';
import { type LockedYear, lockYear } from './collaboratives.reads.js';
import { ConveningMail } from './convening-mail.js';
import { Convening } from './convening.entity.js';
import type {
  AnswerInput,
  ConfirmAttendanceInput,
  ConveningInput,
  ConveningListQuery,
  CorrectAttendanceInput,
} from './convening.input.js';
import { type ConveningFacts, conveningLifecycle } from './convening.lifecycle.js';
import { conveningTimes } from './convening.times.js';
import { ExpectedPeople } from './expected.service.js';

export interface ConveningRow {
  readonly id: string;
  readonly state: string;
  readonly kind: ConveningKind;
  readonly name: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly minutes: number;
  readonly place: string;
  readonly yearId: string;
  readonly yearName: string;
  readonly collaborativeId: string;
  readonly collaborativeName: string;
  readonly expected: number;
  readonly coming: number;
  readonly attended: number;
}

export type ConveningDetail = Convening & Pick<ConveningRow, 'yearName' | 'collaborativeName'>;

/** How many people of a convening, each counted once. */
const people = (condition: Sql): Sql => sql`(select count(distinct a.person_id)::int from attendances a
  join seats s on s.id = a.seat_id where a.convening_id = v.id and ${condition})`;

@Injectable()
export class Convenings {
  readonly machine: Stateful<Convening, ConveningFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly attendances: Attendances,
    private readonly expected: ExpectedPeople,
    private readonly mail: ConveningMail,
  ) {
    this.machine = new Stateful<Convening, ConveningFacts>({
      entity: Convening,
      lifecycle: conveningLifecycle as never,
      readPermission: 'convening.read',
      subjectOf: conveningSubject,
      facts: async (_from, rows) => new Map(rows.map(({ id, startsAt }) => [id, { now: this.db.now, startsAt }])),
    });
  }

  /** Plans a convening; everybody whose seat it is for is expected. */
  async plan(actor: Actor, yearId: string, input: ConveningInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const locked = await lockYear(work, yearId, 'convening.plan');
      const { collaborative } = locked;
      const convening = await work.insertOne(Convening, {
        ...this.columnsOf(work, locked, input),
        ...{ state: 'planned', yearId, collaborativeId: collaborative.id, fundId: collaborative.fundId },
      });
      await this.machine.begin(work, [convening], 'plan');
      await this.expected.complete(work, locked);
      return { id: convening.id };
    });
  }

  /** Changes a planned convening and tells who is expected. On another day, what people answered no longer stands. */
  async update(actor: Actor, id: string, input: ConveningInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { locked, convening } = await this.lockWithYear(work, id, 'convening.plan');
      if (convening.state !== 'planned') throw conflict('convening.no_longer_planned');
      const before = shown(convening);
      const { startsAt, endsAt, place } = convening;
      const dayBefore = work.calendar.today(startsAt);
      const were = await this.mail.expected(work, id);
      await work.update(Convening, convening, this.columnsOf(work, locked, input), input.version);
      if (work.calendar.today(convening.startsAt) !== dayBefore) await this.attendances.forgetAnswers(work, id);
      await this.expected.complete(work, locked);
      await this.mail.changed(work, await work.lockOne(Convening, id), { startsAt, endsAt, place }, were);
      const after = shown(convening);
      work.audit({ action: 'convening.updated', subjectType: 'convening', subjectId: id, before, after });
      return { id };
    });
  }

  async cancel(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      const [convening] = await this.machine.transition(work, { action: 'cancel', ids: [id], note, expectedVersion });
      if (convening === undefined) throw notFound('thing.not_found');
      await this.mail.takenBack(work, convening, await this.mail.expected(work, id), note);
      return { id };
    });
  }

  /**
   * Says who came, once for everybody: those who are listed were there, the rest were not, and the convening was held.
   * Of several who do it at once one is heard; the others are told who was.
   */
  async confirmAttendance(
    actor: Actor,
    id: string,
    input: ConfirmAttendanceInput,
  ): Promise<{ id: string; attended: number; absent: number }> {
    return this.db.work(actor, async (work) => {
      const convening = await this.lock(work, id);
      this.machine.require(work.policy, work.actor, 'attendance.confirm', convening);
      if (convening.state === 'held') throw await this.doneAlready(work, id);
      await this.machine.transition(work, { action: 'hold', ids: [id], expectedVersion: input.version });
      const said = await this.attendances.confirmAll(work, convening, input);
      return { id, ...said };
    });
  }

  /** Changes afterwards what was said of one person, with a note that says why. */
  async correct(
    actor: Actor,
    attendanceId: string,
    action: 'confirm' | 'mark_absent',
    input: CorrectAttendanceInput,
  ): Promise<{ id: string; conveningId: string }> {
    return this.db.work(actor, async (work) => {
      const convening = await this.lock(work, await this.attendances.conveningOf(work, attendanceId));
      await this.attendances.correct(work, convening, { attendanceId, action, ...input });
      return { id: attendanceId, conveningId: convening.id };
    });
  }

  /** What a participant answers: whether they come. In all their roles at once, since they are one person. */
  async answer(actor: Actor, attendanceId: string, input: AnswerInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.attendances.answer(work, attendanceId, input);
      return { id: attendanceId };
    });
  }

  async get(actor: Actor, id: string): Promise<ConveningDetail> {
    const [row] = await this.db.query<ConveningDetail>(sql`
      select v.id, v.version, v.created_at as "createdAt", v.state, v.year_id as "yearId",
        v.collaborative_id as "collaborativeId", v.fund_id as "fundId", v.kind, v.name, v.starts_at as "startsAt",
        v.ends_at as "endsAt", v.minutes, v.place, v.roles, y.name as "yearName", c.name as "collaborativeName"
      from convenings v join collaborative_years y on y.id = v.year_id
        join collaboratives c on c.id = v.collaborative_id
      where v.id = ${id}`);
    const isSeen = row !== undefined && this.policy.can(actor, 'convening.read', conveningSubject(row));
    if (!isSeen) throw notFound('thing.not_found');
    return row;
  }

  async list(actor: Actor, query: ConveningListQuery): Promise<ListPage<ConveningRow>> {
    const columns = { scopes: { collaborative: 'v.collaborative_id', fund: 'v.fund_id' } };
    const where = [conditionSql(this.policy.filter(actor, 'convening.read', columns))];
    if (query.state !== undefined) where.push(sql`v.state = ${query.state}`);
    if (query.collaborative !== undefined) where.push(sql`v.collaborative_id = ${query.collaborative}`);
    if (query.year !== undefined) where.push(sql`v.year_id = ${query.year}`);
    if (query.q !== undefined) where.push(sql`v.name ilike ${`%${query.q.replace(/[\\%_]/g, '\\$&')}%`}`);
    return readList<ConveningRow>(
      this.db,
      {
        columns: LIST_COLUMNS,
        from: sql`convenings v join collaborative_years y on y.id = v.year_id
          join collaboratives c on c.id = v.collaborative_id`,
        where,
        sorts: {
          startsAt: { expression: 'v.starts_at', type: 'timestamptz' },
          name: { expression: 'lower(v.name)', type: 'text' },
        },
        defaultSort: '-startsAt',
        id: 'v.id',
      },
      query,
    );
  }

  private columnsOf(
    work: Work,
    { year }: LockedYear,
    input: ConveningInput,
  ): Pick<Convening, 'kind' | 'name' | 'place' | 'roles' | 'startsAt' | 'endsAt' | 'minutes'> {
    if (input.date < year.startsOn || input.date > year.endsOn) {
      throw invalidField('date', 'convening.outside_year', { year: year.name });
    }
    const { kind, place, name = this.texts.t(`convening.field.kind.${kind}`) } = input;
    const roles = (input.roles?.length ?? 0) > 0 ? (input.roles as SeatRole[]) : [...ROLES_OF_KIND[kind]];
    return { kind, name, place, roles, ...conveningTimes(work.calendar, input) };
  }

  /** The convening for update; who may not see it finds nothing. */
  private async lock(work: Work, id: string): Promise<Convening> {
    const convening = await work.lockOne(Convening, id);
    if (!work.policy.can(work.actor, 'convening.read', conveningSubject(convening))) throw notFound('thing.not_found');
    return convening;
  }

  /** The year first, as everything that touches who is expected does. */
  private async lockWithYear(
    work: Work,
    id: string,
    permission: string,
  ): Promise<{ locked: LockedYear; convening: Convening }> {
    const [found] = await work.query<{ yearId: string }>(
      sql`select year_id as "yearId" from convenings where id = ${id}`,
    );
    if (found === undefined) throw notFound('thing.not_found');
    const locked = await lockYear(work, found.yearId, permission);
    return { locked, convening: await work.lockOne(Convening, id) };
  }

  private async doneAlready(work: Work, id: string): Promise<Error> {
    const [step] = await work.query<{ name: string; at: Date }>(sql`
      select ${actorName('actor')} as name, at from lifecycle_steps
      where subject_type = 'convening' and subject_id = ${id} and action = 'hold' order by id desc limit 1`);
    if (step === undefined) return conflict('thing.changed_meanwhile');
    const at = work.calendar.formatInstant(step.at, 'short');
    return conflict('attendance.confirmed_already', { params: { name: step.name, at } });
  }
}

const LIST_COLUMNS = sql`v.id, v.state, v.kind, v.name, v.starts_at as "startsAt", v.ends_at as "endsAt", v.minutes,
  v.place, v.year_id as "yearId", y.name as "yearName", v.collaborative_id as "collaborativeId",
  c.name as "collaborativeName", ${people(STILL_EXPECTED)} as expected,
  ${people(sql`a.coming and ${STILL_EXPECTED}`)} as coming, ${people(sql`a.state = 'attended'`)} as attended`;

export const conveningSubject = (row: Pick<Convening, 'collaborativeId' | 'fundId'>): Subject => ({
  scopes: { collaborative: row.collaborativeId, fund: row.fundId },
});

const shown = ({ kind, name, startsAt, endsAt, minutes, place, roles }: Convening): Record<string, unknown> => ({
  ...{ kind, name, startsAt, endsAt, minutes, place, roles },
});
