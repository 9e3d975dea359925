/** Requests for money as one writes about them: who sees which, and who of program and finance is told. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import type { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { applicantSide, notConflicted, personNotConflicted, staffSide } from '../conflicts/index.js';
import type { ConversationSubject } from '../conversations/index.js';
import { grantInForce } from '../identity/index.js';
import { DISBURSEMENT_COLUMNS } from './disbursement.scope.js';

export function disbursementConversations(db: Database, policy: Policy): ConversationSubject {
  const select = (name: 'agency' | 'organization', of: Actor, and: Sql): Sql => sql`
    select d.id, ${name}::text as side, concat('Request ', d.number, ', ', w.title) as title, d.organization_id,
      d.fund_id, d.round_id
    from disbursements d join awards w on w.id = d.award_id
    where ${conditionSql(policy.filter(of, 'disbursement.read', DISBURSEMENT_COLUMNS))} and ${and}`;
  return {
    path: '/requests',
    organizationRoles: ['owner', 'finance'],
    visible: (actor) => {
      const agency = select('agency', staffSide(actor), notConflicted(actor, rawSql('w.application_id')));
      if (actor.kind !== 'person') return agency;
      return sql`${agency} union all ${select('organization', applicantSide(actor), rawSql('true'))}`;
    },
    // Until the program has approved it its officers are asked, then finance.
    agencyPeople: (id) => sql`
      select g.person_id from role_grants g join accounts n on n.person_id = g.person_id
        join disbursements d on d.id = ${id} join awards w on w.id = d.award_id
      where ${grantInForce('g', db.today)} and n.disabled_at is null
        and ((g.role = 'program_officer' and d.state in ('draft', 'submitted', 'returned', 'withdrawn', 'rejected')
            and (g.scope_kind = 'agency' or (g.scope_kind = 'fund' and g.scope_id = d.fund_id)
              or (g.scope_kind = 'round' and g.scope_id = d.round_id)))
          or (g.role = 'finance_officer' and d.state in ('program_approved', 'payable', 'scheduled', 'paid')))
        and ${personNotConflicted(rawSql('g.person_id'), rawSql('w.application_id'))}`,
  };
}
