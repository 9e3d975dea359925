/** The ledger transfers of a payable: approved, paid, come back, cancelled. Their keys name it and how often it was paid. */
import type { Money } from '../../kernel/money.js';
import type { AccountRef, Stage, TransferRequest } from '../ledger/index.js';

/** Where the money of a line stands, but for its stage. */
export interface LineAccount {
  readonly sourceId: string;
  readonly holder: { readonly kind: 'award' | 'pool'; readonly id: string };
  /** The budget category, for accounts of an award. */
  readonly category?: string;
}

/** Money that a payable is paid from. */
export interface TransferLine {
  readonly payableId: string;
  readonly position: number;
  readonly account: LineAccount;
  readonly fromStage: 'committed' | 'obligated';
  readonly amount: Money;
  /** How many times the payable was released, this time included. */
  readonly releases: number;
}

const at = (account: LineAccount, stage: Stage): AccountRef => ({ ...account, stage });

function transfer(line: TransferLine, key: string, from: Stage, to: Stage, reason: string): TransferRequest {
  return {
    key: `payable:${line.payableId}:${key}:${line.position}`,
    from: at(line.account, from),
    to: at(line.account, to),
    amount: line.amount,
    reason: `payable.${reason}`,
    subject: { type: 'payable', id: line.payableId },
  };
}

export const accruedTransfer = (line: TransferLine): TransferRequest =>
  transfer(line, 'accrued:1', line.fromStage, 'payable', 'accrued');

export const releasedTransfer = (line: TransferLine): TransferRequest =>
  transfer(line, `released:${line.releases}`, 'payable', 'disbursed', 'released');

export const returnedTransfer = (line: TransferLine): TransferRequest =>
  transfer(line, `returned:${line.releases}`, 'disbursed', 'payable', 'returned');

export const cancelledTransfer = (line: TransferLine): TransferRequest =>
  transfer(line, 'cancelled:1', 'payable', line.fromStage, 'cancelled');
