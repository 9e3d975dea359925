/** Exclusion checks: recorded by staff, read by awards and payments, never changed. */
import { Injectable } from '@nestjs/common';
import { type Actor, actorKey } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { type CheckMethod, type CheckResult, ExclusionCheck } from './organization.entity.js';
import type { ExclusionCheckInput } from './organization.input.js';
import { Organizations, organizationSubject } from './organizations.service.js';

export interface RecordedCheck {
  readonly id: string;
  readonly organizationId: string;
  /** 'YYYY-MM-DD' */
  readonly checkedOn: string;
  readonly method: CheckMethod;
  readonly result: CheckResult;
  readonly queryText: string;
  readonly evidence: string | null;
  readonly checkedByName: string;
}

const COLUMNS = sql`id, organization_id as "organizationId", checked_on as "checkedOn", method, result,
  query_text as "queryText", evidence, checked_by_name as "checkedByName"`;

@Injectable()
export class ExclusionChecks {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly organizations: Organizations,
  ) {}

  async record(actor: Actor, organizationId: string, input: ExclusionCheckInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const organization = await this.organizations.lockFor(work, organizationId, 'exclusion_check.record');
      if (input.checkedOn > work.today) throw invalidField('checkedOn', 'exclusion_check.in_the_future');
      if (input.result === 'match' && input.evidence === undefined) {
        throw invalidField('evidence', 'exclusion_check.match_needs_evidence');
      }
      const check = await work.insertOne(ExclusionCheck, {
        organizationId,
        checkedOn: input.checkedOn,
        method: input.method,
        result: input.result,
        queryText: input.queryText,
        evidence: input.evidence ?? null,
        checkedBy: actorKey(actor),
        checkedByName: actor.kind === 'public' ? 'public' : actor.name,
      });
      work.audit({
        action: 'exclusion_check.recorded',
        subjectType: 'organization',
        subjectId: organization.id,
        after: { checkId: check.id, checkedOn: input.checkedOn, method: input.method, result: input.result },
      });
      return { id: check.id };
    });
  }

  /** Newest first; undefined for who may not see them. */
  async of(actor: Actor, organizationId: string): Promise<RecordedCheck[] | undefined> {
    if (!this.policy.can(actor, 'exclusion_check.read', organizationSubject(organizationId))) return undefined;
    return this.db.query<RecordedCheck>(
      sql`select ${COLUMNS} from exclusion_checks where organization_id = ${organizationId}
          order by checked_on desc, id desc`,
    );
  }

  /** The latest check of each of these organizations that has one, by organization. */
  async latest(from: Queryable, organizationIds: readonly string[]): Promise<ReadonlyMap<string, RecordedCheck>> {
    const rows = await from.query<RecordedCheck>(
      sql`select distinct on (organization_id) ${COLUMNS} from exclusion_checks
          where organization_id = any(${[...organizationIds]}::uuid[])
          order by organization_id, checked_on desc, id desc`,
    );
    return new Map(rows.map((row) => [row.organizationId, row]));
  }
}
