/** ApplicationReminders: mails before a draft is due, each once; and closes drafts whose own time is over. */
import { Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { say } from '../../platform/http/problem.js';
import { newId } from '../../kernel/ids.js';
import { Texts } from '../../platform/texts/texts.js';
import type { Application } from './application.entity.js';
import { applicationMachine } from './application.machine.js';
import { readApplication } from './application-reads.js';
import { Applications } from './applications.service.js';
import { moreTime } from './extension.reads.js';
import { BODY_MINUTES } from './extension.rules.js';
import { REMINDER_DAYS } from './reminder.entity.js';
import { ReminderMails } from './reminder-mails.js';

const REMINDER = systemActor('reminders');
const CLOSED_AT_ONCE = 200;

interface Due {
  readonly id: string;
  readonly organizationId: string;
  readonly title: string;
  readonly round: string;
  readonly dueAt: Date;
}

interface Reminding extends Due {
  /** Whole days from today to the day it is due. */
  readonly left: number;
  readonly step: number;
}

@Injectable()
export class ApplicationReminders {
  private readonly expiry = applicationMachine(
    () => ({ now: this.db.now, today: this.db.today, calendar: this.db.currentCalendar }),
    'application.expire',
  );

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly applications: Applications,
    private readonly mails: ReminderMails,
  ) {}

  /** Run by the hour; whoever runs it and however often, each reminder is sent once. */
  async sweep(): Promise<{ reminded: number; closed: number }> {
    const closed = await this.closeOver();
    let reminded = 0;
    for (const due of await this.due()) if (await this.remind(due)) reminded += 1;
    return { reminded, closed };
  }

  private async due(): Promise<Reminding[]> {
    const { now, today, currentCalendar: calendar } = this.db;
    const until = new Date(now.getTime() + (Math.max(...REMINDER_DAYS) + 1) * 86_400_000);
    const rows = await this.db.query<Omit<Due, 'dueAt'> & { dueAt: Date | null; fixBy: string | null }>(sql`
      select a.id, a.organization_id as "organizationId", a.title, r.name as round, a.fix_by as "fixBy",
             case when a.state = 'draft' then greatest(r.due_at, (select max(e.due_after)
               from application_extensions e where e.application_id = a.id)) end as "dueAt"
      from applications a join rounds r on r.id = a.round_id
      where (a.state = 'draft' and r.state in ('published', 'reviewing')) or (a.state = 'returned' and a.fix_by >= ${today})
      order by a.id`);
    return rows.flatMap(({ fixBy, ...row }): Reminding[] => {
      const dueAt = row.dueAt ?? (fixBy === null ? undefined : calendar.deadline(fixBy, '23:59'));
      if (dueAt === undefined || dueAt < now || dueAt > until) return [];
      const left = calendar.daysBetween(today, calendar.today(dueAt));
      const step = [...REMINDER_DAYS].sort((one, other) => one - other).find((days) => left <= days);
      return step === undefined ? [] : [{ ...row, dueAt, left, step }];
    });
  }

  private async remind({ id, dueAt, left, step }: Reminding): Promise<boolean> {
    const known = await this.db.query(sql`
      select 1 from application_reminders where application_id = ${id} and due_at = ${dueAt} and days_before <= ${step}`);
    if (known.length > 0) return false;
    const missing = await this.missing(id);
    return this.db.work(REMINDER, async (work) => {
      const taken = await work.query(sql`
        insert into application_reminders (id, created_at, application_id, due_at, days_before)
        select ${newId()}, ${work.now}, a.id, ${dueAt}, ${step} from applications a
        where a.id = ${id} and a.state in ('draft', 'returned') and not exists (select from application_reminders r
          where r.application_id = a.id and r.due_at = ${dueAt} and r.days_before <= ${step})
        on conflict do nothing returning id`);
      if (taken.length === 0) return false;
      await this.mails.remind(work, { id, dueAt, days: left, missing });
      return true;
    });
  }

  /** What it could not be sent without, now, as its page says it. */
  private async missing(id: string): Promise<string[]> {
    const row = (await readApplication(this.db, id)) as unknown as Application;
    const actions = await this.applications.machine.actions(this.policy, this.db, REMINDER, row);
    const blockers = actions.find(({ name }) => name === 'submit')?.blockers ?? [];
    return blockers.map((each) => say(this.texts, each));
  }

  /** Drafts that had more time than their round, and returned ones whose day is over while others are reviewed. */
  private async closeOver(): Promise<number> {
    return this.db.work(REMINDER, async (work) => {
      const settledOn = work.calendar.today(new Date(work.now.getTime() - BODY_MINUTES * 60_000));
      const rows = await work.query<{ id: string }>(sql`
        select a.id from applications a join rounds r on r.id = a.round_id
        where r.state in ('reviewing', 'deciding', 'completed')
          and ((a.state = 'draft' and not ${moreTime('a', work.now)})
            or (a.state = 'returned' and a.fix_by < ${settledOn}))
        order by a.id limit ${CLOSED_AT_ONCE} for no key update of a skip locked`);
      if (rows.length > 0) await this.expiry.transition(work, { action: 'expire', ids: rows.map(({ id }) => id) });
      return rows.length;
    });
  }
}
