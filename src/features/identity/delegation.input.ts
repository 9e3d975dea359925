/** What is asked for when an approval is lent. */
import type { Money } from '../../kernel/money.js';
import { DateField, Many, MoneyField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { APPROVAL_NAMES, type ApprovalName } from './approvals.js';

export class DelegationInput {
  /** The role as the giver holds it. */
  @Ref({ label: 'delegation.field.grant_id' })
  grantId: string;

  @Many(APPROVAL_NAMES, { label: 'delegation.field.approvals' })
  approvals: ApprovalName[];

  @Ref({ label: 'delegation.field.holder_id' })
  holderId: string;

  @DateField({ label: 'role.field.starts_on', optional: true })
  startsOn?: string;

  @DateField({ label: 'delegation.field.ends_on' })
  endsOn: string;

  @MoneyField({ label: 'delegation.field.limit', optional: true })
  limit?: Money;

  @Text({ label: 'delegation.field.reason', long: true, max: 500 })
  reason: string;
}

export class DelegationListQuery extends ListQuery {}
