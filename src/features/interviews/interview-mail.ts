/** InterviewMail: the words and calendars that go out about an interview. Invitations are written by a job. */
import { Inject, Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { type CalendarFile, calendarFile } from '../../platform/calendars/calendar-file.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { JobHandler } from '../../platform/jobs/job.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings, type AgencyView } from '../agency/index.js';
import { personNotConflicted } from '../conflicts/index.js';
import { Interview } from './interview.entity.js';
import { CHOOSER_ROLES } from './interview.reads.js';

export const INVITE_TOPIC = 'interview.invite';

interface Recipient {
  readonly name: string;
  readonly address: string;
}

interface Context {
  readonly title: string;
  readonly organization: string;
  readonly round: string;
}

/** The address out of `Granary <granary@example.org>`. */
const addressOf = (from: string): string => /<([^>]+)>/.exec(from)?.[1] ?? from;

@Injectable()
export class InterviewMail {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly mailer: Mailer,
    private readonly texts: Texts,
    private readonly agency: AgencySettings,
  ) {}

  /** Tells those who may choose for the applicant that they can. */
  async offered(work: Work, interview: Interview): Promise<void> {
    const people = await this.people(
      work,
      sql`exists (select from organization_members m where m.person_id = p.id and m.ended_at is null
        and m.organization_id = ${interview.organizationId} and m.role = any(${[...CHOOSER_ROLES]}::text[]))`,
    );
    const context = await this.context(work, interview);
    const { chooseBy, questions } = interview;
    for (const { name, address } of people) {
      await this.mailer.send(work, {
        to: address,
        about: { type: 'application', id: interview.applicationId },
        subjectKey: 'interview.mail.offered',
        params: { title: context.title },
        template: 'mail/interview-offered',
        view: {
          ...{ name, ...context, questions, id: interview.id },
          chooseBy: chooseBy === null ? undefined : work.calendar.formatDate(chooseBy, 'full'),
        },
      });
    }
  }

  /** Writes the invitation, or its withdrawal, to the chooser and the panel; once for each state of the interview. */
  async invite(work: Work, interview: Interview): Promise<void> {
    if (interview.startsAt === null || interview.mailedSequence >= interview.sequence) return;
    if (interview.state !== 'scheduled' && interview.state !== 'cancelled') return;
    const people = await this.people(
      work,
      sql`(p.id = ${interview.chosenBy} or (exists (select from interview_panelists s
          where s.interview_id = ${interview.id} and s.person_id = p.id)
        and ${personNotConflicted(rawSql('p.id'), sql`${interview.applicationId}::uuid`)}))`,
    );
    await this.send(work, interview, people, interview.state === 'cancelled');
    await work.update(Interview, interview, { mailedSequence: interview.sequence });
  }

  /** Takes the appointment out of the calendars of people who no longer take part. */
  async takenBack(work: Work, interview: Interview, personIds: readonly string[]): Promise<void> {
    if (personIds.length === 0) return;
    const people = await this.people(work, sql`p.id = any(${[...personIds]}::uuid[])`);
    await this.send(work, interview, people, true);
  }

  private async send(
    work: Work,
    interview: Interview,
    people: readonly Recipient[],
    isCancelled: boolean,
  ): Promise<void> {
    const context = await this.context(work, interview);
    const when = interview.startsAt === null ? '' : work.calendar.formatDeadline(interview.startsAt);
    const agency = await this.agency.read(work);
    for (const person of people) {
      await this.mailer.send(work, {
        to: person.address,
        about: { type: 'application', id: interview.applicationId },
        subjectKey: isCancelled ? 'interview.mail.cancelled' : 'interview.mail.scheduled',
        params: { title: context.title, when },
        template: isCancelled ? 'mail/interview-cancelled' : 'mail/interview-scheduled',
        view: { name: person.name, ...context, when, place: interview.place, id: interview.id },
        calendar: this.calendar(interview, context, agency, person, isCancelled),
      });
    }
  }

  private calendar(
    interview: Interview,
    context: Context,
    agency: AgencyView,
    attendee: Recipient,
    isCancelled: boolean,
  ): CalendarFile {
    const { startsAt, endsAt, place } = interview;
    if (startsAt === null || endsAt === null) throw new Error('An interview without a time has no calendar');
    return calendarFile({
      uid: `interview-${interview.id}@${new URL(this.config.publicUrl).hostname}`,
      sequence: interview.sequence,
      ...{ isCancelled, startsAt, endsAt, attendee },
      stampedAt: this.db.now,
      timeZone: agency.timeZone,
      title: this.texts.t('interview.calendar.title', { title: context.title }),
      place: place ?? '',
      text: this.texts.t('interview.calendar.text', { ...context }),
      url: `${this.config.publicUrl}/interviews/${interview.id}`,
      organizer: { name: agency.name, address: addressOf(this.config.mailFrom) },
    });
  }

  private async context(work: Work, interview: Interview): Promise<Context> {
    const [row] = await work.query<Context>(sql`
      select a.title, o.name as organization, n.name as round
      from interviews i join applications a on a.id = i.application_id
        join organizations o on o.id = i.organization_id join rounds n on n.id = i.round_id
      where i.id = ${interview.id}`);
    return row ?? { title: '', organization: '', round: '' };
  }

  private async people(work: Work, where: Sql): Promise<Recipient[]> {
    return work.query<Recipient>(sql`
      select p.name, address.value as address from persons p
        join lateral (select i.value from identifiers i where i.person_id = p.id and i.kind = 'address'
          order by i.created_at, i.id limit 1) address on true
      where ${where} order by p.id`);
  }
}

/** The job: it reloads the interview and writes only what was not written yet. */
@Injectable()
export class InterviewInvitations implements JobHandler {
  readonly topic = INVITE_TOPIC;

  constructor(
    private readonly db: Database,
    private readonly mail: InterviewMail,
  ) {}

  async handle(payload: Readonly<Record<string, unknown>>): Promise<void> {
    await this.db.work(systemActor('interviews'), async (work) => {
      const interview = await work.lockOne(Interview, String(payload['interviewId']));
      await this.mail.invite(work, interview);
      return null;
    });
  }
}
