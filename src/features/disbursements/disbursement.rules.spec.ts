/** Where a request's money comes from. */
import { describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import { movableOf, needsOf, planSpending, type SpendingPlan, spentOnProblem } from './disbursement.rules.js';

const dollars = (text: string): Money => Money.parse(text);
const balance = (sourceId: string, category: string, amount: string) => ({
  sourceId,
  category,
  amount: dollars(amount),
});
const need = (category: string, amount: string) => ({ category, amount: dollars(amount) });
const nobody: ReadonlySet<string> = new Set();

function plan(question: Parameters<typeof planSpending>[0]): SpendingPlan {
  const answer = planSpending(question);
  if ('code' in answer) throw new Error(answer.code);
  return answer;
}

describe('the money of a request', () => {
  it('is summed by category', () => {
    expect(needsOf([need('Staff', '10'), need('Food', '1'), need('Staff', '2.50')])).toEqual([
      need('Staff', '12.50'),
      need('Food', '1'),
    ]);
  });

  it('comes from the source with the most first, and then from the next', () => {
    const balances = [balance('a', 'Staff', '30'), balance('b', 'Staff', '50')];
    const { lines, moves } = plan({
      needs: [need('Staff', '60')],
      balances,
      movable: undefined,
      participantCategories: nobody,
    });
    expect(lines).toEqual([balance('b', 'Staff', '50'), balance('a', 'Staff', '10')]);
    expect(moves).toEqual([]);
  });

  it('moves between categories of one source, only as far as may move', () => {
    const balances = [balance('a', 'Staff', '10'), balance('a', 'Food', '40'), balance('a', 'Travel', '90')];
    const question = { needs: [need('Staff', '25')], balances, participantCategories: nobody };
    const { lines, moves } = plan({ ...question, movable: dollars('15') });
    expect(lines).toEqual([balance('a', 'Staff', '25')]);
    expect(moves).toEqual([{ sourceId: 'a', fromCategory: 'Travel', toCategory: 'Staff', amount: dollars('15') }]);
    expect(planSpending({ ...question, movable: dollars('14.99') })).toMatchObject({
      code: 'disbursement.category_beyond_flexibility',
    });
    expect(planSpending({ ...question, movable: undefined })).toMatchObject({ code: 'disbursement.category_short' });
  });

  it('never takes from money for participants, nor twice from one balance', () => {
    const balances = [balance('a', 'Staff', '10'), balance('a', 'Stipends', '100'), balance('a', 'Food', '20')];
    const question = { balances, movable: dollars('1000'), participantCategories: new Set(['Stipends']) };
    expect(planSpending({ ...question, needs: [need('Staff', '31')] })).toMatchObject({
      code: 'disbursement.category_short_of_donors',
    });
    expect(planSpending({ ...question, needs: [need('Staff', '30'), need('Food', '15')] })).toMatchObject({
      code: 'disbursement.category_short_of_donors',
    });
    expect(plan({ ...question, needs: [need('Staff', '15'), need('Food', '15')] }).moves).toHaveLength(1);
  });

  it('is never more than the award has left', () => {
    const answer = planSpending({
      needs: [need('Staff', '10.01')],
      balances: [balance('a', 'Staff', '10')],
      movable: dollars('1000'),
      participantCategories: nobody,
    });
    expect(answer).toEqual({
      code: 'disbursement.more_than_award',
      params: { amount: dollars('10.01'), left: dollars('10') },
    });
  });

  it('takes exactly what is asked, whatever the balances', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const at = (step: number): bigint => BigInt((seed * 7919 * step) % 5000);
      const balances = ['a', 'b'].flatMap((sourceId, s) =>
        ['X', 'Y', 'Z'].map((category, c) => ({ sourceId, category, amount: Money.ofCents(at(3 * s + c + 1)) })),
      );
      const needs = [
        { category: 'X', amount: Money.ofCents(at(11) + 1n) },
        { category: 'Y', amount: Money.ofCents(at(13) + 1n) },
      ];
      const answer = planSpending({ needs, balances, movable: dollars('1000'), participantCategories: nobody });
      if ('code' in answer) continue;
      for (const { category, amount } of needs) {
        const taken = answer.lines.filter((line) => line.category === category).map((line) => line.amount);
        expect(Money.sum(taken).cents).toBe(amount.cents);
      }
      for (const { sourceId, category, amount } of balances) {
        const same = (each: { sourceId: string }): boolean => each.sourceId === sourceId;
        const out = Money.sum([
          ...answer.lines.filter((each) => same(each) && each.category === category).map((each) => each.amount),
          ...answer.moves.filter((each) => same(each) && each.fromCategory === category).map((each) => each.amount),
        ]);
        const into = Money.sum(
          answer.moves.filter((each) => same(each) && each.toCategory === category).map((each) => each.amount),
        );
        expect(out.subtract(into).compare(amount)).toBeLessThanOrEqual(0);
      }
    }
  });
});

describe('what may still move', () => {
  it('is a share of the award, less what moved before, and never less than nothing', () => {
    expect(movableOf(dollars('1000'), 1000, dollars('30'))).toEqual(dollars('70'));
    expect(movableOf(dollars('1000'), 1000, dollars('130'))).toEqual(Money.zero);
    expect(movableOf(dollars('1000'), undefined, Money.zero)).toBeUndefined();
  });
});

describe('the date of an expense', () => {
  const award = { kind: 'reimbursement', today: '2015-11-10', startsOn: '2015-09-01', endsOn: '2016-08-31' };
  it('lies within the period of the award, and was, where money is paid back', () => {
    expect(spentOnProblem('2015-09-01', award)).toBeUndefined();
    expect(spentOnProblem('2015-08-31', award)?.code).toBe('disbursement.expense_before_period');
    expect(spentOnProblem('2016-09-01', award)?.code).toBe('disbursement.expense_after_period');
    expect(spentOnProblem('2015-11-11', award)?.code).toBe('disbursement.not_spent_yet');
    expect(spentOnProblem('2016-08-31', { ...award, kind: 'advance' })).toBeUndefined();
  });
});
