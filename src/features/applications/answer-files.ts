/** AnswerFiles: says who may open the files of an application, what kinds it takes, and whose room they take up. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { FILE_KINDS } from '../../platform/files/kind-names.js';
import { AttachmentReaders } from '../documents/index.js';
import { isWrittenBy, mayLookAt } from './application-reads.js';

/** Whether a file of the application, such as a memorandum, was there already when it was sent last, if it is back since. */
export async function isAsSent(from: Queryable, applicationId: string, fileId: string): Promise<boolean> {
  const rows = await from.query(sql`
    select 1 from applications a join attachments f on f.id = ${fileId}
    where a.id = ${applicationId} and (a.state not in ('returned', 'withdrawn', 'expired')
      or f.linked_at <= (select max(s.created_at) from application_submissions s where s.application_id = a.id))`);
  return rows.length > 0;
}

@Injectable()
export class AnswerFiles implements OnModuleInit {
  constructor(
    private readonly readers: AttachmentReaders,
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  onModuleInit(): void {
    this.readers.register('application', (actor, id, fileId) => this.mayOpen(actor, id, fileId), {
      accept: FILE_KINDS,
      organizationOf: async (from, id) => {
        const [row] = await from.query<{ organizationId: string }>(
          sql`select organization_id as "organizationId" from applications where id = ${id}`,
        );
        return row?.organizationId;
      },
    });
  }

  /** Whoever writes it opens all its files, and a draft has no others; the agency opens those that were sent. */
  private async mayOpen(actor: Actor, id: string, fileId: string): Promise<boolean> {
    if (!(await mayLookAt(this.policy, actor, this.db, id))) return false;
    if (await isWrittenBy(this.policy, actor, this.db, id)) return true;
    const [row] = await this.db.query(sql`
      select 1 from applications a where a.id = ${id} and (a.state = 'draft' or exists (
        select from application_submissions s where s.application_id = a.id and strpos(s.content::text, ${fileId}) > 0))`);
    return row !== undefined;
  }
}
