/** What waits for somebody about applications: drafts and fixes for applicants, screening for program officers. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { notConflicted } from '../conflicts/index.js';
import { ApplicationNext } from './application-next.service.js';
import type { NextStep } from './application.next.js';
import { ownDue } from './extension.reads.js';

@Injectable()
export class ApplicationsTasks extends TaskSource {
  override readonly permissions = ['application.create', 'application.screen_in'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly next: ApplicationNext,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const [own, screening] = await Promise.all([this.own(actor), this.screening(actor)]);
    return [...own, ...screening];
  }

  /** Drafts until the round closes, and what came back until its day: each with the step that its own page says. */
  private async own(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'application.create')) return [];
    const rows = await this.db.queryOften<{
      id: string;
      title: string;
      fixBy: string | null;
      dueAt: Date;
      round: string;
    }>(sql`
      select a.id, a.title, a.fix_by as "fixBy", own.due_at as "dueAt", r.name as round
      from applications a join rounds r on r.id = a.round_id cross join lateral ${ownDue('a', 'r')} own
      where (a.state = 'returned' or (a.state = 'draft' and r.state in ('published', 'reviewing')
              and own.due_at + make_interval(mins => r.grace_minutes) >= ${this.db.now}))
        and (exists (select from organization_members m where m.organization_id = a.organization_id
              and m.person_id = ${actor.personId} and m.ended_at is null and m.role in ('owner', 'editor', 'signatory'))
          or exists (select from application_colleagues c where c.application_id = a.id
              and c.person_id = ${actor.personId} and c.ended_at is null and c.access = 'edit'))
      order by own.due_at, a.id limit 20`);
    const steps = await this.next.steps(
      actor,
      rows.map(({ id }) => id),
    );
    return rows.flatMap(({ id, title, fixBy, dueAt, round }): Task[] => {
      const step = steps.get(id);
      if (step === undefined) return [];
      const dueOn = fixBy ?? this.db.currentCalendar.today(dueAt);
      return [{ dueOn, ...this.words(step, { title, round }), href: `/applications/${id}` }];
    });
  }

  /** The words of a step where it stands without its page: with the name of the application, and of its round. */
  private words(
    { key, params, action, button }: NextStep,
    named: { title: string; round: string },
  ): Pick<Task, 'title' | 'text' | 'button'> {
    const t = (each: string): string => this.texts.t(each, { ...params, ...named });
    const [own, step] = [`task.application.${key}.text`, `application.step.${key}.text`];
    return {
      title: t(`task.application.${key}`),
      text: `${t(this.texts.has(own) ? own : step)} ${t('task.application.for')}`,
      // What is done at once is done on its page, beside what it is about.
      button: t(button === undefined || action !== undefined ? 'task.application.see' : button),
    };
  }

  private async screening(actor: PersonActor): Promise<Task[]> {
    if (!this.policy.mightDo(actor, 'application.screen_in')) return [];
    const columns = { scopes: { fund: 'a.fund_id', round: 'a.round_id' }, state: 'a.state' };
    const may = conditionSql(this.policy.filter(actor, 'application.screen_in', columns));
    const rows = await this.db.queryOften<{ id: string; round: string; count: number }>(sql`
      select r.id, r.name as round, count(*)::int as count from applications a join rounds r on r.id = a.round_id
      where a.state in ('submitted', 'appealed') and ${may} and ${notConflicted(actor, rawSql('a.id'))}
      group by r.id, r.name order by r.name limit 20`);
    return rows.map(({ id, round, count }) => ({
      title: this.texts.t('task.application.screen', { count, round }),
      text: this.texts.t('task.application.screen.text', { count }),
      href: `/screening?round=${id}`,
      button: this.texts.t('task.application.screen.button'),
    }));
  }
}
