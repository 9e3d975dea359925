/** Words that certifiers sign, as they are read: what is in force, what waits for a second person, what was before. */
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { TEXT_ORDER, textBegun } from '../agency/index.js';

export interface WordingLine {
  readonly ruleSetId: string;
  readonly name: string;
  readonly title: string;
  /** Names of the funds whose money stands under the rule set. */
  readonly funds: readonly string[];
  /** Null where the general words are signed. */
  readonly number: number | null;
  readonly effectiveOn: string | null;
  readonly confirmed: boolean;
  readonly isWaiting: boolean;
}

/** One version, with who proposed and who confirmed it; nobody did for the words Granary came with. */
export interface WordingVersion {
  readonly id: string;
  readonly number: number;
  readonly effectiveOn: string | null;
  readonly body: string;
  readonly source: string;
  readonly confirmed: boolean;
  readonly reason: string | null;
  readonly proposedBy: string | null;
  readonly confirmedBy: string | null;
}

export interface WordingProposal {
  readonly id: string;
  readonly body: string;
  readonly source: string;
  readonly confirmed: boolean;
  readonly effectiveOn: string;
  readonly reason: string;
  readonly proposedById: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decisionNote: string | null;
}

export interface WordingView {
  readonly ruleSetId: string;
  readonly name: string;
  readonly title: string;
  readonly funds: readonly string[];
  readonly inForce: WordingVersion | undefined;
  readonly waiting: WordingProposal | undefined;
  /** The newest first; one that has not begun yet may stand above the one in force. */
  readonly versions: readonly WordingVersion[];
  readonly declined: readonly WordingProposal[];
}

const FUNDS = sql`array(
  select distinct f.name from sources s join allotments a on a.source_id = s.id join pools p on p.id = a.pool_id
    join funds f on f.id = p.fund_id
  where s.rule_set_id = rs.id order by f.name)`;

export async function readWordings(from: Queryable, today: string): Promise<WordingLine[]> {
  return from.query<WordingLine>(sql`
    select rs.id as "ruleSetId", rs.name, rs.title, ${FUNDS} as funds, words.number,
           words.effective_on as "effectiveOn", coalesce(words.confirmed, false) as confirmed,
           exists (select 1 from rule_text_proposals p
                   where p.rule_set_id = rs.id and p.decided_at is null) as "isWaiting"
    from rule_sets rs left join lateral (
      select t.number, t.effective_on, t.confirmed from rule_texts t
      where t.rule_set_id = rs.id and t.key = 'application_certification' and ${textBegun('t', today)}
      order by ${TEXT_ORDER} limit 1) words on true
    order by rs.effective_on desc, rs.name limit 200`);
}

export async function wordingOf(from: Queryable, ruleSetId: string, today: string): Promise<WordingView | undefined> {
  const [set] = await from.query<Pick<WordingView, 'ruleSetId' | 'name' | 'title' | 'funds'>>(sql`
    select rs.id as "ruleSetId", rs.name, rs.title, ${FUNDS} as funds from rule_sets rs where rs.id = ${ruleSetId}`);
  if (set === undefined) return undefined;
  const versions = await readVersions(from, ruleSetId);
  const proposals = await from.query<WordingProposal>(sql`
    select p.id, p.body, p.source, p.confirmed, p.effective_on as "effectiveOn", p.reason,
           p.proposed_by as "proposedById", proposer.name as "proposedBy", p.created_at as "proposedAt",
           decider.name as "decidedBy", p.decided_at as "decidedAt", p.decision_note as "decisionNote"
    from rule_text_proposals p join persons proposer on proposer.id = p.proposed_by
      left join persons decider on decider.id = p.decided_by
    where p.rule_set_id = ${ruleSetId} and p.rule_text_id is null order by p.created_at desc, p.id limit 200`);
  return {
    ...set,
    inForce: versions.find(({ effectiveOn }) => effectiveOn === null || effectiveOn <= today),
    waiting: proposals.find(({ decidedAt }) => decidedAt === null),
    versions,
    declined: proposals.filter(({ decidedAt }) => decidedAt !== null),
  };
}

export async function inForceOf(
  from: Queryable,
  ruleSetId: string,
  today: string,
): Promise<WordingVersion | undefined> {
  const versions = await readVersions(from, ruleSetId);
  return versions.find(({ effectiveOn }) => effectiveOn === null || effectiveOn <= today);
}

async function readVersions(from: Queryable, ruleSetId: string): Promise<WordingVersion[]> {
  return from.query<WordingVersion>(sql`
    select t.id, t.number, t.effective_on as "effectiveOn", t.body, t.source, t.confirmed, p.reason,
           proposer.name as "proposedBy", confirmer.name as "confirmedBy"
    from rule_texts t left join rule_text_proposals p on p.rule_text_id = t.id
      left join persons proposer on proposer.id = p.proposed_by
      left join persons confirmer on confirmer.id = p.decided_by
    where t.rule_set_id = ${ruleSetId} and t.key = 'application_certification' order by ${TEXT_ORDER} limit 200`);
}
