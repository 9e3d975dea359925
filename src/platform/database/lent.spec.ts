import { describe, expect, it } from '@jest/globals';
import type { Lent } from '../../kernel/actor.js';
import type { ActionRow } from '../../kernel/lifecycle.js';
import { Money } from '../../kernel/money.js';
import { lentStep, overLimitTogether } from './lent.js';

interface Facts {
  readonly amount: Money;
  readonly barred: readonly string[];
}

const dollars = (text: string): Money => Money.parse(text);
const action: ActionRow<string, Facts> = {
  ...{ from: ['open'], to: 'closed', label: 'Close', permission: 'thing.close' },
  amount: ({ amount }) => amount,
  barredFor: ({ barred }, personId) => (barred.includes(personId) ? { code: 'thing.yours' } : undefined),
};
const lent = (giverId: string, limit: string | null): Lent => ({
  ...{ delegationId: `of-${giverId}`, giverId, giverName: giverId.toUpperCase(), permissions: ['thing.close'] },
  limit: limit === null ? null : dollars(limit),
  endsOn: '2015-11-20',
});
const facts = (amount: string, barred: readonly string[] = []): Facts => ({ amount: dollars(amount), barred });

describe('a step by delegation', () => {
  it('is no such step for whoever needs none', () => {
    expect(lentStep([], action, facts('5'))).toBeUndefined();
  });

  it('reaches to its limit and not beyond', () => {
    expect(lentStep([lent('a', '5')], action, facts('5'))?.refusal).toBeUndefined();
    expect(lentStep([lent('a', '5')], action, facts('5.01'))?.refusal?.code).toBe('delegation.over_limit');
    expect(lentStep([lent('a', null)], action, facts('5000000'))?.refusal).toBeUndefined();
  });

  it('is barred by what bars who lent it, and goes by another that is not', () => {
    expect(lentStep([lent('a', null)], action, facts('5', ['a']))?.refusal?.code).toBe('delegation.giver_barred');
    expect(lentStep([lent('a', null), lent('b', '5')], action, facts('5', ['a']))?.lent.giverId).toBe('b');
    expect(lentStep([lent('a', '3'), lent('b', '9'), lent('c', null)], action, facts('1'))?.lent.giverId).toBe('c');
    expect(lentStep([lent('a', '3'), lent('b', '9')], action, facts('1'))?.lent.giverId).toBe('b');
  });

  it('counts what is done together together, by delegation', () => {
    const step = (each: Lent, amount: string): { lent: Lent; amount: Money } => ({
      lent: each,
      amount: dollars(amount),
    });
    const [a, b] = [lent('a', '10'), lent('b', '10')];
    expect(overLimitTogether([step(a, '6'), step(a, '4'), step(b, '10')])).toBeUndefined();
    const refused = overLimitTogether([step(a, '6'), step(b, '4'), step(b, '6.01')]);
    expect(refused).toMatchObject({ code: 'delegation.over_limit_together', params: { giver: 'B', count: 2 } });
    expect(overLimitTogether([step(lent('c', null), '1000')])).toBeUndefined();
  });
});
