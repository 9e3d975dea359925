import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './duty-pairs.js';

describe('a pair of duties', () => {
  it('needs two different people', () => {
    const [a, b] = [['a'], ['b']];
    expect(verdictOf([a], [b])).toBe('filled');
    expect(verdictOf([a, b], [a])).toBe('filled');
    expect(verdictOf([a], [a, b])).toBe('filled');
    expect(verdictOf([a], [a])).toBe('one_person');
    expect(verdictOf([], [a])).toBe('nobody');
    expect(verdictOf([a], [])).toBe('nobody');
    expect(verdictOf([], [])).toBe('nobody');
  });

  it('is not filled by somebody who acts for the other one', () => {
    expect(verdictOf([['a']], [['a'], ['b', 'a']])).toBe('one_person');
    expect(verdictOf([['a'], ['c', 'a']], [['b', 'a']])).toBe('one_person');
    expect(verdictOf([['a']], [['b', 'c']])).toBe('filled');
    expect(
      verdictOf(
        [['a'], ['b']],
        [
          ['b', 'a'],
          ['a', 'c'],
        ],
      ),
    ).toBe('filled');
  });
});
