/**
 * The last minute of a round: so many applicants send at once, against the very statements of their requests replayed
 * on a copy of the same database behind a bare Fastify route; and autosaves meanwhile, against autosaves alone.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import fastify, { type FastifyInstance } from 'fastify';
import pg from 'pg';
import { RuleSets } from '../../src/features/agency/index.js';
import { OrganizationMembers } from '../../src/features/organizations/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { draftApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { copyDatabase, type TestDatabase } from '../support/database.js';
import { openWebWorld, type Visitor, type WebWorld } from '../support/world.js';
import { median, ms, say, type Sizes, tell, times } from './measure.js';

const system = systemActor('bench');
/** Each of these people sends for several organizations: signing in is slow on purpose, and is not what is measured. */
const ORGANIZATIONS_OF_ONE = 5;
const WRITES = 6;
const READS = 4;
/** So many send before anything is measured, and so many go on writing. */
const WARM = 20;

interface Draft {
  readonly id: string;
  readonly visitor: Visitor;
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

interface Burst {
  readonly total: number;
  readonly each: number[];
}

export async function benchSubmits(sizes: Sizes): Promise<void> {
  const world = await openWebWorld({ env: { DATABASE_POOL_SIZE: String(WRITES), READ_POOL_SIZE: String(READS) } });
  let copy: TestDatabase | undefined;
  try {
    const few = Math.min(sizes.submits, WARM);
    say(`making ${sizes.submits * 2 + few * 2} drafts ...`);
    const drafts = await makeDrafts(world, sizes.submits * 2 + few * 2);
    const [warm, writing] = [drafts.slice(0, few), drafts.slice(few, few * 2)];
    const [sent, sending] = [drafts.slice(few * 2, few * 2 + sizes.submits), drafts.slice(few * 2 + sizes.submits)];
    await burst(warm, submit);
    const alone = await saving(writing, sizes.submits);
    copy = await copyOf(world);
    const recorder = new Recorder();
    const ours = await recorder.during(() => burst(sent, (draft, index) => recorder.of(index, () => submit(draft))));
    const bare = await bareRoute(copy, recorder.statements);
    const theirs = await burst(sent, async (_, index) => {
      const { statusCode, body } = await bare.inject({ method: 'POST', url: `/submit/${index}` });
      if (statusCode !== 200) throw new Error(`The bare route answered ${statusCode}: ${body.slice(0, 500)}`);
    });
    await bare.close();
    tellBurst(sizes, ours, theirs, recorder);
    const [during] = await Promise.all([saving(writing, sizes.submits), burst(sending, submit)]);
    tellSaving(alone, during);
  } finally {
    await copy?.drop();
    await world.close();
  }
}

function tellBurst({ submits }: Sizes, ours: Burst, theirs: Burst, { statements }: Recorder): void {
  const rate = (burst: Burst): string => `${Math.round((submits * 1000) / burst.total)} a second`;
  const counts = [...statements.values()].map((each) => each.length);
  tell({
    what: `Submitting, ${submits} at once`,
    ...{ ours: rate(ours), baseline: `${rate(theirs)}, the same ${median(counts)} statements each, replayed` },
    ...{ ratio: `${times(theirs.total / ours.total)} its rate`, aim: '0.5x' },
  });
  const [p50, p99] = [median(ours.each), percentile(ours.each, 99)];
  tell({
    what: `Submitting, ${submits} at once, slowest of a hundred`,
    ...{ ours: ms(p99), baseline: `${ms(p50)}, its median`, ratio: `${times(p99 / p50)} its time`, aim: 'under 10x' },
  });
}

function tellSaving(alone: readonly number[], during: readonly number[]): void {
  const [quiet, busy] = [percentile(alone, 99), percentile(during, 99)];
  tell({
    what: 'Autosave during the burst, slowest of a hundred',
    ...{ ours: ms(busy), baseline: `${ms(quiet)}, itself alone`, ratio: `${times(busy / quiet)} its time`, aim: '5x' },
  });
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

async function makeDrafts(world: WebWorld, count: number): Promise<Draft[]> {
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  const { roundId } = await publishedRound(world, { ceiling: Money.parse('100000') });
  const drafts: Draft[] = [];
  while (drafts.length < count) {
    const own: string[] = [];
    const { id: first } = await organization(world);
    const person = await organizationMember(world, first, 'owner');
    for (let more = 0; own.length < ORGANIZATIONS_OF_ONE && drafts.length + own.length < count; more += 1) {
      const organizationId = more === 0 ? first : (await organization(world)).id;
      if (more > 0) {
        await world.get(OrganizationMembers).add(system, organizationId, { personId: person.personId, role: 'owner' });
      }
      own.push((await draftApplication(world, { roundId, organizationId })).applicationId);
    }
    const visitor = await world.signIn(person);
    drafts.push(...own.map((id) => ({ id, visitor })));
  }
  return drafts;
}

async function submit({ id, visitor }: Draft): Promise<void> {
  const answer = await visitor.post(`/api/applications/${id}/submit`, { agreed: true, signedName: 'A. Director' });
  if (answer.statusCode !== 200)
    throw new Error(`Submitting answered ${answer.statusCode}: ${answer.body.slice(0, 500)}`);
}

/** All at once; how long each took, and all together. */
async function burst(drafts: readonly Draft[], send: (draft: Draft, index: number) => Promise<void>): Promise<Burst> {
  const start = performance.now();
  const each = await Promise.all(
    drafts.map(async (draft, index) => {
      const began = performance.now();
      await send(draft, index);
      return performance.now() - began;
    }),
  );
  return { total: performance.now() - start, each };
}

/** One answer after the other, as people at a few pages would: how long each took. */
async function saving(drafts: readonly Draft[], count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const draft = drafts[turn % drafts.length];
    if (draft === undefined) break;
    const began = performance.now();
    const value = `What we will do with students and families, version ${turn}.`;
    const answer = await draft.visitor.post(`/api/applications/${draft.id}/answers`, {
      answers: [{ key: 'summary', value, version: 0 }],
    });
    if (answer.statusCode >= 300) throw new Error(`Saving answered ${answer.statusCode}: ${answer.body.slice(0, 500)}`);
    waits.push(performance.now() - began);
  }
  return waits;
}

/** The database as it stands, for the replay; whoever is connected comes back by themselves. */
async function copyOf(world: WebWorld): Promise<TestDatabase> {
  const admin = new pg.Client({ connectionString: world.database.adminUrl.replace(/\/[^/]*$/, '/postgres') });
  await admin.connect();
  try {
    for (let attempt = 1; ; attempt += 1) {
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        world.database.name,
      ]);
      try {
        return await copyDatabase(world.database.name);
      } catch (error) {
        if (attempt === 5) throw error;
      }
    }
  } finally {
    await admin.end();
  }
}

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

