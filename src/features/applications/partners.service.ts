/** Partners: who works with the lead, and whether they said that their part is right. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Attachments } from '../documents/index.js';
import { actsAs, type MemberRole } from '../organizations/index.js';
import { LinkPurposes, MailedLinks, withoutKey } from '../sign-in/index.js';
import { Application, ApplicationPartner } from './application.entity.js';
import { Applications } from './applications.service.js';
import type {
  PartnerConfirmInput,
  PartnerDeclineInput,
  PartnerInviteInput,
  PartnerKnownInput,
  PartnerMouInput,
  PartnershipMouInput,
} from './partner.input.js';
import { endPartnerLinks, PARTNER_LINK } from './partner.links.js';
import { isOfLead, PartnerAsking } from './partner-asking.service.js';
import { PartnerMails } from './partner-mails.js';
import {
  mayBePartner,
  meansIt,
  type PartnerAtDoor,
  partnerAtDoor,
  partsAskedAt,
  partsNaming,
} from './partner-door.reads.js';
import { partFingerprint, partnerState } from './partner.rules.js';
import { openParts, sectionsAsking } from './return.reads.js';
import { requirePartOpen } from './return.rules.js';

export const PARTNER_SUBJECT = 'application_partner';
/** Who answers for a partner that is known here. */
const ANSWERING: readonly MemberRole[] = ['owner', 'signatory'];

