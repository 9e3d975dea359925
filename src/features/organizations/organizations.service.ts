/** Organizations: find, show, record and change them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy, type Subject } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { NewRow, Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import type { OrganizationContactInput, OrganizationInput, OrganizationListQuery } from './organization.input.js';
import { type MemberRole, Organization, type OrganizationKind } from './organization.entity.js';
import { organizationList, type OrganizationRow, withoutSortKeys } from './organization-list.js';
import { oneSponsorAtATime, refuseToLeaveSchools, requireDistrict, requireSponsor } from './organization-links.js';
import { isUeiShaped, maskedEin, plainEin, readMailDomains } from './organization.rules.js';
import { refuseStale } from './organization-stale.js';

export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/** Everything about one organization that this actor may see; what they may not see is undefined. */
export interface OrganizationDetail {
  readonly organization: Omit<Organization, 'ein' | 'note'> & {
    readonly ein?: string | null;
    readonly note?: string | null;
  };
  readonly fiscalSponsor: NamedThing | null;
  readonly districtOrganization: NamedThing | null;
  readonly serviceArea: readonly NamedThing[];
}

type ContactColumns = Pick<Organization, 'addressLine1' | 'addressLine2' | 'city' | 'state' | 'zip' | 'annualBudget'>;
type Columns = NewRow<Organization>;

/** What an audit entry says about a change, so that a stale form can be told what is new. */
const UNSAID = new Set(['id', 'version', 'createdAt']);

export const organizationSubject = (id: string): Subject => ({ scopes: { organization: id } });

@Injectable()
export class Organizations {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  /** One page of the organizations this actor may see. */
  async list(actor: Actor, query: OrganizationListQuery): Promise<ListPage<OrganizationRow>> {
    const seesPrivate = this.policy.can(actor, 'organization.read_private', {});
    const seesChecks = this.policy.can(actor, 'exclusion_check.read', {});
    const page = await readList<OrganizationRow & { annualBudgetCents: string | null }>(
      this.db,
      organizationList(this.readable(actor), query, { seesPrivate, seesChecks }),
      query,
    );
    return { ...page, items: page.items.map(rowOf).map(withoutSortKeys) };
  }

  async get(actor: Actor, id: string): Promise<OrganizationDetail> {
    const organization = await this.find(this.db, id);
    if (organization === undefined || !this.policy.can(actor, 'organization.read', organizationSubject(id))) {
      throw notFound('thing.not_found');
    }
    const { ein, note, ...rest } = organization;
    const seesPrivate = this.policy.can(actor, 'organization.read_private', organizationSubject(id));
    const [fiscalSponsor, districtOrganization, serviceArea] = await Promise.all([
      this.named(organization.fiscalSponsorId),
      this.named(organization.districtOrganizationId),
      this.db.query<NamedThing>(sql`
        select d.id, d.name from organization_districts s join districts d on d.id = s.district_id
        where s.organization_id = ${id} order by d.position, d.name`),
    ]);
    return {
      organization: seesPrivate ? { ...rest, ein, note } : rest,
      fiscalSponsor,
      districtOrganization,
      serviceArea,
    };
  }

