/** The arithmetic of a proposed budget: examples by hand, and what holds for every budget; the page's script agrees. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '../../kernel/money.js';
import { isInBase, kindsOffered, percentText, readRate } from './proposed-budget.indirect.js';
import { MOST_LINES, partnerKey, type ReadBudget, readBudget } from './proposed-budget.rules.js';
import { categoriesOf, indirectOf, type SourceTerms, USUAL_CATEGORIES } from './proposed-budget.terms.js';
import { BASE_KINDS, type BaseKind, type BudgetRow, type BudgetTerms, partOf } from './proposed-budget.shapes.js';

const dollars = (text: string): Money => Money.parse(text);
const JACK = '0190a000-0000-7000-8000-000000000001';
const PRINTER = '0190a000-0000-7000-8000-000000000002';

const terms: BudgetTerms = {
  categories: USUAL_CATEGORIES,
  arePrescribed: false,
  partners: [
    { id: JACK, name: 'Jack Straw', isSubaward: true, share: Money.zero },
    { id: PRINTER, name: 'A printer', isSubaward: false, share: Money.zero },
  ],
  indirect: {
    deMinimisBasisPoints: 1500,
    capBasisPoints: null,
    cappedBy: null,
    subawardFirst: dollars('50000'),
  },
  ceiling: dollars('250000'),
};
const withIndirect = (indirect: Partial<BudgetTerms['indirect']>): BudgetTerms => ({
  ...terms,
  indirect: { ...terms.indirect, ...indirect },
});

const rate = (kind: string, more: BudgetRow = {}): BudgetRow => ({ row: 'indirect', kind, ...more });
const codes = (budget: ReadBudget): string[] => budget.problems.map(({ sentence }) => sentence.code);

describe('a proposed budget', () => {
  const rows: BudgetRow[] = [
    { category: 'Salaries and wages', description: 'Tutors', amount: '60000', [partnerKey(JACK)]: '70,000.00' },
    { category: 'Equipment', amount: '12000' },
    { category: 'Participant support', amount: '8000', [partnerKey(JACK)]: '5000', match: '$1,000' },
    { category: 'Rent and space', match: '4000' },
    { category: 'Supplies', [partnerKey(PRINTER)]: '65000' },
    rate('de_minimis'),
  ];

  it('pays indirect costs on what is left without equipment, participants and the rest of a subaward', () => {
    const budget = readBudget(rows, terms);
    expect(budget.problems).toEqual([]);
    expect(budget.direct).toEqual(dollars('220000'));
    // 60,000 of the lead, the first 50,000 of the subaward, and all that is bought from a vendor.
    expect(budget.base).toEqual(dollars('175000'));
    expect(budget.indirect).toMatchObject({ rateBasisPoints: 1500, amount: dollars('26250') });
    expect(budget.total).toEqual(dollars('246250'));
    expect(budget.match).toEqual(dollars('5000'));
    expect(budget.byPartner).toEqual([
      { partnerId: null, direct: dollars('80000'), inBase: dollars('60000') },
      { partnerId: JACK, direct: dollars('75000'), inBase: dollars('50000') },
      { partnerId: PRINTER, direct: dollars('65000'), inBase: dollars('65000') },
    ]);
  });

  it('shows its arithmetic', () => {
    expect(readBudget(rows, terms).steps).toEqual([
      { key: 'direct', params: { direct: dollars('220000') } },
      { key: 'equipment', params: { less: dollars('12000') } },
      { key: 'participant_support', params: { less: dollars('13000') } },
      {
        key: 'subaward',
        params: { less: dollars('20000'), partner: 'Jack Straw', first: dollars('50000'), counted: dollars('70000') },
      },
      { key: 'base', params: { base: dollars('175000') } },
      { key: 'indirect', params: { base: dollars('175000'), rate: '15%', indirect: dollars('26250') } },
    ]);
  });

  it('takes the threshold and the rate of the rules that apply', () => {
    const before = readBudget(rows, withIndirect({ deMinimisBasisPoints: 1000, subawardFirst: dollars('25000') }));
    expect(before.base).toEqual(dollars('150000'));
    expect(before.indirect.amount).toEqual(dollars('15000'));
  });

  it('pays no more than its source does, and says so', () => {
    const capped = withIndirect({ capBasisPoints: 800, cappedBy: 'Gift' });
    const budget = readBudget(
      [...rows.slice(0, -1), rate('negotiated', { rate: '28.5', base: 'mtdc', evidence: 'x' })],
      capped,
    );
    expect(budget.problems).toEqual([]);
    expect(budget.indirect).toMatchObject({ chosenBasisPoints: 2850, rateBasisPoints: 800, amount: dollars('14000') });
    expect(budget.steps).toContainEqual({ key: 'capped', params: { source: 'Gift', chosen: '28.5%', rate: '8%' } });
  });

  it('asks for the agreement of a negotiated rate, and for the rate', () => {
    expect(codes(readBudget([rate('negotiated', { rate: '20', base: 'mtdc' })], terms))).toEqual([
      'proposed_budget.evidence_needed',
    ]);
    expect(codes(readBudget([rate('negotiated', { base: 'mtdc', evidence: 'x' })], terms))).toEqual([
      'proposed_budget.rate_needed',
    ]);
  });

  it('refuses a rate above the most, one that cannot be read, and a kind that there is not', () => {
    expect(codes(readBudget([rate('de_minimis', { rate: '15.01' })], terms))).toEqual([
      'proposed_budget.rate_too_high',
    ]);
    expect(codes(readBudget([rate('de_minimis', { rate: 'lots' })], terms))).toEqual([
      'proposed_budget.rate_unreadable',
    ]);
    const none = withIndirect({ capBasisPoints: 0, cappedBy: 'Gift' });
    expect(codes(readBudget([rate('de_minimis')], none))).toEqual(['proposed_budget.kind_not_offered']);
    expect(codes(readBudget([rate('everything')], terms))).toEqual(['proposed_budget.kind_not_offered']);
  });

  it('says of each line what is wrong with it, and leaves out only what cannot be read', () => {
    const budget = readBudget(
      [
        { category: 'Travel', amount: 'about 500' },
        { description: 'Buses' },
        { category: '', amount: '40' },
        { category: 'Travel' },
        { category: 'Travel', amount: '-5' },
        { category: 'Travel', amount: '100', [partnerKey('gone')]: '7' },
        { category: ' ', amount: '' },
        { category: 'Travel', amount: '1', description: 'x'.repeat(301) },
      ],
      terms,
    );
    expect(budget.problems.map(({ row, field, sentence }) => [row, field, sentence.code.split('.')[1]])).toEqual([
      [0, 'amount', 'amount_unreadable'],
      [1, 'category', 'line_needs_category'],
      [2, 'category', 'line_needs_category'],
      [3, 'amount', 'line_needs_amount'],
      [4, 'amount', 'amount_negative'],
      [5, partnerKey('gone'), 'partner_gone'],
      [7, 'description', 'description_long'],
    ]);
    expect(budget.lines.map((line) => [line.row, line.amount])).toEqual([[5, dollars('100')]]);
  });

  it('takes categories of its own only where the sources name none, and pays no indirect costs on them', () => {
    const odd: BudgetRow[] = [{ category: 'Puppets', amount: '100' }, rate('de_minimis')];
    expect(readBudget(odd, terms)).toMatchObject({ problems: [], base: Money.zero, total: dollars('100') });
    expect(codes(readBudget(odd, { ...terms, arePrescribed: true }))).toEqual(['proposed_budget.category_unknown']);
    expect(readBudget([{ category: ' salaries AND wages', amount: '1' }], terms).lines[0]?.category).toBe(
      'Salaries and wages',
    );
  });

  it('has the share that a partner was named with, once both are there', () => {
    const named = { ...terms, partners: [{ id: JACK, name: 'Jack Straw', isSubaward: true, share: dollars('10') }] };
    const row = (amount: string): BudgetRow[] => [{ category: 'Travel', [partnerKey(JACK)]: amount }];
    expect(codes(readBudget(row('9'), named))).toEqual(['proposed_budget.partner_differs']);
    expect(codes(readBudget(row('10'), named))).toEqual([]);
    expect(codes(readBudget([], named))).toEqual([]);
  });

  it('has an end', () => {
    const many = Array.from({ length: MOST_LINES + 1 }, () => ({ category: 'Travel', amount: '1' }));
    expect(codes(readBudget(many, terms))).toEqual(['proposed_budget.too_many_lines']);
  });
});

describe('the bases', () => {
  const rows: BudgetRow[] = [
    { category: 'Salaries and wages', amount: '100000', [partnerKey(JACK)]: '40000' },
    { category: 'Fringe benefits', amount: '30000', [partnerKey(JACK)]: '10000' },
    { category: 'Equipment', amount: '20000' },
    { category: 'Rent and space', [partnerKey(JACK)]: '6000' },
    { category: 'Supplies', [partnerKey(JACK)]: '9000' },
  ];
  const negotiated = (base: string, more: BudgetRow = {}): BudgetRow =>
    rate('negotiated', { rate: '30', evidence: 'x', base, ...more });

  it('have what the standard says is in them', () => {
    const bases = BASE_KINDS.map((base) => readBudget([...rows, negotiated(base)], terms).base);
    // MTDC: 130,000 of its own and 50,000 of a subaward whose 59,000 would count.
    expect(bases).toEqual([dollars('180000'), dollars('215000'), dollars('100000'), dollars('130000')]);
  });

  it('are each partner’s own, and what a partner gets with its rate is a cost of the lead', () => {
    const budget = readBudget(
      [...rows, negotiated('total_direct'), rate('negotiated', { of: JACK, rate: '20', base: 'salaries_fringe' })],
      terms,
    );
    expect(budget.problems).toEqual([]);
    expect(budget.rates.map(({ partnerId, base, amount }) => [partnerId, base, amount])).toEqual([
      [null, dollars('225000'), dollars('67500')],
      [JACK, dollars('50000'), dollars('10000')],
    ]);
    expect(budget.total).toEqual(dollars('292500'));
    expect(budget.rates[1]?.steps.map(({ key }) => key)).toEqual([
      'salaries',
      'fringe',
      'base_salaries_fringe',
      'indirect',
    ]);
  });

  it('of a partner’s de minimis rate are without its rent, and name it', () => {
    const budget = readBudget([...rows, rate('de_minimis', { of: JACK })], terms);
    expect(budget.rates[1]).toMatchObject({ base: dollars('59000'), amount: dollars('8850') });
    expect(budget.rates[1]?.steps).toContainEqual({
      key: 'left_out',
      params: { less: dollars('6000'), categories: 'Rent and space' },
    });
    // Its 8,850 are part of the subaward, of which the lead still counts no more than the first part.
    expect(budget.byPartner[1]?.inBase).toEqual(dollars('50000'));
  });

  it('are asked for, may be limited, and have costs', () => {
    expect(codes(readBudget([...rows, negotiated('')], terms))).toEqual(['proposed_budget.base_needed']);
    const limited = withIndirect({ bases: ['mtdc', 'salaries'], negotiatedMost: 2500 });
    expect(codes(readBudget([...rows, negotiated('total_direct')], limited))).toEqual([
      ...['proposed_budget.rate_too_high', 'proposed_budget.base_not_offered'],
    ]);
    expect(codes(readBudget([{ category: 'Travel', amount: '9' }, negotiated('salaries')], terms))).toEqual([
      'proposed_budget.base_empty',
    ]);
  });

  it('count by an agreement that still runs on the day', () => {
    const day = { ...terms, today: '2026-11-22' };
    const until = (expires: string): string[] => codes(readBudget([...rows, negotiated('mtdc', { expires })], day));
    expect(until('11/22/2026')).toEqual([]);
    expect(until('11/21/2026')).toEqual(['proposed_budget.agreement_over']);
    expect(until('soon')).toEqual(['proposed_budget.expires_unreadable']);
  });

  it('of a fixed rate are what its source says, and nobody chooses another', () => {
    const fixed = withIndirect({ capBasisPoints: 800, cappedBy: 'Gift', fixedBase: 'total_direct' });
    expect(readBudget([...rows, rate('fixed', { base: 'salaries' })], fixed)).toMatchObject({
      ...{ problems: [], base: dollars('215000'), indirectCosts: dollars('17200') },
    });
  });

  it('never grow smaller from pay to all costs, whatever is typed', () => {
    fc.assert(
      fc.property(anyRows, anyTerms, (typed, given) => {
        const lines = typed.filter((row) => row['row'] !== 'indirect' || row['of'] !== undefined);
        const of = (base: BaseKind): Money => readBudget([...lines, negotiated(base)], given).base;
        if (given.indirect.capBasisPoints === 0) return;
        const [mtdc, all, pay, payAndFringe] = [of('mtdc'), of('total_direct'), of('salaries'), of('salaries_fringe')];
        expect(pay.compare(payAndFringe)).toBeLessThanOrEqual(0);
        expect(payAndFringe.compare(mtdc)).toBeLessThanOrEqual(0);
        expect(mtdc.compare(all)).toBeLessThanOrEqual(0);
        expect(isInBase('salaries', 'mtdc')).toBe(true);
      }),
    );
  });

  it('are rounded to the cent once, half a cent up', () => {
    const odd = [{ category: 'Supplies', amount: '0.50' }, rate('de_minimis', { rate: '1' })];
    expect(readBudget(odd, terms).indirect.amount).toEqual(dollars('0.01'));
  });
});

describe('rates', () => {
  it('are read and written to the hundredth of a percent', () => {
    expect(['10', '9.99', '15 %', '0.5', '100', '100.01', '12.345', '', 'x', '-1'].map(readRate)).toEqual([
      ...[1000, 999, 1500, 50, 10_000],
      ...[undefined, undefined, undefined, undefined, undefined],
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (points) => {
        expect(readRate(percentText(points))).toBe(points);
      }),
    );
  });

  it('are offered as the sources allow', () => {
    expect(kindsOffered(terms.indirect)).toEqual(['none', 'de_minimis', 'negotiated']);
    expect(kindsOffered({ ...terms.indirect, deMinimisBasisPoints: null })).toEqual(['none', 'negotiated']);
    expect(kindsOffered({ ...terms.indirect, capBasisPoints: 0, cappedBy: 'Gift' })).toEqual(['none']);
    expect(kindsOffered({ ...terms.indirect, capBasisPoints: 800, cappedBy: 'Gift' })).toEqual([
      ...['none', 'fixed', 'negotiated'],
    ]);
  });
});

const source = (given: Partial<SourceTerms>): SourceTerms => ({
  ...{ name: 'Grant', indirectRule: 'negotiated', indirectRateBasisPoints: 400, deMinimisBasisPoints: 1500 },
  ...{ subawardFirst: dollars('50000'), categories: [] },
  ...given,
});

describe('the terms of several sources', () => {
  it('are the strictest of them', () => {
    expect(indirectOf([source({})])).toEqual(terms.indirect);
    const old = source({ deMinimisBasisPoints: 1000, subawardFirst: dollars('25000') });
    const gift = source({ name: 'Gift', indirectRule: 'fixed', indirectRateBasisPoints: 800 });
    expect(indirectOf([source({}), old, gift])).toEqual({
      ...{ deMinimisBasisPoints: 1000, capBasisPoints: 800, cappedBy: 'Gift', subawardFirst: dollars('25000') },
    });
    expect(indirectOf([gift, source({ name: 'Levy', indirectRule: 'none' })])).toMatchObject({
      ...{ capBasisPoints: 0, cappedBy: 'Levy' },
    });
    expect(indirectOf([source({}), source({ deMinimisBasisPoints: null })]).deMinimisBasisPoints).toBeNull();
    expect(indirectOf([source({ indirectRule: 'de_minimis', indirectRateBasisPoints: 900 })])).toMatchObject({
      deMinimisBasisPoints: 900,
    });
    expect(indirectOf([])).toMatchObject({ deMinimisBasisPoints: null, capBasisPoints: null });
  });

  it('name their categories once, those without indirect costs first', () => {
    const grant = source({ categories: [{ name: 'Space', treatment: 'counted' }] });
    const gift = source({
      categories: [
        { name: 'space', treatment: 'left_out' },
        { name: 'Food', treatment: 'participant_support' },
      ],
    });
    expect(categoriesOf([grant, gift])).toEqual({
      arePrescribed: true,
      categories: [
        { name: 'Space', treatment: 'left_out' },
        { name: 'Food', treatment: 'participant_support' },
      ],
    });
    expect(categoriesOf([source({})])).toEqual({ arePrescribed: false, categories: USUAL_CATEGORIES });
  });
});

/** Amounts as people type them, some of which nobody can read. */
const typedAmount = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 9n }).map((cents) => Money.ofCents(cents).format({ symbol: false })),
  fc.bigInt({ min: 0n, max: 10n ** 15n }).map((cents) => Money.ofCents(cents).toDecimal()),
  fc.constantFrom('', '', ' ', '$5', '-3', '.5', '1e3', '1,2', '1.234', 'x', '99999999999999999'),
);
const anyRow: fc.Arbitrary<BudgetRow> = fc
  .record({
    category: fc.oneof(
      fc.constantFrom(...USUAL_CATEGORIES.map((each) => each.name)),
      fc.constantFrom('', 'Puppets', 'TRAVEL', ' travel '),
    ),
    description: fc.constantFrom('', 'What for'),
    amount: typedAmount,
    match: typedAmount,
    [partnerKey(JACK)]: typedAmount,
    [partnerKey(PRINTER)]: typedAmount,
    [partnerKey('gone')]: fc.constantFrom('', '', '5'),
  })
  .map((row) => row as unknown as BudgetRow);
