import fc from 'fast-check';
import { AppError } from './errors.js';
import { MAX_CENTS, Money } from './money.js';

const anyMoney = fc.bigInt({ min: -MAX_CENTS, max: MAX_CENTS }).map((cents) => Money.ofCents(cents));
const anyWeights = fc
  .array(fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: MAX_CENTS })), { minLength: 1, maxLength: 20 })
  .filter((weights) => weights.some((weight) => BigInt(weight) > 0n));

function refusal(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

describe('reading what a person typed', () => {
  it.each<[string, bigint]>([
    ['1250', 125_000n],
    ['1,250', 125_000n],
    ['1,234.50', 123_450n],
    ['$1,234.5', 123_450n],
    [' $ 1,234,567.89 ', 123_456_789n],
    ['.50', 50n],
    ['007', 700n],
    ['0', 0n],
    ['-0.00', 0n],
    ['-5', -500n],
    ['-$5.25', -525n],
    ['\u2212$5.00', -500n],
    ['1.15', 115n],
    ['10,000,000,000,000.00', MAX_CENTS],
  ])('reads %p', (text, cents) => {
    expect(Money.parse(text).cents).toBe(cents);
  });

  it.each([
    '',
    ' ',
    '$',
    '-',
    '.',
    '5.',
    'ten',
    '1.234',
    '1,23',
    '12,34.00',
    '1,2345',
    '0,123',
    ',123',
    '1 250',
    '1.250,00',
    '--5',
    '5-',
    '(5)',
    '$-5',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '٣',
    '1'.repeat(1000),
  ])('does not read %p', (text) => {
    expect(Money.tryParse(text)).toBeUndefined();
    const error = refusal(() => Money.parse(text));
    expect([error.kind, error.code]).toEqual(['invalid', 'money.unreadable']);
    expect(String(error.params['text']).length).toBeLessThanOrEqual(40);
  });

  it('refuses what is beyond the limit, either way', () => {
    for (const text of ['10,000,000,000,000.01', '-10000000000000.01', '99999999999999999999']) {
      const error = refusal(() => Money.parse(text));
      expect([error.kind, error.code]).toEqual(['invalid', 'money.too_large']);
      expect(error.params['limit']).toEqual(Money.ofCents(MAX_CENTS));
      expect(Money.tryParse(text)).toBeUndefined();
    }
  });

  it('reads back every way it writes an amount', () => {
    fc.assert(
      fc.property(anyMoney, fc.constantFrom(true, 'auto' as const), fc.boolean(), (money, cents, symbol) => {
        expect(Money.parse(money.format({ cents, symbol }))).toEqual(money);
        expect(Money.parse(money.toDecimal())).toEqual(money);
        expect(Money.fromDecimal(money.toDecimal())).toEqual(money);
        expect(Money.fromJSON(JSON.parse(JSON.stringify(money)))).toEqual(money);
        expect(Money.ofCents(money.toPostgres())).toEqual(money);
      }),
    );
  });

  it('never throws anything but its own refusal', () => {
    const nearly = fc.string({ unit: fc.constantFrom('0', '1', '9', ',', '.', '-', '$', ' ', 'x'), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly), (text) => {
        const money = Money.tryParse(text);
        if (money === undefined) expect(refusal(() => Money.parse(text)).kind).toBe('invalid');
        else expect(Money.parse(text)).toEqual(money);
      }),
    );
  });
});

