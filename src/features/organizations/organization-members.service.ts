/** Members: the people who act for an organization. Each also holds the applicant's role there, as long as any is live. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { normalizeAddress } from '../identity/index.js';
import { familyOf, leftOf } from './organization-family.js';
import { MEMBER_ROLES, type MemberRole, OrganizationMember } from './organization.entity.js';
import type { EndMemberInput, MemberInput, MemberRolesInput } from './organization.input.js';
import { OrganizationGrants } from './organization-grants.js';
import { OrganizationNews } from './organization-news.js';
import { Organizations, organizationSubject, requireMemberRole } from './organizations.service.js';

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
    private readonly news: OrganizationNews,
  ) {}

  /** One role more for somebody, by staff. Owners invite instead: whose an address is, is none of their business. */
  async add(actor: Actor, organizationId: string, input: MemberInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.manager(work, organizationId);
      if (!work.policy.can(actor, 'organization.update', organizationSubject(organizationId))) {
        throw forbidden('organization_member.invite_instead');
      }
      const personId = await personOf(work, input);
      if (isSelf(actor, personId)) throw conflict('organization_member.own');
      const since = input.since ?? work.today;
      if (since > work.today) throw invalidField('since', 'organization_member.since_in_the_future');
      const held = await memberRoles(work, personId, organizationId);
      if (held.includes(input.role)) {
        throw conflict('organization_member.has_role', {
          fields: [{ field: 'role', code: 'organization_member.has_role' }],
        });
      }
      const id = await this.join(work, organizationId, personId, [input.role], since);
      await this.tell(work, organizationId, personId, held.length === 0);
      return { id };
    });
  }

  /** Ends one role: by staff, or by an owner. */
  async end(actor: Actor, organizationId: string, input: EndMemberInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const manager = await this.manager(work, organizationId);
      const member = await work.lockOne(OrganizationMember, input.memberId);
      // A member of another organization is not found here, whatever its id.
      if (member.organizationId !== organizationId) throw notFound('thing.not_found');
      if (member.endedAt !== null) throw conflict('organization_member.ended_already');
      if (manager === 'owner') await this.requireAnOwnerLeft(work, organizationId, member.personId, [member.role]);
      await this.leave(work, organizationId, member.personId, [member.role]);
      await this.tell(work, organizationId, member.personId);
      return { id: member.id };
    });
  }

  /** The roles somebody has from now on; none at all takes them off. Owners do this, also for themselves, and staff. */
  async setRoles(
    actor: Actor,
    organizationId: string,
    personId: string,
    input: MemberRolesInput,
  ): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const manager = await this.manager(work, organizationId);
      if (isSelf(actor, personId) && manager === 'staff') throw conflict('organization_member.own');
      const held = await memberRoles(work, personId, organizationId);
      if (held.length === 0) throw notFound('thing.not_found');
      const gone = held.filter((role) => !input.roles.includes(role));
      const added = input.roles.filter((role) => !held.includes(role));
      if (manager === 'owner') await this.requireAnOwnerLeft(work, organizationId, personId, gone);
      if (added.length > 0) await this.join(work, organizationId, personId, added, work.today);
      if (gone.length > 0) await this.leave(work, organizationId, personId, gone);
      if (added.length + gone.length > 0) await this.tell(work, organizationId, personId);
      return { id: organizationId };
    });
  }

  /** The acting person leaves: everything they did stays, and they can open nothing of it from now on. */
  async leaveOwn(actor: Actor, organizationId: string): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw forbidden('organization.member_role_missing');
    return this.db.work(actor, async (work) => {
      await this.organizations.lockFor(work, organizationId, 'member.leave');
      const held = await memberRoles(work, actor.personId, organizationId);
      if (held.length === 0) throw forbidden('organization.not_a_member');
      await this.requireAnOwnerLeft(work, organizationId, actor.personId, held);
      await this.leave(work, organizationId, actor.personId, held);
      return { id: organizationId };
    });
  }

  /** Gives roles that are not held yet, here and in what was merged into it, as a step; gives the id of the first. */
  async join(
    work: Work,
    organizationId: string,
    personId: string,
    roles: readonly MemberRole[],
    since: string,
  ): Promise<string> {
    const family = await familyOf(work, organizationId);
    const live = await work.query<{ id: string; organizationId: string; role: MemberRole }>(sql`
      select id, organization_id as "organizationId", role from organization_members
      where organization_id = any(${family}::uuid[]) and person_id = ${personId} and ended_at is null`);
    let first: string | undefined;
    let added = 0;
    for (const each of family) {
      const missing = roles.filter((role) => !live.some((row) => row.organizationId === each && row.role === role));
      const rows = await work.insert(
        OrganizationMember,
        missing.map((role) => ({ organizationId: each, personId, role, since, endedAt: null })),
      );
      if (each === organizationId) first = rows[0]?.id;
      added += rows.length;
      await this.grants.grant(work, personId, each);
    }
    const before = live.find((row) => row.organizationId === organizationId)?.id ?? organizationId;
    if (added === 0) return before;
    work.audit({
      action: 'member.added',
      subjectType: 'organization',
      subjectId: organizationId,
      after: { memberId: first, personId, role: roles.length === 1 ? roles[0] : roles, since },
    });
    return first ?? before;
  }

  /** Throws unless the actor may manage its people; says by which right. Locks the organization. */
  async manager(work: Work, organizationId: string): Promise<'staff' | 'owner'> {
    await this.organizations.lockFor(work, organizationId, 'member.manage');
    if ((await leftOf(work, organizationId)) !== organizationId) throw conflict('organization.merged');
    const { actor } = work;
    const held = actor.kind === 'person' ? await memberRoles(work, actor.personId, organizationId) : [];
    if (held.includes('owner')) return 'owner';
    if (work.policy.can(actor, 'organization.update', organizationSubject(organizationId))) return 'staff';
    throw forbidden('organization_member.owner_only');
  }

  /** Those who act for it now, by name; the caller has looked whether the organization may be seen. */
  async live(organizationId: string): Promise<LiveMember[]> {
    return this.db.query<LiveMember>(sql`
      select m.id, m.person_id as "personId", p.name, m.role, m.since
      from organization_members m join persons p on p.id = m.person_id
      where m.organization_id = ${organizationId} and m.ended_at is null
      order by lower(p.name), p.id, array_position(${[...MEMBER_ROLES]}::text[], m.role), m.id`);
  }

  /** Whom this sign-in address serves. */
  async byAddress(address: string): Promise<PersonMatch[]> {
    return peopleAt(this.db, address);
  }

  /** The roles this actor now holds within the organization. */
  async rolesOf(actor: Actor, organizationId: string): Promise<MemberRole[]> {
    if (actor.kind !== 'person') return [];
    const roles = await memberRoles(this.db, actor.personId, organizationId);
    // Who helps it with its agreement writes as an editor does.
    const isHelped = actor.assists?.some((each) => each.organizationId === organizationId) ?? false;
    return isHelped && !roles.includes('editor') ? [...roles, 'editor'] : roles;
  }

  /** Mails them what they may do there now. */
  private async tell(work: Work, organizationId: string, personId: string, isNew = false): Promise<void> {
    const [row] = await work.query<{ name: string }>(sql`select name from organizations where id = ${organizationId}`);
    const roles = await memberRoles(work, personId, organizationId);
    await this.news.rolesChanged(work, { id: organizationId, name: row?.name ?? '' }, personId, roles, isNew);
  }

  private async leave(
    work: Work,
    organizationId: string,
    personId: string,
    roles: readonly MemberRole[],
  ): Promise<void> {
    const family = await familyOf(work, organizationId);
    await work.query(sql`
      update organization_members set ended_at = ${work.now}, version = version + 1
      where organization_id = any(${family}::uuid[]) and person_id = ${personId} and role = any(${[...roles]}::text[])
        and ended_at is null`);
    if (roles.includes('owner')) await this.endInvitationsOf(work, family, personId);
    const left = await memberRoles(work, personId, organizationId);
    if (left.length === 0) for (const each of family) await this.grants.end(work, personId, each);
    work.audit({
      action: 'member.ended',
      subjectType: 'organization',
      subjectId: organizationId,
      before: { personId, role: roles.length === 1 ? roles[0] : roles },
    });
  }

  /** Whom an owner invited comes by the owner's word: it ends with them, or they came back by a friend's mailbox. */
  private async endInvitationsOf(work: Work, family: readonly string[], personId: string): Promise<void> {
    await work.query(sql`
      update organization_invitations set withdrawn_at = ${work.now}, version = version + 1
      where organization_id = any(${[...family]}::uuid[]) and invited_by = ${personId} and accepted_at is null
        and withdrawn_at is null`);
  }

  /** Its own people never leave it without an owner; of two who go at once the second finds that they are the last. */
  private async requireAnOwnerLeft(
    work: Work,
    organizationId: string,
    personId: string,
    gone: readonly MemberRole[],
  ): Promise<void> {
    if (!gone.includes('owner')) return;
    const others = await work.query(sql`
      select 1 from organization_members where organization_id = ${organizationId} and role = 'owner'
        and ended_at is null and person_id <> ${personId} limit 1`);
    if (others.length === 0) throw conflict('organization_member.last_owner');
  }
}

/** The roles a person now holds within an organization. */
export async function memberRoles(from: Queryable, personId: string, organizationId: string): Promise<MemberRole[]> {
  const rows = await from.query<{ role: MemberRole }>(sql`
    select role from organization_members
    where organization_id = ${organizationId} and person_id = ${personId} and ended_at is null order by role`);
  return rows.map((row) => row.role);
}

/** Whether the actor is one of its people in one of these roles. */
export async function actsAs(
  from: Queryable,
  actor: Actor,
  organizationId: string,
  roles: readonly MemberRole[],
): Promise<boolean> {
  try {
    await requireMemberRole(from, actor, organizationId, roles);
    return true;
  } catch {
    return false;
  }
}

const isSelf = (actor: Actor, personId: string): boolean => actor.kind === 'person' && actor.personId === personId;

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
