/** Sweeps away mailed codes and admissions that nobody can use any more, and set-ups that were left half done. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type Housekeeper, sweepRows } from '../../platform/jobs/housekeeping.js';

const HALF_DONE_HOURS = 24;

@Injectable()
export class SecondFactorSweep implements Housekeeper {
  constructor(private readonly db: Database) {}

  async sweep(): Promise<void> {
    const { now } = this.db;
    const oldest = new Date(now.getTime() - HALF_DONE_HOURS * 3_600_000);
    await sweepRows(this.db, { table: 'confirmation_codes', where: sql`t.expires_at < ${oldest}` });
    await sweepRows(this.db, {
      table: 'external_admissions',
      set: sql`ended_at = ${now}, version = version + 1`,
      where: sql`t.used_at is null and t.ended_at is null and t.expires_at <= ${now}`,
    });
    await sweepRows(this.db, {
      table: 'second_factors',
      set: sql`ended_at = ${now}, end_reason = 'left_half_done', secret_sealed = null, key_version = null,
        version = version + 1`,
      where: sql`t.confirmed_at is null and t.ended_at is null and t.created_at < ${oldest}`,
    });
  }
}
