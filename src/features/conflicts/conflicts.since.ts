/** Whether a conflict of interest came since a moment: what was made as a file before it stays closed then. */
import type { Actor } from '../../kernel/actor.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { domainsOf } from './conflicts.scope.js';

/** True when what this actor could read at that moment is not narrowed by a conflict now. */
export async function noConflictSince(from: Queryable, actor: Actor, madeAt: Date): Promise<boolean> {
  if (actor.kind !== 'person') return false;
  const { personId } = actor;
  const since = await from.query(sql`
    select 1 from conflicts c where c.person_id = ${personId} and c.level = 'direct' and c.state <> 'dismissed'
      and (c.created_at >= ${madeAt} or exists (select from lifecycle_steps s where s.subject_type = 'conflict'
        and s.subject_id = c.id and s.from_state = 'dismissed' and s.at >= ${madeAt}))
    union all
    select 1 from organization_members m where m.person_id = ${personId} and m.ended_at is null
      and m.created_at >= ${madeAt}
    union all
    select 1 from application_colleagues w where w.person_id = ${personId} and w.accepted_at >= ${madeAt}
    union all
    select 1 from conflict_parties p join organization_members m on m.organization_id = p.organization_id
      and m.person_id = ${personId} and m.ended_at is null where p.created_at >= ${madeAt}
    union all
    select 1 from (${domainsOf(sql`${personId}::uuid`)}) own join organizations o on own.domain = any(o.mail_domains)
    where own.since >= ${madeAt}
      or exists (select from conflict_parties p where p.organization_id = o.id and p.created_at >= ${madeAt})
      or exists (select from audit_events e where e.subject_type = 'organization' and e.subject_id = o.id::text
        and e.at >= ${madeAt} and e.after ? 'mailDomains')
    limit 1`);
  return since.length === 0;
}
