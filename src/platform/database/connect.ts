/** findDatabase: the server the settings name, or the embedded one when they name none. */
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
