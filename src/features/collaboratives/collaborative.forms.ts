/** The forms of collaboratives: setting one up, its years, teams and seats. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { ChoiceView, FieldView, LinkView } from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions, inPairs, lineViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { normalizeAddress } from '../identity/index.js';
import {
  CollaborativeInput,
  CollaborativeYearInput,
  EndSeatInput,
  SeatInput,
  SeatRuleInput,
  TeamInput,
  TeamNameInput,
} from './collaborative.input.js';
import { CollaborativePageViews } from './collaborative.page-view.js';
import { CollaborativeViews, type TeamView } from './collaborative.view.js';
import { SEAT_ROLES, type SeatRole } from './collaborative.words.js';
import { readRules, type RuleLine } from './collaboratives.reads.js';
import { Collaboratives } from './collaboratives.service.js';

type View = { title: string } & Record<string, unknown>;

export interface FormPage extends FormOptions {
  readonly title: string;
  readonly lead?: string;
  readonly crumbs: readonly LinkView[];
  readonly input: InputClass;
  readonly action: string;
  readonly submit: string;
  readonly version?: number;
  readonly pairs?: readonly (readonly [string, string])[];
  readonly legend?: string;
  readonly lines?: readonly (readonly FieldView[])[];
}

/** Lines of the rule on the form, spare ones among them. */
const RULE_ROWS = 5;