const anyRate = fc.record({
  row: fc.constant('indirect'),
  kind: fc.constantFrom('none', 'de_minimis', 'fixed', 'negotiated', '', 'other'),
  rate: fc.constantFrom('', '0', '5', '15', '15.01', '33.33', '100', '101', 'x', '8 %'),
  base: fc.constantFrom('', ...BASE_KINDS, 'other'),
  evidence: fc.constantFrom('', 'x'),
});
const anyRows = fc
  .tuple(fc.array(anyRow, { maxLength: 8 }), fc.option(anyRate), fc.option(anyRate))
  .map(([rows, last, ofJack]): BudgetRow[] => [
    ...rows,
    ...(ofJack === null ? [] : [{ ...(ofJack as BudgetRow), of: JACK }]),
    ...(last === null ? [] : [last as BudgetRow]),
  ]);
const anyTerms: fc.Arbitrary<BudgetTerms> = fc
  .record({
    arePrescribed: fc.boolean(),
    deMinimisBasisPoints: fc.option(fc.constantFrom(1000, 1500)),
    cap: fc.option(fc.constantFrom(0, 800, 1000)),
    first: fc.option(fc.constantFrom('25000', '50000')),
  })
  .map(({ arePrescribed, deMinimisBasisPoints, cap, first }) => ({
    ...terms,
    arePrescribed,
    indirect: {
      ...{ deMinimisBasisPoints, capBasisPoints: cap, cappedBy: cap === null ? null : 'Gift' },
      subawardFirst: first === null ? null : dollars(first),
    },
  }));

