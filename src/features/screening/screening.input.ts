/** What is sent to screen applications. */
import { Choice, DateField, Integer, List, MoneyField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import type { Money } from '../../kernel/money.js';
import {
  CHECK_KEYS,
  type CheckKey,
  type Judgement,
  JUDGEMENTS,
  RUN_ACTIONS,
  type RunAction,
} from './screening.entity.js';
import { SQL_CHECKS, type SqlCheck } from './screening.sql.js';

/** What the worklist shows when nothing is said: what waits for the agency. */
export const WORKLIST_STATES = [
  'waiting',
  'submitted',
  'appealed',
  'returned',
  'eligible',
  'ineligible',
  'shortlisted',
  'all',
] as const;
export type WorklistState = (typeof WORKLIST_STATES)[number];

export class ScreeningListQuery extends ListQuery {
  @Choice(WORKLIST_STATES, { label: 'screening.field.state', optional: true })
  state?: WorklistState;

  @Ref({ label: 'screening.field.round', optional: true })
  round?: string;

  @Ref({ label: 'screening.field.fund', optional: true })
  fund?: string;

  @Choice(SQL_CHECKS, { label: 'screening.field.check', optional: true })
  check?: SqlCheck;

  @Text({ label: 'screening.field.district', optional: true, max: 60 })
  district?: string;

  @MoneyField({ label: 'screening.field.at_least', optional: true, allowZero: true })
  atLeast?: Money;

  @MoneyField({ label: 'screening.field.at_most', optional: true, allowZero: true })
  atMost?: Money;
}

/** The worklist with every line of the page ticked, for who works without a script. */
export class WorklistQuery extends ScreeningListQuery {
  @Choice(['all'], { label: 'screening.field.pick', optional: true })
  pick?: 'all';
}

export class JudgementInput {
  @Choice(CHECK_KEYS, { label: 'screening.check' })
  check: CheckKey;

  @Choice(JUDGEMENTS, { label: 'screening.field.judgement', optional: true })
  judgement?: Judgement;

  @Text({ label: 'screening.field.reason', long: true, optional: true, max: 1000 })
  reason?: string;
}

export class JudgementsInput {
  @List(() => JudgementInput, { label: 'screening.field.judgements', max: 5 })
  judgements: JudgementInput[];
}

/** At most so many at once. */
export const MOST_IN_RUN = 200;

export class RunItemInput {
  @Ref({ label: 'screening.field.application' })
  id: string;

  @Integer({ label: 'form.version', min: 1 })
  version: number;
}

export class RunInput {
  @Choice(RUN_ACTIONS, { label: 'screening.field.action' })
  action: RunAction;

  @List(() => RunItemInput, { label: 'screening.field.applications', max: MOST_IN_RUN })
  items: RunItemInput[];

  @Text({ label: 'screening.field.note', long: true, optional: true, max: 1000 })
  note?: string;

  @DateField({ label: 'screening.field.until_on', optional: true })
  untilOn?: string;
}
