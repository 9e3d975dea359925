/** missingWords: what to do about an answer that is missing, in the words of its label: "Enter the name." */

/** What one chooses from what is offered. */
const CHOSEN: ReadonlySet<string> = new Set(['choice', 'many', 'ref', 'file']);
/** What one enters; a box to tick is neither. */
const ENTERED: ReadonlySet<string> = new Set([
  'text',
  'long_text',
  'secret',
  'money',
  'date',
  'time',
  'integer',
  'percent',
]);
const ASKING = /^(why|who|whom|what|when|where|which|how)\b/iu;
const OWN = /^(your|their|the|an?)\b/iu;
/** Labels that are no name of a thing: "Due on", "At least", "I agree". An order made of them would be no sentence. */
const NO_NAME =
  /^(i|is|are|may|at|on|in|for|from|to|by|with|until|due|appeal|begins|ends|opens|period|checked|paid|moved|seconded|searched|say|this|applications|somebody|present)\b/iu;

/** The key of a sentence and the words it takes; undefined where the label makes no sentence. */
export function missingWords(label: string, kind: string | undefined): { key: string; words: string } | undefined {
  const words = inSentence(label.trim());
  if (/\?$/u.test(words)) return { key: 'form.missing.answer', words: label.trim() };
  if (words === '' || /[.:!]$/u.test(words)) return undefined;
  if (ASKING.test(words)) return { key: 'form.missing.say', words };
  if (NO_NAME.test(words)) return kind === 'date' ? { key: 'form.missing.date', words: label.trim() } : undefined;
  const verb = CHOSEN.has(kind ?? '') ? 'choose' : ENTERED.has(kind ?? '') ? 'enter' : undefined;
  if (verb === undefined) return undefined;
  return { key: `form.missing.${OWN.test(words) ? `${verb}_own` : verb}`, words };
}

/** A label begins with a capital; in a sentence it does not, save for a name and for letters that stand for words. */
function inSentence(label: string): string {
  const [first = '', ...others] = label.split(' ');
  const isName = /^.\p{Lu}/u.test(first) || others.some((word) => /^\p{Lu}/u.test(word));
  return isName ? label : label.charAt(0).toLowerCase() + label.slice(1);
}
