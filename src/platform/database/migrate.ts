/** migrate: brings a database to this release's shape, as the owner, one process at a time. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DataSource, type MigrationInterface } from 'typeorm';
import { SnakeNaming } from './naming.js';

/** Any number that is ours: the advisory lock that keeps two starting processes apart. */
const MIGRATION_LOCK = 7_431_990_021;

/** The folder of migrations beside the code that runs: `dist/migrations`, or the sources under jest. */
function migrationsFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'migrations');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) throw new Error('The folder of migrations is missing');
  }
}

/** The migrations of this release, in order. */
async function loadMigrations(): Promise<(new () => MigrationInterface)[]> {
  const folder = migrationsFolder();
  const files = readdirSync(folder)
    .filter((name) => /^\d+-.*\.(js|ts)$/.test(name) && !name.endsWith('.d.ts'))
    .sort();
  const migrations: (new () => MigrationInterface)[] = [];
  for (const file of files) {
    const module = (await import(pathToFileURL(join(folder, file)).href)) as Record<
      string,
      new () => MigrationInterface
    >;
    migrations.push(...Object.values(module).filter((value) => typeof value === 'function'));
  }
  return migrations;
}

/** A connection as the owner, which knows the migrations; the caller destroys it. */
export async function openOwner(ownerUrl: string, entities: readonly unknown[] = []): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    entities: [...entities] as never,
    migrations: await loadMigrations(),
    namingStrategy: new SnakeNaming(),
    synchronize: false,
    extra: { max: 2, options: '-c timezone=UTC', application_name: 'granary-migrations' },
  });
  await source.initialize();
  return source;
}

/** Runs what has not run yet and gives the names of those it ran. */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const source = await openOwner(ownerUrl);
  const runner = source.createQueryRunner();
  try {
    await runner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await source.runMigrations({ transaction: 'each' });
    return ran.map((migration) => migration.name);
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await runner.release();
    await source.destroy();
  }
}