@Injectable()
export class Partners implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly applications: Applications,
    private readonly attachments: Attachments,
    private readonly links: MailedLinks,
    private readonly purposes: LinkPurposes,
    private readonly asking: PartnerAsking,
    private readonly mails: PartnerMails,
  ) {}

  onModuleInit(): void {
    this.purposes.register({ purpose: PARTNER_LINK, path: (token) => `/partner/${token}` });
  }

  /** Mails a partner its part and a link to confirm it by; asked again, the one before opens nothing any more. */
  async invite(actor: Actor, id: string, input: PartnerInviteInput): Promise<{ id: string }> {
    await this.asking.allow(actor, id, [input.address]);
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(work, id);
      const row = await this.ofApplication(work, id, input.partnerId);
      // Asking changes nothing of what was sent; taking back a confirmation that was sent with it would.
      if (partnerState(row) === 'confirmed') {
        for (const part of await sectionsAsking(work, id, ['partners'])) requirePartOpen(application, part);
      }
      await this.asking.ask(work, application, row, { address: input.address, field: 'address' });
      return { id: row.id };
    });
  }

  /** What the link is for. Looking uses nothing up: mail scanners look too. */
  async look(token: string): Promise<PartnerAtDoor> {
    const { payload } = await this.links.read(this.db, token, PARTNER_LINK);
    return partnerAtDoor(this.db, String(payload['partnerId']), 'link.not_open');
  }

  /** The button of the mail; who is signed in does it as who they are. */
  async confirmByLink(actor: Actor, token: string, input: PartnerConfirmInput): Promise<{ id: string }> {
    return this.byLink(actor, token, (work, row, by) => this.confirm(work, row, input, by));
  }

  async declineByLink(actor: Actor, token: string, input: PartnerDeclineInput): Promise<{ id: string }> {
    return this.byLink(actor, token, (work, row) => this.decline(work, row, input));
  }

  /** The same without a link, by somebody who can bind the organization that is named. */
  async confirmAs(actor: Actor, partnerId: string, input: PartnerConfirmInput): Promise<{ id: string }> {
    return this.asMember(actor, partnerId, (work, row, by) => this.confirm(work, row, input, by));
  }

  async declineAs(actor: Actor, partnerId: string, input: PartnerDeclineInput): Promise<{ id: string }> {
    return this.asMember(actor, partnerId, (work, row) => this.decline(work, row, input));
  }

  /** The memorandum, handed in by the lead. */
  async attachMou(actor: Actor, id: string, { partnerId, mouId }: PartnerMouInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.applications.lockForWriting(work, id, await sectionsAsking(work, id, ['partners']));
      return this.keepMou(work, await this.ofApplication(work, id, partnerId), mouId);
    });
  }

  /** The same, by the partner itself. */
  async attachMouAs(actor: Actor, partnerId: string, { mouId }: PartnershipMouInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { row } = await this.lockAsMember(work, actor, partnerId);
      // What came back for a fix of other parts keeps the memorandum it was sent with.
      const application = await work.lockOne(Application, row.applicationId);
      for (const part of await sectionsAsking(work, application.id, ['partners'])) requirePartOpen(application, part);
      return this.keepMou(work, row, mouId);
    });
  }

  /** Parts of others' applications that name an organization this actor answers for. */
  async namingMe(actor: Actor): Promise<PartnerAtDoor[]> {
    if (actor.kind !== 'person') return [];
    const ids = await partsNaming({ query: (each) => this.db.queryOften(each) }, actor.personId, ANSWERING);
    return Promise.all(ids.map((id) => partnerAtDoor(this.db, id, 'thing.not_found')));
  }

  /** Parts that wait for this actor to say which organization here the partner is. */
  async askedAtMine(actor: Actor): Promise<PartnerAtDoor[]> {
    if (actor.kind !== 'person') return [];
    const ids = await partsAskedAt({ query: (each) => this.db.queryOften(each) }, actor.personId);
    return Promise.all(ids.map((id) => partnerAtDoor(this.db, id, 'thing.not_found')));
  }

  /** The organizations of this actor that may be this partner; none for who was not asked at an address of their own. */
  async mineFor(actor: Actor, partnerId: string): Promise<{ id: string; name: string }[]> {
    if (actor.kind !== 'person' || !(await partsAskedAt(this.db, actor.personId)).includes(partnerId)) return [];
    return mayBePartner(this.db, partnerId, actor.personId, ANSWERING);
  }

  /** Who was asked says which organization here the partner is: by the address the mail went to, and never by its name. */
  async recognize(actor: Actor, partnerId: string, { organizationId }: PartnerKnownInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const row = await this.lockAnswering(work, partnerId, 'thing.not_found');
      await this.mails.partnerKnown(work, row, await this.know(work, row, organizationId));
      return { id: row.id };
    });
  }

  /** Whether this actor may open the memorandum of this partner: as the lead or the agency, or as the partner itself. */
  async mayOpenMou(actor: Actor, partnerId: string, mayRead: (id: string) => Promise<boolean>): Promise<boolean> {
    const [row] = await this.db.query<{ applicationId: string; organizationId: string | null }>(sql`
      select application_id as "applicationId", organization_id as "organizationId" from application_partners
      where id = ${partnerId}`);
    if (row === undefined) return false;
    if (await mayRead(row.applicationId)) return true;
    const { organizationId } = row;
    if (organizationId === null || !(await meansIt(this.db, partnerId))) return false;
    return actsAs(this.db, actor, organizationId, ANSWERING);
  }

  private async byLink(
    actor: Actor,
    token: string,
    answer: (work: Work, row: ApplicationPartner, by: string | null) => Promise<void>,
  ): Promise<{ id: string }> {
    const by = actor.kind === 'person' ? actor.personId : null;
    return withoutKey(() =>
      this.db.work(by === null ? systemActor('link') : actor, async (work) => {
        const { payload } = await this.links.read(work, token, PARTNER_LINK);
        const row = await this.lockAnswering(work, String(payload['partnerId']), 'link.not_open');
        if (by !== null) await refuseLead(work, row, by);
        await this.links.use(work, token, PARTNER_LINK);
        await answer(work, row, by);
        return { id: row.id };
      }),
    );
  }

  private async asMember(
    actor: Actor,
    partnerId: string,
    answer: (work: Work, row: ApplicationPartner, by: string | null) => Promise<void>,
  ): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { row, personId } = await this.lockAsMember(work, actor, partnerId);
      await answer(work, row, personId);
      await endPartnerLinks(work, this.links, row.id);
      return { id: row.id };
    });
  }

  /** For somebody who can bind the organization that is named. Who is not of it is told nothing, also not that there is such a part. */
  private async lockAsMember(
    work: Work,
    actor: Actor,
    partnerId: string,
  ): Promise<{ row: ApplicationPartner; personId: string }> {
    const row = await this.lockAnswering(work, partnerId, 'thing.not_found');
    const { organizationId, invitedAt } = row;
    const subject = { scopes: { organization: organizationId } };
    if (organizationId === null || invitedAt === null || actor.kind !== 'person') throw notFound('thing.not_found');
    const isOfIt = actor.grants.some((grant) => grant.scopeId === organizationId);
    if (!isOfIt || !work.policy.can(actor, 'partner.confirm', subject)) throw notFound('thing.not_found');
    if (!(await meansIt(work, partnerId))) throw notFound('thing.not_found');
    await refuseLead(work, row, actor.personId);
    if (!(await actsAs(work, actor, organizationId, ANSWERING))) throw forbidden('organization.member_role_missing');
    return { row, personId: actor.personId };
  }

  /** From now on this organization sees its part, and is looked for where conflicts are. Gives its name. */
  private async know(work: Work, row: ApplicationPartner, organizationId: string): Promise<string> {
    const { actor } = work;
    if (actor.kind !== 'person') throw notFound('thing.not_found');
    const { personId } = actor;
    if (!(await partsAskedAt(work, personId)).includes(row.id)) throw notFound('thing.not_found');
    const found = (await mayBePartner(work, row.id, personId, ANSWERING)).find(({ id }) => id === organizationId);
    if (found === undefined) throw invalidField('organizationId', 'partner.not_this_organization');
    const application = await work.lockOne(Application, row.applicationId);
    await work.update(ApplicationPartner, row, { organizationId });
    await this.applications.refreshParties(work, application.id, application.organizationId);
    this.audit(work, 'partner.known', row, { organizationId });
    return found.name;
  }

  private async keepMou(work: Work, row: ApplicationPartner, mouId: string): Promise<{ id: string }> {
    if ((await this.attachments.get(work, mouId)).subjectId !== null) throw conflict('attachment.used');
    await work.update(ApplicationPartner, row, { mouAttachmentId: mouId });
    await this.attachments.linkTo(work, [mouId], PARTNER_SUBJECT, row.id);
    this.audit(work, 'partner.mou_added', row);
    return { id: row.id };
  }

  private async confirm(
    work: Work,
    row: ApplicationPartner,
    { agreed, name, part, organizationId }: PartnerConfirmInput,
    by: string | null,
  ): Promise<void> {
    if (!agreed) throw invalidField('agreed', 'partner.must_agree');
    if (part !== partFingerprint(row)) throw conflict('partner.part_changed');
    await work.update(ApplicationPartner, row, {
      ...{ confirmedAt: work.now, confirmedBy: by, confirmedName: name, confirmedFingerprint: part },
      ...{ declinedAt: null, declineReason: null },
    });
    this.audit(work, 'partner.confirmed', row, { name, part });
    const knownAs = organizationId === undefined ? undefined : await this.know(work, row, organizationId);
    await this.mails.partnerAnswered(work, row, 'confirmed', { knownAs });
  }

  private async decline(work: Work, row: ApplicationPartner, { note: reason }: PartnerDeclineInput): Promise<void> {
    await work.update(ApplicationPartner, row, {
      ...{ confirmedAt: null, confirmedBy: null, confirmedName: null, confirmedFingerprint: null },
      ...{ declinedAt: work.now, declineReason: reason },
    });
    // Whoever leaves can be taken off, also where the part that names them was closed: it could not be sent again else.
    const application = await work.lockOne(Application, row.applicationId);
    await openParts(work, application, await sectionsAsking(work, application.id, ['partners']));
    this.audit(work, 'partner.declined', row, { reason });
    await this.mails.partnerAnswered(work, row, 'declined', { reason });
  }

  /** The application before its partner, as whoever writes or sends it does; over when it cannot be written any more. */
  private async lockAnswering(work: Work, partnerId: string, absent: string): Promise<ApplicationPartner> {
    const [found] = await work.query<{ id: string }>(sql`
      select application_id as id from application_partners where id = ${partnerId}`);
    if (found === undefined) throw notFound(absent);
    const application = await work.lockOne(Application, found.id);
    if (!['draft', 'returned'].includes(application.state)) throw conflict('partner.sent_already');
    const [row] = await work.query(sql`select 1 from application_partners where id = ${partnerId}`);
    if (row === undefined) throw notFound(absent);
    return work.lockOne(ApplicationPartner, partnerId);
  }

  private async ofApplication(work: Work, id: string, partnerId: string): Promise<ApplicationPartner> {
    const [row] = await work.query(sql`
      select 1 from application_partners where id = ${partnerId} and application_id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    return work.lockOne(ApplicationPartner, partnerId);
  }

  private audit(work: Work, action: string, row: ApplicationPartner, more: Record<string, unknown> = {}): void {
    const after = { partnerId: row.id, partner: row.name, ...more };
    work.audit({ action, subjectType: 'application', subjectId: row.applicationId, after });
  }
}

async function refuseLead(work: Work, { applicationId }: ApplicationPartner, personId: string): Promise<void> {
  const application = await work.lockOne(Application, applicationId);
  if (await isOfLead(work, application, sql`i.person_id = ${personId}`)) throw forbidden('partner.own');
}
