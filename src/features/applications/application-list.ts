/** The list of applications: what it can be searched for, filtered and sorted by. */
import type { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import type { ApplicationListQuery } from './application.input.js';
import { foundBy } from './receipt.sent.js';

export interface ApplicationRow {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly state: string;
  readonly roundId: string;
  readonly roundName: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly requestedCents: string;
  readonly submittedAt: Date | null;
  readonly dueAt: Date;
  readonly district: string | null;
}

/** One page of those that `may` allows; `own` are those of whoever looks, who finds them as they are now. */
export async function listApplications(
  db: Database,
  may: Sql,
  own: Sql,
  query: ApplicationListQuery,
): Promise<ListPage<ApplicationRow>> {
  const where = [may];
  if (query.q !== undefined) {
    where.push(foundBy(query.q, undefined, own));
  }
  if (query.state !== undefined) where.push(sql`a.state = ${query.state}`);
  if (query.round !== undefined) where.push(sql`a.round_id = ${query.round}`);
  if (query.district !== undefined) {
    where.push(sql`exists (select 1 from application_districts d
                             where d.application_id = a.id and d.district = ${query.district})`);
  }
  return readList<ApplicationRow>(
    db,
    {
      columns: sql`a.id, a.number, a.title, a.state, a.round_id as "roundId", r.name as "roundName",
          a.organization_id as "organizationId", o.name as "organizationName",
          a.requested_cents::text as "requestedCents", a.submitted_at as "submittedAt", r.due_at as "dueAt",
          (select d.district from application_districts d where d.application_id = a.id
           order by d.share_basis_points desc, d.district limit 1) as district`,
      from: sql`applications a join rounds r on r.id = a.round_id join organizations o on o.id = a.organization_id`,
      where,
      sorts: {
        title: { expression: 'lower(a.title)', type: 'text' },
        number: { expression: 'a.number', type: 'text' },
        requested: { expression: 'a.requested_cents', type: 'bigint' },
      },
      defaultSort: '-number',
      id: 'a.id',
    },
    query,
  );
}
