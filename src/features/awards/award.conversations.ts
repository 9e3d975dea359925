/** Awards as one writes about them: who sees which, and which program officers are told. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import type { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { applicantSide, notConflicted, personNotConflicted, staffSide } from '../conflicts/index.js';
import type { ConversationSubject } from '../conversations/index.js';
import { grantInForce } from '../identity/index.js';
import { AWARD_COLUMNS } from './award-reads.js';

export function awardConversations(db: Database, policy: Policy): ConversationSubject {
  const select = (name: 'agency' | 'organization', of: Actor, and: Sql): Sql => sql`
    select a.id, ${name}::text as side, a.title, a.organization_id, a.fund_id, a.round_id
    from awards a where ${conditionSql(policy.filter(of, 'award.read', AWARD_COLUMNS))} and ${and}`;
  return {
    path: '/awards',
    organizationRoles: ['owner', 'signatory'],
    visible: (actor) => {
      const agency = select('agency', staffSide(actor), notConflicted(actor, rawSql('a.application_id')));
      if (actor.kind !== 'person') return agency;
      return sql`${agency} union all ${select('organization', applicantSide(actor), rawSql('true'))}`;
    },
    agencyPeople: (id) => sql`
      select g.person_id from role_grants g join accounts n on n.person_id = g.person_id
        join awards a on a.id = ${id}
      where g.role = 'program_officer' and ${grantInForce('g', db.today)} and n.disabled_at is null
        and (g.scope_kind = 'agency' or (g.scope_kind = 'fund' and g.scope_id = a.fund_id)
          or (g.scope_kind = 'round' and g.scope_id = a.round_id))
        and ${personNotConflicted(rawSql('g.person_id'), rawSql('a.application_id'))}`,
  };
}
