/** SignInHousekeeper: takes away counts, links and sessions that are of no use to anybody any more. */
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { SESSION_HOURS } from '../../platform/http/session-store.js';
import { type Housekeeper, sweepRows } from '../../platform/jobs/housekeeping.js';
import { grantInForce } from '../identity/index.js';
import { IDLE, RUN_OUT } from './account-session.entity.js';
import { GUEST_ROLES } from './guests.js';

const DAY_MILLISECONDS = 86_400_000;
/** How long a link that is over still offers a new one. */
const LINK_DAYS = 30;
/** How long it can be looked up where somebody was signed in; the audit knows for ever that they were. */
const SESSION_DAYS = 400;

@Injectable()
export class SignInHousekeeper implements Housekeeper {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
  ) {}

  async sweep(): Promise<void> {
    const { db } = this;
    const { now, today } = db;
    const ago = (milliseconds: number): Date => new Date(now.getTime() - milliseconds);
    await sweepRows(db, { table: 'limit_counts', where: sql`t.ends_at <= ${now}` });
    const links = sql`t.expires_at < ${ago(LINK_DAYS * DAY_MILLISECONDS)}`;
    await sweepRows(db, { table: 'mailed_links', where: links });
    const sessions = 'account_sessions';
    await sweepRows(db, {
      table: sessions,
      set: sql`ended_at = ${now}, end_reason = ${RUN_OUT}`,
      where: sql`t.ended_at is null and t.opened_at < ${ago(SESSION_HOURS * 3_600_000)}`,
    });
    // Of those who never came back: a list of where one is signed in shows what is so.
    await sweepRows(db, {
      table: sessions,
      set: sql`ended_at = ${now}, end_reason = ${IDLE}`,
      where: sql`t.ended_at is null and t.last_seen_at < ${ago((this.config.idleMinutes + 1) * 60_000)}
        and exists (select from accounts a join role_grants g on g.person_id = a.person_id
          where a.id = t.account_id and g.role <> all(${[...GUEST_ROLES]}::text[]) and ${grantInForce('g', today)})`,
    });
    await sweepRows(db, {
      table: sessions,
      where: sql`t.ended_at < ${ago(SESSION_DAYS * DAY_MILLISECONDS)}
        and not exists (select from confirmation_codes c where c.session_id = t.id)`,
    });
  }
}
