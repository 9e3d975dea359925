/** Exclusion checks: recorded by staff, read by awards and payments, never changed. */
import { Injectable } from '@nestjs/common';
import { type Actor, actorKey } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { AgencySettings } from '../agency/index.js';
import { ofFamily } from './organization-family.js';
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

export interface DueCheck {
  readonly organizationId: string;
  readonly name: string;
  /** The last day on which the latest check still counts; null when there is none. */
  readonly dueOn: string | null;
}

/** Tells this many days before a check runs out. */
const TOLD_DAYS = 30;

/** Gives the organizations that federal money goes to; features that give money register how they know. */
export type ExclusionNeed = (from: Queryable) => Promise<readonly string[]>;

@Injectable()
export class ExclusionNeeds {
  private readonly sources: ExclusionNeed[] = [];

  register(source: ExclusionNeed): void {
    this.sources.push(source);
  }

  async organizations(from: Queryable): Promise<string[]> {
    const lists = await Promise.all(this.sources.map((source) => source(from)));
    return [...new Set(lists.flat())];
  }
}

const COLUMNS = sql`id, organization_id as "organizationId", checked_on as "checkedOn", method, result,
  query_text as "queryText", evidence, checked_by_name as "checkedByName"`;

@Injectable()
export class ExclusionChecks {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly organizations: Organizations,
    private readonly settings: AgencySettings,
    private readonly needs: ExclusionNeeds,
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
      sql`select ${COLUMNS} from exclusion_checks c where ${ofFamily(sql`c.organization_id`, organizationId)}
          order by checked_on desc, id desc`,
    );
  }

  /** The latest check of each of these organizations that has one, by organization; one for any of its family counts. */
  async latest(from: Queryable, organizationIds: readonly string[]): Promise<ReadonlyMap<string, RecordedCheck>> {
    const rows = await from.query<RecordedCheck>(
      sql`select distinct on (own.id) c.id, own.id as "organizationId", c.checked_on as "checkedOn", c.method, c.result,
                 c.query_text as "queryText", c.evidence, c.checked_by_name as "checkedByName"
          from organizations own join organizations kin
            on coalesce(kin.merged_into_id, kin.id) = coalesce(own.merged_into_id, own.id)
          join exclusion_checks c on c.organization_id = kin.id
          where own.id = any(${[...organizationIds]}::uuid[])
          order by own.id, c.checked_on desc, c.id desc`,
    );
    return new Map(rows.map((row) => [row.organizationId, row]));
  }

  /** So many days does a check count, as the agency has set it. */
  async days(from: Queryable): Promise<number> {
    return (await this.settings.read(from)).exclusionCheckDays;
  }

  /** Those that federal money goes to and whose check is missing, ran out or soon will; the most urgent first. */
  async due(from: Queryable): Promise<DueCheck[]> {
    const ids = await this.needs.organizations(from);
    if (ids.length === 0) return [];
    const [latest, days] = [await this.latest(from, ids), await this.days(from)];
    const calendar = this.db.currentCalendar;
    const until = calendar.addDays(this.db.today, TOLD_DAYS);
    const dueOf = (id: string): string | null => {
      const check = latest.get(id);
      return check === undefined ? null : calendar.addDays(check.checkedOn, days);
    };
    const due = ids.map((id) => ({ id, dueOn: dueOf(id) })).filter(({ dueOn }) => dueOn === null || dueOn <= until);
    const names = await from.query<{ id: string; name: string }>(sql`
      select id, name from organizations where id = any(${due.map(({ id }) => id)}::uuid[])`);
    const nameOf = new Map(names.map(({ id, name }) => [id, name]));
    return due
      .map(({ id, dueOn }) => ({ organizationId: id, name: nameOf.get(id) ?? '', dueOn }))
      .sort((one, other) => (one.dueOn ?? '').localeCompare(other.dueOn ?? '') || one.name.localeCompare(other.name));
  }
}
