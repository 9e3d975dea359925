/** What is sent about messages to many. */
import type { Money } from '../../kernel/money.js';
import { Choice, Integer, Many, MoneyField, Ref, Text, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { BROADCAST_OUTCOMES } from './broadcast.entity.js';
import { broadcastLifecycle } from './broadcast.lifecycle.js';
import { SQL_CHECKS, type SqlCheck } from './screening.sql.js';

/** The states an application may be in to be written to. */
export const BROADCAST_STATES = [
  'draft',
  'submitted',
  'returned',
  'eligible',
  'ineligible',
  'appealed',
  'shortlisted',
  'waitlisted',
  'approved',
  'declined',
] as const;

export class BroadcastInput {
  @Ref({ label: 'broadcast.field.round' })
  roundId: string;

  @Many(BROADCAST_STATES, { label: 'broadcast.field.states' })
  states: string[];

  @Text({ label: 'broadcast.field.district', optional: true })
  district?: string;

  @Text({ label: 'broadcast.field.search', optional: true })
  search?: string;

  @Choice(SQL_CHECKS, { label: 'broadcast.field.check', optional: true })
  check?: SqlCheck;

  @MoneyField({ label: 'broadcast.field.at_least', optional: true, allowZero: true })
  atLeast?: Money;

  @MoneyField({ label: 'broadcast.field.at_most', optional: true, allowZero: true })
  atMost?: Money;

  @Text({ label: 'broadcast.field.title', max: 120 })
  title: string;

  @Text({ label: 'broadcast.field.body', long: true, max: 6000 })
  body: string;

  @YesNo({ label: 'broadcast.field.expects_answer', optional: true })
  expectsAnswer?: boolean;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class SendBroadcastInput {
  /** How many the preview named: the list may have changed since. */
  @Integer({ label: 'broadcast.field.count', min: 1 })
  count: number;

  /** Which they were, as the preview said it. */
  @Text({ label: 'broadcast.field.list', optional: true, pattern: /^[0-9a-f]{32}$/ })
  list?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class BroadcastListQuery extends ListQuery {
  @Choice(broadcastLifecycle.states, { label: 'broadcast.field.state', optional: true })
  state?: string;

  @Ref({ label: 'broadcast.field.round', optional: true })
  round?: string;
}

export class BroadcastItemsQuery extends ListQuery {
  @Choice(BROADCAST_OUTCOMES, { label: 'broadcast.field.outcome', optional: true })
  outcome?: string;
}