describe('reading what a program sent', () => {
  it('takes the decimals of the database and trailing zeros', () => {
    expect(Money.fromDecimal('1250').cents).toBe(125_000n);
    expect(Money.fromDecimal('1250.5').cents).toBe(125_050n);
    expect(Money.fromDecimal('-1250.5000').cents).toBe(-125_050n);
    expect(Money.fromDecimal('1.1500000').cents).toBe(115n);
  });

  it.each(['1,250', '$5', '.5', '1.005', '1e3', ''])('refuses the decimal %p', (text) => {
    expect(refusal(() => Money.fromDecimal(text)).code).toBe('money.unreadable');
  });

  it('takes JSON only as text in US dollars', () => {
    expect(Money.ofCents(125_000).toJSON()).toEqual({ amount: '1250.00', currency: 'USD' });
    expect(Money.ofCents(-5).toJSON()).toEqual({ amount: '-0.05', currency: 'USD' });
    for (const json of [null, undefined, 5, '5.00', {}, { amount: 5, currency: 'USD' }, { currency: 'USD' }]) {
      expect(refusal(() => Money.fromJSON(json)).code).toBe('money.unreadable');
    }
    for (const json of [{ amount: '5.00' }, { amount: '5.00', currency: 'EUR' }]) {
      expect(refusal(() => Money.fromJSON(json)).code).toBe('money.other_currency');
    }
  });

  it('takes whole cents in any form and nothing else', () => {
    expect(Money.ofCents('-125000').cents).toBe(-125_000n);
    expect(Money.ofCents(125_000).cents).toBe(125_000n);
    for (const cents of [1.5, NaN, Infinity, 2 ** 53, '', '1.5', '12 ', '0x1']) {
      expect(() => Money.ofCents(cents)).toThrow(RangeError);
    }
  });
});

describe('arithmetic', () => {
  it('adds without the errors of floating point', () => {
    expect(Money.parse('0.10').add(Money.parse('0.20'))).toEqual(Money.parse('0.30'));
    fc.assert(
      fc.property(anyMoney, anyMoney, (a, b) => {
        expect(a.add(b).cents).toBe(a.cents + b.cents);
        expect(a.add(b).subtract(b)).toEqual(a);
        expect(a.add(a.negate()).isZero).toBe(true);
        expect(a.subtract(b)).toEqual(b.subtract(a).negate());
      }),
    );
  });

  it('sums a list, and an empty one to zero', () => {
    expect(Money.sum([])).toEqual(Money.zero);
    fc.assert(
      fc.property(fc.array(anyMoney), (list) => {
        expect(Money.sum(list).cents).toBe(list.reduce((sum, money) => sum + money.cents, 0n));
      }),
    );
  });

  it('compares', () => {
    fc.assert(
      fc.property(anyMoney, anyMoney, (a, b) => {
        expect(a.compare(b)).toBe(b.compare(a) === 0 ? 0 : b.compare(a) === 1 ? -1 : 1);
        expect(a.compare(b) === 0).toBe(a.equals(b));
        expect(a.compare(b) < 0).toBe(a.cents < b.cents);
        expect([a.isNegative, a.isZero, a.isPositive].filter(Boolean)).toHaveLength(1);
        expect(Money.min(a, b).cents <= Money.max(a, b).cents).toBe(true);
        expect(Money.sum([Money.min(a, b), Money.max(a, b)])).toEqual(a.add(b));
      }),
    );
    expect([Money.ofCents(-1).isNegative, Money.ofCents(1).isPositive, Money.zero.isZero]).toEqual([true, true, true]);
  });

  it('does not let operators compare or add', () => {
    const [a, b] = [Money.ofCents(900), Money.ofCents(1000)];
    expect(() => a < b).toThrow(TypeError);
    expect(`${b}`).toBe('$10');
  });
});

