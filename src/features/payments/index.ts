/** Payments: payees, what is owed to them, batches, and the payments made. */
import type { Feature } from '../../platform/feature.js';
import { Payable, PayableLine, Payee } from './payable.entity.js';
import { payableLifecycle } from './payable.lifecycle.js';
import { Payment, PaymentBatch, PaymentFile, PaymentItem } from './payment.entity.js';
import { batchLifecycle, paymentLifecycle } from './payment.lifecycle.js';
import { PaymentsModule } from './payments.module.js';
import { paymentsPermissions } from './payments.policy.js';
import { PaymentsPanels } from './payments.panels.js';
import { PaymentsTasks } from './payments.tasks.js';

export { PaymentsModule };
export { type PayableOwner, PayableOwners } from './payable-owners.js';
export type { PayableSummary, PayeeRef } from './payables.reads.js';
export { type PayableRequest, Payables } from './payables.service.js';
export { Payees } from './payees.service.js';
export { type PreparedBatch, PaymentBatches } from './payment-batches.service.js';
export { Payments } from './payments.service.js';

export const paymentsFeature: Feature = {
  name: 'payments',
  module: PaymentsModule,
  entities: [Payee, Payable, PayableLine, PaymentBatch, Payment, PaymentItem, PaymentFile],
  permissions: [paymentsPermissions],
  lifecycles: [payableLifecycle, batchLifecycle, paymentLifecycle],
  menu: [{ labelKey: 'menu.payments', href: '/payments', rank: 20, permission: 'payment_batch.read' }],
  tasks: [PaymentsTasks],
  panels: [PaymentsPanels],
  jobs: [],
};
