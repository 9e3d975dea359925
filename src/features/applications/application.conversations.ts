/** Applications as one writes about them: who sees which, and which program officers are told. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import type { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { applicantSide, notConflicted, personNotConflicted, staffSide } from '../conflicts/index.js';
import type { ConversationSubject } from '../conversations/index.js';
import { grantInForce } from '../identity/index.js';
import { titleShown } from './receipt.sent.js';

const COLUMNS = {
  scopes: { fund: 'a.fund_id', round: 'a.round_id', organization: 'a.organization_id' },
  state: 'a.state',
};

/** Whoever looks after the fund or the round of `a` and may read the application, as ids. */
function officersOf(applicationId: string, on: string): Sql {
  return sql`select g.person_id from role_grants g join accounts n on n.person_id = g.person_id
      join applications a on a.id = ${applicationId}
    where g.role = 'program_officer' and ${grantInForce('g', on)} and n.disabled_at is null
      and (g.scope_kind = 'agency' or (g.scope_kind = 'fund' and g.scope_id = a.fund_id)
        or (g.scope_kind = 'round' and g.scope_id = a.round_id))
      and ${personNotConflicted(rawSql('g.person_id'), rawSql('a.id'))}`;
}

export function applicationConversations(db: Database, policy: Policy): ConversationSubject {
  const side = (of: Actor, permission: string): Sql => conditionSql(policy.filter(of, permission, COLUMNS));
  const select = (name: 'agency' | 'organization', where: Sql): Sql => sql`
    select a.id, ${name}::text as side, ${name === 'agency' ? titleShown : sql`a.title`} as title, a.organization_id, a.fund_id, a.round_id
    from applications a where ${where}`;
  return {
    path: '/applications',
    organizationRoles: ['owner', 'editor'],
    visible: (actor) => {
      const staff = staffSide(actor);
      // A draft is its writers' own; yet who asks something about it wants to be answered.
      const asked = sql`(${side(staff, 'conversation.read')} and exists (
        select from conversations c join conversation_messages m on m.conversation_id = c.id
        where c.subject_type = 'application' and c.subject_id = a.id and m.side = 'organization'))`;
      const agency = select(
        'agency',
        sql`(${side(staff, 'application.read')} or ${asked}) and ${notConflicted(actor, rawSql('a.id'))}`,
      );
      if (actor.kind !== 'person') return agency;
      return sql`${agency} union all ${select('organization', side(applicantSide(actor), 'application.read'))}`;
    },
    agencyPeople: (id) => officersOf(id, db.today),
  };
}
