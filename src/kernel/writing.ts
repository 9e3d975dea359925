/**
 * Writing that cannot pass for other writing: characters nobody sees are taken out of what people type, letters of other
 * alphabets that are drawn like Latin ones are known, and names that look the same have the same key.
 */

/** Of alphabets beside the Latin one, letters that are drawn like Latin ones; each stands for the letter below it. */
const OTHERS: readonly (readonly [letters: string, latin: string])[] = [
  // Cyrillic
  ['АВСЕНІЈКМОРЅТХУҮԚԜԌѴӀЗавсенһіјкморѕтхуүԛԝԍѵӏзԁьгпґѡөӨҺ', 'ABCEHIJKMOPSTXYYQWGVI3abcehhijkmopstxyyqwgvl3dbrnrwoOH'],
  // Greek
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧͿαβγεηικνορστυχωϳ', 'ABEZHIKMNOPTYXJabyenikvopotuxwj'],
  // Armenian
  ['ՍՕՏԼՅհյոսօցզ', 'UOSLJhjnuogq'],
  // Cherokee
  ['ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏚᎢᏙᎳᏃ', 'ABCDEGHJKLMPSTVWZ'],
];
/** Letters that count as Latin and are drawn like others of it. */
const ODD: readonly [string, string] = ['ıɑɡɩɪǀꜱᴀʙᴄᴅᴇɢʜᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ', 'iagiilsabcdeghjklmnoprtuvwyz'];
/** Capitals of alphabets with no Latin look, so that a name is the same in capitals; the database lowers Latin ones only. */
const CAPITALS: readonly [string, string] = [
  'БГДЁЖИЙЛПФЦЧШЩЪЫЬЭЮЯЂЄЉЊЋЏҐΓΔΘΛΞΠΣΦΨΩς',
  'бrдёжийлnфцчшщъыbэюяђєљњћџryδθλξπoφψwo',
];

const LATIN_OF = new Map(
  [...OTHERS, ODD, CAPITALS].flatMap(([letters, latin]) => {
    const plain = [...latin];
    return [...letters].map((letter, at): [string, string] => [letter, plain[at] ?? letter]);
  }),
);
const OF_OTHERS = new Set(OTHERS.flatMap(([letters]) => [...letters]));

/** Nobody sees these, in a name or anywhere on one line: joiners, marks of direction, fillers, selectors, tags. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/u;
/** Where they are seen all the same: they shape Arabic and Indic letters, and pictures. */
const SHAPING =
  /(?<=[\u0600-\u06ff]|[\u0900-\u109f]|[\u1780-\u17ff])[\u200c\u200d](?=\p{L})|(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic}|[#*0-9])\ufe0f/u;
const ON_A_LINE = new RegExp(`(${SHAPING.source})|${INVISIBLE.source}`, 'gu');
/** In text of many lines only what turns the reading direction and what carries hidden words goes: some scripts break lines by the rest. */
const IN_TEXT = /[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]|[\u{e0000}-\u{e007f}]/gu;
/** Accents that stand over and under any letter. */
const ACCENTS = '\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f';
/** No writing has more of them than three on one letter. */
// eslint-disable-next-line no-misleading-character-class -- these are the accents themselves
const PILES = new RegExp(`([${ACCENTS}]{3})[${ACCENTS}]+`, 'gu');

/** Composing puts marks in order, which takes the square of their number: no letter has thirty, and nobody waits for more. */
const ENDLESS = /(\p{M}{30})\p{M}+/gu;

/** From a wide letter to the plain one. */
const WIDE = 0xfee0;

/** One line as it is seen: composed, with plain letters and spaces and nothing invisible. */
export function oneLine(text: string): string {
  return text
    .replace(ENDLESS, '$1')
    .normalize('NFC')
    .replace(ON_A_LINE, (_, shaping: string | undefined) => shaping ?? '')
    .replace(PILES, '$1')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - WIDE))
    .replace(/[\p{Zs}\t]/gu, ' ')
    .trim();
}

/** Text of many lines without what shows it otherwise than it is written. */
export function manyLines(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(IN_TEXT, '')
    .replace(PILES, '$1')
    .trim();
}

/** The first word in which letters of another alphabet stand for Latin ones; undefined when each word is of one. */
export function mixedWord(text: string): string | undefined {
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  return words.find(
    (word) => /\p{Script=Latin}/u.test(word) && [...word.normalize('NFKD')].some((letter) => OF_OTHERS.has(letter)),
  );
}

/** What goes before names are compared; `organization_name_words` of the database takes out the same. */
const UNCOMPARED = new RegExp(
  // eslint-disable-next-line no-misleading-character-class -- these are the accents themselves
  `[${ACCENTS}\\u00ad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f` +
    '\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}]',
  'gu',
);

/** Letters as they look, small, without accents: the same for two names that nobody could tell apart. */
export function plainLetters(name: string): string {
  return [...name.replace(ENDLESS, '$1').normalize('NFKD').replace(UNCOMPARED, '')]
    .map((each) => LATIN_OF.get(each) ?? each)
    .join('')
    .toLowerCase();
}

/** Letters and figures that are one to the eye, so that each group has one key. */
export function sameLook(letters: string): string {
  return letters.replace(/[i1]/g, 'l').replaceAll('0', 'o').replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** The key of any line: alike for lines that look alike, whatever their case, spaces and points. */
export function lineKey(text: string): string {
  return sameLook(plainLetters(text).replace(/[^\p{L}\p{N}]+/gu, ''));
}
