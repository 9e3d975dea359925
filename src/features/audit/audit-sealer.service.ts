/** AuditSealer: seals the trail, in the background and a little at a time. verifyTrail: whether it is what it was. */
import { Inject, Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { type AuditSeal, type ChainDefect, sealTrail, verifyChain } from '../../platform/audit/chain.js';
import { logSeals, verifyLog } from '../../platform/audit/seal-log.js';
import type { Config } from '../../platform/config/config.js';
import type { Logger } from '../../platform/config/logger.js';
import { CONFIG, LOGGER } from '../../platform/config/tokens.js';
import { withClient } from '../../platform/database/client.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Housekeeper } from '../../platform/jobs/housekeeping.js';

/** How often the worker seals. */
export const SEALING_MILLISECONDS = 60_000;

@Injectable()
export class AuditSealer implements Housekeeper {
  constructor(
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Seals what is final; gives the new seals. Safe to run anywhere, any number of times. */
  async seal(): Promise<AuditSeal[]> {
    const seals = await this.db.work(systemActor('audit-sealer'), (work) => sealTrail(work));
    for (const { number, hash, events } of seals) {
      this.logger.info({ seal: number, hash: hash.toString('hex'), events }, 'audit trail sealed');
    }
    try {
      logSeals(this.config.dataDir, seals);
    } catch (error) {
      this.logger.error({ err: error }, 'the seals of the audit trail could not be logged to DATA_DIR');
    }
    return seals;
  }

  async sweep(): Promise<unknown> {
    return this.seal();
  }
}

export interface TrailReport {
  readonly defects: readonly ChainDefect[];
  readonly events: number;
  readonly seals: number;
}

/** For `npm run verify`: seals what is final first, then holds everything against the chain and the log. */
export async function verifyTrail(ownerUrl: string, dataDir: string, now: Date): Promise<TrailReport> {
  const sealed = await withClient(ownerUrl, now, (work) => sealTrail(work));
  logSeals(dataDir, sealed);
  return withClient(ownerUrl, now, async (work) => {
    const defects = [...(await verifyChain(work)), ...(await verifyLog(work, dataDir))];
    const [counts] = await work.query<{ events: number; seals: number }>(sql`
      select (select count(*)::int from audit_events) as events, (select count(*)::int from audit_seals) as seals`);
    return { defects, events: counts?.events ?? 0, seals: counts?.seals ?? 0 };
  });
}
