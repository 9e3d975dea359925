/** What is sent about retention, holds and disposals. */
import { Choice, Integer, Ref, Text } from '../../platform/input/fields.js';
import { HOLD_KINDS, type HoldKind } from './legal-hold.entity.js';
import { ListQuery } from '../../platform/lists/list.js';
import { legalHoldLifecycle } from './legal-hold.lifecycle.js';
import { disposalLifecycle } from './disposal.lifecycle.js';

export class RetentionTermInput {
  @Integer({ label: 'retention.field.years', min: 1, max: 100 })
  years: number;

  @Text({ label: 'retention.field.basis', long: true, max: 600 })
  basis: string;

  @Integer({ label: 'form.version', optional: true })
  version?: number;
}

export class LegalHoldInput {
  @Choice(HOLD_KINDS, { label: 'legal_hold.field.kind' })
  kind: string;

  /** What is held, by its id; nothing for the whole agency. */
  @Ref({ label: 'legal_hold.field.subject', optional: true })
  subjectId?: string;

  @Text({ label: 'legal_hold.field.reason', long: true, min: 10, max: 1000 })
  reason: string;
}

export class RemovalInput {
  @Text({ label: 'disposal.field.reason', long: true, min: 10, max: 1000 })
  reason: string;
}

export class ExportInput {
  /** Named otherwise than the reason of a removal: both forms stand on one page. */
  @Text({ label: 'person_data.field.purpose', min: 10, max: 300 })
  purpose: string;
}

/** What is held, looked for by its name. */
export class HoldSubjectQuery extends ListQuery {
  @Choice(HOLD_KINDS, { label: 'legal_hold.field.kind', optional: true })
  kind?: HoldKind;

  @Ref({ label: 'legal_hold.field.subject', optional: true })
  subject?: string;
}

export class HoldListQuery extends ListQuery {
  @Choice(legalHoldLifecycle.states, { label: 'legal_hold.field.state', optional: true })
  state?: string;
}

export class DisposalListQuery extends ListQuery {
  @Choice(disposalLifecycle.states, { label: 'disposal.field.state', optional: true })
  state?: string;
}
