/** calendarFeed: dates as one iCalendar text that calendar programs subscribe to and read again and again. */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';

export interface FeedEvent {
  /** The same for ever, so that a calendar moves it and does not add another. */
  readonly uid: string;
  readonly title: string;
  readonly startsAt: Date;
  /** The moment it ends, or the same as its start for a moment such as a deadline. */
  readonly endsAt: Date;
  /** The whole of this day, 'YYYY-MM-DD'; the moments are then not used. */
  readonly allDayOn?: string;
  readonly place?: string;
  readonly text?: string;
  readonly url: string;
  readonly isCancelled?: boolean;
}

export interface CalendarFeed {
  readonly name: string;
  /** The agency's zone, for programs that show the calendar's own; the times themselves are in UTC. */
  readonly timeZone: string;
  readonly stampedAt: Date;
  readonly events: readonly FeedEvent[];
}

export function calendarFeed({ name, timeZone, stampedAt, events }: CalendarFeed): string {
  const calendar = ical({
    prodId: { company: 'Granary', product: 'Granary', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    name,
    ttl: 6 * 60 * 60,
    x: [['X-WR-TIMEZONE', timeZone]],
  });
  for (const event of events) {
    // A day is written as it stands: at noon in UTC it is that day wherever the server is.
    const day = event.allDayOn === undefined ? undefined : new Date(`${event.allDayOn}T12:00:00Z`);
    calendar.createEvent({
      id: event.uid,
      start: day ?? event.startsAt,
      // A day is the whole of it, and a moment ends when it begins: neither has an end of its own.
      end: day === undefined && event.endsAt > event.startsAt ? event.endsAt : null,
      allDay: day !== undefined,
      stamp: stampedAt,
      summary: event.title,
      location: event.place,
      description: event.text,
      url: event.url,
      status: event.isCancelled === true ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar.toString();
}
