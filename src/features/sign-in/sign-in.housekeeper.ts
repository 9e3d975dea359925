/** SignInHousekeeper: takes away counts, links and sessions that are of no use to anybody any more. */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { SESSION_HOURS } from '../../platform/http/session-store.js';
import type { Housekeeper } from '../../platform/jobs/housekeeping.js';

const DAY_MILLISECONDS = 86_400_000;
/** How long a link that is over still offers a new one. */
const LINK_DAYS = 30;
/** How long it can be looked up where somebody was signed in; the audit knows for ever that they were. */
const SESSION_DAYS = 400;

@Injectable()
export class SignInHousekeeper implements Housekeeper {
  constructor(private readonly db: Database) {}

  async sweep(): Promise<void> {
    await this.db.work(systemActor('housekeeping'), async (work) => {
      const ago = (milliseconds: number): Date => new Date(work.now.getTime() - milliseconds);
      await work.query(sql`delete from limit_counts where ends_at <= ${work.now}`);
      await work.query(sql`delete from mailed_links where expires_at < ${ago(LINK_DAYS * DAY_MILLISECONDS)}`);
      const oldest = ago(SESSION_HOURS * 3_600_000);
      await work.query(sql`
        update account_sessions set ended_at = ${work.now}, end_reason = 'run_out'
        where ended_at is null and opened_at < ${oldest}`);
      await work.query(sql`
        delete from account_sessions s where ended_at < ${ago(SESSION_DAYS * DAY_MILLISECONDS)}
          and not exists (select from confirmation_codes c where c.session_id = s.id)`);
      return null;
    });
  }
}
