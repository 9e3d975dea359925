/** Which version of the words people sign is in force: said once, for whoever shows, signs or keeps them. */
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';

/** Whether the version under this alias has begun by the day; the newest that has is the one in force. */
export const textBegun = (alias: 't', day: string): Sql =>
  sql`(${rawSql(alias)}.effective_on is null or ${rawSql(alias)}.effective_on <= ${day})`;

/** The one in force first. */
export const TEXT_ORDER = rawSql('t.effective_on desc nulls last, t.number desc');
