/** The forms that set a round up beyond its terms: its form, who can apply, a copy of it, and other dates. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ActionView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { formVersionsOfFund } from '../forms/index.js';
import { inBox } from './eligibility.page-view.js';
import type { EligibilityRule } from './eligibility.rules.js';
import { formPage, type FormPageView } from './round-form-page.js';
import {
  EligibilityInput,
  EligibilityRuleInput,
  FormChoiceInput,
  RoundCopyInput,
  RoundDatesInput,
} from './round-set-up.input.js';
import type { Round } from './round.entity.js';
import { RoundForms } from './round.forms.js';
import { RoundViews } from './round.view.js';
import { Rounds } from './rounds.service.js';

/** A year is what lies between most rounds of a program. */
const DAYS_TO_NEXT = 364;

@Injectable()
export class RoundSetUpForms {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly views: RoundViews,
    private readonly forms: RoundForms,
  ) {}

  async chooseForm(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const versions = await formVersionsOfFund(this.db, round.fundId);
    const form = formPage(this.texts, visit, {
      title: t('round.form.title'),
      lead: t(versions.length === 0 ? 'round.form.lead_none' : 'round.form.lead'),
      crumbs: this.forms.crumbs(round),
      input: FormChoiceInput,
      action: `/rounds/${round.id}/form`,
      submit: t('form.save'),
      // A version that was published a moment ago is offered from its page.
      values: {
        formVersionId: versions.find(({ id }) => id === visit.query['formVersionId'])?.id ?? round.formVersionId,
      },
      choices: {
        formVersionId: versions.map(({ id, formName, number, state, questions }) => ({
          value: id,
          label: t(`round.form.choice.${state === 'published' ? 'published' : 'draft'}`, {
            ...{ name: formName, number, questions },
          }),
        })),
      },
      overrides: { formVersionId: { prompt: t('round.form.usual') } },
      version: round.version,
    });
    const head = form['head'] as Record<string, unknown>;
    return { ...form, head: { ...head, actions: this.formActions(round, versions) } };
  }

  /** Its own form leads; to build one is offered while it has none. */
  private formActions(round: Round, versions: readonly { id: string; formName: string }[]): ActionView[] {
    const { t } = this;
    const own = versions.find(({ id }) => id === round.formVersionId);
    return [
      own === undefined
        ? { label: t('round.form.build'), action: `/rounds/${round.id}/form/build` }
        : { label: t('round.form.open', { name: own.formName }), href: `/form-versions/${own.id}` },
      { label: t('round.form.import'), href: `/forms/import?fundId=${round.fundId}`, quiet: true },
      { label: t('round.form.all'), href: '/forms', quiet: true },
    ];
  }

  async eligibility(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    return formPage(this.texts, visit, {
      title: t('eligibility.edit'),
      lead: t('eligibility.edit.lead'),
      crumbs: this.forms.crumbs(round),
      input: EligibilityInput,
      only: [],
      action: `/rounds/${round.id}/eligibility`,
      submit: t('form.save'),
      version: round.version,
      lines: {
        ...{ name: 'rules', input: EligibilityRuleInput, stored: round.eligibilityRules.map(asTyped) },
        ...{ legend: t('eligibility.field.rules'), hint: t('eligibility.field.rules.hint') },
        ...{ labelKey: 'eligibility.rule_number', spare: 2 },
      },
    });
  }

  async copy(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    const later = (at: Date): string => calendar.addDays(calendar.today(at), DAYS_TO_NEXT);
    const pools = await this.forms.pools(visit.actor);
    return formPage(this.texts, visit, {
      title: t('round.copy.title', { name: round.name }),
      lead: t('round.copy.lead'),
      note: this.forms.noPool(pools),
      crumbs: this.forms.crumbs(round),
      input: RoundCopyInput,
      action: `/rounds/${round.id}/copy`,
      submit: t('round.copy.submit'),
      choices: { poolId: pools },
      values: {
        ...{ name: round.name, opensOn: later(round.opensAt), opensTime: calendar.formatTime(round.opensAt) },
        ...{ dueOn: later(round.dueAt), dueTime: calendar.formatTime(round.dueAt) },
      },
    });
  }

  async dates(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const calendar = this.db.currentCalendar;
    const mayOpenLater = round.opensAt > this.db.now;
    return formPage(this.texts, visit, {
      title: t('round.dates.title', { name: round.name }),
      lead: t('round.dates.lead', { at: calendar.formatInstant(round.dueAt, 'full') }),
      crumbs: this.forms.crumbs(round),
      input: RoundDatesInput,
      only: mayOpenLater ? ['opensOn', 'opensTime', 'reason'] : ['reason'],
      action: `/rounds/${round.id}/dates`,
      submit: t('round.dates.submit'),
      values: { opensOn: calendar.today(round.opensAt), opensTime: calendar.formatTime(round.opensAt) },
      version: round.version,
      lines: this.forms.milestoneLines(await this.views.milestonesOf(round.id)),
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);
}

/** A rule as its form has it: lists one line each. */
function asTyped(rule: EligibilityRule): object {
  const { key, question, help, kind, choices, must, why } = rule;
  const value = typeof must.value === 'string' ? inBox(rule, must.value) : must.value.join('\n');
  return { key, question, help, kind, choices: choices?.join('\n'), is: must.is, value, why };
}
