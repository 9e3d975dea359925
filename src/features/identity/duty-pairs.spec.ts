import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './duty-pairs.js';

describe('a pair of duties', () => {
  it('needs two different people', () => {
    expect(verdictOf(['a'], ['b'])).toBe('filled');
    expect(verdictOf(['a', 'b'], ['a'])).toBe('filled');
    expect(verdictOf(['a'], ['a', 'b'])).toBe('filled');
    expect(verdictOf(['a'], ['a'])).toBe('one_person');
    expect(verdictOf([], ['a'])).toBe('nobody');
    expect(verdictOf(['a'], [])).toBe('nobody');
    expect(verdictOf([], [])).toBe('nobody');
  });
});
