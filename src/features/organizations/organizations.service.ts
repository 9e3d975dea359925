/** Organizations: find, show, record and change them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Policy, type Subject } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { type NewRow, type Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { normalizeNumber, Secrets } from '../../platform/secrets/secrets.js';
import type { OrganizationContactInput, OrganizationInput, OrganizationListQuery } from './organization.input.js';
import { type MemberRole, Organization, type OrganizationKind } from './organization.entity.js';
import {
  BLANK,
  contactColumns,
  einColumns,
  forAudit,
  OPEN_COLUMNS,
  type OpenColumns,
  readUei,
  rowOf,
  toldInAudit,
} from './organization-columns.js';
import { changeOrganization, namedEin, serveDistricts } from './organization-change.js';
import { refuseMerged } from './organization-family.js';
import { organizationList, type OrganizationRow, withoutSortKeys } from './organization-list.js';
import { oneSponsorAtATime, refuseToLeaveSchools, requireDistrict, requireSponsor } from './organization-links.js';
import { isEinPrefixAssigned, maskedEin, plainEin, readMailDomains } from './organization.rules.js';
import { refuseStale } from './organization-stale.js';

export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/** For the organization itself and for staff. */
type OwnData = Pick<OpenColumns, 'einAnswer' | 'contactName' | 'contactTelephone' | 'contactAddress'>;

/** Everything about one organization that this actor may see; what they may not see is undefined. */
export interface OrganizationDetail {
  readonly organization: Omit<OpenColumns, keyof OwnData | 'note' | 'einLastFour'> &
    Partial<OwnData> & {
      /** Masked, whoever asks. */
      readonly ein?: string | null;
      readonly note?: string | null;
    };
  /** Starts with two digits that no EIN has. */
  readonly isEinOdd: boolean;
  readonly fiscalSponsor: NamedThing | null;
  readonly districtOrganization: NamedThing | null;
  readonly mergedInto: NamedThing | null;
  readonly serviceArea: readonly NamedThing[];
}

type Columns = NewRow<Organization>;

export const organizationSubject = (id: string): Subject => ({ scopes: { organization: id } });

