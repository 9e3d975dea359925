/** How letters write dates, shares and lists. Pure. */
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `July 17, 2014`, with spaces that do not break; nothing for no date. */
export function dateInWords(date: string | null): string {
  if (date === null) return '';
  const [year = '', month = '', day = ''] = date.split('-');
  return `${MONTHS[Number(month) - 1] ?? ''}\u00a0${Number(day)},\u00a0${year}`;
}

/** `10%`, `12.5%`. */
export function percentInWords(basisPoints: number): string {
  return `${basisPoints / 100}%`;
}

/** `A, B and C`. */
export function listInWords(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
