/** Names that may be one organization, and names that are not. */
import { describe, expect, it } from '@jest/globals';
import { areAlike, nameLikeness, nameWords } from './organization-alike.rules.js';

describe('names alike', () => {
  it.each([
    ['The Coyote Central, Inc.', 'Coyote Central'],
    ['Refugee Women’s Alliance', "Refugee Womens' Alliance"],
    ['Café Olé', 'CAFE OLE'],
    ['Boys & Girls Club', 'Boys and Girls Club'],
    ['Southwest Youth and Family Services', 'Southwest Youth & Family Service'],
    ['Valley Art Collective', 'Valley Arts Collective'],
    ['Harbor Youth Centre', 'The Harbor Youth Center, Inc.'],
    ['Tukwila Children', 'Tukwila Children Foundation'],
  ])('%s is %s', (one, other) => {
    expect(areAlike(one, other)).toBe(true);
    expect(areAlike(other, one)).toBe(true);
  });

  it.each([
    ['Renton School District', 'Kent School District'],
    ['Highline Youth', 'Auburn Youth'],
    ['Arts', 'Parts'],
    ['YMCA', 'YWCA'],
    ['???', 'Coyote Central'],
  ])('%s is not %s', (one, other) => {
    expect(areAlike(one, other)).toBe(false);
  });

  it('keep the words of a name that has no others', () => {
    expect(nameWords('The And')).toEqual(['the', 'and']);
    expect(nameLikeness('', 'x')).toBe(0);
  });
});