@Injectable()
export class CollaborativeForms {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly agency: AgencySettings,
    private readonly collaboratives: Collaboratives,
    private readonly views: CollaborativeViews,
    private readonly pages: CollaborativePageViews,
  ) {}

  async create(visit: Visit): Promise<View> {
    const { t } = this;
    const pools = await this.collaboratives.freePools(visit.actor);
    return this.form(visit, {
      title: t('collaborative.new'),
      lead: t(pools.length === 0 ? 'collaborative.new.no_pool' : 'collaborative.new.lead'),
      crumbs: [{ label: t('collaborative.list.title'), href: '/collaboratives' }],
      input: CollaborativeInput,
      action: '/collaboratives',
      submit: t('collaborative.create'),
      choices: { poolId: pools.map(({ id, name }) => ({ value: id, label: name })) },
      overrides: { poolId: { optional: false } },
      ...this.ruleLines(visit, []),
    });
  }

  async edit(visit: Visit): Promise<View> {
    const { t } = this;
    const collaborative = await this.views.one(visit.actor, visit.id());
    return this.form(visit, {
      title: t('collaborative.edit', { name: collaborative.name }),
      lead: t('collaborative.edit.lead', { pool: collaborative.poolName }),
      crumbs: this.pages.crumbs(collaborative),
      input: CollaborativeInput,
      action: `/collaboratives/${collaborative.id}/edit`,
      submit: t('form.save'),
      values: { ...collaborative },
      version: collaborative.version,
      only: ['name', 'shortName', 'teamAtLeast', 'teamAtMost', 'teamsAtMost'],
      ...this.ruleLines(visit, collaborative.rules),
    });
  }

  /** Begins where the latest year ends. */
  async newYear(visit: Visit): Promise<View> {
    const { t } = this;
    const collaborative = await this.views.one(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    const last = collaborative.years[0];
    const startsOn = last === undefined ? undefined : calendar.addDays(last.endsOn, 1);
    const endsOn = startsOn === undefined ? undefined : calendar.addDays(calendar.addMonths(startsOn, 12), -1);
    return this.form(visit, {
      title: t('collaborative_year.new'),
      lead: t('collaborative_year.new.lead'),
      crumbs: this.pages.crumbs(collaborative),
      input: CollaborativeYearInput,
      action: `/collaboratives/${collaborative.id}/years`,
      submit: t('collaborative_year.create'),
      values: { startsOn, endsOn },
      pairs: [['startsOn', 'endsOn']],
    });
  }

  async editYear(visit: Visit): Promise<View> {
    const year = await this.views.year(visit.actor, visit.id('yearId'));
    return this.form(visit, {
      title: this.t('collaborative_year.edit', { name: year.name }),
      crumbs: this.pages.crumbs(year.collaborative),
      input: CollaborativeYearInput,
      action: `/collaboratives/years/${year.id}/edit`,
      submit: this.t('form.save'),
      values: { ...year },
      version: year.version,
      pairs: [['startsOn', 'endsOn']],
    });
  }

  async newTeam(visit: Visit): Promise<View> {
    const { t } = this;
    const year = await this.views.year(visit.actor, visit.id('yearId'));
    const { districts } = await this.agency.current();
    const taken = new Set(year.teams.map(({ district }) => district));
    const free = districts.filter(({ name }) => !taken.has(name));
    return this.form(visit, {
      title: t('team.new'),
      lead: t(free.length === 0 ? 'team.new.no_district' : 'team.new.lead'),
      crumbs: [
        ...this.pages.crumbs(year.collaborative),
        { label: year.name, href: `/collaboratives/years/${year.id}` },
      ],
      input: TeamInput,
      action: `/collaboratives/years/${year.id}/teams`,
      submit: t('team.create'),
      choices: { district: free.map(({ name }) => ({ value: name, label: name })) },
      overrides: { district: { kind: 'select' } },
    });
  }

  async renameTeam(visit: Visit): Promise<View> {
    const team = await this.views.team(visit.actor, visit.id());
    return this.form(visit, {
      title: this.t('team.rename'),
      crumbs: this.teamCrumbs(team),
      input: TeamNameInput,
      action: `/teams/${team.id}/edit`,
      submit: this.t('form.save'),
      values: { name: team.name },
      version: team.version,
    });
  }

  async newSeat(visit: Visit): Promise<View> {
    const { t } = this;
    const team = await this.views.team(visit.actor, visit.id());
    const sharers = await this.sharers(visit);
    const seated = (await readRules(this.db, team.collaborative.id)).flatMap(({ roles }) => roles);
    return this.form(visit, {
      title: t('seat.new.title', { team: team.name }),
      lead: team.gaps.length === 0 ? t('seat.new.lead') : team.gaps.join(' '),
      crumbs: this.teamCrumbs(team),
      input: SeatInput,
      action: `/teams/${team.id}/seats`,
      submit: t('seat.create'),
      only: ['role', 'address', ...(sharers.length > 0 ? ['personId'] : []), 'name', 'startsOn'],
      choices: { role: this.roleChoices(seated.length === 0 ? SEAT_ROLES : seated), personId: sharers },
      overrides: { address: { kind: 'email' }, personId: { kind: 'radios', optional: false, prompt: undefined } },
    });
  }

  async endSeat(visit: Visit): Promise<View> {
    const { t } = this;
    const found = await this.db.find<{ teamId: string }>(
      sql`select team_id as "teamId" from seats where id = ${visit.id()}`,
    );
    if (found === undefined) throw notFound('thing.not_found');
    const team = await this.views.team(visit.actor, found.teamId);
    const seat = [...team.people, ...team.before].find(({ id }) => id === visit.id());
    if (seat === undefined) throw notFound('thing.not_found');
    return this.form(visit, {
      title: t('seat.end.title', { name: seat.personName }),
      lead: t('seat.end.lead', { role: t(`seat.field.role.${seat.role}`), team: team.name }),
      crumbs: this.teamCrumbs(team),
      input: EndSeatInput,
      action: `/seats/${seat.id}/end`,
      submit: t('seat.end'),
      values: { endedOn: this.db.today },
      version: seat.version,
    });
  }

  form(visit: Visit, form: FormPage): View {
    const { title, lead, crumbs, input, action, submit, version, pairs = [], legend, lines, ...options } = form;
    const fields = fieldViews(input, this.texts, { ...options, refused: visit.refused });
    return {
      title,
      head: { crumbs, title, lead },
      form: {
        ...{ action, submit, legend, lines },
        fields: inPairs(
          fields.filter((field) => field.name !== 'version'),
          pairs,
        ),
        cancel: { label: this.t('form.cancel'), href: crumbs.at(-1)?.href ?? '/' },
        errors: errorItems(this.texts, visit.refused),
        hidden: version === undefined ? [] : [{ name: 'version', value: String(version) }],
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private roleChoices(among: readonly SeatRole[] = SEAT_ROLES): ChoiceView[] {
    return SEAT_ROLES.filter((role) => among.includes(role)).map((role) => ({
      value: role,
      label: this.t(`seat.field.role.${role}`),
    }));
  }

  private teamCrumbs({ id, name, year, collaborative }: TeamView): LinkView[] {
    return [
      ...this.pages.crumbs(collaborative),
      { label: year.name, href: `/collaboratives/years/${year.id}` },
      { label: name, href: `/teams/${id}` },
    ];
  }

  private ruleLines(visit: Visit, stored: readonly RuleLine[]): Pick<FormPage, 'legend' | 'lines' | 'pairs'> {
    return {
      pairs: [['teamAtLeast', 'teamAtMost']],
      legend: this.t('collaborative.field.rules'),
      lines: lineViews(this.texts, {
        name: 'rules',
        input: SeatRuleInput,
        stored,
        refused: visit.refused,
        spare: 1,
        least: RULE_ROWS,
        choices: { roles: this.roleChoices() },
      }),
    };
  }

  /** Those who use the address that was typed, when there are several to choose from. */
  private async sharers(visit: Visit): Promise<ChoiceView[]> {
    const isShared = visit.refused?.error.fields.some(({ field }) => field === 'personId') ?? false;
    const typed = visit.refused?.values['address'];
    if (!isShared || typeof typed !== 'string') return [];
    return this.db.query<ChoiceView>(sql`
      select p.id as value, p.name as label from identifiers i join persons p on p.id = i.person_id
      where i.kind = 'address' and i.value = ${normalizeAddress(typed)} order by lower(p.name), p.id limit 20`);
  }
}
