/** firstSetUp: what an installation needs before anybody can use it; does nothing the second time. */
import type { INestApplicationContext } from '@nestjs/common';
import { type DemoOptions, runDemo } from './demo/demo.js';
import { AgencySettings, RuleSets } from './features/agency/index.js';
import { Administrators } from './features/sign-in/index.js';
import { systemActor } from './kernel/actor.js';
import { type Config, keptSecret } from './platform/config/config.js';
import { Database } from './platform/database/database.js';
import { sql } from './platform/database/sql.js';

export interface FirstSetUpOptions {
  /** Whose the first account of an empty installation is. */
  readonly administratorAddress?: string;
  readonly database: DemoOptions['database'];
}

/** Gives the lines to print: who can sign in, and with what. */
export async function firstSetUp(
  app: INestApplicationContext,
  config: Config,
  { administratorAddress = 'administrator@localhost', database }: FirstSetUpOptions,
): Promise<string[]> {
  const db = app.get(Database);
  await db.work(systemActor('first-start'), async (work) => {
    await app.get(AgencySettings).ensureDefaults(work);
    await app.get(RuleSets).ensureDefaults(work);
    return null;
  });
  if (config.demo) {
    const passphrase = config.demoPassphrase ?? keptSecret(config.dataDir, 'demo-passphrase').slice(0, 20);
    const accounts = await runDemo(app, passphrase, { database });
    return [
      'Demonstration. Sign in with one of these and the passphrase below:',
      ...accounts.map((each) => `  ${each}`),
      `  passphrase: ${passphrase}`,
    ];
  }
  const found = await db.query(
    sql`select 1 from role_grants where role = 'administrator' and ended_at is null limit 1`,
  );
  if (found.length > 0) return [];
  const { path, expiresAt } = await app.get(Administrators).createFirst(administratorAddress, 'Administrator');
  return [
    `The first administrator was made: ${administratorAddress}`,
    `Open this link to choose a passphrase. It works once, until ${db.currentCalendar.formatInstant(expiresAt)}:`,
    `  ${config.publicUrl}${path}`,
    'A new link: npm run administrator:link',
  ];
}
