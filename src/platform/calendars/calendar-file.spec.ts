import { describe, expect, it } from '@jest/globals';
import { type Appointment, calendarFile } from './calendar-file.js';

const appointment: Appointment = {
  uid: 'interview-1@granary',
  sequence: 2,
  isCancelled: false,
  startsAt: new Date('2015-11-10T20:00:00Z'),
  endsAt: new Date('2015-11-10T20:30:00Z'),
  stampedAt: new Date('2015-11-01T20:00:00Z'),
  timeZone: 'America/Los_Angeles',
  title: 'Interview: Saturday school; reading, writing',
  place: 'Room 2\nBEGIN:VEVENT',
  text: 'Bring nothing.',
  url: 'http://granary.test/interviews/1',
  organizer: { name: 'Example Agency', address: 'agency@example.org' },
  attendee: { name: 'Person 1', address: 'person1@example.org' },
};

const lines = (content: string): string[] => content.replace(/\r\n[ \t]/g, '').split('\r\n');

describe('calendarFile', () => {
  it('keeps the id and says the times in UTC beside the zone of the agency', () => {
    const { method, content } = calendarFile(appointment);
    expect(method).toBe('REQUEST');
    const said = lines(content);
    expect(said).toContain('UID:interview-1@granary');
    expect(said).toContain('SEQUENCE:2');
    expect(said).toContain('DTSTART:20151110T200000Z');
    expect(said).toContain('DTEND:20151110T203000Z');
    expect(said).toContain('DTSTAMP:20151101T200000Z');
    expect(said).toContain('X-WR-TIMEZONE:America/Los_Angeles');
    expect(said).toContain('SUMMARY:Interview: Saturday school\\; reading\\, writing');
  });

  it('lets no text add lines of its own', () => {
    expect(lines(calendarFile(appointment).content).filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
  });

  it('takes the appointment back under the same id', () => {
    const { method, content } = calendarFile({ ...appointment, isCancelled: true, sequence: 3 });
    expect(method).toBe('CANCEL');
    expect(lines(content)).toEqual(
      expect.arrayContaining(['METHOD:CANCEL', 'STATUS:CANCELLED', 'UID:interview-1@granary']),
    );
  });
});
