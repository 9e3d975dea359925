/** AnswerFiles: says who may open the files of an application, what kinds it takes, and whose room they take up. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { FILE_KINDS } from '../../platform/files/kind-names.js';
import { AttachmentReaders } from '../documents/index.js';
import { mayLookAt } from './application-reads.js';

@Injectable()
export class AnswerFiles implements OnModuleInit {
  constructor(
    private readonly readers: AttachmentReaders,
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  onModuleInit(): void {
    this.readers.register('application', (actor, id) => mayLookAt(this.policy, actor, this.db, id), {
      accept: FILE_KINDS,
      organizationOf: async (from, id) => {
        const [row] = await from.query<{ organizationId: string }>(
          sql`select organization_id as "organizationId" from applications where id = ${id}`,
        );
        return row?.organizationId;
      },
    });
  }
}
