/** toYou: a sentence of the policy's table, which speaks of them, as it is said to the person themselves. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\btheir own\b/g, 'your own'],
  [/\bof theirs\b/g, 'of yours'],
  [/\b(?:themselves|oneself)\b/g, 'yourself'],
  [/\bone's\b/g, 'your'],
  [/\bone (acts|asked)\b/g, 'you $1'],
  [/\byou acts\b/g, 'you act'],
  [/\bthat it is they\b/g, 'that it is you'],
  [/\bthey (may|look after|lent|gave or hold|come|had made|sit on|hold|act for)\b/g, 'you $1'],
  [/\bthey were at\b/g, 'you were at'],
  [/\bwas lent to them\b/g, 'was lent to you'],
  [/\bthat are for them\b/g, 'that are for you'],
  [/\btheir (organization in|collaborative)\b/g, 'your $1'],
];

/** What is said of participants is said to them, and to nobody else. */
export function toYou(meaning: string, isParticipant = false): string {
  const own = meaning.replace(/; of participants, their own only$/, isParticipant ? '; your own' : '');
  return PHRASES.reduce((text, [phrase, words]) => text.replace(phrase, words), own);
}