describe('allocation', () => {
  it('gives the cents left over to the largest remainders, then in order', () => {
    expect(Money.ofCents(100).allocate([1, 1, 1])).toEqual([34, 33, 33].map((cents) => Money.ofCents(cents)));
    expect(Money.ofCents(101).allocate([1, 1, 1])).toEqual([34, 34, 33].map((cents) => Money.ofCents(cents)));
    expect(Money.ofCents(10).allocate([15, 25, 60])).toEqual([2, 2, 6].map((cents) => Money.ofCents(cents)));
    expect(Money.ofCents(10).allocate([14, 27, 59])).toEqual([1, 3, 6].map((cents) => Money.ofCents(cents)));
    expect(Money.ofCents(-100).allocate([1, 1, 1])).toEqual([-34, -33, -33].map((cents) => Money.ofCents(cents)));
    expect(Money.ofCents(1).allocate([0, 0, 5])).toEqual([0, 0, 1].map((cents) => Money.ofCents(cents)));
  });

  it('adds up exactly, stays within a cent of the true share and gives nothing for nothing', () => {
    fc.assert(
      fc.property(anyMoney, anyWeights, (money, weights) => {
        const parts = money.allocate(weights);
        expect(parts).toHaveLength(weights.length);
        expect(Money.sum(parts)).toEqual(money);
        const total = weights.reduce<bigint>((sum, weight) => sum + BigInt(weight), 0n);
        parts.forEach((part, index) => {
          const weight = BigInt(weights[index] ?? 0n);
          const distance = part.cents * total - money.cents * weight;
          expect(distance < total && distance > -total).toBe(true);
          if (weight === 0n) expect(part.isZero).toBe(true);
        });
      }),
    );
  });

  it('splits a refund as it split the payment', () => {
    fc.assert(
      fc.property(anyMoney, anyWeights, (money, weights) => {
        expect(money.negate().allocate(weights)).toEqual(money.allocate(weights).map((part) => part.negate()));
      }),
    );
  });

  it('refuses weights that mean nothing', () => {
    for (const weights of [[], [0, 0], [1, -1, 2], [0.5, 0.5], [NaN]]) {
      expect(() => Money.ofCents(100).allocate(weights)).toThrow(RangeError);
    }
  });
});

describe('shares', () => {
  it('takes a percentage with half a cent away from zero', () => {
    expect(Money.ofCents(1000).percent(1250).cents).toBe(125n);
    expect(Money.ofCents(1).percent(5000).cents).toBe(1n);
    expect(Money.ofCents(-1).percent(5000).cents).toBe(-1n);
    expect(Money.ofCents(1).percent(4999).cents).toBe(0n);
    expect(Money.ofCents(100).percent(-2550).cents).toBe(-26n);
    expect(() => Money.ofCents(100).percent(0.5)).toThrow(RangeError);
  });

  it('tells a share of a total in basis points', () => {
    expect(Money.ofCents(1).shareOf(Money.ofCents(3))).toBe(3333);
    expect(Money.ofCents(2).shareOf(Money.ofCents(3))).toBe(6667);
    expect(Money.ofCents(-1).shareOf(Money.ofCents(4))).toBe(-2500);
    expect(Money.ofCents(3).shareOf(Money.ofCents(2))).toBe(15_000);
    expect(Money.ofCents(5).shareOf(Money.zero)).toBe(0);
  });

  it('finds the same share again, whatever the amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10_000n, max: MAX_CENTS }), fc.integer({ min: 0, max: 10_000 }), (cents, points) => {
        const total = Money.ofCents(cents);
        expect(Math.abs(total.percent(points).shareOf(total) - points)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('format', () => {
  it.each<[bigint, Parameters<Money['format']>[0], string]>([
    [125_000n, undefined, '$1,250'],
    [125_050n, undefined, '$1,250.50'],
    [-500n, { cents: true }, '\u2212$5.00'],
    [-500n, undefined, '\u2212$5'],
    [0n, undefined, '$0'],
    [0n, { cents: true }, '$0.00'],
    [5n, {}, '$0.05'],
    [125_050n, { cents: false }, '$1,251'],
    [-40n, { cents: false }, '$0'],
    [-50n, { cents: false }, '\u2212$1'],
    [123_456_789n, { symbol: false }, '1,234,567.89'],
    [123_456_700n, { symbol: false, cents: true }, '1,234,567.00'],
    [99_900n, { symbol: false }, '999'],
  ])('writes %p cents with %p as %p', (cents, options, text) => {
    expect(Money.ofCents(cents).format(options)).toBe(text);
  });

  it.each([
    [7_500n, '$75.00'],
    [125_000n, '$1,250.00'],
    [1_200_000n, '$12,000'],
    [1_200_001n, '$12,000.01'],
    [0n, '$0'],
  ])('writes a payment of %p cents in a sentence as %p', (cents, text) => {
    expect(Money.ofCents(cents).formatPayment()).toBe(text);
  });
});
