/** ConveningMail: tells those who are expected that a convening moved or is canceled, with a calendar that follows. */
import { Inject, Injectable } from '@nestjs/common';
import { type CalendarFile, calendarFile } from '../../platform/calendars/calendar-file.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings, type AgencyView } from '../agency/index.js';
import { STILL_EXPECTED } from './attendance.reads.js';
import type { Convening } from './convening.entity.js';

/** One expected person, at the address they were first known by. */
interface ExpectedPerson {
  readonly personId: string;
  readonly name: string;
  readonly address: string;
}

/** When and where it was to be. */
type ConveningPlace = Pick<Convening, 'startsAt' | 'endsAt' | 'place'>;

/** The address out of `Granary <granary@example.org>`. */
const addressOf = (from: string): string => /<([^>]+)>/.exec(from)?.[1] ?? from;

@Injectable()
export class ConveningMail {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly mailer: Mailer,
    private readonly texts: Texts,
    private readonly agency: AgencySettings,
  ) {}

  /** Who is expected now; read before a change and after it. */
  async expected(work: Work, conveningId: string): Promise<ExpectedPerson[]> {
    return work.query<ExpectedPerson>(sql`
      select p.id as "personId", p.name, address.value as address from persons p
        join lateral (select i.value from identifiers i where i.person_id = p.id and i.kind = 'address'
          order by i.created_at, i.id limit 1) address on true
      where p.id in (select a.person_id from attendances a join convenings v on v.id = a.convening_id
          join seats s on s.id = a.seat_id
        where a.convening_id = ${conveningId} and a.state = 'expected' and ${STILL_EXPECTED})
      order by p.id`);
  }

  /** After a change: who is expected hears of another time or place, and who no longer is, that they are not. */
  async changed(
    work: Work,
    convening: Convening,
    before: ConveningPlace,
    were: readonly ExpectedPerson[],
  ): Promise<void> {
    if (isOver(work, before) && isOver(work, convening)) return;
    const are = await this.expected(work, convening.id);
    const still = new Set(are.map(({ personId }) => personId));
    await this.takenBack(
      work,
      { ...convening, ...before },
      were.filter(({ personId }) => !still.has(personId)),
    );
    const hasMoved =
      before.startsAt.getTime() !== convening.startsAt.getTime() ||
      before.endsAt.getTime() !== convening.endsAt.getTime() ||
      before.place !== convening.place;
    if (!hasMoved) return;
    // Another day takes the answers with it; the hour alone does not.
    const asksAgain = work.calendar.today(before.startsAt) !== work.calendar.today(convening.startsAt);
    const agency = await this.agency.read(work);
    for (const person of are) {
      await this.mailer.send(work, {
        to: person.address,
        subjectKey: 'convening.mail.moved',
        params: { convening: convening.name, when: spoken(work, convening) },
        about: null,
        template: 'mail/convening-moved',
        view: {
          ...{ name: person.name, convening: convening.name, place: convening.place, asksAgain },
          ...{ when: spoken(work, convening), whenBefore: spoken(work, before), placeBefore: before.place },
        },
        calendar: this.calendar(work, convening, agency, person, false),
      });
    }
  }

  /** It does not take place, and why; or not for these. */
  async takenBack(work: Work, convening: Convening, people: readonly ExpectedPerson[], reason?: string): Promise<void> {
    if (people.length === 0 || isOver(work, convening)) return;
    const agency = await this.agency.read(work);
    for (const person of people) {
      await this.mailer.send(work, {
        to: person.address,
        subjectKey: reason === undefined ? 'convening.mail.not_expected' : 'convening.mail.cancelled',
        params: { convening: convening.name, when: spoken(work, convening) },
        about: null,
        template: 'mail/convening-cancelled',
        view: { name: person.name, convening: convening.name, when: spoken(work, convening), reason },
        calendar: this.calendar(work, convening, agency, person, true),
      });
    }
  }

  private calendar(
    work: Work,
    convening: Convening,
    agency: AgencyView,
    { name, address }: ExpectedPerson,
    isCancelled: boolean,
  ): CalendarFile {
    const { id, version, startsAt, endsAt, place } = convening;
    return calendarFile({
      uid: `convening-${id}@${new URL(this.config.publicUrl).hostname}`,
      // Every change of a convening raises its version, so a later word always wins.
      sequence: version,
      ...{ isCancelled, startsAt, endsAt, place },
      stampedAt: work.now,
      timeZone: agency.timeZone,
      title: convening.name,
      text: this.texts.t('convening.calendar.text'),
      url: `${this.config.publicUrl}/support`,
      organizer: { name: agency.name, address: addressOf(this.config.mailFrom) },
      attendee: { name, address },
    });
  }
}

const isOver = (work: Work, { endsAt }: Pick<Convening, 'endsAt'>): boolean => endsAt <= work.now;

const spoken = (work: Work, { startsAt }: Pick<Convening, 'startsAt'>): string =>
  work.calendar.formatDeadline(startsAt);
