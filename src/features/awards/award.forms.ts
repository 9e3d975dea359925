/** The forms of an award: its terms, its budget, and the page on which the recipient signs. */
import { Injectable } from '@nestjs/common';
import { forbidden } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { errorItems, fieldViews, inPairs, lineViews } from '../../platform/pages/forms.js';
import type { FormView, LinkView } from '../../platform/pages/shapes.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { AcceptInput, AwardBudgetLineInput, AwardDistrictInput, AwardTermsInput } from './award.input.js';
import { awardSubject } from './award-reads.js';
import { type AwardView, AwardViews } from './award.view.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class AwardForms {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: AwardViews,
    private readonly settings: AgencySettings,
  ) {}

  async terms(visit: Visit): Promise<View> {
    const { t } = this;
    const award = await this.changeable(visit);
    const fields = fieldViews(AwardTermsInput, this.texts, {
      values: { ...award, conditions: award.conditions.join('\n') },
      refused: visit.refused,
      overrides: { scope: { rows: 5 }, conditions: { rows: 4 } },
    });
    const { districts } = await this.settings.current();
    const options = districts.map(({ name }) => ({ value: name, label: name }));
    return this.form(visit, award, {
      title: t('award.edit.title', { title: award.title }),
      action: `/awards/${award.id}/edit`,
      fields: inPairs(
        fields.filter((field) => field.name !== 'version'),
        PAIRS,
      ),
      linesTitle: t('award.field.districts'),
      linesHint: t('award.field.districts.hint'),
      lines: lineViews(this.texts, {
        refused: visit.refused,
        name: 'districts',
        input: AwardDistrictInput,
        stored: award.districts.map(({ name, basisPoints }) => ({ district: name, share: basisPoints })),
        overrides: options.length === 0 ? {} : { district: { kind: 'select', options, prompt: t('form.choose') } },
      }),
    });
  }

  async budget(visit: Visit): Promise<View> {
    const { t } = this;
    const award = await this.changeable(visit);
    return this.form(visit, award, {
      title: t('award.edit_budget.title', { title: award.title }),
      lead: t('award.edit_budget.lead', { amount: award.amount }),
      action: `/awards/${award.id}/budget`,
      fields: [],
      linesTitle: t('award.field.budget'),
      linesHint: t('award.field.budget.hint'),
      lines: lineViews(this.texts, {
        refused: visit.refused,
        name: 'lines',
        input: AwardBudgetLineInput,
        stored: award.budget.map(({ category, amount, participantSupport }) => ({
          category,
          amount,
          participantSupport,
        })),
      }),
    });
  }

  /** What is signed, in full view, and the box to tick. */
  async accept(visit: Visit): Promise<View> {
    const { t } = this;
    const { view, actions } = await this.views.whole(visit.actor, visit.id());
    const accept = actions.find((each) => each.name === 'accept');
    const bar = accept?.blockers[0];
    if (bar !== undefined) throw forbidden(bar.code, { params: bar.params });
    const fields = fieldViews(AcceptInput, this.texts, { refused: visit.refused, only: ['certified'] });
    const title = t('award.accept.title', { amount: view.amount, title: view.title });
    const period =
      view.startsOn === null || view.endsOn === null ? '' : `${this.date(view.startsOn)} – ${this.date(view.endsOn)}`;
    const form: FormView = {
      action: `/awards/${view.id}/accept`,
      fields,
      submit: t('award.accept.submit'),
      cancel: { label: t('form.cancel'), href: `/awards/${view.id}` },
      errors: errorItems(this.texts, visit.refused),
      hidden: [{ name: 'version', value: String(view.version) }],
    };
    return {
      title,
      head: {
        crumbs: this.crumbs(view),
        title,
        lead: t('award.accept.lead', { recipient: view.recipient }),
      },
      facts: {
        items: [
          { label: t('award.field.amount'), value: view.amount.format(), strong: true },
          { label: t('award.field.period'), value: period },
          ...(view.acceptBy === null ? [] : [{ label: t('award.field.accept_by'), value: this.date(view.acceptBy) }]),
        ],
      },
      conditions: view.conditions.length === 0 ? undefined : view.conditions,
      documents: {
        items: view.documents.map(({ kind, url }) => ({ title: t(`award.document.${kind}`), href: url })),
      },
      form: accept === undefined ? undefined : form,
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private date(date: string): string {
    return this.db.currentCalendar.formatDate(date, 'long');
  }

  private async changeable(visit: Visit): Promise<AwardView> {
    const { award, view, side } = await this.views.whole(visit.actor, visit.id());
    if (!this.policy.can(side, 'award.update', awardSubject(award))) {
      throw forbidden('permission.missing', { params: { permission: 'award.update' } });
    }
    return view;
  }

  private crumbs(award: AwardView): LinkView[] {
    return [
      { label: this.t('award.list.title'), href: '/awards' },
      { label: award.title, href: `/awards/${award.id}` },
    ];
  }

  private form(
    visit: Visit,
    award: AwardView,
    page: {
      title: string;
      lead?: string;
      action: string;
      fields: FormView['fields'];
      lines: unknown;
      linesTitle: string;
      linesHint: string;
    },
  ): View {
    const { title, lead, ...rest } = page;
    return {
      title,
      head: { crumbs: this.crumbs(award), title, lead },
      form: {
        ...rest,
        submit: this.t('form.save'),
        cancel: { label: this.t('form.cancel'), href: `/awards/${award.id}` },
        errors: errorItems(this.texts, visit.refused),
        hidden: [{ name: 'version', value: String(award.version) }],
      },
    };
  }
}

/** Short fields that belong together stand side by side. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['startsOn', 'endsOn'],
  ['agreementKind', 'riskRating'],
];
