import { wordDifference } from './return.words.js';

describe('the difference of two texts', () => {
  it('marks the words that are gone and the words that are new, and keeps every one', () => {
    const { before, after } = wordDifference('We ask for two tutors', 'We ask for three tutors now');
    expect(before).toEqual([
      { text: 'We ask for', isOther: false },
      { text: ' two', isOther: true },
      { text: ' tutors', isOther: false },
    ]);
    expect(after.map(({ text }) => text).join('')).toBe('We ask for three tutors now');
    expect(after.filter(({ isOther }) => isOther).map(({ text }) => text.trim())).toEqual(['three', 'now']);
  });

  it('marks nothing of the same words, all of what was not there, and nothing of nothing', () => {
    expect(wordDifference('The same', 'The same').after).toEqual([{ text: 'The same', isOther: false }]);
    expect(wordDifference('', 'New words')).toEqual({ before: [], after: [{ text: 'New words', isOther: true }] });
    expect(wordDifference('', '')).toEqual({ before: [], after: [] });
  });

  it('lays very long ones side by side as they are', () => {
    const long = Array.from({ length: 1300 }, (_, index) => `w${index}`).join(' ');
    const { before } = wordDifference(long, `${long} more`);
    expect(before).toEqual([{ text: long, isOther: true }]);
  });
});
