/** Who is written to about an application: its organization's people in some roles, and colleagues who write it. */
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';

export interface Reader {
  readonly name: string;
  readonly address: string;
}

export async function readersOf(
  from: Queryable,
  { id, organizationId }: { readonly id: string; readonly organizationId: string },
  roles: readonly string[],
): Promise<Reader[]> {
  return from.query<Reader>(sql`
    select distinct on (person.id) i.value as address, person.name
    from persons person join identifiers i on i.person_id = person.id and i.kind = 'address'
    where exists (select from organization_members m where m.organization_id = ${organizationId}
        and m.person_id = person.id and m.ended_at is null and m.role = any(${[...roles]}::text[]))
      or exists (select from application_colleagues c where c.application_id = ${id} and c.person_id = person.id
        and c.ended_at is null and c.access = 'edit')
    order by person.id, i.created_at`);
}
