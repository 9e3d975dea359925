/** Words for a delegation: what is lent, and up to which amount. */
import type { Money } from '../../kernel/money.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { ApprovalName } from './approvals.js';

export const approvalWords = (texts: Texts, approvals: readonly ApprovalName[]): string =>
  approvals.map((name) => texts.t(`delegation.approval.${name}`)).join('; ');

export const limitWords = (texts: Texts, limit: Money | null): string =>
  limit === null ? texts.t('delegation.no_limit') : texts.t('delegation.limit', { amount: limit });
