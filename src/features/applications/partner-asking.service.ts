/** PartnerAsking: mails a partner its part and a link to confirm it by. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, invalidField } from '../../kernel/errors.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { normalizeAddress } from '../identity/index.js';
import { type Limit, Limits, MailedLinks } from '../sign-in/index.js';
import { type Application, ApplicationPartner } from './application.entity.js';
import { endPartnerLinks, PARTNER_LINK } from './partner.links.js';
import { PartnerMails } from './partner-mails.js';

/** Boards meet once a month; whoever holds one that ran out has it sent again. */
const LINK_MINUTES = 30 * 24 * 60;
/** So often may one person have the same address asked about one application. */
const AGAIN: Limit = { most: 5, minutes: 24 * 60 };
/** So many mails may one person have sent to whatever addresses: this is no way to write to strangers. */
const ALL: Limit = { most: 60, minutes: 24 * 60 };

@Injectable()
export class PartnerAsking {
  constructor(
    private readonly links: MailedLinks,
    private readonly limits: Limits,
    private readonly mails: PartnerMails,
  ) {}

  /** Before the work: what is refused afterwards counts too. */
  async allow(actor: Actor, id: string, addresses: readonly string[]): Promise<void> {
    if (actor.kind !== 'person') return;
    const { personId } = actor;
    for (const address of addresses.map(normalizeAddress)) {
      if (!(await this.limits.fits(`partner:${personId}:${id}:${address}`, AGAIN))) {
        throw conflict('partner.asked_often', { params: { address, most: AGAIN.most } });
      }
      if (!(await this.limits.fits(`partners:${personId}`, ALL))) {
        throw conflict('partner.asked_many', { params: { most: ALL.most } });
      }
    }
  }

  /** Asked again, the link before opens nothing any more. `field` is where the address was typed. */
  async ask(
    work: Work,
    application: Application,
    row: ApplicationPartner,
    asked: { readonly address: string; readonly field: string },
  ): Promise<void> {
    const address = normalizeAddress(asked.address);
    if (await isOfLead(work, application, sql`i.value = ${address}`)) {
      throw invalidField(asked.field, 'partner.own_address');
    }
    await endPartnerLinks(work, this.links, row.id);
    const invitedBy = work.actor.kind === 'person' ? work.actor.personId : null;
    await work.update(ApplicationPartner, row, {
      ...{ invitedAt: work.now, invitedAddress: address, invitedBy, declinedAt: null, declineReason: null },
      ...{ confirmedAt: null, confirmedBy: null, confirmedName: null, confirmedFingerprint: null },
    });
    await this.links.send(work, {
      ...{ purpose: PARTNER_LINK, address, minutes: LINK_MINUTES, payload: { partnerId: row.id } },
      mail: await this.mails.partnerAsked(work, application, row),
    });
    const after = { partnerId: row.id, partner: row.name };
    work.audit({ action: 'partner.invited', subjectType: 'application', subjectId: row.applicationId, after });
  }
}

/** Whether an address or a person is one of the lead's own, or writes this with them: nobody confirms to themselves. */
export async function isOfLead(
  work: Work,
  { id, organizationId }: Pick<Application, 'id' | 'organizationId'>,
  who: Sql,
): Promise<boolean> {
  const found = await work.query(sql`
    select 1 from identifiers i where ${who} and (
      exists (select from organization_members m where m.organization_id = ${organizationId} and m.ended_at is null
        and m.person_id = i.person_id)
      or exists (select from application_colleagues c where c.application_id = ${id} and c.ended_at is null
        and c.person_id = i.person_id)) limit 1`);
  return found.length > 0;
}
