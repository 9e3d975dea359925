/** What is sent to write an application, section by section, and to take it on. */
import { Choice, DateField, Integer, Keys, List, MoneyField, Percent, Ref, Text } from '../../platform/input/fields.js';
import { Money } from '../../kernel/money.js';
import { ListQuery } from '../../platform/lists/list.js';
import { ADDRESS } from '../identity/index.js';
import { applicationLifecycle } from './application.lifecycle.js';
import { PARTNER_LEVELS, type PartnerLevel } from './application.entity.js';

export class ApplicationInput {
  @Ref({ label: 'application.field.round' })
  roundId: string;

  @Ref({ label: 'application.field.organization' })
  organizationId: string;

  @Text({ label: 'application.field.title', max: 120 })
  title: string;
}

export class DistrictShareInput {
  @Text({ label: 'application.field.district', max: 60 })
  district: string;

  @Percent({ label: 'application.field.share' })
  share: number;
}

export class SummaryInput {
  @Text({ label: 'application.field.title', max: 120 })
  title: string;

  @Text({ label: 'application.field.summary', long: true, optional: true, max: 8000 })
  summary?: string;

  @Text({ label: 'application.field.schools', long: true, optional: true, max: 2000 })
  schools?: string;

  @List(() => DistrictShareInput, { label: 'application.field.districts', max: 20 })
  districts: DistrictShareInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class BudgetLineInput {
  @Text({ label: 'application.field.category', max: 80 })
  category: string;

  @Text({ label: 'application.field.description', optional: true, max: 300 })
  description?: string;

  @MoneyField({ label: 'application.field.amount' })
  amount: Money;

  @MoneyField({ label: 'application.field.match', optional: true, allowZero: true })
  match?: Money;
}

export class BudgetInput {
  @MoneyField({ label: 'application.field.requested' })
  requested: Money;

  @List(() => BudgetLineInput, { label: 'application.field.lines', max: 60 })
  lines: BudgetLineInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class PartnerInput {
  @Text({ label: 'application.field.partner_name', max: 120 })
  name: string;

  @Text({ label: 'application.field.role', max: 120 })
  role: string;

  @Choice(PARTNER_LEVELS, { label: 'application.field.level' })
  level: PartnerLevel;

  @MoneyField({ label: 'application.field.partner_share', optional: true, allowZero: true })
  share?: Money;

  /** Who is mailed a link to confirm; whoever was asked before is left alone without one. */
  @Text({ label: 'application.field.partner_address', optional: true, ...ADDRESS })
  address?: string;
}

export class PartnersInput {
  @List(() => PartnerInput, { label: 'application.field.partners', max: 20 })
  partners: PartnerInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** What to mend in one part; a part is named as `applications.returned_parts` does. */
export class ReturnPartNoteInput {
  @Text({ label: 'application.field.part', max: 90 })
  part: string;

  @Text({ label: 'application.field.part_note', long: true, optional: true, max: 600 })
  note?: string;
}

export class ReturnInput {
  @Text({ label: 'form.note', long: true, max: 1000 })
  note: string;

  @DateField({ label: 'application.field.fix_by' })
  fixBy: string;

  /** Sections of its form; all of them when none is named. */
  @Keys({ label: 'application.field.parts', optional: true })
  parts?: string[];

  /** Questions of other sections. */
  @Keys({ label: 'application.field.questions', optional: true, max: 500 })
  questions?: string[];

  @List(() => ReturnPartNoteInput, { label: 'application.field.part_notes', optional: true, max: 500 })
  partNotes?: ReturnPartNoteInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class ScreenOutInput {
  @Text({ label: 'form.note', long: true, max: 1000 })
  note: string;

  @DateField({ label: 'application.field.appeal_by' })
  appealBy: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class ApplicationListQuery extends ListQuery {
  @Choice(applicationLifecycle.states, { label: 'application.field.state', optional: true })
  state?: string;

  @Ref({ label: 'application.field.round', optional: true })
  round?: string;

  @Text({ label: 'application.field.district', optional: true, max: 60 })
  district?: string;
}
