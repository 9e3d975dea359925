/** The list of requests for money as a file. */
import { Money } from '../../kernel/money.js';
import type { Database } from '../../platform/database/database.js';
import type { Texts } from '../../platform/texts/texts.js';
import { noConflictSince } from '../conflicts/index.js';
import { type ExportableList, pagesOf } from '../documents/index.js';
import { DisbursementListQuery } from './disbursement.input.js';
import type { DisbursementMachine } from './disbursement.machine.js';
import type { Disbursements } from './disbursements.service.js';

interface Parts {
  readonly db: Database;
  readonly texts: Texts;
  readonly machine: DisbursementMachine;
  readonly disbursements: Disbursements;
}

export function disbursementsExport(parts: Parts): ExportableList<DisbursementListQuery> {
  const { db, texts, machine, disbursements } = parts;
  return {
    ...{ list: 'requests', titleKey: 'disbursement.list.title', path: '/requests', permission: 'disbursement.read' },
    query: DisbursementListQuery,
    columns: [
      { labelKey: 'award.field.number' },
      { labelKey: 'disbursement.field.award' },
      { labelKey: 'disbursement.request', kind: 'number' },
      { labelKey: 'disbursement.recipient' },
      { labelKey: 'disbursement.field.kind' },
      { labelKey: 'disbursement.field.state' },
      { labelKey: 'disbursement.sent', kind: 'date' },
      { labelKey: 'disbursement.field.amount', kind: 'money' },
    ],
    rows: (actor, query) =>
      pagesOf(
        query,
        (each) => disbursements.list(actor, each),
        (row) => [
          ...[row.awardNumber, row.awardTitle, row.number, row.organizationName],
          ...[texts.t(`disbursement.field.kind.${row.kind}`), machine.state(row.state).label],
          row.submittedAt === null ? null : db.currentCalendar.today(row.submittedAt),
          Money.ofCents(row.amountCents),
        ],
      ),
    stillOpen: (actor, madeAt) => noConflictSince(db, actor, madeAt),
  };
}
