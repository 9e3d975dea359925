/** The list of awards as a file. */
import { Money } from '../../kernel/money.js';
import type { Database } from '../../platform/database/database.js';
import { noConflictSince } from '../conflicts/index.js';
import { type ExportableList, pagesOf } from '../documents/index.js';
import { AwardListQuery } from './award.input.js';
import { stateFor } from './award.labels.js';
import type { Awards } from './awards.service.js';

export function awardsExport(db: Database, awards: Awards): ExportableList<AwardListQuery> {
  return {
    ...{ list: 'awards', titleKey: 'award.list.title', path: '/awards', permission: 'award.read' },
    query: AwardListQuery,
    columns: [
      { labelKey: 'award.field.number' },
      { labelKey: 'award.field.title' },
      { labelKey: 'award.field.recipient' },
      { labelKey: 'award.field.state' },
      { labelKey: 'award.field.serves' },
      { labelKey: 'award.field.starts_on', kind: 'date' },
      { labelKey: 'award.field.ends_on', kind: 'date' },
      { labelKey: 'award.field.amount', kind: 'money' },
    ],
    rows: (actor, query) =>
      pagesOf(
        query,
        (each) => awards.list(actor, each),
        (row) => [
          ...[row.number, row.title, row.recipient, stateFor(actor, row.state).label],
          row.districts.map(({ name }) => name).join(', '),
          ...[row.startsOn, row.endsOn, Money.ofCents(row.amountCents)],
        ],
      ),
    stillOpen: (actor, madeAt) => noConflictSince(db, actor, madeAt),
  };
}
