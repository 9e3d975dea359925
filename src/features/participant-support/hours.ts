/** Hours as people write them, `2` or `3.5`, and the whole minutes that are kept. Pure. */
const WRITTEN = /^(?<whole>\d{1,2})(?:\.(?<fraction>\d{1,2}))?$/;
/** What a box for hours takes. */
export const HOURS_PATTERN = /^\d{1,2}(\.\d{1,2})?$/;

export const MINUTES_OF_AN_HOUR = 60;

/** `3.5` is 210 minutes. Undefined for what is no number of hours. */
export function minutesOf(hours: string): number | undefined {
  const parts = WRITTEN.exec(hours.trim())?.groups;
  if (parts === undefined) return undefined;
  const hundredths = Number(parts['whole']) * 100 + Number((parts['fraction'] ?? '').padEnd(2, '0'));
  return Math.round((hundredths * MINUTES_OF_AN_HOUR) / 100);
}

/** 210 minutes are 3.5 hours; at most two decimals. */
export function hoursOf(minutes: number): number {
  return Math.round((minutes * 100) / MINUTES_OF_AN_HOUR) / 100;
}
