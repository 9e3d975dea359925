/** OrganizationNews: what is mailed about requests to join, members and documents. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer, type MailRequest } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Contact, contactsOf } from '../identity/index.js';
import type { OrganizationClaim } from './organization-claim.entity.js';
import type { OrganizationDocument } from './organization-document.entity.js';
import type { MemberRole } from './organization.entity.js';

@Injectable()
export class OrganizationNews {
  constructor(
    private readonly mailer: Mailer,
    private readonly texts: Texts,
  ) {}

  /** To its owners: somebody asks to join. Where there is no owner, staff has a task. */
  async asked(work: Work, claim: OrganizationClaim, organization: string): Promise<void> {
    const [asker] = await work.query<{ name: string }>(sql`select name from persons where id = ${claim.personId}`);
    const who = asker?.name ?? '';
    await this.send(work, await membersOf(work, claim.organizationId, ['owner']), {
      subjectKey: 'organization_claim.mail.asked',
      params: { person: who, organization },
      about: null,
      template: 'mail/organization-claim-asked',
      view: { person: who, organization, message: claim.message, path: `/organization-claims/${claim.id}` },
    });
  }

  /** To who asked. */
  async decided(
    work: Work,
    claim: OrganizationClaim,
    organization: string,
    isApproved: boolean,
    note: string | undefined,
  ): Promise<void> {
    const people = await contactsOf(work, sql`${claim.personId}::uuid`);
    await this.send(work, people, {
      subjectKey: isApproved ? 'organization_claim.mail.approved' : 'organization_claim.mail.denied',
      params: { organization },
      about: null,
      template: 'mail/organization-claim-decided',
      view: {
        organization,
        isApproved,
        note: note ?? null,
        path: isApproved ? `/organizations/${claim.organizationId}` : '/organization-claims',
      },
    });
  }

  /** To those who keep its papers: one of them ends, today or soon. */
  async documentEnds(
    work: Work,
    document: OrganizationDocument,
    organization: string,
    daysLeft: number,
  ): Promise<void> {
    const { organizationId, kind, expiresOn } = document;
    const date = expiresOn === null ? '' : work.calendar.formatDate(expiresOn, 'full');
    const paper = this.texts.t(`organization_document.field.kind.${kind}`);
    const when = daysLeft < 0 ? 'ended' : daysLeft === 0 ? 'today' : 'soon';
    await this.send(work, await membersOf(work, organizationId, ['owner', 'finance']), {
      subjectKey: `organization_document.mail.${when}`,
      params: { paper, organization, date },
      about: null,
      template: 'mail/organization-document-ends',
      view: { paper, organization, date, hasEnded: daysLeft < 0, path: `/organizations/${organizationId}#papers` },
    });
  }

  /** To whom somebody else gave or took something there. Who did it themselves knows, and set-up tells nobody. */
  async rolesChanged(
    work: Work,
    organization: { readonly id: string; readonly name: string },
    personId: string,
    roles: readonly MemberRole[],
    isNew = false,
  ): Promise<void> {
    const { actor } = work;
    if (actor.kind !== 'person' || actor.personId === personId) return;
    const news = roles.length === 0 ? 'ended' : isNew ? 'added' : 'changed';
    await this.send(work, await contactsOf(work, sql`${personId}::uuid`), {
      subjectKey: `organization_member.mail.${news}`,
      params: { organization: organization.name },
      about: null,
      template: 'mail/organization-member',
      view: {
        organization: organization.name,
        what: this.texts.t(`organization_member.mail.${news}.text`, { organization: organization.name }),
        roles: roles.map((role) => ({
          name: this.texts.t(`organization_member.field.role.${role}`),
          may: this.texts.t(`organization_member.role_may.${role}`),
        })),
        by: actor.name,
        path: roles.length === 0 ? '/organizations/register' : `/organizations/${organization.id}`,
      },
    });
  }

  private async send(work: Work, people: readonly Contact[], mail: Omit<MailRequest, 'to'>): Promise<void> {
    await this.mailer.sendAll(
      work,
      people.map(({ name, address }) => ({ ...mail, to: address, view: { ...mail.view, name } })),
    );
  }
}

function membersOf(work: Work, organizationId: string, roles: readonly MemberRole[]): Promise<Contact[]> {
  return contactsOf(
    work,
    sql`select m.person_id from organization_members m
      where m.organization_id = ${organizationId} and m.role = any(${[...roles]}::text[]) and m.ended_at is null`,
  );
}
