import fc from 'fast-check';
import { Money } from '../../kernel/money.js';
import { Texts } from '../../platform/texts/texts.js';
import { COLUMN_STAGES, REPORT_COLUMNS, stageGlossary, STAGES } from './ledger.glossary.js';
import {
  accountKey,
  authorizedOf,
  crossesPools,
  defectOf,
  inAward,
  inPool,
  monthName,
  monthOf,
  outsideOf,
  type Posting,
  turnoverByAccount,
  turnoverByDay,
  turnoverByMonth,
} from './ledger.rules.js';

const SOURCE = '0190b6a0-0000-7000-8000-000000000001';
const OTHER_SOURCE = '0190b6a0-0000-7000-8000-000000000002';
const POOL = '0190b6a0-0000-7000-8000-000000000003';
const OTHER_POOL = '0190b6a0-0000-7000-8000-000000000004';
const AWARD = '0190b6a0-0000-7000-8000-000000000005';

describe('a request', () => {
  const sound = {
    key: 'allotment:1',
    from: authorizedOf(SOURCE),
    to: inPool(SOURCE, POOL, 'allotted'),
    amount: Money.ofCents(1),
    reason: 'allotment.made',
    subject: { type: 'pool', id: POOL },
  };

  it('is refused when it moves nothing, nowhere, on no day, without a key or between sources', () => {
    expect(defectOf(sound)).toBeUndefined();
    expect(defectOf({ ...sound, key: '' })).toBeDefined();
    expect(defectOf({ ...sound, amount: Money.zero })).toBeDefined();
    expect(defectOf({ ...sound, amount: Money.ofCents(-1) })).toBeDefined();
    expect(defectOf({ ...sound, to: authorizedOf(SOURCE.toUpperCase()) })).toBeDefined();
    expect(defectOf({ ...sound, to: inPool(OTHER_SOURCE, POOL, 'allotted') })).toBeDefined();
    expect(defectOf({ ...sound, bookedOn: '2016-02-30' })).toBeDefined();
    expect(defectOf({ ...sound, bookedOn: '2016-02-29' })).toBeUndefined();
  });

  it('names the same account by the same key, whatever is left out', () => {
    const { category: _category, ...bare } = inAward(SOURCE, AWARD, '', 'committed');
    expect(accountKey(bare)).toBe(accountKey(inAward(SOURCE.toUpperCase(), AWARD, '', 'committed')));
    expect(accountKey(bare)).not.toBe(accountKey(inAward(SOURCE, AWARD, 'supplies', 'committed')));
  });
});

describe('what counts as set aside', () => {
  const pool = (stage: 'allotted' | 'reserved' | 'committed') => inPool(SOURCE, POOL, stage);

  it('is what comes from authority or another pool, and what goes back', () => {
    expect(crossesPools(authorizedOf(SOURCE), pool('allotted'))).toBe(true);
    expect(crossesPools(pool('allotted'), authorizedOf(SOURCE))).toBe(true);
    expect(crossesPools(pool('allotted'), inPool(SOURCE, OTHER_POOL, 'allotted'))).toBe(true);
    expect(crossesPools(inAward(SOURCE, AWARD, '', 'obligated'), authorizedOf(SOURCE))).toBe(true);
  });

  it('is neither what moves on inside a pool or into an award, nor what touches the outside', () => {
    expect(crossesPools(pool('allotted'), pool('reserved'))).toBe(false);
    expect(crossesPools(pool('reserved'), pool('allotted'))).toBe(false);
    expect(crossesPools(pool('committed'), inAward(SOURCE, AWARD, '', 'obligated'))).toBe(false);
    expect(crossesPools(outsideOf(SOURCE), authorizedOf(SOURCE))).toBe(false);
    expect(crossesPools(inAward(SOURCE, AWARD, '', 'payable'), outsideOf(SOURCE))).toBe(false);
  });
});

describe('turnover', () => {
  const posting = fc.record<Posting>({
    debitId: fc.constantFrom('a', 'b', 'c'),
    creditId: fc.constantFrom('d', 'e', 'f', 'a'),
    cents: fc.bigInt({ min: 1n, max: 10n ** 13n }),
    bookedOn: fc.constantFrom('2016-01-31', '2016-02-01'),
    crosses: fc.boolean(),
    countsIn: fc.boolean(),
    countsOut: fc.boolean(),
  });

  it('takes from one account what it gives to another, to the cent', () => {
    fc.assert(
      fc.property(fc.array(posting), (postings) => {
        const days = turnoverByDay(postings);
        const accounts = turnoverByAccount(days);
        const sum = (list: typeof days, of: 'in' | 'out' | 'allotted'): bigint =>
          list.reduce((total, each) => total + each[of], 0n);
        expect(sum(accounts, 'in')).toBe(sum(accounts, 'out'));
        expect(sum(accounts, 'in')).toBe(postings.reduce((total, each) => total + each.cents, 0n));
        expect(sum(accounts, 'allotted')).toBe(sum(days, 'allotted'));
        const months = turnoverByMonth(days);
        expect(turnoverByAccount(months)).toEqual(accounts);
        for (const { accountId, bookedOn, in: received } of months) {
          const itsDays = days.filter((each) => each.accountId === accountId && monthOf(each.bookedOn) === bookedOn);
          expect(sum(itsDays, 'in')).toBe(received);
        }
        expect(new Set(accounts.map((each) => each.accountId)).size).toBe(accounts.length);
      }),
    );
  });
});

describe('the glossary', () => {
  it('has one word for each stage and column, and no two columns share one', () => {
    for (const name of [...STAGES, ...REPORT_COLUMNS]) expect(stageGlossary[name].word).not.toBe('');
    expect(new Set(REPORT_COLUMNS.map((column) => stageGlossary[column].word)).size).toBe(REPORT_COLUMNS.length);
    expect(Object.keys(COLUMN_STAGES)).toEqual(REPORT_COLUMNS.filter((column) => column !== 'allotted'));
  });

  it('says what is missing as a person would', () => {
    const params = {
      asked: Money.ofCents(50_000),
      available: Money.ofCents(30_000),
      missing: Money.ofCents(20_000),
      stage: stageGlossary.allotted.balance,
    };
    expect(Texts.load().t('error.ledger.not_enough', params)).toBe(
      'There is not enough money. This needs $500, and $300 is set aside and not awarded: $200 is missing. ' +
        'Nothing was changed.',
    );
  });
});

describe('months', () => {
  it('are named by their first day', () => {
    expect(monthOf('2016-02-29')).toBe('2016-02-01');
    expect(monthName('2016-02-01')).toBe('February 2016');
  });
});