@Injectable()
export class Organizations {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly secrets: Secrets,
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
    const subject = organizationSubject(id);
    if (organization === undefined || !this.policy.can(actor, 'organization.read', subject)) {
      throw notFound('thing.not_found');
    }
    const seesPrivate = this.policy.can(actor, 'organization.read_private', subject);
    const [fiscalSponsor, districtOrganization, mergedInto, serviceArea, isEinOdd] = await Promise.all([
      this.named(organization.fiscalSponsorId),
      this.named(organization.districtOrganizationId),
      this.named(organization.mergedIntoId),
      this.db.query<NamedThing>(sql`
        select d.id, d.name from organization_districts s join districts d on d.id = s.district_id
        where s.organization_id = ${id} order by d.position, d.name`),
      seesPrivate && this.isEinOdd(id),
    ]);
    const seesOwn = seesPrivate || this.policy.can(actor, 'organization.update_contact', subject);
    return {
      organization: told(organization, { seesPrivate, seesOwn }),
      ...{ isEinOdd, fiscalSponsor, districtOrganization, mergedInto, serviceArea },
    };
  }

  async create(actor: Actor, input: OrganizationInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      if (!work.policy.can(actor, 'organization.create', {})) {
        throw forbidden('permission.missing', { params: { permission: 'organization.create' } });
      }
      const id = newId();
      return this.record(work, { ...BLANK, ...(await this.columnsOf(work, input, id, false)), id }, input);
    });
  }

  /** Writes a new organization with its audit, as a step. */
  async record(work: Work, columns: Columns, area: OrganizationContactInput): Promise<{ id: string }> {
    const organization = await namedEin(() => work.insertOne(Organization, columns));
    const serviceArea = await serveDistricts(work, organization.id, area);
    const after = Object.entries(forAudit(columns)).map(([key, value]) => toldInAudit(key, value));
    work.audit({
      action: 'organization.created',
      subjectType: 'organization',
      subjectId: organization.id,
      after: { ...Object.fromEntries(after), serviceArea },
    });
    return { id: organization.id };
  }

  async update(actor: Actor, id: string, input: OrganizationInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      if (input.fiscalSponsorId !== undefined) await oneSponsorAtATime(work);
      const organization = await this.lockFor(work, id, 'organization.update');
      refuseMerged(organization);
      await refuseStale(work, organization, input.version);
      await changeOrganization(work, organization, await this.columnsOf(work, input, id, true), input);
      return { id };
    });
  }

  /** What an organization's own owners and editors may change, and staff for them. */
  async updateContact(actor: Actor, id: string, input: OrganizationContactInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const organization = await this.lockFor(work, id, 'organization.update_contact');
      refuseMerged(organization);
      const isStaff = work.policy.can(actor, 'organization.update', organizationSubject(id));
      if (!isStaff) await requireMemberRole(work, actor, id, ['owner', 'editor']);
      await refuseStale(work, organization, input.version);
      const numbers = this.numbersOf(organization, input, isStaff);
      await changeOrganization(work, organization, { ...contactColumns(input), ...numbers }, input);
      return { id };
    });
  }

  /** Names for a list of choices, those that may be a fiscal sponsor or a district of another. */
  async choices(actor: Actor, kind?: OrganizationKind): Promise<NamedThing[]> {
    const kindIs = kind === undefined ? rawSql('true') : sql`o.kind = ${kind}`;
    return this.db.query(sql`
      select o.id, o.name from organizations o where ${this.readable(actor)} and ${kindIs} and o.merged_into_id is null
      order by lower(o.name), o.id`);
  }

  /** The organization, or undefined; without a look at who asks. */
  async find(from: Queryable, id: string): Promise<OpenColumns | undefined> {
    const [row] = await from.query<OpenColumns & { annualBudgetCents: string | null }>(
      sql`select ${OPEN_COLUMNS} from organizations o where o.id = ${id}`,
    );
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

  /** For a search by the number: the same for the same EIN, and telling nothing of it. */
  einFingerprint(typed: string): Buffer {
    return this.secrets.fingerprint('ein', normalizeNumber(plainEin(typed)));
  }

  private readable(actor: Actor): Sql {
    return conditionSql(this.policy.filter(actor, 'organization.read', { scopes: { organization: 'o.id' } }));
  }

  private async named(id: string | null): Promise<NamedThing | null> {
    if (id === null) return null;
    const [row] = await this.db.query<NamedThing>(sql`select id, name from organizations where id = ${id}`);
    return row ?? null;
  }

  private async isEinOdd(id: string): Promise<boolean> {
    const row = await this.db.find<{ sealed: Buffer | null }>(
      sql`select ein_sealed as sealed from organizations where id = ${id}`,
    );
    if (row === undefined || row.sealed === null) return false;
    return !isEinPrefixAssigned(this.secrets.open({ table: 'organizations', column: 'ein_sealed', id }, row.sealed));
  }

  /** EIN and UEI, which an organization's own people enter once: what checks rest on is changed by staff. */
  private numbersOf(organization: Organization, input: OrganizationContactInput, isStaff: boolean): Partial<Columns> {
    const uei = input.uei === undefined ? organization.uei : readUei(input.uei);
    const isOtherUei = organization.uei !== null && uei !== organization.uei;
    if (isOtherUei && !isStaff) throw invalidField('uei', 'organization.number_by_staff');
    const answer = input.einAnswer ?? organization.einAnswer;
    const isSame = input.ein !== undefined && organization.einFingerprint?.equals(this.einFingerprint(input.ein));
    const isOtherEin = input.ein !== undefined ? !isSame : answer !== organization.einAnswer;
    if (organization.einFingerprint !== null && isOtherEin && !isStaff) {
      throw invalidField('ein', 'organization.number_by_staff');
    }
    return { uei, ...(isSame ? {} : einColumns(this.secrets, organization.id, input)) };
  }

  /** The columns that the input stands for; refuses what the fields alone cannot see. */
  private async columnsOf(
    work: Work,
    input: OrganizationInput,
    id: string,
    isThere: boolean,
  ): Promise<Partial<Columns> & Pick<Columns, 'name' | 'kind'>> {
    const fiscalSponsorId = input.fiscalSponsorId ?? null;
    if (fiscalSponsorId !== null) await requireSponsor(work, fiscalSponsorId, id);
    const districtOrganizationId = input.districtOrganizationId ?? null;
    if (districtOrganizationId !== null) await requireDistrict(work, districtOrganizationId, input.kind);
    if (isThere && input.kind !== 'school_district') await refuseToLeaveSchools(work, id);
    return {
      ...contactColumns(input),
      ...einColumns(this.secrets, id, input),
      name: input.name,
      legalName: input.legalName ?? null,
      kind: input.kind,
      uei: readUei(input.uei),
      mailDomains: readMailDomains(input.mailDomains),
      fiscalSponsorId,
      districtOrganizationId,
      note: input.note ?? null,
    };
  }
}

/** Without what this actor may not see. */
function told(
  organization: OpenColumns,
  { seesPrivate, seesOwn }: { readonly seesPrivate: boolean; readonly seesOwn: boolean },
): OrganizationDetail['organization'] {
  const { einLastFour, note, einAnswer, contactName, contactTelephone, contactAddress, ...rest } = organization;
  const own = { ein: maskedEin(einLastFour), einAnswer, contactName, contactTelephone, contactAddress };
  return { ...rest, ...(seesOwn && own), ...(seesPrivate && { note }) };
}

/** Throws 403 unless the acting person now holds one of these roles within the organization. */
export async function requireMemberRole(
  from: Queryable,
  actor: Actor,
  organizationId: string,
  roles: readonly MemberRole[],
): Promise<void> {
  if (actor.kind === 'system') return;
  // Who helps it with its agreement writes as an editor does, and never signs, owns or asks for money.
  const isHelped = actor.kind === 'person' && actor.assists?.some((each) => each.organizationId === organizationId);
  // What a finance role may do is about money, and not theirs.
  if (isHelped && roles.includes('editor') && !roles.includes('finance')) {
    if (from instanceof Work) from.actFor(organizationId);
    return;
  }
  const personId = actor.kind === 'person' ? actor.personId : null;
  const held = await from.query(sql`
    select 1 from organization_members where organization_id = ${organizationId} and person_id = ${personId}
      and role = any(${[...roles]}::text[]) and ended_at is null limit 1`);
  if (held.length === 0) throw forbidden('organization.member_role_missing');
}
