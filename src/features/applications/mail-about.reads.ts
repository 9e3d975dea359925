/** What every mail about an application names: whose it is, what it is for, who writes, and how to ask. */
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';

export interface MailAbout {
  readonly id: string;
  readonly organizationId: string;
  readonly organization: string;
  readonly title: string;
  readonly round: string;
  readonly agency: string;
  readonly helpPhone: string | null;
  /** When it is due to this applicant. */
  readonly dueAt: Date;
  readonly fixBy: string | null;
}

/** Those of `applications a` for which `where` holds, in the order of their ids. */
export async function mailsAbout(from: Queryable, where: Sql): Promise<MailAbout[]> {
  return from.query<MailAbout>(sql`
    select a.id, a.organization_id as "organizationId", o.name as organization, a.title, r.name as round,
           coalesce(g.name, '') as agency, g.help_phone as "helpPhone", a.fix_by as "fixBy",
           greatest(r.due_at, (select max(e.due_after) from application_extensions e
             where e.application_id = a.id)) as "dueAt"
    from applications a join rounds r on r.id = a.round_id join organizations o on o.id = a.organization_id
      left join lateral (select name, help_phone from agency limit 1) g on true
    where ${where} order by a.id`);
}

export async function mailAbout(from: Queryable, id: string): Promise<MailAbout | undefined> {
  return (await mailsAbout(from, sql`a.id = ${id}`))[0];
}
