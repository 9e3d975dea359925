/**
 * Work: one transaction with its audit, history, effects and jobs inside; the only way to write. It is opened by
 * `Database.work` and handed to every step that takes part.
 */
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Actor } from '../../kernel/actor.js';
import type { Calendar } from '../../kernel/calendar.js';
import { conflict, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { Effect } from '../../kernel/lifecycle.js';
import type { Policy } from '../../kernel/policy.js';
import { type AuditEntry, writeAudit } from '../audit/entries.js';
import type { Secrets } from '../secrets/secrets.js';
import type { Queryable } from './queryable.js';
import type { Row } from './row.js';
import type { JobTopic } from '../jobs/job.js';
import type { Sql } from './sql.js';

export type { AuditEntry } from '../audit/entries.js';
export type { Queryable } from './queryable.js';

export interface JobOptions {
  /** Not before this moment; at once when absent. */
  readonly availableAt?: Date;
}

interface QueuedJob {
  readonly topic: string;
  readonly payload: Record<string, unknown>;
  readonly availableAt: Date;
}

/** A new row as it is given to `insert`: id, version and creation time are filled in. */
export type NewRow<E extends Row> = Omit<E, 'id' | 'version' | 'createdAt'> & { id?: string };

/** Where a work hands its effects; `EffectHandlers` is it. */
export interface EffectSink {
  apply(work: Work, effects: readonly Effect[]): Promise<void>;
}

export interface WorkParts {
  readonly manager: EntityManager;
  readonly actor: Actor;
  readonly now: Date;
  readonly policy: Policy;
  readonly effects: EffectSink;
  readonly calendar: Calendar;
  readonly secrets?: Secrets;
}

export class Work implements Queryable {
  readonly actor: Actor;
  readonly now: Date;
  readonly policy: Policy;
  readonly calendar: Calendar;
  private readonly manager: EntityManager;
  private readonly effects: EffectSink;
  private readonly secrets: Secrets | undefined;
  private readonly auditEntries: AuditEntry[] = [];
  private actingFor: string | null = null;
  private readonly jobs: QueuedJob[] = [];

  constructor(parts: WorkParts) {
    this.manager = parts.manager;
    this.actor = parts.actor;
    this.now = parts.now;
    this.policy = parts.policy;
    this.calendar = parts.calendar;
    this.effects = parts.effects;
    this.secrets = parts.secrets;
  }

  /** The agency's date of this work. */
  get today(): string {
    return this.calendar.today(this.now);
  }

  /**
   * Rows for update, locked in id order so that two works never wait for each other; throws when one is missing. What
   * only refers to a row does not wait for it: ids never change.
   */
  async lock<E extends Row & ObjectLiteral>(entity: EntityTarget<E>, ids: readonly string[]): Promise<E[]> {
    const wanted = [...new Set(ids)].sort();
    if (wanted.length === 0) return [];
    const rows = await this.manager
      .createQueryBuilder(entity, 'row')
      .where('row.id = any(:wanted::uuid[])', { wanted })
      .orderBy('row.id')
      .setLock('for_no_key_update')
      .getMany();
    if (rows.length !== wanted.length) throw notFound('thing.not_found');
    return rows;
  }

  async lockOne<E extends Row & ObjectLiteral>(entity: EntityTarget<E>, id: string): Promise<E> {
    const [row] = await this.lock(entity, [id]);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  async insert<E extends Row & ObjectLiteral>(entity: EntityTarget<E>, rows: readonly NewRow<E>[]): Promise<E[]> {
    const complete = rows.map((row) => ({ ...row, id: row.id ?? newId(), version: 1, createdAt: this.now }));
    for (let start = 0; start < complete.length; start += 1000) {
      await this.manager.insert(entity, complete.slice(start, start + 1000) as never);
    }
    return complete as unknown as E[];
  }

  async insertOne<E extends Row & ObjectLiteral>(entity: EntityTarget<E>, row: NewRow<E>): Promise<E> {
    const [inserted] = await this.insert(entity, [row]);
    return inserted as E;
  }

  /**
   * Writes these columns of one row and raises its version. Refuses with 409 when the row has moved on since it was
   * read; `expectedVersion` is the version a form or request was made from.
   */
  async update<E extends Row & ObjectLiteral>(
    entity: EntityTarget<E>,
    row: E,
    changes: Partial<Omit<E, 'id' | 'version' | 'createdAt' | 'state'>>,
    expectedVersion?: number,
  ): Promise<void> {
    if (expectedVersion !== undefined && expectedVersion !== row.version) throw conflict('thing.changed_meanwhile');
    const result = await this.manager
      .createQueryBuilder()
      .update(entity)
      .set({ ...changes, version: row.version + 1 } as never)
      .where('id = :id and version = :version', { id: row.id, version: row.version })
      .execute();
    if (result.affected !== 1) throw conflict('thing.changed_meanwhile');
    Object.assign(row, changes, { version: row.version + 1 });
  }

  /** One UPDATE for rows already locked in this work: the same columns for all, each version raised by one. */
  async updateSet<E extends Row & ObjectLiteral>(
    entity: EntityTarget<E>,
    rows: readonly E[],
    changes: Partial<Omit<E, 'id' | 'version' | 'createdAt'>>,
  ): Promise<void> {
    if (rows.length === 0) return;
    await this.manager
      .createQueryBuilder()
      .update(entity)
      .set({ ...changes, version: () => 'version + 1' } as never)
      .where('id = any(:ids::uuid[])', { ids: rows.map((row) => row.id) })
      .execute();
    for (const row of rows) Object.assign(row, changes, { version: row.version + 1 });
  }

  async query<T = Record<string, unknown>>(query: Sql): Promise<T[]> {
    const { text, values } = query.compile();
    // UPDATE and DELETE through TypeORM answer [rows, count]; RETURNING rows are what callers ask for.
    const answer = (await this.manager.query(text, values)) as T[] | [T[], number];
    const isCounted = answer.length === 2 && Array.isArray(answer[0]) && typeof answer[1] === 'number';
    return isCounted ? (answer as [T[], number])[0] : (answer as T[]);
  }

  /** The next per-year number people see, such as `2016-0007`; take it last, its counter row stays locked. */
  async nextNumber(series: string, year: string): Promise<string> {
    const rows = await this.manager.query(
      `insert into number_series (series, year, last) values ($1, $2, 1)
       on conflict (series, year) do update set last = number_series.last + 1 returning last`,
      [series, year],
    );
    return `${year}-${String(rows[0].last).padStart(4, '0')}`;
  }

  audit(entry: AuditEntry): void {
    this.auditEntries.push(entry);
  }

  /**
   * What is done here may be done only because the actor assists this organization, or because this person lent them what
   * it takes; the trail says so.
   */
  actFor(id: string): void {
    this.actingFor = id;
  }

  /** Queues a job; it exists exactly when this work commits. */
  queue(topic: JobTopic, payload: Record<string, unknown>, options: JobOptions = {}): void {
    this.jobs.push({ topic, payload, availableAt: options.availableAt ?? this.now });
  }

  /** Hands effects to the features that own them, all of one kind at once. */
  async apply(effects: readonly Effect[]): Promise<void> {
    await this.effects.apply(this, effects);
  }

  /** Writes what was collected. Called once by `Database.work`, just before commit. */
  async flush(): Promise<void> {
    if (this.auditEntries.length > 0) {
      const { actor, now, auditEntries: entries, actingFor, secrets } = this;
      await writeAudit(this, { actor, now, entries, actingFor, secrets });
    }
    if (this.jobs.length > 0) {
      const rows = this.jobs.map((job) => ({
        id: newId(),
        topic: job.topic,
        payload: job.payload,
        available_at: job.availableAt,
        created_at: this.now,
      }));
      await this.manager.query(
        `insert into outbox (id, topic, payload, available_at, created_at)
         select id, topic, payload, available_at, created_at from jsonb_to_recordset($1::jsonb)
           as job(id uuid, topic text, payload jsonb, available_at timestamptz, created_at timestamptz)`,
        [JSON.stringify(rows)],
      );
      await this.manager.query(`notify outbox`);
    }
  }
}
