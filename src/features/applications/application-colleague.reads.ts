/** Who may write one application: owners and editors of its organization, and colleagues who were asked to. */
import type { Actor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { requireMemberRole } from '../organizations/index.js';
import type { ColleagueAccess } from './application-colleague.entity.js';

/** What this actor may do with it as a colleague; undefined for who is none. */
export async function colleagueAccess(
  from: Queryable,
  actor: Actor,
  applicationId: string,
): Promise<ColleagueAccess | undefined> {
  if (actor.kind !== 'person') return undefined;
  const [row] = await from.query<{ access: ColleagueAccess }>(sql`
    select access from application_colleagues where application_id = ${applicationId}
      and person_id = ${actor.personId} and ended_at is null order by access limit 1`);
  return row?.access;
}

/** Throws unless the actor may write it, and remembers that they wrote in it. */
export async function requireWriter(
  work: Work,
  { id, organizationId }: { readonly id: string; readonly organizationId: string },
): Promise<void> {
  const { actor } = work;
  if ((await colleagueAccess(work, actor, id)) !== 'edit') {
    await requireMemberRole(work, actor, organizationId, ['owner', 'editor']);
  }
  if (actor.kind !== 'person') return;
  await work.query(sql`
    insert into application_writers (id, created_at, application_id, person_id)
    values (${newId()}, ${work.now}, ${id}, ${actor.personId})
    on conflict (application_id, person_id) do nothing`);
}
