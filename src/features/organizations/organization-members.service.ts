/** Members: the people who act for an organization. Each also holds the applicant's role there, as long as any is live. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { normalizeAddress } from '../identity/index.js';
import { type MemberRole, OrganizationMember } from './organization.entity.js';
import type { EndMemberInput, MemberInput } from './organization.input.js';
import { OrganizationGrants } from './organization-grants.js';
import { Organizations } from './organizations.service.js';

export interface LiveMember {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly role: MemberRole;
  /** 'YYYY-MM-DD' */
  readonly since: string;
}

export interface PersonMatch {
  readonly personId: string;
  readonly name: string;
}

@Injectable()
export class OrganizationMembers {
  constructor(
    private readonly db: Database,
    private readonly organizations: Organizations,
    private readonly grants: OrganizationGrants,
  ) {}

  async add(actor: Actor, organizationId: string, input: MemberInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.organizations.lockFor(work, organizationId, 'member.manage');
      const personId = await personOf(work, input);
      if (actor.kind === 'person' && actor.personId === personId) throw conflict('organization_member.own');
      const since = input.since ?? work.today;
      if (since > work.today) throw invalidField('since', 'organization_member.since_in_the_future');
      const member = await oneOfEachRole(() =>
        work.insertOne(OrganizationMember, { organizationId, personId, role: input.role, since, endedAt: null }),
      );
      await this.grants.grant(work, personId, organizationId);
      work.audit({
        action: 'member.added',
        subjectType: 'organization',
        subjectId: organizationId,
        after: { memberId: member.id, personId, role: input.role, since },
      });
      return { id: member.id };
    });
  }

  async end(actor: Actor, organizationId: string, input: EndMemberInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.organizations.lockFor(work, organizationId, 'member.manage');
      const member = await work.lockOne(OrganizationMember, input.memberId);
      // A member of another organization is not found here, whatever its id.
      if (member.organizationId !== organizationId) throw notFound('thing.not_found');
      if (member.endedAt !== null) throw conflict('organization_member.ended_already');
      await work.update(OrganizationMember, member, { endedAt: work.now });
      const left = await memberRoles(work, member.personId, organizationId);
      if (left.length === 0) await this.grants.end(work, member.personId, organizationId);
      work.audit({
        action: 'member.ended',
        subjectType: 'organization',
        subjectId: organizationId,
        before: { memberId: member.id, personId: member.personId, role: member.role },
      });
      return { id: member.id };
    });
  }

  /** Those who act for it now, by name; the caller has looked whether the organization may be seen. */
  async live(organizationId: string): Promise<LiveMember[]> {
    return this.db.query<LiveMember>(sql`
      select m.id, m.person_id as "personId", p.name, m.role, m.since
      from organization_members m join persons p on p.id = m.person_id
      where m.organization_id = ${organizationId} and m.ended_at is null order by lower(p.name), m.role, m.id`);
  }

  /** Whom this sign-in address serves. */
  async byAddress(address: string): Promise<PersonMatch[]> {
    return peopleAt(this.db, address);
  }

  /** The roles this actor now holds within the organization. */
  async rolesOf(actor: Actor, organizationId: string): Promise<MemberRole[]> {
    return actor.kind === 'person' ? memberRoles(this.db, actor.personId, organizationId) : [];
  }
}

/** The roles a person now holds within an organization. */
export async function memberRoles(from: Queryable, personId: string, organizationId: string): Promise<MemberRole[]> {
  const rows = await from.query<{ role: MemberRole }>(sql`
    select role from organization_members
    where organization_id = ${organizationId} and person_id = ${personId} and ended_at is null order by role`);
  return rows.map((row) => row.role);
}

async function personOf(work: Work, input: MemberInput): Promise<string> {
  if (input.address === undefined) {
    if (input.personId === undefined) throw invalidField('address', 'field.required');
    const known = await work.query(sql`select 1 from persons where id = ${input.personId}`);
    if (known.length === 0) throw invalidField('personId', 'field.not_found');
    return input.personId;
  }
  const matches = await peopleAt(work, input.address);
  if (matches.length === 0) throw invalidField('address', 'organization_member.nobody_at_address');
  if (input.personId !== undefined) {
    const match = matches.find((each) => each.personId === input.personId);
    if (match === undefined) throw invalidField('personId', 'field.not_found');
    return match.personId;
  }
  const [only, second] = matches;
  if (only === undefined || second !== undefined) throw invalidField('personId', 'organization_member.address_shared');
  return only.personId;
}

async function peopleAt(from: Queryable, address: string): Promise<PersonMatch[]> {
  return from.query<PersonMatch>(sql`
    select p.id as "personId", p.name from identifiers i join persons p on p.id = i.person_id
    where i.kind = 'address' and i.value = ${normalizeAddress(address)} order by lower(p.name), p.id`);
}

/** Says what the database's refusal of the same role twice means. */
async function oneOfEachRole<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatedConstraint(error) !== 'organization_members_live_key') throw error;
    throw conflict('organization_member.has_role', {
      fields: [{ field: 'role', code: 'organization_member.has_role' }],
    });
  }
}