describe('whatever is typed', () => {
  it('adds up: lines, columns, base, limit and total', () => {
    fc.assert(
      fc.property(anyRows, anyTerms, (rows, given) => {
        const budget = readBudget(rows, given);
        const { lines, byPartner, direct, base, indirect, total, match } = budget;
        expect(Money.sum(lines.map((line) => line.amount))).toEqual(direct);
        expect(Money.sum(byPartner.map((column) => column.direct))).toEqual(direct);
        expect(Money.sum(lines.map((line) => line.match))).toEqual(match);
        expect(direct.add(budget.indirectCosts)).toEqual(total);
        expect(Money.sum(budget.rates.map((each) => each.amount))).toEqual(budget.indirectCosts);
        expect(base.isNegative || base.compare(total) > 0).toBe(false);
        expect(indirect.amount).toEqual(base.percent(indirect.rateBasisPoints));
        expect(indirect.rateBasisPoints).toBeLessThanOrEqual(given.indirect.capBasisPoints ?? 10_000);
        for (const line of lines) expect(partOf(line, null).isNegative).toBe(false);
        for (const { partnerId, inBase } of byPartner) {
          if (partnerId !== JACK || given.indirect.subawardFirst === null || indirect.baseKind !== 'mtdc') continue;
          expect(inBase.compare(given.indirect.subawardFirst)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it('shows steps that lead from the direct costs to the base', () => {
    fc.assert(
      fc.property(anyRows, anyTerms, (rows, given) => {
        const { steps, direct, base } = readBudget(rows, given);
        if (steps.length === 0) return;
        const of = (name: string): Money =>
          Money.sum(steps.flatMap(({ params }) => (params[name] as Money | undefined) ?? []));
        if (steps[0]?.key === 'salaries') return void expect(of('part')).toEqual(base);
        const less = Money.sum(steps.flatMap(({ params }) => (params['less'] as Money | undefined) ?? []));
        expect(direct.add(of('more')).subtract(less)).toEqual(base);
      }),
    );
  });

  it('never counts more when a source is stricter', () => {
    fc.assert(
      fc.property(anyRows, anyTerms, (rows, given) => {
        const limit = given.indirect.capBasisPoints;
        if (limit === null || limit === 0) return;
        const stricter = { ...given, indirect: { ...given.indirect, capBasisPoints: limit - 1 } };
        const more = readBudget(rows, given).indirect;
        const less = readBudget(rows, stricter).indirect;
        expect(less.amount.compare(more.amount)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

interface Twin {
  reckon(
    rows: readonly BudgetRow[],
    terms: unknown,
  ): {
    direct: bigint;
    base: bigint;
    match: bigint;
    total: bigint;
    indirect: { kind: string; rate: number; amount: bigint };
    byPartner: { id: string | null; direct: bigint; inBase: bigint }[];
    steps: { key: string; params: Record<string, string> }[];
  };
}

describe('the script of the page', () => {
  /** Terms as the page carries them. */
  const asSent = (given: BudgetTerms): unknown => JSON.parse(JSON.stringify(given));
  const said = (params: Readonly<Record<string, unknown>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(params).map(([key, value]) => [key, value instanceof Money ? value.format() : String(value)]),
    );

  it('reckons as the server does', async () => {
    const script = '../../../templates/assets/budget.js';
    const { reckon } = (await import(script)) as Twin;
    fc.assert(
      fc.property(anyRows, anyTerms, (rows, given) => {
        const ours = readBudget(rows, given);
        const theirs = reckon(rows, asSent(given));
        expect(theirs).toEqual({
          direct: ours.direct.cents,
          base: ours.base.cents,
          match: ours.match.cents,
          total: ours.total.cents,
          indirect: {
            kind: ours.indirect.kind,
            rate: ours.indirect.rateBasisPoints,
            amount: ours.indirect.amount.cents,
          },
          indirectCosts: ours.indirectCosts.cents,
          rates: ours.rates.map(({ partnerId, kind, baseKind, base, rateBasisPoints, amount, steps }) => ({
            ...{ id: partnerId, kind, baseKind, base: base.cents, rate: rateBasisPoints, amount: amount.cents },
            steps: steps.map(({ key, params }) => ({ key, params: said(params) })),
          })),
          byPartner: ours.byPartner.map(({ partnerId, direct, inBase }) => ({
            ...{ id: partnerId, direct: direct.cents, inBase: inBase.cents },
          })),
          steps: ours.steps.map(({ key, params }) => ({ key, params: said(params) })),
        });
      }),
      { numRuns: 500 },
    );
  });
});
