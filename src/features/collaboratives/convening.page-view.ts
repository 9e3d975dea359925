/** A convening as its page shows it: who comes, the roll to confirm, and afterwards who came. */
import { Injectable } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { RefusedForm, Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type ErrorItem,
  type FactView,
  type FieldView,
  type HiddenView,
  type LinkView,
  type NoteView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { say } from '../../platform/http/problem.js';
import { errorItems } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { AttendanceMachine } from './attendance.machine.js';
import type { AttendanceFact } from './attendance.reads.js';
import { ConveningForms } from './convening.forms.js';
import { minutesBetween } from './convening.times.js';
import { type ConveningParts, ConveningViews } from './convening.view.js';
import { answerKey, lengthChoices, lengthWords } from './convening.words.js';
import { conveningSubject, Convenings } from './convenings.service.js';

type View = { title: string } & Record<string, unknown>;

/** Somebody on the roll, in all the roles they come in. */
interface RollPerson {
  readonly first: AttendanceFact;
  readonly all: readonly AttendanceFact[];
}

interface RollTeam {
  readonly name: string;
  readonly people: readonly RollPerson[];
}

export interface RollForm {
  readonly action: string;
  readonly submit: string;
  readonly lead: string;
  readonly errors?: readonly ErrorItem[];
  /** Asked when the list came back with nobody on it. */
  readonly nobody?: FieldView;
  readonly hidden: readonly HiddenView[];
  /** Where to seat somebody who came and is not on the list. */
  readonly more?: LinkView;
  /** Who confirms is on the list too, and is left to somebody else. */
  readonly own?: string;
  readonly teams: readonly {
    readonly name: string;
    readonly note: string;
    readonly rows: readonly { readonly id: HiddenView; readonly tick: FieldView; readonly hours: FieldView }[];
  }[];
}

@Injectable()
export class ConveningPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly convenings: Convenings,
    private readonly attendances: AttendanceMachine,
    private readonly views: ConveningViews,
    private readonly forms: ConveningForms,
  ) {}

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const parts = await this.views.parts(visit.actor, visit.id());
    const { convening, actions } = parts;
    const path = `/convenings/${convening.id}`;
    const can = (permission: string): boolean => this.policy.can(visit.actor, permission, conveningSubject(convening));
    const isPlanned = convening.state === 'planned';
    const hasBegun = convening.startsAt <= this.db.now;
    const teams = teamsOf(parts.attendances);
    const buttons = actionButtons(this.texts, path, convening.version, actions).map((button) => ({
      ...button,
      primary: false,
    }));
    const links: ActionView[] =
      isPlanned && can('convening.plan') ? [{ label: t('form.edit'), href: `${path}/edit` }] : [];
    const calendar = this.db.currentCalendar;
    const isRoll = isPlanned && hasBegun && can('attendance.confirm') && parts.attendances.length > 0;
    const kind = t(`convening.field.kind.${convening.kind}`);
    const head: PageHead = {
      crumbs: this.forms.crumbs(convening),
      tag:
        isPlanned && hasBegun
          ? { tone: 'waiting', label: t('convening.waiting') }
          : this.convenings.machine.state(convening.state),
      number: kind === convening.name ? undefined : kind,
      title: convening.name,
      lead: t('convening.lead', { when: calendar.formatInstant(convening.startsAt, 'full'), place: convening.place }),
      // At the door the list comes first.
      actions: isRoll ? [] : [...links, ...buttons],
    };
    return {
      title: convening.name,
      head,
      roll: isRoll
        ? { ...this.roll(visit, parts, teams), more: can('seat.manage') ? this.more(parts) : undefined }
        : undefined,
      people: isRoll ? undefined : this.peopleTable(parts, teams, can('attendance.confirm'), visit),
      note: isRoll ? undefined : this.note(parts, hasBegun, can('attendance.confirm')),
      facts: { items: this.facts(parts) },
      other: isRoll ? { items: [...links, ...buttons] } : undefined,
      story: { items: await story(this.db, this.texts, calendar, 'convening', convening.id), layout: 'narrow' },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** One row a person, ticked as they answered, with the hours of the whole convening. */
  private roll(visit: Visit, { convening }: ConveningParts, teams: readonly RollTeam[]): RollForm {
    const { t } = this;
    const ownId = visit.actor.kind === 'person' ? visit.actor.personId : undefined;
    const typed = typedRows(visit.refused);
    const most = minutesBetween(convening.startsAt, convening.endsAt);
    let index = -1;
    const row = ({ first, all }: RollPerson): RollForm['teams'][number]['rows'][number] => {
      index += 1;
      const name = `present[${index}]`;
      const sent = all.map(({ id }) => typed.get(id)).find((each) => each !== undefined);
      const minutes = sent?.minutes ?? String(convening.minutes);
      const problem =
        sent === undefined
          ? undefined
          : visit.refused?.error.fields.find(({ field }) => field === `present[${sent.index}].minutes`);
      return {
        id: { name: `${name}.attendanceId`, value: first.id },
        tick: {
          kind: 'yes',
          name: `${name}.wasThere`,
          label: first.personName,
          hint: this.rollHint(all),
          value: sent === undefined ? answerOf(all) === true : sent.wasThere,
        },
        hours: {
          kind: 'select',
          name: `${name}.minutes`,
          label: t('convening.roll.hours_of', { name: first.personName }),
          value: minutes,
          options: lengthChoices(this.texts, most, convening.minutes, Number(minutes) || 0),
          error: problem === undefined ? undefined : say(this.texts, problem),
          bare: true,
        },
      };
    };
    const asked = visit.refused?.error.fields.find(({ field }) => field === 'nobody');
    return {
      action: `/convenings/${convening.id}/attendance`,
      nobody:
        asked === undefined
          ? undefined
          : { kind: 'yes', name: 'nobody', label: t('convening.roll.nobody'), error: say(this.texts, asked) },
      submit: t('convening.roll.submit'),
      lead: t('convening.roll.lead'),
      errors: errorItems(this.texts, visit.refused),
      hidden: [{ name: 'version', value: String(convening.version) }],
      own: teams.some(({ people }) => people.some(({ first }) => first.personId === ownId))
        ? t('convening.roll.own')
        : undefined,
      teams: teams.flatMap(({ name, people }) => {
        const others = people.filter(({ first }) => first.personId !== ownId);
        const coming = others.filter(({ all }) => answerOf(all) === true).length;
        const note = t('convening.roll.team', { people: others.length, coming });
        return others.length === 0 ? [] : [{ name, note, rows: others.map(row) }];
      }),
    };
  }

  private more({ convening: { yearId, yearName } }: ConveningParts): LinkView {
    return {
      label: this.t('convening.roll.more.link', { year: yearName }),
      href: `/collaboratives/years/${yearId}`,
    };
  }

  private peopleTable(
    { convening }: ConveningParts,
    teams: readonly RollTeam[],
    mayConfirm: boolean,
    visit: Visit,
  ): TableView {
    const { t } = this;
    const isHeld = convening.state === 'held';
    const mayCorrect = isHeld && mayConfirm;
    const ownId = visit.actor.kind === 'person' ? visit.actor.personId : undefined;
    const correct = ({ id, personName }: AttendanceFact): ActionView => ({
      label: t('convening.correct'),
      href: `/attendances/${id}/correct`,
      quiet: true,
      about: personName,
    });
    return table({
      id: 'people',
      caption: t('convening.people'),
      columns: [
        { key: 'person', label: t('seat.person') },
        { key: 'said', label: t(isHeld ? 'convening.came' : 'convening.answered') },
        ...(isHeld ? [{ key: 'hours' as const, label: t('convening.roll.minutes') }] : []),
        ...(mayCorrect ? [{ key: 'correct' as const, label: t('convening.correct'), unlabeled: true }] : []),
      ],
      groups: teams.map(({ name, people }) => ({
        label: name,
        rows: people.map(({ first, all }) => ({
          person: { text: first.personName, note: this.rolesOf(all) },
          said: isHeld
            ? { tag: this.attendances.machine.state(first.state) }
            : t(`convening.answer.${answerKey(answerOf(all))}`),
          hours: first.minutes > 0 ? lengthWords(this.texts, first.minutes) : undefined,
          correct: first.personId === ownId ? undefined : { button: correct(first) },
        })),
      })),
      empty: { title: t('convening.nobody'), text: t('convening.nobody.text') },
      stack: true,
    });
  }

  /** Why the roll is not there yet, or who has it. */
  private note({ convening }: ConveningParts, hasBegun: boolean, mayConfirm: boolean): NoteView | undefined {
    const { t } = this;
    if (convening.state !== 'planned') return undefined;
    if (mayConfirm && !hasBegun) {
      const when = this.db.currentCalendar.formatInstant(convening.startsAt, 'short');
      return { tone: 'blue', title: t('convening.roll.opens'), text: t('convening.roll.opens.text', { when }) };
    }
    if (mayConfirm || !hasBegun) return undefined;
    return { tone: 'gold', title: t('convening.waits'), text: t('convening.waits.text') };
  }

  private facts({ convening, attendances }: ConveningParts): FactView[] {
    const { t } = this;
    const calendar = this.db.currentCalendar;
    const { startsAt, endsAt, minutes, place, state } = convening;
    const isOneDay = calendar.today(startsAt) === calendar.today(endsAt);
    const people = (is: (fact: AttendanceFact) => boolean): string =>
      String(new Set(attendances.filter(is).map(({ personId }) => personId)).size);
    return [
      { label: t('convening.when'), value: calendar.formatInstant(startsAt, 'short') },
      {
        label: t('convening.until'),
        value: isOneDay ? calendar.formatTime(endsAt) : calendar.formatInstant(endsAt, 'short'),
      },
      { label: t('convening.counts'), value: lengthWords(this.texts, minutes) },
      { label: t('convening.field.place'), value: place },
      ...(state === 'cancelled' ? [] : [{ label: t('convening.expected'), value: people(() => true) }]),
      ...(state === 'planned'
        ? [{ label: t('convening.say_yes'), value: people(({ coming }) => coming === true) }]
        : []),
      ...(state === 'held'
        ? [{ label: t('convening.were_there'), value: people((fact) => fact.state === 'attended') }]
        : []),
    ];
  }

  /** Who has not answered is not told so: it would stand in most rows. */
  private rollHint(all: readonly AttendanceFact[]): string {
    const answer = answerOf(all);
    const roles = this.rolesOf(all);
    return answer === null ? roles : `${roles}. ${this.t(`convening.answer.${answerKey(answer)}`)}`;
  }

  private rolesOf(all: readonly AttendanceFact[]): string {
    return all.map(({ role }) => this.t(`seat.field.role.${role}`)).join(', ');
  }
}

