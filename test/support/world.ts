/**
 * Worlds: the whole of Granary on a database of its own, with a clock that stands still until it is moved. `openWorld`
 * is for services; `openWebWorld` adds the web application, asked without a network.
 */
import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDemo } from '../../src/demo/demo.js';
import { type ApplicationParts, createContext, createDrainer, createWeb } from '../../src/application.js';
import { AgencySettings } from '../../src/features/agency/index.js';
import { hashPassphrase } from '../../src/features/sign-in/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { FixedClock } from '../../src/kernel/clock.js';
import { newId } from '../../src/kernel/ids.js';
import { Policy, type Role, type ScopeKind } from '../../src/kernel/policy.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { createLogger } from '../../src/platform/config/logger.js';
import { Database } from '../../src/platform/database/database.js';
import { sql } from '../../src/platform/database/sql.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createDemoDatabase, DEMO_KEYS, DEMO_PASSPHRASE, DEMO_TODAY } from './demo-database.js';

/** A Tuesday noon in Seattle, in the fiscal year the examples are about. */
export const WORLD_START = new Date('2015-11-10T20:00:00Z');

export interface WorldOptions {
  readonly start?: Date;
  /** Settings as they would stand in the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether roles that decide about money wait for a second step; off when nothing is said. */
  readonly secondFactor?: 'required' | 'off';
  /** Whether the whole demonstration is in it, with `DEMO_PASSPHRASE` for its people and `DEMO_TODAY` for its start. */
  readonly demo?: boolean;
}

export interface World {
  readonly app: INestApplicationContext;
  readonly database: TestDatabase;
  readonly db: Database;
  readonly clock: FixedClock;
  readonly policy: Policy;
  /** What was logged as a warning or worse, one JSON line each. */
  readonly troubles: readonly string[];
  get<T>(token: abstract new (...args: never[]) => T): T;
  /** Runs every job that is due and gives how many there were. */
  drain(): Promise<number>;
  /** A new person with an account whose passphrase is `TEST_PASSPHRASE`, and these roles. */
  person(grants?: readonly TestGrant[], name?: string): Promise<TestPerson>;
  /** A new person acting in this role, for the whole agency unless told. */
  actor(role: Role, scope?: Omit<TestGrant, 'role'>): Promise<PersonActor>;
  close(): Promise<void>;
}

export interface TestGrant {
  readonly role: Role;
  readonly scopeKind?: ScopeKind;
  readonly scopeId?: string | null;
}

export interface WebWorld extends World {
  readonly app: NestFastifyApplication;
  inject(options: AskOptions): Promise<Answer>;
  /** Signs a new person in who holds this role for the whole agency, or the one given. */
  signIn(who?: Role | TestPerson): Promise<Visitor>;
}

/** What is asked of the application; `json` and `form` are bodies with the type that belongs to them. */
export interface AskOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>> | string;
  readonly payload?: string | Buffer;
}

export type Answer = Awaited<ReturnType<NestFastifyApplication['inject']>>;

export interface TestPerson {
  readonly personId: string;
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
}

/** Somebody with a session. */
export interface Visitor {
  readonly person: TestPerson;
  readonly cookie: string;
  ask(options: AskOptions): Promise<Answer>;
  get(url: string): Promise<Answer>;
  post(url: string, json?: unknown): Promise<Answer>;
  /** Sends a form with the token of a page of this session. */
  submit(url: string, form?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The token that forms of this session carry. */
  csrf(): Promise<string>;
}

/** What failed on our side so far: one line each, without the stack. */
export function failuresOf(world: World): string[] {
  return world.troubles
    .filter((line) => line.includes('request failed'))
    .map((line) => {
      const { err, route, msg } = JSON.parse(line) as { err?: { message?: string }; route?: string; msg: string };
      return `${msg}: ${route ?? ''} ${err?.message ?? ''}`;
    });
}

export const TEST_PASSPHRASE = 'orchard lantern copper rain';

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  return open(options, createContext);
}

export async function openWebWorld(options: WorldOptions = {}): Promise<WebWorld> {
  const world = await open(options, createWeb);
  const app = world.app as NestFastifyApplication;
  const inject = (asked: AskOptions): Promise<Answer> => app.inject(toInject(asked) as never);
  return Object.assign(world, {
    app,
    inject,
    signIn: async (who?: Role | TestPerson) => {
      const person = typeof who === 'object' ? who : await world.person(who === undefined ? [] : [{ role: who }]);
      return enter(inject, person);
    },
  });
}

async function open<A extends INestApplicationContext>(
  options: WorldOptions,
  create: (parts: ApplicationParts) => Promise<A>,
): Promise<World & { app: A }> {
  if (options.demo !== true) return openOn(await createTestDatabase(), options, create);
  const onDemo: WorldOptions = {
    ...options,
    start: options.start ?? DEMO_TODAY,
    env: { ...DEMO_KEYS, ...options.env },
  };
  return openOn(await createDemoDatabase(makeDemo), onDemo, create);
}

/** The demonstration in a migrated database, and nobody connected to it any more. */
async function makeDemo(database: TestDatabase): Promise<void> {
  const kept = { ...database, drop: async () => undefined };
  const world = await openOn(kept, { start: DEMO_TODAY, env: DEMO_KEYS }, createContext);
  try {
    await runDemo(world.app, DEMO_PASSPHRASE);
  } finally {
    await world.close();
  }
}

