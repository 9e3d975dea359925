/** Payments: payees, what is owed to them, batches, and the payments made. */
import type { Feature } from '../../platform/feature.js';
import { Payable, PayableLine, Payee } from './payable.entity.js';
import { payableLifecycle } from './payable.lifecycle.js';
import { PayeeSecret } from './payee-secret.entity.js';
import { payeeSecretLifecycle } from './payee-secret.lifecycle.js';
import { Payment, PaymentBatch, PaymentFile, PaymentItem } from './payment.entity.js';
import { batchLifecycle, paymentLifecycle } from './payment.lifecycle.js';
import { PaymentsModule } from './payments.module.js';
import { paymentsPermissions } from './payments.policy.js';
import { PaymentsPanels } from './payments.panels.js';
import { PaymentsTasks } from './payments.tasks.js';
import { paymentsPersonalData, paymentsRetention } from './payments.personal-data.js';

export { PaymentsModule };
export { MovedByPayments, type PayableOwner, PayableOwners } from './payable-owners.js';
export { type PayableRequest, Payables } from './payables.service.js';
export { type PayeeSecretRow, PayeeSecrets } from './payee-secrets.service.js';
export { Payees } from './payees.service.js';
export { type PreparedBatch, PaymentBatches } from './payment-batches.service.js';
export { Payments } from './payments.service.js';

export const paymentsFeature: Feature = {
  name: 'payments',
  module: PaymentsModule,
  entities: [Payee, Payable, PayableLine, PaymentBatch, Payment, PaymentItem, PaymentFile, PayeeSecret],
  permissions: [paymentsPermissions],
  lifecycles: [payableLifecycle, batchLifecycle, paymentLifecycle, payeeSecretLifecycle],
  menu: [{ labelKey: 'menu.payments', href: '/payments', rank: 20, group: 'awards', permission: 'payment_batch.read' }],
  tasks: [PaymentsTasks],
  panels: [PaymentsPanels],
  jobs: [],
  things: [
    { type: 'payee', table: 'payees', title: 't.name', path: '/payments/payees' },
    { type: 'payable', table: 'payables', title: 't.title', path: '/payments/payables' },
    { type: 'payment_batch', table: 'payment_batches', title: 't.number', path: '/payments/batches' },
    { type: 'payment', table: 'payments', title: 't.payee_name', path: '/payments' },
    {
      type: 'payee_secret',
      table: 'payee_secrets',
      title: '(select e.name from payees e where e.id = t.payee_id)',
      path: '/payments/payee-secrets',
    },
  ],
  personalData: paymentsPersonalData,
  retention: [paymentsRetention],
};
