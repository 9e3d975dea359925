/** calendarFile: one appointment as an iCalendar text that every calendar program reads, to go with a mail. */
import ical, { ICalAttendeeRole, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';

export interface Appointment {
  /** The same for every word about this appointment, so that calendars move it and do not add another. */
  readonly uid: string;
  /** Higher with every change. */
  readonly sequence: number;
  readonly isCancelled: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** When this was written. */
  readonly stampedAt: Date;
  /** The agency's zone, for programs that show the calendar's own; the times themselves are in UTC. */
  readonly timeZone: string;
  readonly title: string;
  readonly place: string;
  readonly text: string;
  readonly url: string;
  readonly organizer: { readonly name: string; readonly address: string };
  readonly attendee: { readonly name: string; readonly address: string };
}

export type CalendarMethod = 'REQUEST' | 'CANCEL';

export interface CalendarFile {
  readonly method: CalendarMethod;
  readonly content: string;
}

export function calendarFile(appointment: Appointment): CalendarFile {
  const { uid, sequence, isCancelled, organizer, attendee } = appointment;
  const calendar = ical({
    prodId: { company: 'Granary', product: 'Granary', language: 'EN' },
    method: isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST,
    x: [['X-WR-TIMEZONE', appointment.timeZone]],
  });
  calendar.createEvent({
    id: uid,
    sequence,
    start: appointment.startsAt,
    end: appointment.endsAt,
    stamp: appointment.stampedAt,
    summary: appointment.title,
    location: appointment.place,
    description: appointment.text,
    url: appointment.url,
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: { name: organizer.name, email: organizer.address },
    attendees: [{ name: attendee.name, email: attendee.address, role: ICalAttendeeRole.REQ, rsvp: !isCancelled }],
  });
  return { method: isCancelled ? 'CANCEL' : 'REQUEST', content: calendar.toString() };
}
