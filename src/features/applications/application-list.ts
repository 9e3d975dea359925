/** The list of applications: what it can be searched for, filtered and sorted by. */
import type { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import type { ApplicationListQuery } from './application.input.js';
import { centsShown, districtShown, foundBy, isForDistrict, titleShown } from './receipt.sent.js';

const districtNow: Sql = sql`(select d.district from application_districts d where d.application_id = a.id
  order by d.share_basis_points desc, d.district limit 1)`;

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

/**
 * One page of those that `may` allows; `own` are those of whoever looks, if there can be any: they see, sort and find them
 * as they are now, all others as they were sent.
 */
export async function listApplications(
  db: Database,
  may: Sql,
  own: Sql | undefined,
  query: ApplicationListQuery,
): Promise<ListPage<ApplicationRow>> {
  const seen = (now: Sql, asSent: Sql): Sql =>
    own === undefined ? asSent : sql`(case when ${own} then ${now} else ${asSent} end)`;
  const title = seen(sql`a.title`, titleShown);
  const cents = seen(sql`a.requested_cents`, centsShown);
  const where = [may];
  if (query.state !== undefined) where.push(sql`a.state = ${query.state}`);
  if (query.round !== undefined) where.push(sql`a.round_id = ${query.round}`);
  if (query.district !== undefined) {
    const now = sql`exists (select from application_districts d
      where d.application_id = a.id and d.district = ${query.district})`;
    where.push(seen(now, isForDistrict(query.district)));
  }
  return readList<ApplicationRow>(
    db,
    {
      columns: sql`a.id, a.number, ${title} as title, a.state, a.round_id as "roundId", r.name as "roundName",
          a.organization_id as "organizationId", o.name as "organizationName",
          ${cents}::text as "requestedCents", a.submitted_at as "submittedAt", r.due_at as "dueAt",
          ${seen(districtNow, districtShown)} as district`,
      from: sql`applications a join rounds r on r.id = a.round_id join organizations o on o.id = a.organization_id`,
      ...{
        countFrom: sql`applications a`,
        where,
        search: query.q === undefined ? undefined : foundBy(query.q, { own }),
      },
      sorts: {
        title: { expression: sql`lower(${title})`, type: 'text' },
        number: { expression: 'a.number', type: 'text' },
        requested: { expression: cents, type: 'bigint' },
      },
      defaultSort: '-number',
      id: 'a.id',
    },
    query,
  );
}