const answerOf = (all: readonly AttendanceFact[]): boolean | null =>
  all.find(({ coming }) => coming !== null)?.coming ?? null;

/** The attendances as they stand in order, by team and person. */
function teamsOf(attendances: readonly AttendanceFact[]): RollTeam[] {
  const teams = new Map<string, { name: string; people: Map<string, AttendanceFact[]> }>();
  for (const fact of attendances) {
    const team = teams.get(fact.teamId) ?? { name: fact.teamName, people: new Map() };
    teams.set(fact.teamId, team);
    team.people.set(fact.personId, [...(team.people.get(fact.personId) ?? []), fact]);
  }
  return [...teams.values()].map(({ name, people }) => ({
    name,
    people: [...people.values()].flatMap((all) => (all[0] === undefined ? [] : [{ first: all[0], all }])),
  }));
}

/** What was ticked before the form was refused, by attendance: rows may have come since. */
function typedRows(
  refused: RefusedForm | undefined,
): Map<string, { index: number; wasThere: boolean; minutes: string | undefined }> {
  const sent = refused?.values['present'];
  const rows = Array.isArray(sent) ? (sent as unknown[]) : [];
  return new Map(
    rows.flatMap((row, index): [string, { index: number; wasThere: boolean; minutes: string | undefined }][] => {
      const { attendanceId, wasThere, minutes } = (row ?? {}) as Record<string, unknown>;
      if (typeof attendanceId !== 'string') return [];
      const said = typeof minutes === 'string' ? minutes : undefined;
      return [[attendanceId, { index, wasThere: wasThere === 'yes', minutes: said }]];
    }),
  );
}
