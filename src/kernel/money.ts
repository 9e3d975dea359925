/**
 * Money: an immutable amount of US dollars in whole cents.
 *
 * Cents are a bigint, so no amount ever passes through floating point. Text is read and written only at the edge:
 * `parse` and `format` for people, `toJSON` and `fromJSON` for the API, `ofCents` and `.cents` for database columns.
 */
import { invalid } from './errors.js';

const CURRENCY = 'USD';

/** The largest amount, either way, that is read from people or programs: ten trillion dollars, in cents. */
export const MAX_CENTS = 10n ** 15n;

/** The shape of an amount in JSON: `{"amount": "1250.00", "currency": "USD"}`. */
export interface MoneyJson {
  readonly amount: string;
  readonly currency: string;
}

export interface MoneyFormat {
  /** `auto` (the default) shows cents only where there are some; `false` rounds to whole dollars. */
  readonly cents?: boolean | 'auto';
  /** Whether `$` is written; true unless told otherwise. */
  readonly symbol?: boolean;
}

const MINUS = '\u2212';
const TYPED = /^(?<minus>[-\u2212])?\s*\$?\s*(?<whole>[1-9]\d{0,2}(?:,\d{3})+|\d+)?(?:\.(?<fraction>\d{1,2}))?$/u;
const DECIMAL = /^(?<minus>-)?(?<whole>\d+)(?:\.(?<fraction>\d{1,2})0*)?$/u;
/** Longer than any amount within the limit; what is longer is not worth reading. */
const MAX_TEXT_LENGTH = 40;

type Reading = { readonly money: Money } | { readonly problem: 'money.unreadable' | 'money.too_large' };

export class Money {
  static readonly zero = new Money(0n);

  // Public and not `#private`, so that deep equality in tests and elsewhere sees it.
  private constructor(readonly cents: bigint) {}

  /**
   * Whole cents: a bigint, a safe whole number, or the text the database driver gives for a bigint column.
   * Throws RangeError for anything else, since that is a mistake of ours and not of a person.
   */
  static ofCents(cents: bigint | number | string): Money {
    if (typeof cents === 'bigint') return new Money(cents);
    if (typeof cents === 'number') return new Money(wholeNumber(cents, 'Cents'));
    if (!/^-?\d+$/u.test(cents)) throw new RangeError('Cents must be a whole number');
    return new Money(BigInt(cents));
  }

  /**
   * Reads what a person typed: `1250`, `1,250.5`, `$ 1,250.50`, `-$5`.
   * Throws AppError `money.unreadable` (params: text) or `money.too_large` (params: text, limit), both invalid.
   */
  static parse(text: string): Money {
    return readOrThrow(text, TYPED);
  }

  /** The same as `parse`, or undefined where that would throw. */
  static tryParse(text: string): Money | undefined {
    const reading = read(text, TYPED);
    return 'money' in reading ? reading.money : undefined;
  }

  /** Reads a plain decimal as programs write it: `1250.00`, `-3`, `1250.5000`. Throws what `parse` throws. */
  static fromDecimal(text: string): Money {
    return readOrThrow(text, DECIMAL);
  }

  /**
   * Reads `{amount, currency}`. Throws AppError `money.unreadable`, `money.too_large` or `money.other_currency`
   * (params: currency), all invalid.
   */
  static fromJSON(json: unknown): Money {
    const { amount, currency } = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
    // A JSON number is refused even where it is whole: it may have been rounded before it reached us.
    if (typeof amount !== 'string') throw invalid('money.unreadable', { params: { text: '' } });
    if (currency !== CURRENCY) {
      const shown = typeof currency === 'string' ? currency.slice(0, MAX_TEXT_LENGTH) : '';
      throw invalid('money.other_currency', { params: { currency: shown } });
    }
    return Money.fromDecimal(amount);
  }

  static sum(amounts: Iterable<Money>): Money {
    let cents = 0n;
    for (const amount of amounts) cents += amount.cents;
    return new Money(cents);
  }

  /** The smallest of these. */
  static min(first: Money, ...others: readonly Money[]): Money {
    return others.reduce((least, amount) => (amount.cents < least.cents ? amount : least), first);
  }

  /** The largest of these. */
  static max(first: Money, ...others: readonly Money[]): Money {
    return others.reduce((most, amount) => (amount.cents > most.cents ? amount : most), first);
  }

  get isZero(): boolean {
    return this.cents === 0n;
  }

  get isNegative(): boolean {
    return this.cents < 0n;
  }

  get isPositive(): boolean {
    return this.cents > 0n;
  }

  add(other: Money): Money {
    return new Money(this.cents + other.cents);
  }

  subtract(other: Money): Money {
    return new Money(this.cents - other.cents);
  }

  negate(): Money {
    return new Money(-this.cents);
  }

  /** For sorting: -1 when this is less than the other, 0 when they are equal, 1 when it is more. */
  compare(other: Money): -1 | 0 | 1 {
    if (this.cents === other.cents) return 0;
    return this.cents < other.cents ? -1 : 1;
  }

  equals(other: Money): boolean {
    return this.cents === other.cents;
  }

