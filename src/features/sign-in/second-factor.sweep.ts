/** Sweeps away mailed codes and admissions that nobody can use any more, and set-ups that were left half done. */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Housekeeper } from '../../platform/jobs/housekeeping.js';

const HALF_DONE_HOURS = 24;

@Injectable()
export class SecondFactorSweep implements Housekeeper {
  constructor(private readonly db: Database) {}

  async sweep(): Promise<void> {
    await this.db.work(systemActor('housekeeping'), async (work) => {
      const oldest = new Date(work.now.getTime() - HALF_DONE_HOURS * 3_600_000);
      await work.query(sql`delete from confirmation_codes where expires_at < ${oldest}`);
      await work.query(sql`
        update external_admissions set ended_at = ${work.now}, version = version + 1
        where used_at is null and ended_at is null and expires_at <= ${work.now}`);
      await work.query(sql`
        update second_factors set ended_at = ${work.now}, end_reason = 'left_half_done', secret_sealed = null,
          key_version = null, version = version + 1
        where confirmed_at is null and ended_at is null and created_at < ${oldest}`);
      return null;
    });
  }
}
