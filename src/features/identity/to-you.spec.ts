/** What the policy says of them, as it is said to the person themselves. */
import { describe, expect, it } from '@jest/globals';
import { toYou } from './to-you.js';

describe('a sentence of the policy', () => {
  it.each([
    ['See their own account and roles', 'See your own account and roles'],
    [
      'Hand in a file, to be named in a request or a claim of theirs',
      'Hand in a file, to be named in a request or a claim of yours',
    ],
    ['Take back what one asked for oneself', 'Take back what you asked for yourself'],
    ['Leave an organization one acts for', 'Leave an organization you act for'],
    ["Ask for money of an award of one's organization", 'Ask for money of an award of your organization'],
    ['Prove once more that it is they', 'Prove once more that it is you'],
    ['Write a childcare claim for a convening they were at', 'Write a childcare claim for a convening you were at'],
    [
      'See what they lent to colleagues and what was lent to them',
      'See what you lent to colleagues and what was lent to you',
    ],
    [
      'Add teams to a year of a collaborative and rename them',
      'Add teams to a year of a collaborative and rename them',
    ],
    ['See people, their accounts and their roles', 'See people, their accounts and their roles'],
  ])('%s', (said, heard) => {
    expect(toYou(said)).toBe(heard);
  });

  it('says of participants what is theirs to them alone', () => {
    const said = 'See stipends; of participants, their own only';
    expect([toYou(said, true), toYou(said)]).toEqual(['See stipends; your own', 'See stipends']);
  });
});
