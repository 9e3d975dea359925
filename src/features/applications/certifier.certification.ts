/** The words a certifier signs: those of the rule set that the round's money stands under, as they are in force today. */
import { createHash } from 'node:crypto';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { GENERAL_CERTIFICATION, TEXT_ORDER, textBegun } from '../agency/index.js';

export interface Certification {
  readonly text: string;
  /** Null for a round whose money stands under no rule set that has words of its own. */
  readonly ruleSetId: string | null;
}

/** Of several sources under different rules the newest ones hold. */
export async function certificationOf(
  from: Queryable & { readonly today: string },
  roundId: string,
): Promise<Certification> {
  const [row] = await from.query<{ text: string; ruleSetId: string }>(sql`
    select t.body as text, t.rule_set_id as "ruleSetId"
    from rounds r join allotments a on a.pool_id = r.pool_id join sources s on s.id = a.source_id
      join rule_sets rs on rs.id = s.rule_set_id
      join rule_texts t on t.rule_set_id = rs.id and t.key = 'application_certification'
    where r.id = ${roundId} and ${textBegun('t', from.today)}
    order by rs.effective_on desc, rs.name, ${TEXT_ORDER} limit 1`);
  return row ?? { text: GENERAL_CERTIFICATION, ruleSetId: null };
}

/** What a page that shows the words sends back with the signature: nobody signs words they have not been shown. */
export const wordsMark = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
