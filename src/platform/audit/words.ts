/** inWords, actionWords, kindWords: what was done and to what, in words; texts name what the code's own words do not. */
import type { Texts } from '../texts/texts.js';

/** `begin_liquidation` and `beginLiquidation` as words. */
export function inWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_.]/g, ' ')
    .toLowerCase()
    .replaceAll(/\b(?:ein|uei|pin|id)\b/g, (letters) => letters.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a page's story calls the step; else the action's own words, without the thing's where it stands beside them. */
export function actionWords(texts: Texts, action: string, subjectType?: string): string {
  const key = [`story.${action}`, `audit.action.${action}`].find((each) => texts.has(each));
  if (key !== undefined) return texts.t(key);
  const own = `${subjectType ?? action.split('.')[0] ?? ''}.`;
  return inWords(action.startsWith(own) ? action.slice(own.length) : action);
}

/** `payment_batch` as "Payment batch". */
export function kindWords(texts: Texts, kind: string): string {
  const key = `audit.kind.${kind}`;
  return texts.has(key) ? texts.t(key) : inWords(kind);
}
