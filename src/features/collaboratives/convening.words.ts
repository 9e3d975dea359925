/** How lengths of time and answers are said. */
import type { ChoiceView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';

const HOUR = 60;

const QUARTER = 15;

/** `2.5 hours` where it is in quarters, else `1 hour 40 minutes`. */
export function lengthWords(texts: Texts, minutes: number): string {
  if (minutes >= HOUR && minutes % QUARTER === 0) return texts.t('convening.hours', { hours: minutes / HOUR });
  const hours = Math.floor(minutes / HOUR);
  const rest = texts.t('convening.minutes', { minutes: minutes % HOUR });
  return hours === 0 ? rest : `${texts.t('convening.hours', { hours })} ${rest}`;
}

/** A step that keeps the list of choices short, however long the convening was. */
function stepOf(most: number): number {
  if (most <= 4 * HOUR) return 15;
  return most <= 12 * HOUR ? 30 : HOUR;
}

/** Lengths to choose from, up to all of it; those named are always among them. */
export function lengthChoices(texts: Texts, most: number, ...named: readonly number[]): ChoiceView[] {
  const step = stepOf(most);
  const steps = Array.from({ length: Math.floor(most / step) }, (_, index) => (index + 1) * step);
  const all = [...new Set([...steps, ...named.filter((minutes) => minutes > 0)])].sort((a, b) => a - b);
  return all.map((minutes) => ({ value: String(minutes), label: lengthWords(texts, minutes) }));
}

/** `yes`, `no` or `nothing`: what somebody answered, as the end of a key of texts. */
export const answerKey = (coming: boolean | null): string => (coming === null ? 'nothing' : coming ? 'yes' : 'no');
