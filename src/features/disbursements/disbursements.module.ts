/** The disbursements module: what answers, and what it tells payments, awards and the books. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencyModule, MailScopes } from '../agency/index.js';
import { AuditScopes } from '../audit/index.js';
import { notConflicted } from '../conflicts/index.js';
import { AttachmentReaders, DocumentsModule, ListExportSources } from '../documents/index.js';
import { AwardFacts, AwardsModule } from '../awards/index.js';
import { ConversationsModule, ConversationSubjects } from '../conversations/index.js';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule } from '../ledger/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { PayableOwners, PaymentsModule } from '../payments/index.js';
import { DisbursementApprovals } from './disbursement-approval.service.js';
import { disbursementConversations } from './disbursement.conversations.js';
import { DisbursementMachine } from './disbursement.machine.js';
import { DisbursementNews } from './disbursement.news.js';
import { DisbursementPageViews } from './disbursement.page-view.js';
import { DisbursementPayables, unfinishedRequests } from './disbursement.payables.js';
import { DisbursementReceipts, RECEIPT_SUBJECT } from './disbursement.receipts.js';
import { DisbursementViews } from './disbursement.view.js';
import { DisbursementsApi } from './disbursements.api.js';
import { DisbursementsPages } from './disbursements.pages.js';
import { Disbursements } from './disbursements.service.js';
import { closedRequest } from './disbursement.scope.js';
import { disbursementsExport } from './disbursements.exports.js';
import { DisbursementsPanels } from './disbursements.panels.js';
import { DisbursementsTasks } from './disbursements.tasks.js';

@Module({
  imports: [
    AgencyModule,
    ConversationsModule,
    IdentityModule,
    DocumentsModule,
    OrganizationsModule,
    LedgerModule,
    PaymentsModule,
    AwardsModule,
  ],
  controllers: [DisbursementsApi, DisbursementsPages],
  providers: [
    DisbursementMachine,
    Disbursements,
    DisbursementApprovals,
    DisbursementNews,
    DisbursementReceipts,
    DisbursementPayables,
    DisbursementViews,
    DisbursementPageViews,
    DisbursementsPanels,
    DisbursementsTasks,
  ],
  exports: [Disbursements, DisbursementApprovals],
})
export class DisbursementsModule implements OnModuleInit {
  constructor(
    private readonly awards: AwardFacts,
    private readonly owners: PayableOwners,
    private readonly payables: DisbursementPayables,
    private readonly files: AttachmentReaders,
    private readonly receipts: DisbursementReceipts,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly conversations: ConversationSubjects,
    private readonly trail: AuditScopes,
    private readonly mailScopes: MailScopes,
    private readonly exports: ListExportSources,
    private readonly texts: Texts,
    private readonly machine: DisbursementMachine,
    private readonly disbursements: Disbursements,
  ) {}

  onModuleInit(): void {
    const { db, texts, machine, disbursements } = this;
    this.exports.register(disbursementsExport({ db, texts, machine, disbursements }));
    this.trail.register('disbursement', (actor, id) =>
      notConflicted(
        actor,
        sql`(select w.application_id from disbursements d join awards w on w.id = d.award_id where d.id = ${id})`,
      ),
    );
    this.mailScopes.register('disbursement', closedRequest);
    this.conversations.register('disbursement', disbursementConversations(this.db, this.policy));
    this.awards.register(unfinishedRequests);
    const { receipts } = this;
    this.files.register(RECEIPT_SUBJECT, (actor, id) => receipts.mayRead(actor, id), receipts.rules);
    this.owners.register('disbursement', this.payables);
  }
}
