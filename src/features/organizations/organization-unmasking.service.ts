/** OrganizationUnmasking: shows an EIN to somebody who needs it, with a reason, on the record. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { writtenEin } from './organization.rules.js';
import { Organizations } from './organizations.service.js';
import type { UnmaskEinInput } from './registration.input.js';

@Injectable()
export class OrganizationUnmasking {
  constructor(
    private readonly db: Database,
    private readonly organizations: Organizations,
    private readonly secrets: Secrets,
  ) {}

  /** The EIN as people write it. The record is committed before the number is opened, and never holds it. */
  async ein(actor: Actor, id: string, { reason }: UnmaskEinInput): Promise<string> {
    await this.db.work(actor, async (work) => {
      const organization = await this.organizations.lockFor(work, id, 'organization.unmask_ein');
      if (organization.einSealed === null) throw conflict('organization.no_ein');
      work.audit({
        action: 'organization.ein_unmasked',
        subjectType: 'organization',
        subjectId: id,
        note: reason,
      });
      return { id };
    });
    const row = await this.db.find<{ sealed: Buffer | null }>(
      sql`select ein_sealed as sealed from organizations where id = ${id}`,
    );
    if (row === undefined || row.sealed === null) throw conflict('organization.no_ein');
    return writtenEin(this.secrets.open({ table: 'organizations', column: 'ein_sealed', id }, row.sealed));
  }
}
