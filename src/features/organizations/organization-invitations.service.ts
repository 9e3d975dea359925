/** OrganizationInvitations: asking colleagues by mail to act for an organization, and what the button of that mail does. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { People } from '../identity/index.js';
import {
  guestsAmong,
  bringIn,
  comerAmong,
  type Known,
  knownBy,
  type Limit,
  Limits,
  LinkPurposes,
  MailedLinks,
  withoutKey,
} from '../sign-in/index.js';
import { leftOf, ofFamily } from './organization-family.js';
import { OrganizationInvitation } from './organization-claim.entity.js';
import type { MemberRole } from './organization.entity.js';
import { memberRoles, OrganizationMembers } from './organization-members.service.js';
import { Organizations } from './organizations.service.js';
import type { InvitationRefInput, InvitationsInput, JoinInput } from './registration.input.js';
import { addressesIn } from './organization.rules.js';

const MEMBER_LINK = 'organization_member';
/** A colleague may be away; a week is short enough for a mailbox that is given to somebody else. */
const LINK_MINUTES = 7 * 24 * 60;
/** So many may wait for an answer within one organization. */
const MOST_OPEN = 50;
/** So often may one person have the same address written to: a colleague needs no more, and a victim has no more. */
const AGAIN: Limit = { most: 5, minutes: 24 * 60 };

export interface InvitationLine {
  readonly id: string;
  readonly address: string;
  readonly roles: readonly MemberRole[];
  readonly sentAt: Date;
}

/** What the page of the link shows. */
export interface InvitationAtDoor {
  readonly organizationName: string;
  readonly invitedBy: string | null;
  readonly address: string;
  readonly roles: readonly MemberRole[];
  /** Those the address is known for and who may come in by it. */
  readonly people: readonly Known[];
}

export interface Joined {
  readonly organizationId: string;
  readonly organizationName: string;
  /** Whose session to open; nothing for who is signed in already. */
  readonly accountId?: string;
}

interface OpenInvitation extends InvitationAtDoor {
  readonly invitation: OrganizationInvitation;
}

