/** The home pages as they are shown. */
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { PersonActor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { FEATURES } from '../../platform/config/tokens.js';
import type { Feature } from '../../platform/feature.js';
import type { PageHead, TodoItem } from '../../platform/pages/components.js';
import { AgencyFrame } from '../../platform/pages/page-writer.js';
import type { Task } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';

type View = { title: string } & Record<string, unknown>;

const MOST_SHOWN = 7;
const SOON_DAYS = 2;
const DAYS_SHOWN_SHORT = 300;

@Injectable()
export class HomeViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly agency: AgencyFrame,
    private readonly modules: ModuleRef,
  ) {}

  async home(actor: PersonActor): Promise<View> {
    const { texts } = this;
    const features = this.modules.get<readonly Feature[]>(FEATURES, { strict: false });
    const sources = features.flatMap((feature) =>
      (feature.tasks ?? []).map((each) => this.modules.get(each, { strict: false })),
    );
    const found = (await Promise.all(sources.map((source) => source.tasks(actor)))).flat();
    const tasks = found.sort((a, b) => (a.dueOn ?? '9999').localeCompare(b.dueOn ?? '9999'));
    const title = texts.t('home.title', { count: tasks.length });
    const head: PageHead = { title, lead: this.db.currentCalendar.formatDate(this.db.today, 'full') };
    return {
      title,
      head,
      list: {
        items: tasks.slice(0, MOST_SHOWN).map((task, index) => this.item(task, index === 0)),
        empty: { title: texts.t('home.none'), text: texts.t('home.none.text') },
        underTitle: true,
      },
    };
  }

  async public(): Promise<View> {
    const { name } = await this.agency.load();
    const title = this.texts.t('home.public.title');
    return { title, head: { title, lead: this.texts.t('home.public.lead', { agency: name }), large: true } };
  }

  private item(task: Task, isFirst: boolean): TodoItem {
    const { currentCalendar: calendar, today } = this.db;
    const days = task.dueOn === undefined ? undefined : calendar.daysBetween(today, task.dueOn);
    return {
      ...this.when(task.dueOn, days),
      late: days !== undefined && days <= SOON_DAYS,
      title: task.title,
      href: task.href,
      text: task.text,
      button: { label: task.button, href: task.href, about: task.title, primary: isFirst },
    };
  }

  private when(dueOn: string | undefined, days: number | undefined): Pick<TodoItem, 'date' | 'dateNote'> {
    if (dueOn === undefined || days === undefined) return { date: this.texts.t('home.any_time') };
    // A day of another year says which.
    const date = this.db.currentCalendar.formatDate(dueOn, Math.abs(days) > DAYS_SHOWN_SHORT ? 'long' : 'short');
    const dateNote = days < 0 ? this.texts.t('home.due.late', { late: -days }) : this.texts.t('home.due', { days });
    return { date, dateNote };
  }
}
