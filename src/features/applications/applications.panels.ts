/** The application an organization works on, on its people's home page: how far it is, and what happens next. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { type ListedThing, moneyBar, type ProgressCard, type TimelineItem } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { applicantSide } from '../conflicts/index.js';
import { type Milestone, readMilestones } from '../rounds/index.js';
import { ApplicationNext } from './application-next.service.js';
import { applicationReadFilter } from './application-reads.js';
import { ApplicationViews, stateFor, type WholeApplication } from './application.view.js';
import { ownDue } from './extension.reads.js';

interface Current {
  readonly id: string;
  readonly roundId: string;
  readonly createdAt: Date;
  readonly submittedAt: Date | null;
  readonly dueAt: Date;
  /** While it is back with its applicant. */
  readonly fixBy: string | null;
}

/** Dates after the deadline that an applicant waits for. */
const WAITED_FOR = new Set(['panel', 'interviews', 'committee']);

@Injectable()
export class ApplicationsPanels extends HomePanelSource {
  override readonly permissions = ['application.create'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly next: ApplicationNext,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const current = await this.current(actor);
    if (current === undefined) return [];
    const [whole, milestones] = await Promise.all([
      this.views.whole(actor, current.id),
      readMilestones(this.db.often, [current.roundId]),
    ]);
    const next: HomePanel = {
      place: 'aside',
      head: { title: this.texts.t('application.panel.next') },
      timeline: { items: this.coming(current, milestones.get(current.roundId) ?? []), layout: 'narrow' },
    };
    const head = { title: this.texts.t('application.panel') };
    if (whole.canWrite) return [{ place: 'main', head, progress: await this.progress(actor, whole) }, next];
    return [{ place: 'main', head, listed: { items: [await this.standing(whole)] } }, next];
  }

  /** One that is with the agency, or is only read: where it stands, and the way to it. */
  private async standing({ application }: WholeApplication): Promise<ListedThing> {
    const { title, date, dateNote } = await this.next.waiting(application);
    const when = date === undefined ? '' : ` ${dateNote ?? ''} ${date}.`;
    return {
      title: application.title,
      href: `/applications/${application.id}`,
      note: `${application.roundName}. ${title}.${when}`,
    };
  }

  /** What is still to be written, the next deadline first; else the last one sent that is not decided. */
  private async current(actor: PersonActor): Promise<Current | undefined> {
    const { personId } = actor;
    const may = applicationReadFilter(applicantSide(actor), this.policy, 'a');
    const [row] = await this.db.queryOften<Current>(sql`
      select a.id, a.round_id as "roundId", a.created_at as "createdAt", a.submitted_at as "submittedAt",
             own.due_at as "dueAt", case when a.state = 'returned' then a.fix_by end as "fixBy"
      from applications a join rounds r on r.id = a.round_id cross join lateral ${ownDue('a', 'r')} own
      where (a.state in ('returned', 'submitted', 'eligible', 'appealed', 'shortlisted') or (a.state = 'draft'
              and r.state in ('published', 'reviewing')
              and own.due_at + make_interval(mins => r.grace_minutes) >= ${this.db.now}))
        and (exists (select from organization_members m where m.organization_id = a.organization_id
              and m.person_id = ${personId} and m.ended_at is null and m.role in ('owner', 'editor', 'signatory'))
          or exists (select from application_colleagues c where c.application_id = a.id
              and c.person_id = ${personId} and c.ended_at is null))
        and ${may}
      order by a.state in ('draft', 'returned') desc, case when a.state in ('draft', 'returned') then own.due_at end,
        a.submitted_at desc, a.id limit 1`);
    return row;
  }

  private async progress(actor: PersonActor, { application }: WholeApplication): Promise<ProgressCard> {
    const t = (key: string, params?: Record<string, unknown>): string => this.texts.t(key, params);
    const { sections, changed } = await this.next.writing(actor, application);
    const isBack = application.state === 'returned';
    const path = `/applications/${application.id}`;
    const parts = sections.map(({ key, title, missing, answered }) => {
      const open = missing.length > 0 || (isBack && !changed.has(key));
      const done = isBack ? 'changed' : answered === 0 ? 'optional' : 'finished';
      const stands = missing.length > 0 ? 'open' : open ? 'mend' : done;
      return {
        title,
        href: `${path}/sections/${key}`,
        note: t(`application.panel.${stands}`),
        open,
      };
    });
    const finished = parts.filter(({ open }) => !open).length;
    const done = t(isBack ? 'application.panel.done_back' : 'application.panel.done', {
      finished,
      count: parts.length,
    });
    return {
      kicker: application.roundName,
      title: application.title,
      href: path,
      tag: stateFor(true, application.state),
      bar: moneyBar({
        whole: Money.ofCents(parts.length),
        parts: [{ stage: 'paid', amount: Money.ofCents(finished) }],
        ...{ thin: true, edged: true, decorative: true },
      }),
      done,
      amount: application.requested.isPositive
        ? t('application.panel.amount', { amount: application.requested })
        : undefined,
      parts,
    };
  }

  /** From the first word to the decision; the ringed one is what comes next. */
  private coming({ createdAt, submittedAt, dueAt, fixBy }: Current, milestones: readonly Milestone[]): TimelineItem[] {
    const { currentCalendar: calendar, today } = this.db;
    const t = (key: string): string => this.texts.t(key);
    const due = calendar.today(dueAt);
    const point = (on: string, key: string, time?: Date): Omit<TimelineItem, 'when'> & { on: string } => ({
      on,
      date: calendar.formatDate(on, 'short') + (time === undefined ? '' : `, ${calendar.formatTime(time)}`),
      title: t(`application.panel.${key}`),
      text: this.texts.has(`application.panel.${key}.text`) ? t(`application.panel.${key}.text`) : undefined,
    });
    const sent =
      submittedAt === null ? point(due, 'due', dueAt) : point(calendar.today(submittedAt), 'sent', submittedAt);
    const later = milestones
      .filter(({ kind, happensOn }) => WAITED_FOR.has(kind) && happensOn >= due)
      .map(({ kind, label, happensOn }) => ({ ...point(happensOn, kind), ...(label !== null && { title: label }) }));
    const back = fixBy === null ? [] : [point(fixBy, 'back')];
    const coming = [...back, ...later].sort((one, other) => (one.on < other.on ? -1 : 1));
    const points = [point(calendar.today(createdAt), 'begun'), sent, ...coming];
    const next = points.findIndex((each, index) =>
      index === 1 ? submittedAt === null : index > 1 && each.on >= today,
    );
    return points.map(({ on: _on, ...each }, index) => ({
      ...each,
      when: next === -1 || index < next ? 'past' : index === next ? 'now' : 'future',
    }));
  }
}
