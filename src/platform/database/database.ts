/** Database: reads by plain SQL on their own small pool, and `work`, the one way to write. */
import pg from 'pg';
import { DataSource } from 'typeorm';
import { type Actor, actorKey } from '../../kernel/actor.js';
import type { Calendar } from '../../kernel/calendar.js';
import type { Clock } from '../../kernel/clock.js';
import { AppError, conflict, invalid, unavailable } from '../../kernel/errors.js';
import type { Policy } from '../../kernel/policy.js';
import { currentRequest, type Idempotency, isInWork, runInWork } from './context.js';
import type { Secrets } from '../secrets/secrets.js';
import type { EffectHandlers } from './effects.js';
import { SnakeNaming } from './naming.js';
import { type Sql, sql } from './sql.js';
import { type Queryable, Work } from './work.js';

// Dates stay the 'YYYY-MM-DD' text they are; a Date would move them by a time zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export interface DatabaseOptions {
  readonly url: string;
  /** True when `url` is the owner's login: every connection then takes the role of the application. */
  readonly setRole: boolean;
  readonly entities: readonly (abstract new () => object)[];
  readonly poolSize: number;
  readonly readPoolSize: number;
  /** For what the audit trail says of persons. */
  readonly secrets?: Secrets;
}

/** What every connection of the application is opened with. */
export function sessionOptions(setRole: boolean): string {
  const settings = ['timezone=UTC', 'statement_timeout=15000', 'lock_timeout=5000'];
  if (setRole) settings.push('role=granary_app');
  return settings.map((setting) => `-c ${setting}`).join(' ');
}

const RERUN_CODES = new Set(['40001', '40P01']);
const BUSY_CODES = new Set(['55P03', '57014']);
const MOST_RERUNS = 5;

function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return code;
  const driverError = (error as { driverError?: { code?: unknown } }).driverError;
  return typeof driverError?.code === 'string' ? driverError.code : undefined;
}

/** The name of the constraint the database refused a row by, if that is what the error says. */
export function violatedConstraint(error: unknown): string | undefined {
  const source = (error as { driverError?: unknown }).driverError ?? error;
  const constraint = (source as { constraint?: unknown }).constraint;
  return typeof constraint === 'string' ? constraint : undefined;
}

/** Texts differ with what somebody may do, so their number is bounded; what comes later is planned each time. */
const MOST_PREPARED = 100;

/** The same name for the same text, for as many texts as a connection may keep. */
class PreparedNames {
  private readonly names = new Map<string, string>();

  nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= MOST_PREPARED) return known;
    const name = `often_${this.names.size + 1}`;
    this.names.set(text, name);
    return name;
  }
}

/** Whoever got no connection by then is told to try again; a server that died while it answered never would. */
const CONNECT_MILLISECONDS = 20_000;
const NO_CONNECTION = /timeout exceeded when trying to connect|terminated due to connection timeout/;

export class Database implements Queryable {
  private readonly writes: DataSource;
  private readonly reads: pg.Pool;
  private readonly prepared = new PreparedNames();
  private readonly secrets: Secrets | undefined;
  private calendar: Calendar;

  constructor(
    options: DatabaseOptions,
    private readonly clock: Clock,
    private readonly policy: Policy,
    private readonly effects: EffectHandlers,
    calendar: Calendar,
  ) {
    this.calendar = calendar;
    this.secrets = options.secrets;
    this.writes = new DataSource({
      type: 'postgres',
      url: options.url,
      entities: [...options.entities] as never,
      namingStrategy: new SnakeNaming(),
      synchronize: false,
      extra: {
        max: options.poolSize,
        options: sessionOptions(options.setRole),
        application_name: 'granary',
        connectionTimeoutMillis: CONNECT_MILLISECONDS,
      },
    });
    this.reads = new pg.Pool({
      connectionString: options.url,
      max: options.readPoolSize,
      options: sessionOptions(options.setRole),
      application_name: 'granary-reads',
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
    });
    // A connection that dies while idle is replaced by the pool; the next query says so if the server is gone.
    this.reads.on('error', () => undefined);
  }

  async open(): Promise<void> {
    await this.writes.initialize();
  }

  async close(): Promise<void> {
    if (this.writes.isInitialized) await this.writes.destroy();
    await this.reads.end();
  }

  /** The pool that reads and sessions share. */
  get readPool(): pg.Pool {
    return this.reads;
  }

  /** The time zone and holidays that dates are reckoned in; set again when the agency's settings change. */
  useCalendar(calendar: Calendar): void {
    this.calendar = calendar;
  }

  get currentCalendar(): Calendar {
    return this.calendar;
  }

  get now(): Date {
    return this.clock.now();
  }

  get today(): string {
    return this.calendar.today(this.clock.now());
  }

  async query<T = Record<string, unknown>>(query: Sql): Promise<T[]> {
    return this.read(query.compile());
  }

