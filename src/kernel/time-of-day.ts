/** A time of day: kept as `17:00`, typed as `5:00 p.m.`, `5 PM` or `17:00`, and shown as `5:00 p.m.`. */

const TYPED = /^(?:([01]?\d|2[0-3]):([0-5]\d)|(0?[1-9]|1[0-2])(?::([0-5]\d))?\s*([ap])\.?m\.?)$/iu;

const pad = (value: number | string): string => String(value).padStart(2, '0');

/** What was typed as `17:00`; undefined when it is no time of day. */
export function parseTime(text: string): string | undefined {
  const match = TYPED.exec(text.trim());
  if (match === null) return undefined;
  const [, hour24, minute24, hour12, minute12, half] = match;
  if (hour24 !== undefined) return `${pad(hour24)}:${minute24 ?? '00'}`;
  const hour = (Number(hour12) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0);
  return `${pad(hour)}:${minute12 ?? '00'}`;
}

/** The same of a text that was checked before it came here. */
export function readTime(text: string): string {
  const time = parseTime(text);
  if (time === undefined) throw new RangeError('Not a time of day');
  return time;
}

/** `5:00 p.m.` */
export function timeWords(hour: number, minute: number): string {
  return `${hour % 12 === 0 ? 12 : hour % 12}:${pad(minute)} ${hour < 12 ? 'a.m.' : 'p.m.'}`;
}

/** A time that is kept, `17:00`, as it is shown and stands in its box: `5:00 p.m.`. What is none stays as it is. */
export function timeInBox(time: string): string {
  const [, hour, minute] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  return hour === undefined ? time : timeWords(Number(hour), Number(minute));
}