async function openOn<A extends INestApplicationContext>(
  database: TestDatabase,
  options: WorldOptions,
  create: (parts: ApplicationParts) => Promise<A>,
): Promise<World & { app: A }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'granary-world-'));
  const troubles: string[] = [];
  try {
    const config = loadConfig({
      NODE_ENV: 'test',
      DATA_DIR: dataDir,
      PUBLIC_URL: 'http://granary.test',
      SESSION_SECRET: 'a secret of tests that is long enough',
      LOG_LEVEL: 'warn',
      DATABASE_URL: database.appUrl,
      DATABASE_POOL_SIZE: '6',
      READ_POOL_SIZE: '4',
      SECOND_FACTOR: options.secondFactor ?? 'off',
      ...options.env,
    });
    const logger = createLogger(config, { write: (line: string) => void troubles.push(line) });
    const clock = new FixedClock(options.start ?? WORLD_START);
    const parts: ApplicationParts = { config, logger, clock, databaseUrl: database.appUrl, setRole: false };
    const app = await create(parts);
    const db = app.get(Database, { strict: false });
    await db.work(systemActor('first-start'), (work) =>
      app.get(AgencySettings, { strict: false }).ensureDefaults(work),
    );
    await app.get(AgencySettings, { strict: false }).current();
    const drainer = createDrainer(app, parts);
    const people = new People(db);
    return {
      app,
      database,
      db,
      clock,
      troubles,
      policy: app.get(Policy, { strict: false }),
      get: (token) => app.get(token as never, { strict: false }),
      drain: () => drainer.drain(),
      person: (grants, name) => people.person(grants, name),
      actor: (role, scope) => people.actor(role, scope),
      async close() {
        await drainer.stop();
        await app.close();
        await db.close();
        await database.drop();
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}

/** People with accounts and roles, as rows: any role at any scope, which the page for roles would not always grant. */
class People {
  private count = 0;
  private static hash: Promise<string> | undefined;

  constructor(private readonly db: Database) {}

  async person(grants: readonly TestGrant[] = [], name?: string): Promise<TestPerson> {
    this.count += 1;
    const person: TestPerson = {
      personId: newId(),
      accountId: newId(),
      email: `person${this.count}@example.org`,
      name: name ?? `Person ${this.count}`,
    };
    // One passphrase for everybody: making its hash is slow on purpose.
    const hash = await (People.hash ??= hashPassphrase(TEST_PASSPHRASE));
    await this.db.work(systemActor('test'), async (work) => {
      const { now } = work;
      await work.query(sql`insert into persons (id, version, created_at, name, locale)
        values (${person.personId}, 1, ${now}, ${person.name}, 'en')`);
      await work.query(sql`insert into identifiers (id, version, created_at, person_id, kind, value)
        values (${newId()}, 1, ${now}, ${person.personId}, 'address', ${person.email})`);
      await work.query(sql`insert into accounts (id, version, created_at, person_id, passphrase_hash)
        values (${person.accountId}, 1, ${now}, ${person.personId}, ${hash})`);
      for (const grant of grants) {
        await work.query(sql`
          insert into role_grants (id, version, created_at, person_id, role, scope_kind, scope_id, reason, starts_on)
          values (${newId()}, 1, ${now}, ${person.personId}, ${grant.role}, ${grant.scopeKind ?? 'agency'},
                  ${grant.scopeId ?? null}, 'For a test', ${work.today})`);
      }
    });
    return person;
  }

  async actor(role: Role, scope: Omit<TestGrant, 'role'> = {}): Promise<PersonActor> {
    const { personId, name } = await this.person([{ role, ...scope }]);
    const grant = { role, scopeKind: scope.scopeKind ?? 'agency', scopeId: scope.scopeId ?? null };
    return { kind: 'person', personId, name, grants: [grant] };
  }
}

function toInject({ method, url, headers, json, form, payload }: AskOptions): Record<string, unknown> {
  const type =
    json !== undefined ? 'application/json' : form !== undefined ? 'application/x-www-form-urlencoded' : undefined;
  const body =
    json !== undefined ? JSON.stringify(json) : typeof form === 'object' ? String(new URLSearchParams(form)) : form;
  return {
    method: method ?? 'GET',
    url,
    headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    payload: payload ?? body,
  };
}

/** Opens a session as a person does: by address and passphrase. */
async function enter(inject: (asked: AskOptions) => Promise<Answer>, person: TestPerson): Promise<Visitor> {
  const opened = await inject({
    method: 'POST',
    url: '/api/session',
    json: { email: person.email, password: TEST_PASSPHRASE },
  });
  if (opened.statusCode >= 300) throw new Error(`Signing in answered ${opened.statusCode}: ${opened.body}`);
  const cookie = opened.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const ask = (asked: AskOptions): Promise<Answer> => inject({ ...asked, headers: { cookie, ...asked.headers } });
  let token: string | undefined;
  const csrf = async (): Promise<string> => {
    if (token !== undefined) return token;
    const page = await ask({ url: '/' });
    token = /name="_csrf"[^>]*value="([^"]+)"/.exec(page.body)?.[1];
    if (token === undefined) throw new Error(`The home page has no form with a token; it answered ${page.statusCode}`);
    return token;
  };
  return {
    person,
    cookie,
    ask,
    csrf,
    get: (url) => ask({ url }),
    post: (url, json = {}) => ask({ method: 'POST', url, json }),
    submit: async (url, form = {}) => ask({ method: 'POST', url, form: { _csrf: await csrf(), ...form } }),
  };
}
