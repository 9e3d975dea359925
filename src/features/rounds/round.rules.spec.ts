/** What is said of terms that add up to more than there is. */
import { describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import { termsWarning } from './round.rules.js';

describe('the terms', () => {
  const setAside = Money.ofCents(75_000_000);
  const ceiling = Money.ofCents(25_000_000);

  it('are worth a warning only when all awards at their most exceed what is set aside', () => {
    expect(termsWarning({ setAside, ceiling, awardsAtMost: 3 })).toBeUndefined();
    expect(termsWarning({ setAside, ceiling, awardsAtMost: 4 })?.code).toBe('round.most_above_set_aside');
    expect(termsWarning({ setAside, ceiling: null, awardsAtMost: 4 })).toBeUndefined();
    expect(termsWarning({ setAside, ceiling, awardsAtMost: null })).toBeUndefined();
  });
});
