/** The ledger transfers that follow from what happens to sources and pools. */
import type { Money } from '../../kernel/money.js';
import { authorizedOf, inPool, outsideOf, type TransferRequest } from '../ledger/index.js';
import type { OwnCost } from './own-cost.entity.js';

/** The grantor's authority comes in when a source is put in force. */
export function authorityTransfer(sourceId: string, amount: Money): TransferRequest {
  return {
    key: `source:${sourceId}:authorized`,
    from: outsideOf(sourceId),
    to: authorizedOf(sourceId),
    amount,
    reason: 'source.authorized',
    subject: { type: 'source', id: sourceId },
  };
}

/** A modification raises or lowers the authority by the difference. */
export function modificationTransfer(sourceId: string, number: number, difference: Money): TransferRequest {
  const isRaise = difference.isPositive;
  return {
    key: `source:${sourceId}:modified:${number}`,
    from: isRaise ? outsideOf(sourceId) : authorizedOf(sourceId),
    to: isRaise ? authorizedOf(sourceId) : outsideOf(sourceId),
    amount: isRaise ? difference : difference.negate(),
    reason: isRaise ? 'source.raised' : 'source.lowered',
    subject: { type: 'source', id: sourceId },
  };
}

/** What was never set aside goes back when a source is closed. */
export function unusedAuthorityTransfer(sourceId: string, amount: Money): TransferRequest {
  return {
    key: `source:${sourceId}:returned`,
    from: authorizedOf(sourceId),
    to: outsideOf(sourceId),
    amount,
    reason: 'source.returned',
    subject: { type: 'source', id: sourceId },
  };
}

export function allotmentTransfer(
  allotmentId: string,
  sourceId: string,
  poolId: string,
  amount: Money,
): TransferRequest {
  return {
    key: `allotment:${allotmentId}`,
    from: authorizedOf(sourceId),
    to: inPool(sourceId, poolId, 'allotted'),
    amount,
    reason: 'allotment.made',
    subject: { type: 'pool', id: poolId },
  };
}

export function allotmentReturnTransfer(
  returnId: string,
  sourceId: string,
  poolId: string,
  amount: Money,
): TransferRequest {
  return {
    key: `allotment-return:${returnId}`,
    from: inPool(sourceId, poolId, 'allotted'),
    to: authorizedOf(sourceId),
    amount,
    reason: 'allotment.returned',
    subject: { type: 'pool', id: poolId },
  };
}

export const ownCostKey = (id: string): string => `own-cost:${id}`;

/** What the agency's accounting paid: it goes from set aside to paid at once, on the entry's date. */
export function ownCostTransfer(
  cost: Pick<OwnCost, 'id' | 'sourceId' | 'poolId' | 'amount' | 'bookedOn'>,
): TransferRequest {
  return {
    key: ownCostKey(cost.id),
    from: inPool(cost.sourceId, cost.poolId, 'allotted'),
    to: inPool(cost.sourceId, cost.poolId, 'disbursed'),
    amount: cost.amount,
    reason: 'own_cost.paid',
    subject: { type: 'pool', id: cost.poolId },
    bookedOn: cost.bookedOn,
  };
}
