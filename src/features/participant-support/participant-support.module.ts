/** The participant support module: what answers, and what it hears from collaboratives and payments. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { AgencyModule } from '../agency/index.js';
import {
  ATTENDANCE_CONFIRMED,
  ATTENDANCE_WITHDRAWN,
  AttendanceNews,
  CollaborativesModule,
} from '../collaboratives/index.js';
import { AttachmentReaders, DocumentsModule, ListExportSources } from '../documents/index.js';
import { FundsModule } from '../funds/index.js';
import { LedgerDirectory, LedgerModule } from '../ledger/index.js';
import { PayableOwners, PaymentsModule } from '../payments/index.js';
import { ChildcareClaimMachine } from './childcare-claim.machine.js';
import { ClaimPageViews } from './childcare-claim.page-view.js';
import { ClaimViews } from './childcare-claim.view.js';
import { ChildcareClaimsPages } from './childcare-claims.pages.js';
import { ChildcareClaims } from './childcare-claims.service.js';
import { ChildcareClaimsApi, StipendsApi, SupportApi } from './participant-support.api.js';
import { ParticipantSupportTasks } from './participant-support.tasks.js';
import { StipendAccrual } from './stipend-accrual.service.js';
import { StipendMachine } from './stipend.machine.js';
import { StipendPageViews } from './stipend.page-view.js';
import { StipendViews } from './stipend.view.js';
import { StipendsPages } from './stipends.pages.js';
import { Stipends } from './stipends.service.js';
import { SupportHomePageViews } from './support-home.page-view.js';
import { SupportHomePages } from './support-home.pages.js';
import { SupportHomeViews } from './support-home.view.js';
import { SupportMoney } from './support-money.service.js';
import { namesOfClaims, namesOfStipends } from './support.names.js';
import { SupportExports } from './support.exports.js';
import { SupportNews } from './support.news.js';
import { ClaimPayables, StipendPayables } from './support.payables.js';
import { SupportPoliciesPageViews } from './support-policies.page-view.js';
import { SupportPoliciesPages } from './support-policies.pages.js';
import { SupportPolicies } from './support-policies.service.js';

@Module({
  imports: [AgencyModule, DocumentsModule, LedgerModule, FundsModule, PaymentsModule, CollaborativesModule],
  // The participant's page first: its addresses are words where others have ids.
  controllers: [
    SupportHomePages,
    StipendsPages,
    ChildcareClaimsPages,
    SupportPoliciesPages,
    SupportApi,
    StipendsApi,
    ChildcareClaimsApi,
  ],
  providers: [
    StipendMachine,
    ChildcareClaimMachine,
    SupportMoney,
    SupportNews,
    StipendAccrual,
    Stipends,
    ChildcareClaims,
    SupportPolicies,
    StipendPayables,
    ClaimPayables,
    SupportHomeViews,
    StipendViews,
    ClaimViews,
    SupportHomePageViews,
    StipendPageViews,
    ClaimPageViews,
    SupportPoliciesPageViews,
    ParticipantSupportTasks,
    SupportExports,
  ],
  exports: [Stipends, ChildcareClaims, SupportPolicies],
})
export class ParticipantSupportModule implements OnModuleInit {
  constructor(
    private readonly attendances: AttendanceNews,
    private readonly owners: PayableOwners,
    private readonly directory: LedgerDirectory,
    private readonly readers: AttachmentReaders,
    private readonly accrual: StipendAccrual,
    private readonly claims: ChildcareClaims,
    private readonly stipendPayables: StipendPayables,
    private readonly claimPayables: ClaimPayables,
    private readonly exports: SupportExports,
    private readonly sources: ListExportSources,
  ) {}

  onModuleInit(): void {
    this.attendances.listen(ATTENDANCE_CONFIRMED, (work, ids) => this.accrual.confirmed(work, ids));
    this.attendances.listen(ATTENDANCE_WITHDRAWN, (work, ids) => this.accrual.withdrawn(work, ids));
    this.owners.register('stipend', this.stipendPayables);
    this.owners.register('childcare_claim', this.claimPayables);
    this.directory.register('stipend', namesOfStipends, 'stipend.read');
    this.directory.register('childcare_claim', namesOfClaims, 'childcare_claim.read');
    this.sources.register(this.exports.stipendList());
    this.sources.register(this.exports.claimList());
    this.readers.register('childcare_claim', (actor, id) => this.claims.mayRead(actor, id));
  }
}
