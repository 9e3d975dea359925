/** The forms of convenings: planning one, changing it, and correcting what was said of one person. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ActionView, ChoiceView, LinkView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { AttendanceMachine } from './attendance.machine.js';
import { CollaborativeForms } from './collaborative.forms.js';
import { CollaborativeViews } from './collaborative.view.js';
import { SEAT_ROLES } from './collaborative.words.js';
import { ConveningInput, CorrectAttendanceInput } from './convening.input.js';
import { minutesBetween } from './convening.times.js';
import { ConveningViews } from './convening.view.js';
import { lengthChoices, lengthWords } from './convening.words.js';
import type { ConveningDetail } from './convenings.service.js';

type View = { title: string } & Record<string, unknown>;

const PAIRS = [['startsAt', 'endsAt']] as const;

@Injectable()
export class ConveningForms {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly forms: CollaborativeForms,
    private readonly collaboratives: CollaborativeViews,
    private readonly views: ConveningViews,
    private readonly attendances: AttendanceMachine,
  ) {}

  async plan(visit: Visit): Promise<View> {
    const { t } = this;
    const year = await this.collaboratives.year(visit.actor, visit.id('yearId'));
    return this.forms.form(visit, {
      title: t('convening.new'),
      lead: t('convening.new.lead'),
      crumbs: this.yearCrumbs(year.collaborative, year),
      input: ConveningInput,
      action: `/collaboratives/years/${year.id}/convenings`,
      submit: t('convening.create'),
      choices: { roles: this.roleChoices() },
      pairs: PAIRS,
    });
  }

  async edit(visit: Visit): Promise<View> {
    const { t } = this;
    const { convening } = await this.views.parts(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    const { startsAt, endsAt } = convening;
    const date = calendar.today(startsAt);
    const endsOn = calendar.today(endsAt);
    return this.forms.form(visit, {
      title: t('convening.edit', { name: convening.name }),
      lead: t('convening.edit.lead'),
      crumbs: [...this.crumbs(convening), { label: convening.name, href: `/convenings/${convening.id}` }],
      input: ConveningInput,
      action: `/convenings/${convening.id}/edit`,
      submit: t('form.save'),
      values: {
        ...convening,
        date,
        startsAt: calendar.timeOfDay(startsAt),
        endsAt: calendar.timeOfDay(endsAt),
        endsOn: endsOn === date ? undefined : endsOn,
        minutes: convening.minutes === minutesBetween(startsAt, endsAt) ? undefined : convening.minutes,
      },
      version: convening.version,
      choices: { roles: this.roleChoices() },
      pairs: PAIRS,
    });
  }

  /** One form for the hours they were there, and a button that asks why they were not. */
  async correct(visit: Visit): Promise<View> {
    const { t } = this;
    const { attendance, convening } = await this.views.attendance(visit.actor, visit.id());
    const path = `/attendances/${attendance.id}`;
    const counted = attendance.minutes > 0 ? attendance.minutes : convening.minutes;
    const most = minutesBetween(convening.startsAt, convening.endsAt);
    const isThere = attendance.state === 'attended';
    const state = this.attendances.machine.state(attendance.state).label;
    const now = isThere ? `${state}, ${lengthWords(this.texts, attendance.minutes)}.` : `${state}.`;
    const view = this.forms.form(visit, {
      title: t('convening.correct.title', { name: attendance.personName }),
      lead: `${now} ${t('convening.correct.lead')}`,
      crumbs: [...this.crumbs(convening), { label: convening.name, href: `/convenings/${convening.id}` }],
      input: CorrectAttendanceInput,
      action: `${path}/confirm`,
      submit: t(isThere ? 'convening.correct.hours' : 'convening.correct.was_there'),
      values: { minutes: counted },
      version: attendance.version,
      choices: { minutes: lengthChoices(this.texts, most, convening.minutes, counted) },
      overrides: { minutes: { kind: 'select', optional: false }, note: { rows: 3 } },
    });
    const absent: ActionView = {
      label: t('convening.correct.was_not_there'),
      action: `${path}/mark-absent`,
      needsNote: true,
      hidden: [{ name: 'version', value: String(attendance.version) }],
    };
    return { ...view, other: attendance.state === 'absent' ? undefined : { items: [absent] } };
  }

  crumbs({ collaborativeId, collaborativeName, yearId, yearName }: ConveningDetail): LinkView[] {
    return [
      { label: collaborativeName, href: `/collaboratives/${collaborativeId}` },
      { label: yearName, href: `/collaboratives/years/${yearId}` },
    ];
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private yearCrumbs(
    collaborative: { readonly id: string; readonly shortName: string },
    year: { readonly id: string; readonly name: string },
  ): LinkView[] {
    return [
      { label: collaborative.shortName, href: `/collaboratives/${collaborative.id}` },
      { label: year.name, href: `/collaboratives/years/${year.id}` },
    ];
  }

  private roleChoices(): ChoiceView[] {
    return SEAT_ROLES.map((role) => ({ value: role, label: this.t(`seat.field.role.${role}`) }));
  }
}
