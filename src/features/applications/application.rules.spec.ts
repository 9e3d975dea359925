/** How words are counted, and what is missing before an application can be sent: for any text and any amounts. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '../../kernel/money.js';
import type { ApplicationFacts } from './application.rules.js';
import { countWords, MOST_WORDS, submitBlockers } from './application.rules.js';

const word = fc.string({ minLength: 1 }).filter((text) => /^\S+$/.test(text));
const space = fc.constantFrom(' ', '\n', '\t', '  ', ' \r\n', '\u00a0', '\u3000');

describe('words', () => {
  it('are none in nothing', () => {
    for (const nothing of [null, undefined, '', ' ', '\n\t \u00a0']) expect(countWords(nothing)).toBe(0);
  });

  it('are what stands between spaces, whatever the spaces are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, space)), space, (pairs, lead) => {
        expect(countWords(lead + pairs.flat().join(''))).toBe(pairs.length);
      }),
    );
  });

  it('of two texts add up', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(countWords(`${one} ${other}`)).toBe(countWords(one) + countWords(other));
      }),
    );
  });

  it('are counted as people count them', () => {
    expect(countWords('Families – and schools – know.')).toBe(6);
    expect(countWords('Gia đình và trường học')).toBe(5);
  });
});

const complete: ApplicationFacts = {
  ...{ id: '1', today: '2015-11-10', title: 'Title', summary: 'What we will do.', leadKind: 'school' },
  requested: Money.ofCents(500),
  budgetTotal: Money.ofCents(500),
  partnerShares: Money.zero,
  shareBasisPoints: 10_000,
  floor: Money.zero,
  ceiling: null,
  whoMayLead: ['school'],
  ...{ isAccepting: true, isOver: false, closes: 'Friday', fixBy: null, appealBy: null },
  ...{ certifiers: [], writers: [] },
  ...{ wroteIt: [], writerMayCertify: true, partnersWaiting: [], missing: [], unconfirmed: 0 },
  asked: {
    ...{ summary: { isRequired: true, mostWords: MOST_WORDS }, districts: { isRequired: true } },
    budget: { isRequired: true },
  },
};

const codes = (facts: Partial<ApplicationFacts>): string[] =>
  submitBlockers({ ...complete, ...facts }).map((each) => each.code);

const cents = fc.bigInt({ min: 0n, max: 10n ** 12n }).map((value) => Money.ofCents(value));

describe('what is missing', () => {
  it('is nothing when everything is there', () => {
    expect(codes({})).toEqual([]);
  });

  it('is of the amounts exactly what does not meet', () => {
    fc.assert(
      fc.property(
        fc.record({
          ...{ requested: cents, budgetTotal: cents, partnerShares: cents, floor: cents },
          ceiling: fc.option(cents),
        }),
        fc.boolean(),
        (amounts, meets) => {
          const given = meets ? { ...amounts, budgetTotal: amounts.requested } : amounts;
          const { requested, budgetTotal, partnerShares, floor, ceiling } = given;
          const expected = !requested.isPositive
            ? ['application.needs_amount']
            : [
                ...(requested.cents < floor.cents ? ['application.below_floor'] : []),
                ...(ceiling !== null && requested.cents > ceiling.cents ? ['application.over_ceiling'] : []),
                ...(budgetTotal.cents !== requested.cents ? ['application.budget_differs'] : []),
                ...(partnerShares.cents > requested.cents ? ['application.partners_over'] : []),
              ];
          expect(codes(given)).toEqual(expected);
        },
      ),
    );
  });

  it('counts a cent: the floor, the ceiling and the whole request itself are allowed', () => {
    const requested = Money.ofCents(500);
    expect(codes({ floor: requested, ceiling: requested, partnerShares: requested })).toEqual([]);
    expect(codes({ floor: Money.ofCents(501) })).toEqual(['application.below_floor']);
    expect(codes({ ceiling: Money.ofCents(499) })).toEqual(['application.over_ceiling']);
    expect(codes({ partnerShares: Money.ofCents(501) })).toEqual(['application.partners_over']);
  });

  it('is a district until the shares add up to the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (shareBasisPoints) => {
        expect(codes({ shareBasisPoints })).toEqual(
          shareBasisPoints === 10_000 ? [] : ['application.districts_not_whole'],
        );
      }),
    );
  });

  it('is a summary, and not one word too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * MOST_WORDS }), (words) => {
        const summary = Array.from({ length: words }, () => 'word').join(' ');
        const expected =
          words === 0 ? ['application.needs_summary'] : words > MOST_WORDS ? ['application.summary_long'] : [];
        expect(codes({ summary })).toEqual(expected);
      }),
    );
    expect(submitBlockers({ ...complete, summary: 'word '.repeat(503) })[0]?.params).toMatchObject({ over: 3 });
  });

  it('is time, unless it was returned: then only the day for the fix counts', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (isAccepting, isOver) => {
        const expected = isAccepting ? [] : [isOver ? 'application.too_late' : 'application.not_open_yet'];
        expect(codes({ isAccepting, isOver })).toEqual(expected);
        expect(codes({ isAccepting, isOver, fixBy: '2015-11-10' })).toEqual([]);
        expect(codes({ isAccepting, isOver, fixBy: '2015-11-09' })).toEqual(['application.fix_over']);
      }),
    );
  });

  it('is told whole: each thing that is missing adds its own sentence to the others', () => {
    const faults: Partial<ApplicationFacts>[] = [
      { isAccepting: false, isOver: true },
      { whoMayLead: [] },
      { summary: ' ' },
      { shareBasisPoints: 1 },
      { floor: Money.ofCents(501) },
      { budgetTotal: Money.zero },
      { partnerShares: Money.ofCents(501) },
    ];
    fc.assert(
      fc.property(fc.subarray(faults), (chosen) => {
        const all = Object.assign({}, ...chosen) as Partial<ApplicationFacts>;
        expect(codes(all).sort()).toEqual(chosen.flatMap((fault) => codes(fault)).sort());
      }),
    );
  });
});
