/** The payments module: what answers, and how the books call a payable. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { AgencyModule } from '../agency/index.js';
import { DocumentsModule, ListExportSources } from '../documents/index.js';
import { LedgerDirectory, type LedgerName, LedgerModule } from '../ledger/index.js';
import { BatchPageViews } from './batch.page-view.js';
import { PayablePageViews } from './payable.page-view.js';
import { PayableOwners } from './payable-owners.js';
import { Payables } from './payables.service.js';
import { PayeeSecretPageViews } from './payee-secret.page-view.js';
import { NewPayeeSecretsApi, PayeeSecretsApi } from './payee-secrets.api.js';
import { NewPayeeSecretsPages, PayeeSecretsPages } from './payee-secrets.pages.js';
import { PayeeSecrets } from './payee-secrets.service.js';
import { PayeePageViews } from './payee.page-view.js';
import { Payees } from './payees.service.js';
import { PaymentBatchesPages } from './payment-batches.pages.js';
import { PaymentBatches } from './payment-batches.service.js';
import { PaymentLists } from './payment-lists.service.js';
import { PaymentPageViews } from './payment.page-view.js';
import { PaymentTables } from './payment.tables.js';
import { PaymentParts, PaymentViews } from './payment.view.js';
import { PayablesApi, PayeesApi, PaymentBatchesApi, PaymentsApi } from './payments.api.js';
import { PayablesPages, PayeesPages, PaymentsPages } from './payments.pages.js';
import { Payments } from './payments.service.js';
import { PaymentsExports } from './payments.exports.js';
import { PaymentsPanels } from './payments.panels.js';
import { PaymentsTasks } from './payments.tasks.js';

@Module({
  imports: [AgencyModule, DocumentsModule, LedgerModule],
  controllers: [
    PayablesApi,
    PaymentBatchesApi,
    PayeesApi,
    NewPayeeSecretsApi,
    PayeeSecretsApi,
    NewPayeeSecretsPages,
    PayeeSecretsPages,
    PaymentsApi,
    PayablesPages,
    PaymentBatchesPages,
    PayeesPages,
    PaymentsPages,
  ],
  providers: [
    Payables,
    PayableOwners,
    PaymentBatches,
    Payments,
    Payees,
    PaymentLists,
    PaymentParts,
    PaymentViews,
    PaymentTables,
    PayablePageViews,
    PaymentPageViews,
    BatchPageViews,
    PayeePageViews,
    PayeeSecrets,
    PayeeSecretPageViews,
    PaymentsExports,
    PaymentsPanels,
    PaymentsTasks,
  ],
  exports: [Payables, PayableOwners, PaymentBatches, Payments, Payees, PayeeSecrets],
})
export class PaymentsModule implements OnModuleInit {
  constructor(
    private readonly directory: LedgerDirectory,
    private readonly exports: PaymentsExports,
    private readonly sources: ListExportSources,
  ) {}

  onModuleInit(): void {
    this.sources.register(this.exports.payables());
    this.sources.register(this.exports.batches());
    this.directory.register('payable', namesOfPayables, 'payable.read');
  }
}

async function namesOfPayables(from: Queryable, ids: readonly string[]): Promise<Map<string, LedgerName>> {
  const rows = await from.query<{ id: string; title: string }>(
    sql`select id, title from payables where id = any(${[...ids]}::uuid[])`,
  );
  return new Map(rows.map(({ id, title }) => [id, { label: title, href: `/payments/payables/${id}` }]));
}