  /**
   * The same for what pages ask over and over: each connection prepares it once and keeps the plan, since planning a
   * query over many tables takes several times as long as finding the few rows it is after.
   */
  async queryOften<T = Record<string, unknown>>(query: Sql): Promise<T[]> {
    const { text, values } = query.compile();
    return this.read({ text, values, name: this.prepared.nameOf(text) });
  }

  /** What is asked over and over, for reads that are written against whoever answers them. */
  readonly often: Queryable = { query: (query) => this.queryOften(query) };

  async find<T = Record<string, unknown>>(query: Sql): Promise<T | undefined> {
    return (await this.query<T>(query))[0];
  }

  private async read<T>(query: { text: string; values: unknown[]; name?: string }): Promise<T[]> {
    if (isInWork()) throw new Error('A read beside a work would take a second connection; use work.query');
    try {
      return (await this.reads.query(query)).rows as T[];
    } catch (error) {
      throw translate(error);
    }
  }

  /**
   * Runs `run` in one transaction and commits what it wrote together with its audit, history and jobs. A deadlock or
   * serialization failure reruns the whole closure. With an idempotency key a twin gets the first one's answer, so
   * the answer must be plain JSON: ids, not things.
   */
  async work<T>(actor: Actor, run: (work: Work) => Promise<T>): Promise<T> {
    if (isInWork()) throw new Error('A work was opened inside a work; take the work as argument instead');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(actor, run);
      } catch (error) {
        const state = sqlState(error);
        if (state === undefined || !RERUN_CODES.has(state) || attempt >= MOST_RERUNS) throw translate(error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
      }
    }
  }

  private async attempt<T>(actor: Actor, run: (work: Work) => Promise<T>): Promise<T> {
    const runner = this.writes.createQueryRunner();
    await runner.connect();
    try {
      await runner.startTransaction();
      const work = new Work({
        manager: runner.manager,
        actor,
        now: this.clock.now(),
        policy: this.policy,
        effects: this.effects,
        calendar: this.calendar,
        secrets: this.secrets,
      });
      const answer = await runInWork(() => once(work, () => run(work)));
      await runner.commitTransaction();
      return answer;
    } catch (error) {
      // The connection may be gone with its transaction; the first error is the one worth telling.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

/** Runs the work's closure at most once per idempotency key and gives a twin the first answer. */
async function once<T>(work: Work, run: () => Promise<T>): Promise<T> {
  const idempotency = currentRequest()?.idempotency;
  const finish = async (): Promise<T> => {
    const answer = await run();
    await work.flush();
    return answer;
  };
  if (idempotency === undefined) return finish();
  const actor = actorKey(work.actor);
  const earlier = await takeKey(work, actor, idempotency);
  if (earlier !== undefined) {
    if (earlier.route !== idempotency.route || earlier.inputHash !== idempotency.inputHash) {
      throw invalid('request.key_used_for_another');
    }
    return earlier.answer as T;
  }
  const answer = await finish();
  await work.query(
    sql`update idempotency_keys set answer = ${JSON.stringify(answer ?? null)}::jsonb
        where actor = ${actor} and key = ${idempotency.key}`,
  );
  return answer;
}

interface EarlierAnswer {
  readonly route: string;
  readonly inputHash: string;
  readonly answer: unknown;
}

/** Takes the key for this work, or gives the answer of the one that had it before; waits for a twin still at work. */
async function takeKey(
  work: Work,
  actor: string,
  { key, route, inputHash }: Idempotency,
): Promise<EarlierAnswer | undefined> {
  const taken = await work.query(
    sql`insert into idempotency_keys (actor, key, route, input_hash, created_at)
        values (${actor}, ${key}, ${route}, ${inputHash}, ${work.now}) on conflict do nothing returning key`,
  );
  if (taken.length === 1) return undefined;
  const [earlier] = await work.query<EarlierAnswer>(
    sql`select route, input_hash as "inputHash", answer from idempotency_keys where actor = ${actor} and key = ${key}`,
  );
  return earlier;
}

/** Turns what the database says about being busy or gone into what a person can be told. */
function translate(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const state = sqlState(error);
  if (state !== undefined && (BUSY_CODES.has(state) || RERUN_CODES.has(state))) {
    return unavailable('service.busy', { retryAfterSeconds: 5, cause: error });
  }
  if (state !== undefined && (state.startsWith('08') || state.startsWith('57P') || state === 'ECONNREFUSED')) {
    return unavailable('service.database_away', { retryAfterSeconds: 5, cause: error });
  }
  if (error instanceof Error && NO_CONNECTION.test(error.message)) {
    return unavailable('service.busy', { retryAfterSeconds: 5, cause: error });
  }
  if (state === '23503') return conflict('thing.still_used', { cause: error });
  return error;
}