  /**
   * Splits the amount by whole-number weights so that the parts add up to it exactly (largest remainder; of equal
   * remainders the earlier one gets the cent). A weight of 0 gets nothing.
   * Throws RangeError for a negative weight, a fraction, or when the weights add up to 0.
   */
  allocate(weights: readonly (bigint | number)[]): Money[] {
    const shares = weights.map((weight) => (typeof weight === 'bigint' ? weight : wholeNumber(weight, 'A weight')));
    if (shares.some((share) => share < 0n)) throw new RangeError('A weight must not be negative');
    const total = shares.reduce((sum, share) => sum + share, 0n);
    if (total === 0n) throw new RangeError('Weights must add up to more than 0');

    // The division works on the absolute amount, so that a refund splits exactly as the payment did.
    const amount = absolute(this.cents);
    const parts = shares.map((share, order) => ({
      order,
      cents: (amount * share) / total,
      remainder: (amount * share) % total,
    }));
    let left = amount - parts.reduce((sum, part) => sum + part.cents, 0n);
    const byRemainder = [...parts].sort((a, b) => {
      if (a.remainder === b.remainder) return a.order - b.order;
      return a.remainder > b.remainder ? -1 : 1;
    });
    for (const part of byRemainder) {
      if (left === 0n) break;
      part.cents += 1n;
      left -= 1n;
    }
    return parts.map((part) => new Money(this.isNegative ? -part.cents : part.cents));
  }

  /** This share of the amount, in basis points (10,000 is all of it); half a cent rounds away from zero. */
  percent(basisPoints: number): Money {
    return new Money(divideHalfAway(this.cents * wholeNumber(basisPoints, 'Basis points'), 10_000n));
  }

  /** What share of the total this is, in basis points rounded half away from zero; 0 of a total of 0. */
  shareOf(total: Money): number {
    return total.isZero ? 0 : Number(divideHalfAway(this.cents * 10_000n, total.cents));
  }

  /** `1250.00`, with a hyphen before a negative amount: for JSON, CSV and input boxes. */
  toDecimal(): string {
    const amount = absolute(this.cents);
    return `${this.isNegative ? '-' : ''}${amount / 100n}.${twoDigits(amount % 100n)}`;
  }

  toJSON(): MoneyJson {
    return { amount: this.toDecimal(), currency: CURRENCY };
  }

  /** `$1,250`, `$1,250.50`, `−$5`: for people, with a true minus sign. */
  format({ cents = 'auto', symbol = true }: MoneyFormat = {}): string {
    // Rounding comes before the sign is decided, so that 40 cents below zero never reads as minus zero.
    const shown = cents === false ? divideHalfAway(this.cents, 100n) * 100n : this.cents;
    const amount = absolute(shown);
    const whole = (amount / 100n).toString().replace(/\B(?=(?:\d{3})+$)/gu, ',');
    const withCents = cents === true || (cents === 'auto' && amount % 100n !== 0n);
    return `${shown < 0n ? MINUS : ''}${symbol ? '$' : ''}${whole}${withCents ? `.${twoDigits(amount % 100n)}` : ''}`;
  }

  /**
   * One payment in a sentence: with its cents, as the line of the table it stands for, save where the amount is whole
   * thousands: `$75.00`, `$1,250.00`, `$12,000`.
   */
  formatPayment(): string {
    return this.format({ cents: this.cents % 100_000n !== 0n });
  }

  toString(): string {
    return this.format();
  }

  /** The database driver calls this for a query value: columns hold cents. */
  toPostgres(): string {
    return this.cents.toString();
  }

  /** `<` between two amounts compiles and would compare their text; this makes such a mistake fail at once. */
  valueOf(): never {
    throw new TypeError('Compare amounts of money with compare or equals');
  }
}

function wholeNumber(value: number, what: string): bigint {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${what} must be a whole number`);
  return BigInt(value);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function twoDigits(cents: bigint): string {
  return cents.toString().padStart(2, '0');
}

function divideHalfAway(dividend: bigint, divisor: bigint): bigint {
  const by = absolute(divisor);
  const quotient = (absolute(dividend) * 2n + by) / (by * 2n);
  return dividend < 0n === divisor < 0n ? quotient : -quotient;
}

function read(text: string, pattern: RegExp): Reading {
  const trimmed = text.trim();
  const parts = trimmed.length > MAX_TEXT_LENGTH ? undefined : pattern.exec(trimmed)?.groups;
  if (parts === undefined || (parts['whole'] === undefined && parts['fraction'] === undefined)) {
    return { problem: 'money.unreadable' };
  }
  const whole = BigInt((parts['whole'] ?? '0').replaceAll(',', ''));
  const cents = whole * 100n + BigInt((parts['fraction'] ?? '').padEnd(2, '0'));
  if (cents > MAX_CENTS) return { problem: 'money.too_large' };
  return { money: Money.ofCents(parts['minus'] === undefined ? cents : -cents) };
}

function readOrThrow(text: string, pattern: RegExp): Money {
  const reading = read(text, pattern);
  if ('money' in reading) return reading.money;
  const params = { text: text.slice(0, MAX_TEXT_LENGTH) };
  throw invalid(reading.problem, {
    params: reading.problem === 'money.too_large' ? { ...params, limit: Money.ofCents(MAX_CENTS) } : params,
  });
}
