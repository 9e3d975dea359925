/** The ledger's public face: what later features may use. */
import type { Feature } from '../../platform/feature.js';
import { LedgerAccount, LedgerDay, LedgerMonthTurnover, LedgerPeriod, LedgerTransfer } from './ledger.entity.js';
import { LedgerModule } from './ledger.module.js';
import { ledgerPermissions } from './ledger.policy.js';

export { LedgerModule };
export { readPoolBalance, readStageBalances } from './ledger.balances.js';
export { LedgerDirectory, type LedgerName, type NameSource } from './ledger.directory.js';
export { type Figures, NO_FIGURES, readFigures } from './ledger.figures.js';
export { REPORT_COLUMNS, type ReportColumn, type Stage, stageGlossary } from './ledger.glossary.js';
export {
  type AccountRef,
  authorizedOf,
  inAward,
  inPool,
  ledgerEffect,
  type LedgerEffect,
  outsideOf,
  type TransferRequest,
} from './ledger.rules.js';
export { Ledger } from './ledger.service.js';
export { verifyLedger } from './ledger.verify.js';

export const ledgerFeature: Feature = {
  name: 'ledger',
  module: LedgerModule,
  entities: [LedgerAccount, LedgerTransfer, LedgerDay, LedgerMonthTurnover, LedgerPeriod],
  permissions: [ledgerPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'ledger.menu', href: '/ledger', rank: 22, group: 'money', permission: 'ledger.read' }],
  jobs: [],
};