  async create(actor: Actor, input: OrganizationInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      if (!work.policy.can(actor, 'organization.create', {})) {
        throw forbidden('permission.missing', { params: { permission: 'organization.create' } });
      }
      const columns = await this.columnsOf(work, input, undefined);
      const organization = await named(() => work.insertOne(Organization, columns));
      const serviceArea = await this.serve(work, organization.id, input);
      work.audit({
        action: 'organization.created',
        subjectType: 'organization',
        subjectId: organization.id,
        after: { ...forAudit(columns), serviceArea },
      });
      return { id: organization.id };
    });
  }

  async update(actor: Actor, id: string, input: OrganizationInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      if (input.fiscalSponsorId !== undefined) await oneSponsorAtATime(work);
      const organization = await this.lockFor(work, id, 'organization.update');
      await refuseStale(work, organization, input.version);
      await this.change(work, organization, await this.columnsOf(work, input, id), input);
      return { id };
    });
  }

  /** What an organization's own owners and editors may change, and staff for them. */
  async updateContact(actor: Actor, id: string, input: OrganizationContactInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const organization = await this.lockFor(work, id, 'organization.update_contact');
      if (!work.policy.can(actor, 'organization.update', organizationSubject(id))) {
        await requireMemberRole(work, actor, id, ['owner', 'editor']);
      }
      await refuseStale(work, organization, input.version);
      await this.change(work, organization, contactColumns(input), input);
      return { id };
    });
  }

  /** Names for a list of choices, those that may be a fiscal sponsor or a district of another. */
  async choices(actor: Actor, kind?: OrganizationKind): Promise<NamedThing[]> {
    const kindIs = kind === undefined ? rawSql('true') : sql`o.kind = ${kind}`;
    return this.db.query(sql`
      select o.id, o.name from organizations o where ${this.readable(actor)} and ${kindIs} order by lower(o.name), o.id`);
  }

  /** The organization, or undefined; without a look at who asks. */
  async find(from: Queryable, id: string): Promise<Organization | undefined> {
    const [row] = await from.query<Organization & { annualBudgetCents: string | null }>(sql`
      select id, version, created_at as "createdAt", name, legal_name as "legalName", kind, ein, uei,
             mail_domains as "mailDomains", annual_budget_cents as "annualBudgetCents",
             fiscal_sponsor_id as "fiscalSponsorId", district_organization_id as "districtOrganizationId",
             address_line1 as "addressLine1", address_line2 as "addressLine2", city, state, zip, note
      from organizations where id = ${id}`);
    return row === undefined ? undefined : rowOf(row);
  }

  /** Locks the organization: 404 for who may not see it, 403 for who may not do this to it. */
  async lockFor(work: Work, id: string, permission: string): Promise<Organization> {
    const subject = organizationSubject(id);
    if (!work.policy.can(work.actor, 'organization.read', subject)) throw notFound('thing.not_found');
    const organization = await work.lockOne(Organization, id);
    if (!work.policy.can(work.actor, permission, subject)) {
      throw forbidden('permission.missing', { params: { permission } });
    }
    return organization;
  }

  private readable(actor: Actor): Sql {
    return conditionSql(this.policy.filter(actor, 'organization.read', { scopes: { organization: 'o.id' } }));
  }

  private async named(id: string | null): Promise<NamedThing | null> {
    if (id === null) return null;
    const [row] = await this.db.query<NamedThing>(sql`select id, name from organizations where id = ${id}`);
    return row ?? null;
  }

  private async change(
    work: Work,
    organization: Organization,
    columns: Partial<Columns>,
    input: OrganizationContactInput,
  ): Promise<void> {
    const before = forAudit(organization);
    const areaBefore = await servedDistricts(work, organization.id);
    await named(() => work.update(Organization, organization, columns));
    const areaAfter = await this.serve(work, organization.id, input);
    const after = forAudit(organization);
    const changed = Object.keys(after).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
    if (areaBefore.join() !== areaAfter.join()) changed.push('serviceArea');
    const pick = (from: Record<string, unknown>, serviceArea: string[]): Record<string, unknown> =>
      Object.fromEntries(changed.map((key) => [key, key === 'serviceArea' ? serviceArea : from[key]]));
    work.audit({
      action: 'organization.updated',
      subjectType: 'organization',
      subjectId: organization.id,
      before: pick(before, areaBefore),
      after: { ...pick(after, areaAfter), version: organization.version },
    });
  }

  /** Replaces the service area; gives the districts' ids in order. */
  private async serve(work: Work, id: string, input: OrganizationContactInput): Promise<string[]> {
    const wanted = [...new Set((input.serviceArea ?? []).map((each) => each.districtId))].sort();
    const known = await work.query(sql`select id from districts where id = any(${wanted}::uuid[])`);
    if (known.length !== wanted.length) throw invalidField('serviceArea', 'field.not_found');
    await work.query(sql`
      delete from organization_districts where organization_id = ${id} and not district_id = any(${wanted}::uuid[])`);
    await work.query(sql`
      insert into organization_districts (organization_id, district_id)
      select ${id}::uuid, district_id from unnest(${wanted}::uuid[]) as wanted(district_id) on conflict do nothing`);
    return wanted;
  }

  /** The columns that the input stands for; refuses what the fields alone cannot see. */
  private async columnsOf(work: Work, input: OrganizationInput, id: string | undefined): Promise<Columns> {
    const uei = input.uei?.toUpperCase() ?? null;
    if (uei !== null && !isUeiShaped(uei)) throw invalidField('uei', 'organization.uei_shape');
    const fiscalSponsorId = input.fiscalSponsorId ?? null;
    if (fiscalSponsorId !== null) await requireSponsor(work, fiscalSponsorId, id);
    const districtOrganizationId = input.districtOrganizationId ?? null;
    if (districtOrganizationId !== null) await requireDistrict(work, districtOrganizationId, input.kind);
    if (id !== undefined && input.kind !== 'school_district') await refuseToLeaveSchools(work, id);
    return {
      ...contactColumns(input),
      name: input.name,
      legalName: input.legalName ?? null,
      kind: input.kind,
      ein: input.ein === undefined ? null : plainEin(input.ein),
      uei,
      mailDomains: readMailDomains(input.mailDomains),
      fiscalSponsorId,
      districtOrganizationId,
      note: input.note ?? null,
    };
  }
}

/** Throws 403 unless the acting person now holds one of these roles within the organization. */
export async function requireMemberRole(
  from: Queryable,
  actor: Actor,
  organizationId: string,
  roles: readonly MemberRole[],
): Promise<void> {
  if (actor.kind === 'system') return;
  const personId = actor.kind === 'person' ? actor.personId : null;
  const held = await from.query(sql`
    select 1 from organization_members where organization_id = ${organizationId} and person_id = ${personId}
      and role = any(${[...roles]}::text[]) and ended_at is null limit 1`);
  if (held.length === 0) throw forbidden('organization.member_role_missing');
}

function rowOf<T extends { annualBudgetCents: string | null }>(
  row: T,
): Omit<T, 'annualBudgetCents'> & { annualBudget: Money | null } {
  const { annualBudgetCents: cents, ...rest } = row;
  return { ...rest, annualBudget: cents === null ? null : Money.ofCents(cents) };
}

function contactColumns(input: OrganizationContactInput): ContactColumns {
  return {
    addressLine1: input.addressLine1 ?? null,
    addressLine2: input.addressLine2 ?? null,
    city: input.city ?? null,
    state: input.state?.toUpperCase() ?? null,
    zip: input.zip ?? null,
    annualBudget: input.annualBudget ?? null,
  };
}

function forAudit(row: object): Record<string, unknown> {
  const entries = Object.entries(row).filter(([key]) => !UNSAID.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === 'ein' ? maskedEin(value as string | null) : value]),
  );
}

async function servedDistricts(from: Queryable, id: string): Promise<string[]> {
  const rows = await from.query<{ id: string }>(
    sql`select district_id as id from organization_districts where organization_id = ${id} order by district_id`,
  );
  return rows.map((row) => row.id);
}

/** Says what the database's refusal of a second EIN means. */
async function named<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatedConstraint(error) !== 'organizations_ein_key') throw error;
    throw conflict('organization.ein_taken', { fields: [{ field: 'ein', code: 'organization.ein_taken' }] });
  }
}
