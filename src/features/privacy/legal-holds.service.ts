/** LegalHolds: orders to keep. One person places a hold, another one lifts it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import { notConflicted } from '../conflicts/index.js';
import { type HoldKind, LegalHold } from './legal-hold.entity.js';
import { type LegalHoldFacts, legalHoldLifecycle } from './legal-hold.lifecycle.js';
import type { HoldListQuery, LegalHoldInput } from './privacy.input.js';

export interface LegalHoldView {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly kind: HoldKind;
  readonly subjectId: string | null;
  /** What it is called; nothing for the whole agency. */
  readonly subjectName: string | null;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedByName: string;
  readonly createdAt: Date;
  readonly liftedByName: string | null;
  readonly liftedAt: Date | null;
}

const NAME = `case h.subject_kind when 'person' then (select name from persons where id = h.subject_id)
  when 'organization' then (select name from organizations where id = h.subject_id)
  when 'award' then (select number || ' ' || title from awards where id = h.subject_id)
  when 'round' then (select name from rounds where id = h.subject_id) end`;
const COLUMNS = rawSql(`h.id, h.version, h.state, h.subject_kind as kind, h.subject_id as "subjectId",
  ${NAME} as "subjectName", h.reason, h.placed_by as "placedBy", placer.name as "placedByName",
  h.created_at as "createdAt", lifter.name as "liftedByName", h.lifted_at as "liftedAt"`);
const TABLES = rawSql(`legal_holds h join persons placer on placer.id = h.placed_by
  left join persons lifter on lifter.id = h.lifted_by`);

export type SubjectKind = Exclude<HoldKind, 'agency'>;

export interface HoldSubject {
  readonly id: string;
  readonly name: string;
}

/** An award that a direct conflict of interest closes to somebody is not named to them here either. */
const clearOf = (actor: Actor, awardId: Sql): Sql =>
  notConflicted(actor, sql`(select held.application_id from awards held where held.id = ${awardId})`);

const likely = (words: string): string => `%${words.replace(/[\\%_]/g, '\\$&')}%`;

/** Where the subjects of a kind are found. */
const TABLE_OF: Readonly<Record<SubjectKind, string>> = {
  person: 'persons',
  organization: 'organizations',
  award: 'awards',
  round: 'rounds',
};

@Injectable()
export class LegalHolds {
  readonly machine: Stateful<LegalHold, LegalHoldFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {
    this.machine = new Stateful<LegalHold, LegalHoldFacts>({
      entity: LegalHold,
      lifecycle: legalHoldLifecycle as never,
      readPermission: 'legal_hold.read',
      subjectOf: () => ({}),
      facts: async (_from, rows) => new Map(rows.map(({ id, placedBy }) => [id, { placedBy }])),
    });
  }

  async place(actor: Actor, input: LegalHoldInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const permission = 'legal_hold.place';
      if (actor.kind !== 'person' || !this.policy.can(actor, permission, {})) {
        throw forbidden('permission.missing', { params: { permission } });
      }
      // Nothing is disposed of meanwhile: a hold comes in time for all that has not gone.
      await work.query(sql`select pg_advisory_xact_lock(hashtext('legal_hold'))`);
      const kind = input.kind as HoldKind;
      const subjectId = kind === 'agency' ? null : (input.subjectId ?? null);
      if (kind !== 'agency') {
        if (subjectId === null) throw invalidField('subjectId', 'legal_hold.subject_missing');
        const clear = kind === 'award' ? clearOf(actor, sql`${subjectId}::uuid`) : rawSql('true');
        const found = await work.query(sql`
          select 1 from ${rawSql(TABLE_OF[kind])} where id = ${subjectId} and ${clear}`);
        if (found.length === 0) throw invalidField('subjectId', 'field.not_found');
      }
      const hold = await work.insertOne(LegalHold, {
        ...{ state: 'in_force', subjectKind: kind, subjectId, reason: input.reason, placedBy: actor.personId },
        ...{ liftedBy: null, liftedAt: null },
      });
      await this.machine.begin(work, [hold], 'place', input.reason);
      return { id: hold.id };
    });
  }

  async lift(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      if (actor.kind !== 'person') {
        throw forbidden('permission.missing', { params: { permission: 'legal_hold.lift' } });
      }
      const seen = await work.query(sql`select 1 from legal_holds h where h.id = ${id} and ${this.seen(actor)}`);
      if (seen.length === 0) throw notFound('thing.not_found');
      await this.machine.transition(work, {
        ...{ action: 'lift', ids: [id], note: step.note, expectedVersion: step.version },
        changes: { liftedBy: actor.personId, liftedAt: work.now },
      });
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<LegalHoldView> {
    const [row] = await this.db.query<LegalHoldView>(
      sql`select ${COLUMNS} from ${TABLES} where h.id = ${id} and ${this.seen(actor)}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  /** Those in force first, the newest of each first. */
  async list(actor: Actor, query: HoldListQuery): Promise<ListPage<LegalHoldView>> {
    const where = [this.seen(actor)];
    if (query.state !== undefined) where.push(sql`h.state = ${query.state}`);
    if (query.q !== undefined) {
      const pattern = likely(query.q);
      where.push(sql`(h.reason ilike ${pattern} or ${rawSql(NAME)} ilike ${pattern})`);
    }
    return readList<LegalHoldView>(
      this.db,
      {
        ...{ columns: COLUMNS, from: TABLES, where, id: 'h.id', defaultSort: '-createdAt' },
        sorts: { createdAt: { expression: 'h.created_at', type: 'timestamptz' } },
      },
      query,
    );
  }

  /** What can be held, by its name. */
  async subjects(actor: Actor, kind: SubjectKind, query: ListQuery): Promise<ListPage<HoldSubject>> {
    const expression = kind === 'award' ? "(s.number || ' ' || s.title)" : 's.name';
    const where = query.q === undefined ? [] : [sql`${rawSql(expression)} ilike ${likely(query.q)}`];
    if (kind === 'award') where.push(clearOf(actor, rawSql('s.id')));
    return readList<HoldSubject>(
      this.db,
      {
        columns: sql`s.id, ${rawSql(expression)} as name`,
        from: sql`${rawSql(TABLE_OF[kind])} s`,
        sorts: { name: { expression, type: 'text' } },
        ...{ where, defaultSort: 'name', id: 's.id' },
      },
      query,
    );
  }

  /** One of them. */
  async subject(actor: Actor, kind: SubjectKind, id: string): Promise<HoldSubject> {
    const label = kind === 'award' ? "number || ' ' || title" : 'name';
    const found = await this.db.find<HoldSubject>(
      sql`select id, ${rawSql(label)} as name from ${rawSql(TABLE_OF[kind])} where id = ${id}
        and ${kind === 'award' ? clearOf(actor, sql`${id}::uuid`) : rawSql('true')}`,
    );
    if (found === undefined) throw notFound('thing.not_found');
    return found;
  }

  private seen(actor: Actor): Sql {
    const clear = clearOf(actor, rawSql('h.subject_id'));
    const mayRead = conditionSql(this.policy.filter(actor, 'legal_hold.read', {}));
    return sql`(${mayRead} and case when h.subject_kind = 'award' then ${clear} else true end)`;
  }
}
