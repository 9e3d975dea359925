/**
 * The demonstration: a program made by running the real use cases through time, as the people who would. It is made in
 * an application context of its own, whose clock stands on the days of the story; the first start that was interrupted
 * is finished by the next, and once it is finished it is left alone.
 */
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { createContext, createDrainer } from '../application.js';
import { AgencySettings } from '../features/agency/index.js';
import { systemActor } from '../kernel/actor.js';
import { Clock, FixedClock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG, LOGGER } from '../platform/config/tokens.js';
import { Database } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import { tellDeepDives } from './deep-dives.js';
import { tellNextSteps } from './next-steps.js';
import { addressesOf, type DemoOrganization, gatherCast } from './people.js';
import { ROUNDS } from './program.js';
import { nameAgency } from './setting.js';
import { DEMO_ROUTE, Story } from './story.js';

export interface DemoOptions {
  /** Where the database is; as the configuration says when absent. */
  readonly database?: { readonly url: string; readonly setRole: boolean };
  /** Called before each step; a test cuts the story short by throwing. */
  readonly onStep?: (key: string) => void;
}

const SYSTEM = systemActor('demo');
const STORY_BEGINS = '2012-12-12T18:00:00Z';
/** The second part is dated by the day of the first start, which has to lie behind the first part. */
const EARLIEST_TODAY = new Date('2022-09-01T18:00:00Z');

/** Those of the fictitious part, beside those of the rounds. */
const MORE_ORGANIZATIONS = ['Community organization D', 'Community organization E'];

/** Gives the addresses that can sign in. */
export async function runDemo(
  app: INestApplicationContext,
  passphrase: string,
  options: DemoOptions = {},
): Promise<string[]> {
  const organizations = organizationsOf();
  if (!(await isFinished(app.get(Database)))) {
    await tell(app, passphrase, organizations, options);
    await app.get(AgencySettings).current();
  }
  return addressesOf(organizations);
}

function organizationsOf(): DemoOrganization[] {
  const found = new Map<string, DemoOrganization>();
  const add = (name: string): void => {
    const kind = name.endsWith('School District') ? 'school_district' : 'community_organization';
    found.set(name, { name, kind });
  };
  for (const { awards, declined } of ROUNDS) for (const { organization } of [...awards, ...declined]) add(organization);
  for (const name of MORE_ORGANIZATIONS) add(name);
  return [...found.values()];
}

async function isFinished(db: Database): Promise<boolean> {
  const found = await db.query(sql`select 1 from audit_events where action = 'demo.finished' limit 1`);
  return found.length > 0;
}

async function tell(
  app: INestApplicationContext,
  passphrase: string,
  organizations: readonly DemoOrganization[],
  { database, onStep }: DemoOptions,
): Promise<void> {
  const settled = app.get<Config>(CONFIG);
  const databaseUrl = database?.url ?? settled.databaseUrl;
  if (databaseUrl === undefined) throw new Error('The demo was not told where its database is');
  const clock = new FixedClock(STORY_BEGINS);
  // Jobs are done here and now, at the time of the story, whoever does them later.
  const config: Config = { ...settled, redisUrl: undefined };
  const logger = app.get<Logger>(LOGGER);
  logger.info('making the demonstration; this takes up to a minute');
  const parts = { config, logger, clock, databaseUrl, setRole: database?.setRole ?? false };
  const stage = await createContext(parts);
  const drainer = createDrainer(stage, parts);
  try {
    const story = new Story({ app: stage, clock, drain: () => drainer.drain(), onStep });
    const now = await firstMoment(story, app.get(Clock).now());
    const cast = await gatherCast(story, passphrase, organizations);
    await nameAgency(story, cast);
    tellDeepDives(story, cast);
    tellNextSteps(story, cast, now);
    await story.play();
    clock.set(now);
    await story.drain();
    await finish(story.db);
  } finally {
    await drainer.stop();
    const db = stage.get(Database);
    await stage.close();
    await db.close();
  }
}

/** When the demonstration was first made: a start that finishes it later goes on from the same day. */
async function firstMoment(story: Story, now: Date): Promise<Date> {
  const begun = now < EARLIEST_TODAY ? EARLIEST_TODAY : now;
  const { at } = await story.step('begun', () => story.db.work(SYSTEM, async () => ({ at: begun.toISOString() })));
  return new Date(at);
}

/** Written once, at the end. Keys of steps that nobody will take again go. */
async function finish(db: Database): Promise<void> {
  await db.work(SYSTEM, async (work) => {
    await work.query(sql`delete from idempotency_keys where route = ${DEMO_ROUTE}`);
    work.audit({ action: 'demo.finished', subjectType: 'installation', subjectId: newId() });
    return null;
  });
}