@Injectable()
export class OrganizationInvitations implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly organizations: Organizations,
    private readonly members: OrganizationMembers,
    private readonly people: People,
    private readonly links: MailedLinks,
    private readonly purposes: LinkPurposes,
    private readonly limits: Limits,
  ) {}

  onModuleInit(): void {
    this.purposes.register({ purpose: MEMBER_LINK, path: (token) => `/join/${token}` });
  }

  /** Mails each address a link. The same is said of each, whether somebody is known by it or not. */
  async invite(actor: Actor, organizationId: string, input: InvitationsInput): Promise<{ sent: number }> {
    const addresses = addressesIn(input.addresses);
    if (input.roles.length === 0) throw invalidField('roles', 'organization_member.no_roles');
    for (const address of addresses) {
      if (actor.kind !== 'person' || (await this.limits.fits(`invite:${actor.personId}:${address}`, AGAIN))) continue;
      throw conflict('organization_invitation.often', { params: { address, most: AGAIN.most } });
    }
    return this.db.work(actor, async (work) => {
      await this.members.manager(work, organizationId);
      await this.requireRoom(work, organizationId, addresses.length);
      for (const address of addresses) await this.inviteOne(work, organizationId, address, input.roles);
      return { sent: addresses.length };
    });
  }

  /** Takes it back: the link in the mail opens nothing any more. */
  async withdraw(actor: Actor, organizationId: string, { invitationId }: InvitationRefInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.members.manager(work, organizationId);
      const invitation = await work.lockOne(OrganizationInvitation, invitationId);
      // One to a record that was merged is taken back where it went.
      if ((await leftOf(work, invitation.organizationId)) !== organizationId) throw notFound('thing.not_found');
      if (invitation.acceptedAt !== null || invitation.withdrawnAt !== null)
        throw conflict('organization_invitation.over');
      await work.update(OrganizationInvitation, invitation, { withdrawnAt: work.now });
      await this.endLinks(work, invitation);
      work.audit({
        action: 'member.invitation_withdrawn',
        subjectType: 'organization',
        subjectId: organizationId,
        before: { invitationId, roles: invitation.roles },
      });
      return { id: organizationId };
    });
  }

  /** Those not answered yet; the caller has looked whether the actor manages its people. */
  async open(organizationId: string): Promise<InvitationLine[]> {
    return this.db.query<InvitationLine>(sql`
      select id, address, roles, sent_at as "sentAt" from organization_invitations
      where ${ofFamily(sql`organization_id`, organizationId)} and accepted_at is null and withdrawn_at is null
      order by created_at, id limit 200`);
  }

  /** What the link is for. Looking uses nothing up: mail scanners look too. */
  async look(token: string): Promise<InvitationAtDoor> {
    const link = await this.links.read(this.db, token, MEMBER_LINK);
    const { invitation: _invitation, ...told } = await this.read(this.db, link.payload['invitationId']);
    return told;
  }

  /** The button, pressed by somebody who is signed in: they join as who they are. */
  async acceptAs(actor: Actor, token: string): Promise<Joined> {
    if (actor.kind !== 'person') throw forbidden('organization.people_only');
    return this.accepting(actor, token, () => Promise.resolve({ personId: actor.personId }));
  }

  /**
   * The button, pressed by somebody who is not: the link proves the address. Who is known by it joins and is let in; who
   * is not gets an account. `who` when the address serves several and none of them was named.
   */
  async accept(token: string, input: JoinInput): Promise<Joined | 'who'> {
    const { people } = await this.look(token);
    const known = comerAmong(people, input);
    if (known === 'who') return 'who';
    return this.accepting(systemActor('link'), token, (work, address) =>
      bringIn(work, this.people, { known, reached: people.length, address, name: input.name }),
    );
  }

  private async accepting(
    actor: Actor,
    token: string,
    whoOf: (work: Work, address: string) => Promise<{ personId: string; accountId?: string }>,
  ): Promise<Joined> {
    return withoutKey(() =>
      this.db.work(actor, async (work) => {
        const { payload } = await this.links.read(work, token, MEMBER_LINK);
        // First, as whoever manages its people does: what they did meanwhile is read after it.
        const left = await this.lockLeft(work, payload['invitationId']);
        const link = await this.links.use(work, token, MEMBER_LINK);
        const { invitation, organizationName } = await this.read(work, payload['invitationId']);
        const { personId, accountId } = await whoOf(work, link.address);
        const held = await memberRoles(work, personId, left);
        // Staff does not invite itself; owners do, who may appoint anybody.
        if (invitation.invitedBy === personId && !held.includes('owner')) throw conflict('organization_member.own');
        const added = invitation.roles.filter((role) => !held.includes(role));
        await work.update(OrganizationInvitation, invitation, { acceptedAt: work.now, personId });
        await this.endLinks(work, invitation);
        if (added.length > 0) await this.members.join(work, left, personId, added, work.today);
        return { organizationId: left, organizationName, ...(accountId !== undefined && { accountId }) };
      }),
    );
  }

  private async lockLeft(work: Work, invitationId: unknown): Promise<string> {
    const { invitation } = await this.read(work, invitationId);
    const left = await leftOf(work, invitation.organizationId);
    await work.query(sql`select 1 from organizations where id = ${left} for no key update`);
    // It may have been merged while this waited.
    return leftOf(work, left);
  }

  private async read(from: Queryable, invitationId: unknown): Promise<OpenInvitation> {
    const [row] = await from.query<OrganizationInvitation & { organizationName: string; inviter: string | null }>(sql`
      select i.id, i.version, i.organization_id as "organizationId", i.address, i.roles, i.invited_by as "invitedBy",
             i.accepted_at as "acceptedAt", i.withdrawn_at as "withdrawnAt", o.name as "organizationName",
             p.name as inviter
      from organization_invitations i join organizations o on o.id = i.organization_id
      left join persons p on p.id = i.invited_by
      where i.id = ${String(invitationId)} and i.accepted_at is null and i.withdrawn_at is null`);
    if (row === undefined) throw notFound('link.not_open');
    const { organizationName, inviter, ...invitation } = row;
    const people = await this.whoMayCome(from, row.address);
    return { invitation, organizationName, invitedBy: inviter, address: row.address, roles: row.roles, people };
  }

  /** One person alone, whatever they may do; of several who share an address those who only have their own things. */
  private async whoMayCome(from: Queryable, address: string): Promise<Known[]> {
    const known = await knownBy(from, 'address', address);
    if (known.length <= 1) return known;
    return guestsAmong(from, known, this.db.today);
  }

  private async inviteOne(
    work: Work,
    organizationId: string,
    address: string,
    roles: readonly MemberRole[],
  ): Promise<void> {
    const [found] = await work.query<{ id: string }>(sql`
      select id from organization_invitations where organization_id = ${organizationId} and address = ${address}
        and accepted_at is null and withdrawn_at is null`);
    const { actor } = work;
    const invitedBy = actor.kind === 'person' ? actor.personId : null;
    let id = found?.id;
    if (id === undefined) {
      const open = { acceptedAt: null, personId: null, withdrawnAt: null };
      const columns = { organizationId, address, roles: [...roles], invitedBy, sentAt: work.now, ...open };
      id = (await work.insertOne(OrganizationInvitation, columns)).id;
    } else {
      const invitation = await work.lockOne(OrganizationInvitation, id);
      await work.update(OrganizationInvitation, invitation, { roles: [...roles], invitedBy, sentAt: work.now });
      await this.endLinks(work, invitation);
    }
    const organization = await this.organizations.find(work, organizationId);
    const params = { person: actor.kind === 'person' ? actor.name : '', organization: organization?.name ?? '' };
    await this.links.send(work, {
      ...{ purpose: MEMBER_LINK, address, minutes: LINK_MINUTES, payload: { invitationId: id } },
      mail: {
        about: null,
        subjectKey: 'organization_invitation.mail.subject',
        params,
        template: 'mail/organization-invitation',
        view: params,
      },
    });
    work.audit({
      action: 'member.invited',
      subjectType: 'organization',
      subjectId: organizationId,
      after: { invitationId: id, roles: [...roles] },
    });
  }

  private async endLinks(work: Work, { id: invitationId, address }: OrganizationInvitation): Promise<void> {
    // By its address, which has an index; what a link carries has none.
    const links = await work.query<{ id: string }>(sql`
      select id from mailed_links where address = ${address} and purpose = ${MEMBER_LINK}
        and payload ->> 'invitationId' = ${invitationId} and used_at is null and replaced_at is null`);
    for (const { id } of links) await this.links.replace(work, { id });
  }

  private async requireRoom(work: Work, organizationId: string, more: number): Promise<void> {
    const [row] = await work.query<{ count: number }>(sql`
      select count(*)::int as count from organization_invitations
      where organization_id = ${organizationId} and sent_at > ${work.now}::timestamptz - interval '1 day'`);
    if ((row?.count ?? 0) + more > MOST_OPEN) {
      throw conflict('organization_invitation.many', { params: { most: MOST_OPEN } });
    }
  }
}
