/** Where money can be, what a transfer is, and the arithmetic of a set of transfers. Pure. */
import { Calendar } from '../../kernel/calendar.js';
import type { Effect } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';
import type { HolderKind, Stage } from './ledger.glossary.js';

export interface HolderRef {
  readonly kind: HolderKind;
  readonly id: string;
}

/** An account, named by what it is for; it comes into being with its first transfer. */
export interface AccountRef {
  readonly sourceId: string;
  readonly holder: HolderRef;
  /** The budget category, for accounts of an award. */
  readonly category?: string;
  readonly stage: Stage;
}

export interface TransferRequest {
  /** Names the business event, such as `allotment:<id>`: it moves money once, however often it is asked for. */
  readonly key: string;
  readonly from: AccountRef;
  readonly to: AccountRef;
  /** More than zero. */
  readonly amount: Money;
  /** A text key below `ledger.reason`. */
  readonly reason: string;
  readonly subject: { readonly type: string; readonly id: string };
  /** The date it counts for; today when absent. */
  readonly bookedOn?: string;
}

/** What a lifecycle's action gives back when money follows from it. */
export interface LedgerEffect extends Effect {
  readonly kind: 'ledger.post';
  readonly transfers: readonly TransferRequest[];
}

export const POST_EFFECT: LedgerEffect['kind'] = 'ledger.post';

export const ledgerEffect = (...transfers: readonly TransferRequest[]): LedgerEffect => ({
  kind: POST_EFFECT,
  transfers,
});

/** The counterpart of a source's authority. */
export const outsideOf = (sourceId: string): AccountRef => ({
  sourceId,
  holder: { kind: 'outside', id: sourceId },
  stage: 'outside',
});

/** What a source has and has not set aside. */
export const authorizedOf = (sourceId: string): AccountRef => ({
  sourceId,
  holder: { kind: 'source', id: sourceId },
  stage: 'authorized',
});

export const inPool = (sourceId: string, poolId: string, stage: Stage): AccountRef => ({
  sourceId,
  holder: { kind: 'pool', id: poolId },
  stage,
});

export const inAward = (sourceId: string, awardId: string, category: string, stage: Stage): AccountRef => ({
  sourceId,
  holder: { kind: 'award', id: awardId },
  category,
  stage,
});

/** The same text for the same account, and a fixed order among them. */
export function accountKey({ sourceId, holder, category = '', stage }: AccountRef): string {
  return [sourceId.toLowerCase(), holder.kind, holder.id.toLowerCase(), category, stage].join('|');
}

/**
 * What is wrong with a request. It is our own code that makes them, so this is a mistake of ours and not of a person.
 * Money never passes from one source to another: what one grantor gave cannot be reported to the other.
 */
export function defectOf({ key, from, to, amount, bookedOn }: TransferRequest): string | undefined {
  if (key === '') return 'a transfer needs a key';
  if (!amount.isPositive) return `transfer ${key} moves nothing`;
  if (from.sourceId.toLowerCase() !== to.sourceId.toLowerCase()) return `transfer ${key} mixes two sources`;
  if (accountKey(from) === accountKey(to)) return `transfer ${key} ends where it begins`;
  if (bookedOn !== undefined && !Calendar.isDate(bookedOn)) return `transfer ${key} is booked on no date`;
  return undefined;
}

/** Whether the money enters or leaves a pool, as opposed to moving on inside it or into its awards. */
export function crossesPools(from: AccountRef, to: AccountRef): boolean {
  if (from.holder.kind === 'outside' || to.holder.kind === 'outside') return false;
  if ((from.stage === 'authorized') !== (to.stage === 'authorized')) return true;
  return from.holder.kind === 'pool' && to.holder.kind === 'pool' && from.holder.id !== to.holder.id;
}

/** What a set of transfers does to one account, in cents. */
export interface Turnover {
  readonly accountId: string;
  /** The day, or the first day of the month, it is of; empty when it is of all days. */
  readonly bookedOn: string;
  in: bigint;
  out: bigint;
  allotted: bigint;
}

/** A transfer whose accounts are known and whose date is settled. */
export interface Posting {
  readonly debitId: string;
  readonly creditId: string;
  readonly cents: bigint;
  readonly bookedOn: string;
  readonly crosses: boolean;
  /** Authority itself does not count what was set aside of it. */
  readonly countsOut: boolean;
  readonly countsIn: boolean;
}

/** The turnover of each account on each day. */
export function turnoverByDay(postings: readonly Posting[]): Turnover[] {
  const days = new Map<string, Turnover>();
  const at = (accountId: string, bookedOn: string): Turnover => {
    const key = `${accountId} ${bookedOn}`;
    const known = days.get(key);
    if (known !== undefined) return known;
    const made = { accountId, bookedOn, in: 0n, out: 0n, allotted: 0n };
    days.set(key, made);
    return made;
  };
  for (const { debitId, creditId, cents, bookedOn, crosses, countsIn, countsOut } of postings) {
    const debit = at(debitId, bookedOn);
    const credit = at(creditId, bookedOn);
    debit.out += cents;
    credit.in += cents;
    if (crosses && countsOut) debit.allotted -= cents;
    if (crosses && countsIn) credit.allotted += cents;
  }
  return [...days.values()];
}

/** The same, over all days: one line per account. */
export const turnoverByAccount = (days: readonly Turnover[]): Turnover[] => turnoverBy(() => '', days);

/** The same, over the days of each month: `bookedOn` is the month's first day. */
export const turnoverByMonth = (days: readonly Turnover[]): Turnover[] => turnoverBy(monthOf, days);

function turnoverBy(partOf: (date: string) => string, days: readonly Turnover[]): Turnover[] {
  const totals = new Map<string, Turnover>();
  for (const day of days) {
    const part = partOf(day.bookedOn);
    const key = `${day.accountId} ${part}`;
    const total = totals.get(key);
    if (total === undefined) {
      totals.set(key, { ...day, bookedOn: part });
    } else {
      total.in += day.in;
      total.out += day.out;
      total.allotted += day.allotted;
    }
  }
  return [...totals.values()];
}

/** The first day of the date's month, which names the month of the books. */
export const monthOf = (date: string): string => `${date.slice(0, 7)}-01`;

const MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `March 2016` */
export const monthName = (month: string): string => MONTH.format(new Date(`${month}T00:00:00Z`));