/** Notes which statements each request sends, in its order. */
class Recorder {
  readonly statements = new Map<number, Statement[]>();
  private readonly running = new AsyncLocalStorage<number>();

  of<T>(index: number, run: () => Promise<T>): Promise<T> {
    return this.running.run(index, run);
  }

  async during<T>(run: () => Promise<T>): Promise<T> {
    const prototype = pg.Client.prototype as unknown as { query: Query };
    const { query } = prototype;
    const note = (given: readonly unknown[]): void => this.note(given);
    prototype.query = function (...given) {
      note(given);
      return query.apply(this, given);
    };
    try {
      return await run();
    } finally {
      prototype.query = query;
    }
  }

  private note([first, second]: readonly unknown[]): void {
    const index = this.running.getStore();
    if (index === undefined) return;
    const config = typeof first === 'string' ? { text: first, values: second } : (first as Statement);
    const values = Array.isArray(config.values) ? [...(config.values as unknown[])] : [];
    this.statements.set(index, [...(this.statements.get(index) ?? []), { text: config.text, values }]);
  }
}

/** The same statements on the same number of connections, with nothing around them. */
async function bareRoute(copy: TestDatabase, statements: ReadonlyMap<number, Statement[]>): Promise<FastifyInstance> {
  const [writes, reads] = [WRITES, READS].map((max) => new pg.Pool({ connectionString: copy.appUrl, max })) as [
    pg.Pool,
    pg.Pool,
  ];
  const app = fastify();
  app.addHook('onClose', async () => {
    await Promise.all([writes.end(), reads.end()]);
  });
  app.post<{ Params: { index: string } }>('/submit/:index', async ({ params }) => {
    let client: pg.PoolClient | undefined;
    for (const { text, values } of statements.get(Number(params.index)) ?? []) {
      if (/^(start transaction|begin)/i.test(text)) client = await writes.connect();
      await (client ?? reads).query(text, values);
      if (/^(commit|rollback)/i.test(text)) {
        client?.release();
        client = undefined;
      }
    }
    return { id: params.index };
  });
  await app.ready();
  return app;
}
