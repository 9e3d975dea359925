/** The home pages as they are shown. */
import { Inject, Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Logger } from 'pino';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { FEATURES, LOGGER } from '../../platform/config/tokens.js';
import type { Feature } from '../../platform/feature.js';
import { type HomePanel, panelsFor } from '../../platform/home-panels.js';
import type { LinkView, PageHead, TodoItem } from '../../platform/pages/components.js';
import { AgencyFrame } from '../../platform/pages/page-writer.js';
import { type Task, waitingFor } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import { FundingViews } from '../rounds/index.js';

type View = { title: string } & Record<string, unknown>;

const MOST_SHOWN = 7;
const SOON_DAYS = 2;
const DAYS_SHOWN_SHORT = 300;
/** Who is new signs up, and then registers the organization they came for. */
const SIGN_UP = '/sign-up?next=/organizations/register';

@Injectable()
export class HomeViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly agency: AgencyFrame,
    private readonly funding: FundingViews,
    private readonly modules: ModuleRef,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async home(actor: PersonActor): Promise<View> {
    const { texts } = this;
    const features = this.modules.get<readonly Feature[]>(FEATURES, { strict: false });
    const provided = <T>(types: readonly Type<T>[]): T[] =>
      types.map((each) => this.modules.get(each, { strict: false }));
    const missing = { tasks: 0, panels: 0 };
    const failed =
      (part: 'tasks' | 'panels') =>
      (source: object, error: unknown): void => {
        missing[part] += 1;
        this.logger.error({ err: error, source: source.constructor.name, part }, 'a part of a home page failed');
      };
    const [found, panels] = await Promise.all([
      waitingFor(actor, this.policy, provided(features.flatMap(({ tasks: each }) => each ?? [])), failed('tasks')),
      panelsFor(actor, this.policy, provided(features.flatMap(({ panels: each }) => each ?? [])), failed('panels')),
    ]);
    const tasks = found.sort((a, b) => (a.dueOn ?? '9999').localeCompare(b.dueOn ?? '9999'));
    // Of what could not be read nobody knows whether it holds something.
    const isUnknown = missing.tasks > 0 && tasks.length === 0;
    const title = isUnknown ? texts.t('home.title.unknown') : texts.t('home.title', { count: tasks.length });
    const head: PageHead = { title, lead: this.lead(panels) };
    return {
      title,
      head,
      missing: missing.tasks + missing.panels > 0 ? texts.t('home.part_missing.line') : undefined,
      list: {
        items: tasks.slice(0, MOST_SHOWN).map((task, index) => this.item(task, index === 0)),
        empty: isUnknown
          ? { title: texts.t('home.part_missing'), text: texts.t('home.part_missing.text') }
          : { title: texts.t('home.none'), text: texts.t('home.none.text'), link: this.wayOn(actor) },
        underTitle: true,
      },
      main: panels.filter(({ place }) => place === 'main'),
      aside: panels.filter(({ place }) => place === 'aside'),
    };
  }

  /** Where somebody goes for whom nothing waits: to their money, or to what they can apply for. */
  private wayOn(actor: PersonActor): LinkView | undefined {
    const { policy, texts } = this;
    if (policy.mightDo(actor, 'support.read_own')) return { label: texts.t('home.none.money'), href: '/support' };
    if (policy.mightDo(actor, 'application.create')) return { label: texts.t('home.none.funding'), href: '/funding' };
    return undefined;
  }

  /** For who is not signed in: what this place is, and the rounds that are open. */
  async public(actor: Actor): Promise<View> {
    const { name } = await this.agency.load();
    const title = this.texts.t('home.public.title');
    const lead = this.texts.t('home.public.lead', { agency: name });
    const list = await this.funding.list(actor);
    // Where a round is open its own button is the filled one.
    const join = { label: this.texts.t('home.public.register'), href: SIGN_UP, primary: list.open.length === 0 };
    const enter = { label: this.texts.t('home.public.sign_in'), href: '/sign-in', quiet: true };
    return { ...list, title, head: { title, lead, large: true, actions: [join, enter] } };
  }

  /** The day, and what the panels have to say in a sentence. */
  private lead(panels: readonly HomePanel[]): string {
    const day = this.db.currentCalendar.formatDate(this.db.today, 'full');
    const said = panels.flatMap(({ headline }) => headline ?? []);
    return said.length === 0 ? day : `${day}. ${said.join(' ')}`;
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
