/** Days of the demonstration that are still to come fall on days when people come: no weekend and no holiday. */
import { dayOff } from '../features/rounds/index.js';
import type { Calendar } from '../kernel/calendar.js';

/** The day itself, or the first one after it on which people come. */
export function openDay(calendar: Calendar, date: string): string {
  let day = date;
  while (dayOff(calendar, day) !== undefined) day = calendar.addDays(day, 1);
  return day;
}
