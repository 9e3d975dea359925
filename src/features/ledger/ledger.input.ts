/** What can be asked of the list of entries and of accounts. */
import { Choice, DateField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { HOLDER_KINDS, REPORT_COLUMNS, STAGES } from './ledger.glossary.js';

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const HOLDER = new RegExp(`^(?:${HOLDER_KINDS.join('|')}):${UUID}$`);
const SUBJECT = new RegExp(`^[a-z][a-z_]{0,39}:${UUID}$`);

/** Which accounts are meant. */
class PlaceQuery extends ListQuery {
  @Ref({ label: 'ledger.field.source', optional: true })
  source?: string;

  @Text({ label: 'ledger.field.holder', optional: true, pattern: HOLDER, patternCode: 'ledger.holder_unreadable' })
  holder?: string;

  @Choice(STAGES, { label: 'ledger.field.stage', optional: true })
  stage?: string;
}

export class AccountQuery extends PlaceQuery {}

export class LedgerQuery extends PlaceQuery {
  /** One account: its entries with the balance after each. */
  @Ref({ label: 'ledger.field.account', optional: true })
  account?: string;

  /** The column of a report whose amount is to be explained. */
  @Choice(REPORT_COLUMNS, { label: 'ledger.field.column', optional: true })
  column?: string;

  /** What the entries belong to, as `award:<id>`. */
  @Text({ label: 'ledger.field.subject', optional: true, pattern: SUBJECT, patternCode: 'ledger.subject_unreadable' })
  subject?: string;

  /** First and last booking date, both included. */
  @DateField({ label: 'ledger.field.from', optional: true })
  from?: string;

  @DateField({ label: 'ledger.field.to', optional: true })
  to?: string;

  @Choice(['csv'], { label: 'ledger.field.format', optional: true })
  format?: string;
}

export class MonthInput {
  /** `2016-02` */
  @Text({
    label: 'ledger.field.month',
    pattern: /^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])$/,
    patternCode: 'ledger.month_unreadable',
  })
  month: string;
}

export class MonthReopenInput extends MonthInput {
  /** A month is opened again for a reason that the audit keeps. */
  @Text({ label: 'ledger.field.note', max: 500, long: true })
  note: string;
}
