/** OrganizationDocuments: the papers of an organization - handed in, replaced, and told of before they end. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { AttachmentReaders, Attachments, type AttachmentView } from '../documents/index.js';
import { OrganizationDocument, type OrganizationDocumentKind, REMINDER_DAYS } from './organization-document.entity.js';
import type { OrganizationDocumentInput } from './organization-document.input.js';
import { leftOf, ofFamily, refuseMerged } from './organization-family.js';
import type { MemberRole } from './organization.entity.js';
import { actsAs } from './organization-members.service.js';
import { OrganizationNews } from './organization-news.js';
import { Organizations, organizationSubject, requireMemberRole } from './organizations.service.js';

const DOCUMENT_SUBJECT = 'organization_document';
/** A W-9 shows the tax number: who signs for the organization or handles its money opens it, and staff that may see that number. */
const W9_ROLES: readonly MemberRole[] = ['owner', 'signatory', 'finance'];
const WRITERS: readonly MemberRole[] = ['owner', 'editor', 'signatory', 'finance'];
/** What ended while nobody swept is still told of for a while. */
const LATE_DAYS = 7;
const REMINDED_AT_ONCE = 100;
const REMINDER = systemActor('reminders');

export interface DocumentLine {
  readonly id: string;
  readonly kind: OrganizationDocumentKind;
  readonly issuedOn: string | null;
  readonly expiresOn: string | null;
  readonly note: string | null;
  readonly replacedById: string | null;
  readonly createdAt: Date;
  /** Absent for who may not open it. */
  readonly file?: AttachmentView;
}

