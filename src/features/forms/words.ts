/** countWords: words as people count them. Its twin for the page is `templates/assets/words.js`; a test holds them together. */

/** What stands between spaces. */
export function countWords(text: string | null | undefined): number {
  return text?.match(/\S+/g)?.length ?? 0;
}
