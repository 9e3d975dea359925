/** What of the applications module is about who works on one and until when: partners, colleagues, receipts, time. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Texts } from '../../platform/texts/texts.js';
import { AttachmentReaders, DocumentKinds, DocumentReaders } from '../documents/index.js';
import { IdentityModule } from '../identity/index.js';
import { SignInModule } from '../sign-in/index.js';
import { isAsSent } from './answer-files.js';
import { canReadApplication, isWrittenBy, mayLookAt } from './application-reads.js';
import {
  ApplicationColleaguePages,
  ApplicationColleaguesApi,
  ColleagueDoorPages,
} from './application-colleagues.controllers.js';
import { ApplicationColleagues } from './application-colleagues.service.js';
import { ApplicationTeamTasks } from './application-team.tasks.js';
import { ApplicationTeamViews } from './application-team.view.js';
import { ExtensionPages, ExtensionRequestPages, ExtensionsApi, MoreTimePages } from './extensions.controllers.js';
import { Extensions } from './extensions.service.js';
import { PartnerAsking } from './partner-asking.service.js';
import { PartnerList } from './partner-list.service.js';
import { PartnerMails } from './partner-mails.js';
import {
  PartnerDoorPages,
  PartnerPages,
  PartnersApi,
  PartnershipPages,
  PartnershipsApi,
  PartnerThanksPages,
} from './partners.controllers.js';
import { PARTNER_SUBJECT, Partners } from './partners.service.js';
import { receiptDocument } from './receipt.document.js';
import { ReceiptApi, ReceiptPages } from './receipt.controllers.js';
import { ApplicationSubmissions, SUBMISSION_SUBJECT } from './receipt.service.js';
import { ReminderMails } from './reminder-mails.js';
import { ApplicationReminders } from './reminders.service.js';
import { SignatureAsking } from './signature-asking.service.js';

/** Tells the house's directories of receipts and of partners' memoranda. */
@Injectable()
class TeamWiring implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly partners: Partners,
    private readonly kinds: DocumentKinds,
    private readonly documents: DocumentReaders,
    private readonly attachments: AttachmentReaders,
  ) {}

  onModuleInit(): void {
    this.kinds.register(receiptDocument(this.texts, () => this.db.currentCalendar));
    this.documents.register(SUBMISSION_SUBJECT, async (actor, id) => {
      const row = await this.db.find<{ id: string }>(
        sql`select application_id as id from application_submissions where id = ${id}`,
      );
      return row !== undefined && canReadApplication(this.policy, actor, this.db, row.id);
    });
    this.attachments.register(
      PARTNER_SUBJECT,
      (actor, id, fileId) =>
        this.partners.mayOpenMou(
          actor,
          id,
          async (applicationId) =>
            (await mayLookAt(this.policy, actor, this.db, applicationId)) &&
            ((await isWrittenBy(this.policy, actor, this.db, applicationId)) ||
              (await isAsSent(this.db, applicationId, fileId))),
        ),
      {
        organizationOf: async (from, id) => {
          const [row] = await from.query<{ id: string }>(sql`
            select a.organization_id as id from application_partners p join applications a on a.id = p.application_id
            where p.id = ${id}`);
          return row?.id;
        },
      },
    );
  }
}

export const TEAM_MODULES = [IdentityModule, SignInModule] as const;

export const TEAM_CONTROLLERS = [
  ApplicationColleaguePages,
  ApplicationColleaguesApi,
  ColleagueDoorPages,
  ExtensionPages,
  ExtensionRequestPages,
  ExtensionsApi,
  MoreTimePages,
  PartnerDoorPages,
  PartnerPages,
  PartnersApi,
  PartnershipPages,
  PartnershipsApi,
  PartnerThanksPages,
  ReceiptApi,
  ReceiptPages,
] as const;

export const TEAM_PROVIDERS = [
  TeamWiring,
  ApplicationTeamTasks,
  ApplicationTeamViews,
  ApplicationColleagues,
  ApplicationReminders,
  ApplicationSubmissions,
  Extensions,
  PartnerAsking,
  PartnerList,
  PartnerMails,
  Partners,
  ReminderMails,
  SignatureAsking,
] as const;
