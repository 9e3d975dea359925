/**
 * OrganizationMerges: two records turn out to be one organization. The one that is left takes over people, numbers and
 * area; the other stays as it was, under its old name, with everything that happened under it, and points to the one
 * that is left. Applications, awards and the ledger are never rewritten.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, type Sentence } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { NewRow, Queryable, Work } from '../../platform/database/work.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { type Alike, OrganizationsAlike } from './organization-alike.js';
import { sealedEin } from './organization-columns.js';
import { shareDomains } from './organization-change.js';
import { oneSponsorAtATime } from './organization-links.js';
import { MOST_DOMAINS } from './organization.rules.js';
import { type MemberRole, Organization } from './organization.entity.js';
import { memberRoles, OrganizationMembers } from './organization-members.service.js';
import type { MergeInput } from './organization.input.js';
import { Organizations } from './organizations.service.js';

export interface MergeSide {
  readonly id: string;
  readonly name: string;
  readonly city: string | null;
  readonly members: number;
}

export interface MergePreview {
  /** Becomes a part of the other. */
  readonly from: MergeSide;
  /** Is left. */
  readonly into: MergeSide;
  /** Fields that the one that is left takes over because it has none of its own. */
  readonly filled: readonly string[];
  readonly blockers: readonly Sentence[];
}

/** Empty ones are filled from the other. */
const FILLED = [
  'legalName',
  'uei',
  'annualBudget',
  'fiscalSponsorName',
  'contactName',
  'contactTelephone',
  'contactAddress',
  'addressLine1',
  'addressLine2',
  'city',
  'state',
  'zip',
] as const;

@Injectable()
export class OrganizationMerges {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly organizations: Organizations,
    private readonly members: OrganizationMembers,
    private readonly alike: OrganizationsAlike,
    private readonly secrets: Secrets,
  ) {}

  /** Those that this one may be the same as, likeliest first. */
  async candidates(actor: Actor, id: string): Promise<Alike[]> {
    const { organization } = await this.organizations.get(actor, id);
    this.require(actor);
    const names = [organization.name, ...(organization.legalName === null ? [] : [organization.legalName])];
    const row = await this.db.find<{ print: Buffer | null }>(
      sql`select ein_fingerprint as print from organizations where id = ${id}`,
    );
    return this.alike.find(this.db, {
      ...{ names, uei: organization.uei, einFingerprint: row?.print, domains: organization.mailDomains, except: id },
    });
  }

  /** What would happen, and what stands in the way; nothing is changed. */
  async preview(actor: Actor, id: string, intoId: string): Promise<MergePreview> {
    await this.organizations.get(actor, id);
    this.require(actor);
    const [from, into] = await Promise.all([this.side(id), this.side(intoId)]);
    return {
      from: from.side,
      into: into.side,
      filled: filledFields(from.row, into.row),
      blockers: await blockersOf(this.db, actor, from.row, into.row),
    };
  }

  /** Makes one a part of the other. It cannot be taken back. */
  async merge(actor: Actor, id: string, input: MergeInput): Promise<{ id: string }> {
    this.require(actor);
    return this.db.work(actor, async (work) => {
      await oneSponsorAtATime(work);
      const rows = await work.lock(Organization, [id, input.intoId]);
      const from = rows.find((row) => row.id === id);
      const into = rows.find((row) => row.id === input.intoId);
      if (from === undefined || into === undefined || from === into) {
        throw invalidField('intoId', 'organization.merge_itself');
      }
      const blockers = await blockersOf(work, actor, from, into);
      if (blockers.length > 0) throw conflict('organization.merge_blocked', { blockers });
      const filled = filledFields(from, into);
      await this.fill(work, from, into);
      await repoint(work, from.id, into.id);
      await this.joinPeople(work, from.id, into.id);
      const names = { from: from.name, into: into.name };
      for (const subjectId of [from.id, into.id]) {
        work.audit({
          action: 'organization.merged',
          subjectType: 'organization',
          subjectId,
          note: input.note,
          after: { ...names, fromId: from.id, intoId: into.id, filled },
        });
      }
      return { id: into.id };
    });
  }

  private require(actor: Actor): void {
    if (!this.policy.can(actor, 'organization.merge', {})) {
      throw forbidden('permission.missing', { params: { permission: 'organization.merge' } });
    }
  }

  private async side(id: string): Promise<{ side: MergeSide; row: Comparable }> {
    const [row] = await this.db.query<Comparable & { members: number }>(sql`
      select o.id, o.name, o.kind, o.legal_name as "legalName", o.uei, o.annual_budget_cents as "annualBudget",
             o.fiscal_sponsor_name as "fiscalSponsorName", o.contact_name as "contactName",
             o.contact_telephone as "contactTelephone", o.contact_address as "contactAddress",
             o.address_line1 as "addressLine1", o.address_line2 as "addressLine2", o.city, o.state, o.zip,
             o.ein_fingerprint as "einFingerprint", o.merged_into_id as "mergedIntoId",
             o.fiscal_sponsor_id as "fiscalSponsorId",
             (select count(distinct m.person_id)::int from organization_members m
              where m.organization_id = o.id and m.ended_at is null) as members
      from organizations o where o.id = ${id}`);
    if (row === undefined) throw invalidField('intoId', 'field.not_found');
    return { side: { id: row.id, name: row.name, city: row.city, members: row.members }, row };
  }

  /** Numbers move, since each belongs to one; what is empty is filled; areas and domains are put together. */
  private async fill(work: Work, from: Organization, into: Organization): Promise<void> {
    const changes: Record<string, unknown> = {};
    for (const field of FILLED) if (into[field] === null && from[field] !== null) changes[field] = from[field];
    const domains = [...new Set([...into.mailDomains, ...from.mailDomains])].slice(0, MOST_DOMAINS);
    const moved = into.einSealed === null ? from.einSealed : null;
    const merged = { mergedIntoId: into.id, mergedAt: work.now };
    await work.update(Organization, from, moved === null ? merged : { ...merged, ...NO_EIN });
    if (moved !== null) {
      const place = { table: 'organizations', column: 'ein_sealed', id: from.id };
      Object.assign(changes, sealedEin(this.secrets, into.id, this.secrets.open(place, moved)));
    }
    await work.update(Organization, into, { ...(changes as Partial<NewRow<Organization>>), mailDomains: domains });
    await shareDomains(work, into);
    await work.query(sql`
      insert into organization_districts (organization_id, district_id)
      select ${into.id}::uuid, district_id from organization_districts where organization_id = ${from.id}
      on conflict do nothing`);
  }

  /** Whoever acts for one of them acts for all of them from now on. */
  private async joinPeople(work: Work, fromId: string, intoId: string): Promise<void> {
    const people = await work.query<{ personId: string; roles: MemberRole[] }>(sql`
      select person_id as "personId", array_agg(distinct role) as roles from organization_members
      where organization_id in (${fromId}, ${intoId}) and ended_at is null group by person_id order by person_id`);
    for (const { personId, roles } of people) await this.members.join(work, intoId, personId, roles, work.today);
  }
}