@Injectable()
export class OrganizationDocuments implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly organizations: Organizations,
    private readonly attachments: Attachments,
    private readonly readers: AttachmentReaders,
    private readonly news: OrganizationNews,
  ) {}

  onModuleInit(): void {
    this.readers.register(DOCUMENT_SUBJECT, (actor, id) => this.mayOpen(actor, id), {
      organizationOf: async (from, id) => (await this.find(from, id))?.organizationId,
    });
  }

  async add(actor: Actor, organizationId: string, input: OrganizationDocumentInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const organization = await this.organizations.lockFor(work, organizationId, 'organization_document.add');
      refuseMerged(organization);
      if (!work.policy.can(actor, 'organization.read_private', organizationSubject(organizationId))) {
        await requireMemberRole(work, actor, organizationId, WRITERS);
      }
      const { kind, issuedOn = null, expiresOn = null, note = null } = input;
      if (issuedOn !== null && issuedOn > work.today)
        throw invalidField('issuedOn', 'organization_document.issued_later');
      if (issuedOn !== null && expiresOn !== null && expiresOn < issuedOn) {
        throw invalidField('expiresOn', 'organization_document.ends_before');
      }
      // Named before the table refuses it: that would say nothing to whoever chose the file.
      if ((await this.attachments.get(work, input.fileId)).subjectId !== null) throw conflict('attachment.used');
      const document = await work.insertOne(OrganizationDocument, {
        ...{ organizationId, kind, attachmentId: input.fileId, issuedOn, expiresOn, note, replacedById: null },
      });
      await this.attachments.linkTo(work, [input.fileId], DOCUMENT_SUBJECT, document.id);
      if (input.replacesId !== undefined) await this.replace(work, organizationId, input.replacesId, document);
      work.audit({
        action: 'organization_document.added',
        subjectType: 'organization',
        subjectId: organizationId,
        after: { documentId: document.id, kind, issuedOn, expiresOn, replaces: input.replacesId ?? null },
      });
      return { id: document.id };
    });
  }

  /** Those in force first, then what they replaced; undefined for who may not see that there are any. */
  async of(actor: Actor, organizationId: string): Promise<DocumentLine[] | undefined> {
    if (!this.policy.can(actor, 'organization_document.read', organizationSubject(organizationId))) return undefined;
    const rows = await this.db.query<DocumentLine>(sql`
      select d.id, d.kind, d.issued_on as "issuedOn", d.expires_on as "expiresOn", d.note,
             d.replaced_by_id as "replacedById", d.created_at as "createdAt"
      from organization_documents d where ${ofFamily(sql`d.organization_id`, organizationId)}
      order by d.replaced_by_id is not null, d.kind, d.created_at desc, d.id limit 200`);
    const files = await this.attachments.of(
      this.db,
      DOCUMENT_SUBJECT,
      rows.map(({ id }) => id),
    );
    const opensW9 = await this.opensW9(actor, organizationId);
    return rows.map((row) => {
      const file = files.get(row.id)?.[0];
      return file === undefined || (row.kind === 'w9' && !opensW9) ? row : { ...row, file };
    });
  }

  /** Whether this actor may hand documents in; the button asks. */
  async mayAdd(actor: Actor, organizationId: string): Promise<boolean> {
    const subject = organizationSubject(organizationId);
    if (!this.policy.can(actor, 'organization_document.add', subject)) return false;
    if (this.policy.can(actor, 'organization.read_private', subject)) return true;
    return actsAs(this.db, actor, organizationId, WRITERS);
  }

  /** Mails what ends within 30 days, within 7, and on the day; each of them once, whoever runs it and however often. */
  async sweep(): Promise<number> {
    const { today, currentCalendar } = this.db;
    const until = currentCalendar.addDays(today, Math.max(...REMINDER_DAYS));
    const since = currentCalendar.addDays(today, -LATE_DAYS);
    const rows = await this.db.query<{ id: string; expiresOn: string }>(sql`
      select d.id, d.expires_on as "expiresOn" from organization_documents d
      where d.replaced_by_id is null and d.expires_on between ${since} and ${until} order by d.expires_on, d.id`);
    const due = rows.flatMap(({ id, expiresOn }) => {
      const left = currentCalendar.daysBetween(today, expiresOn);
      const step = [...REMINDER_DAYS].sort((one, other) => one - other).find((days) => left <= days);
      return step === undefined ? [] : [{ id, left, step }];
    });
    let sent = 0;
    for (let start = 0; start < due.length; start += REMINDED_AT_ONCE) {
      sent += await this.remind(due.slice(start, start + REMINDED_AT_ONCE));
    }
    return sent;
  }

  private async remind(due: readonly { id: string; left: number; step: number }[]): Promise<number> {
    return this.db.work(REMINDER, async (work) => {
      let sent = 0;
      for (const { id, left, step } of due) {
        const taken = await work.query(sql`
          insert into organization_document_reminders (document_id, days_before, sent_at)
          select d.id, ${step}, ${work.now} from organization_documents d
          where d.id = ${id} and d.replaced_by_id is null and not exists (
            select from organization_document_reminders r where r.document_id = d.id and r.days_before <= ${step})
          on conflict do nothing returning document_id`);
        if (taken.length === 0) continue;
        const document = await this.find(work, id);
        if (document === undefined) continue;
        await this.news.documentEnds(work, document, document.organizationName, left);
        sent += 1;
      }
      return sent;
    });
  }

  private async replace(
    work: Work,
    organizationId: string,
    id: string,
    { id: replacedById, kind }: OrganizationDocument,
  ): Promise<void> {
    const old = await this.find(work, id);
    if (old === undefined || (await leftOf(work, old.organizationId)) !== organizationId) {
      throw invalidField('replacesId', 'field.not_found');
    }
    if (old.kind !== kind) throw invalidField('replacesId', 'organization_document.other_kind');
    const replaced = await work.query(sql`
      update organization_documents set replaced_by_id = ${replacedById}, version = version + 1
      where id = ${id} and replaced_by_id is null returning id`);
    if (replaced.length === 0) throw conflict('organization_document.replaced_already');
  }

  private async mayOpen(actor: Actor, id: string): Promise<boolean> {
    const document = await this.find(this.db, id);
    if (document === undefined) return false;
    const { organizationId, kind } = document;
    if (!this.policy.can(actor, 'organization_document.read', organizationSubject(organizationId))) return false;
    return kind !== 'w9' || (await this.opensW9(actor, organizationId));
  }

  private async opensW9(actor: Actor, organizationId: string): Promise<boolean> {
    if (this.policy.can(actor, 'organization.unmask_ein', organizationSubject(organizationId))) return true;
    return actsAs(this.db, actor, organizationId, W9_ROLES);
  }

  private async find(
    from: Queryable,
    id: string,
  ): Promise<(OrganizationDocument & { organizationName: string }) | undefined> {
    const [row] = await from.query<OrganizationDocument & { organizationName: string }>(sql`
      select d.id, d.version, d.created_at as "createdAt", d.organization_id as "organizationId", d.kind,
             d.attachment_id as "attachmentId", d.issued_on as "issuedOn", d.expires_on as "expiresOn", d.note,
             d.replaced_by_id as "replacedById", o.name as "organizationName"
      from organization_documents d join organizations o on o.id = d.organization_id where d.id = ${id}`);
    return row;
  }

  /** One of this organization, or of what was merged into it, that is in force; 404 for any other. */
  async current(organizationId: string, id: string): Promise<DocumentLine> {
    const found = await this.find(this.db, id);
    if (found === undefined || found.replacedById !== null) throw notFound('thing.not_found');
    if ((await leftOf(this.db, found.organizationId)) !== organizationId) throw notFound('thing.not_found');
    return found;
  }
}
