/** findDatabase: the server the settings name once it answers, or the embedded one when they name none. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { startEmbedded } from './embedded.js';

export interface FoundDatabase {
  readonly appUrl: string;
  readonly ownerUrl: string;
  /** With one login for both, connections of the application take its role themselves. */
  readonly setRole: boolean;
  stop(): Promise<void>;
}

export async function findDatabase(config: Config, logger: Logger): Promise<FoundDatabase> {
  if (config.databaseUrl !== undefined) {
    await untilItAnswers(config.databaseUrl, logger);
    const ownerUrl = config.databaseOwnerUrl ?? config.databaseUrl;
    return {
      appUrl: config.databaseUrl,
      ownerUrl,
      setRole: ownerUrl === config.databaseUrl,
      stop: async () => undefined,
    };
  }
  const server = await startEmbedded({ stateDir: config.dataDir, log: (sentence) => logger.info(sentence) });
  return { appUrl: server.appUrl, ownerUrl: server.ownerUrl, setRole: false, stop: () => server.stop() };
}

const PATIENCE_MILLISECONDS = 60_000;
const AGAIN_AFTER_MILLISECONDS = 500;
/** Nobody listens yet, the server is starting, stopping or recovering, or it hung up on us. */
const COMING = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', '57P01', '57P02', '57P03']);
const HUNG_UP = /^Connection terminated unexpectedly|timeout expired$|terminated due to connection timeout/;

/**
 * After a power cut the machine of the database and this one start together, so a server that is on its way is waited
 * for. Whatever else stands against a connection (a wrong passphrase, an unknown host) is told at once.
 */
async function untilItAnswers(url: string, logger: Logger): Promise<void> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  let isTold = false;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (!isComing(error) || performance.now() > end) throw error;
      if (!isTold) logger.warn({ err: error }, 'the database does not answer yet; waiting for it');
      isTold = true;
      await sleep(AGAIN_AFTER_MILLISECONDS);
    }
  }
}

function isComing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string };
  return code === undefined ? HUNG_UP.test(message) : COMING.has(code);
}