const NO_EIN = { einSealed: null, einKeyVersion: null, einFingerprint: null, einLastFour: null };

type Comparable = Pick<
  Organization,
  'id' | 'name' | 'kind' | 'einFingerprint' | 'mergedIntoId' | 'fiscalSponsorId' | (typeof FILLED)[number]
>;

function filledFields(from: Comparable, into: Comparable): string[] {
  const filled: string[] = FILLED.filter((field) => into[field] === null && from[field] !== null);
  return into.einFingerprint === null && from.einFingerprint !== null ? ['ein', ...filled] : filled;
}

async function blockersOf(queryable: Queryable, actor: Actor, from: Comparable, into: Comparable): Promise<Sentence[]> {
  const blockers: Sentence[] = [];
  const say = (holds: boolean, code: string): void => {
    if (holds) blockers.push({ code });
  };
  say(from.id === into.id, 'organization.merge_itself');
  say(from.mergedIntoId !== null || into.mergedIntoId !== null, 'organization.merged');
  const { einFingerprint: one } = from;
  say(
    one !== null && into.einFingerprint !== null && !one.equals(into.einFingerprint),
    'organization.merge_eins_differ',
  );
  say(from.uei !== null && into.uei !== null && from.uei !== into.uei, 'organization.merge_ueis_differ');
  say(from.kind !== into.kind, 'organization.merge_kinds_differ');
  const sponsored = await queryable.query(sql`
    with recursive chain as (
      select id, fiscal_sponsor_id from organizations where id in (${from.id}, ${into.id})
      union select o.id, o.fiscal_sponsor_id from organizations o join chain on o.id = chain.fiscal_sponsor_id
    ) select 1 from chain where fiscal_sponsor_id in (${from.id}, ${into.id})`);
  say(sponsored.length > 0, 'organization.merge_sponsors');
  // Whoever acts for one of them would act for the other by their own word.
  const isOwn =
    actor.kind === 'person' &&
    [
      ...(await memberRoles(queryable, actor.personId, from.id)),
      ...(await memberRoles(queryable, actor.personId, into.id)),
    ].length > 0;
  say(isOwn, 'organization.merge_own');
  return blockers;
}

/** What points to the one as it stands today points to the one that is left. */
async function repoint(work: Work, fromId: string, intoId: string): Promise<void> {
  await work.query(sql`
    update organizations set merged_into_id = ${intoId}, version = version + 1 where merged_into_id = ${fromId}`);
  await work.query(sql`
    update organizations set fiscal_sponsor_id = ${intoId}, version = version + 1 where fiscal_sponsor_id = ${fromId}`);
  await work.query(sql`
    update organizations set district_organization_id = ${intoId}, version = version + 1
    where district_organization_id = ${fromId}`);
}
