/** The forms about interviews: offering times, inviting, naming the panel, scoring. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ChoiceView, FieldView, LinkView } from '../../platform/pages/components.js';
import { errorItems, fieldViews, type LineOptions, lineViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { readRubric } from '../rounds/index.js';
import { InterviewScoreInput, OfferInterviewInput, PanelistInput, SlotInput } from './interview.input.js';
import { InterviewViews } from './interview.view.js';
import { InterviewRounds } from './interview-rounds.service.js';

type View = { title: string } & Record<string, unknown>;

/** Rows of fields on a form; without a script a few more than needed. */
const SLOT_ROWS = 8;
const PANEL_ROWS = 4;

@Injectable()
export class InterviewFormViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly rounds: InterviewRounds,
    private readonly views: InterviewViews,
  ) {}

  async slotsForm(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.rounds.round(visit.actor, visit.id('roundId'), 'interview.offer');
    const path = `/interviews/rounds/${round.id}`;
    return this.form(visit, {
      title: t('interview.slots.add'),
      lead: t('interview.slots.add.lead'),
      crumbs: [{ label: t('interview.round.title', { name: round.name }), href: path }],
      action: `${path}/slots`,
      submit: t('interview.slots.submit'),
      legend: t('interview.field.slots'),
      lines: this.lines(visit, { name: 'slots', input: SlotInput, stored: [], least: SLOT_ROWS }),
    });
  }

  async offerForm(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.rounds.round(visit.actor, visit.id('roundId'), 'interview.offer');
    const path = `/interviews/rounds/${round.id}`;
    const applications = await this.rounds.invitable(visit.actor, round.id);
    return this.form(visit, {
      title: t('interview.offer'),
      lead: t('interview.offer.lead'),
      crumbs: [{ label: t('interview.round.title', { name: round.name }), href: path }],
      action: `${path}/offer`,
      submit: t('interview.offer.submit'),
      fields: fieldViews(OfferInterviewInput, this.texts, {
        refused: visit.refused,
        values: { applicationId: visit.query['application'] },
        choices: { applicationId: applications.map(({ id, label }) => ({ value: id, label })) },
      }),
      legend: t('interview.field.panel'),
      lines: this.lines(visit, {
        name: 'panelists',
        input: PanelistInput,
        stored: [],
        least: PANEL_ROWS,
        choices: { personId: await this.reviewerChoices(round) },
      }),
    });
  }

  async panelForm(visit: Visit): Promise<View> {
    const { t } = this;
    const interview = await this.views.one(visit.actor, visit.id());
    const round = await this.rounds.round(visit.actor, interview.roundId, 'interview.offer');
    const path = `/interviews/${interview.id}`;
    return this.form(visit, {
      title: t('interview.panel.name'),
      lead: t('interview.panel.lead'),
      crumbs: [{ label: t('interview.title', { title: interview.applicationTitle }), href: path }],
      action: `${path}/panel`,
      submit: t('interview.panel.submit'),
      version: interview.version,
      legend: t('interview.field.panel'),
      lines: this.lines(visit, {
        name: 'panelists',
        input: PanelistInput,
        stored: interview.panel,
        least: PANEL_ROWS,
        choices: { personId: await this.reviewerChoices(round) },
      }),
    });
  }

  async scoresForm(visit: Visit): Promise<View> {
    const { t } = this;
    const interview = await this.views.one(visit.actor, visit.id());
    const rubric = await readRubric(this.db, interview.roundId);
    const path = `/interviews/${interview.id}`;
    const own = visit.actor.kind === 'person' ? visit.actor.personId : undefined;
    const mine = new Map(interview.scores.filter((s) => s.personId === own).map((s) => [s.criterionId, s]));
    const rows = rubric.map(({ id }) => ({
      criterionId: id,
      score: mine.get(id)?.score,
      reason: mine.get(id)?.reason,
    }));
    const lines = this.lines(visit, { name: 'scores', input: InterviewScoreInput, stored: rows }).map((fields, index) =>
      fields.map((field): FieldView => {
        const criterion = rubric[index];
        if (criterion === undefined) return field;
        if (field.name.endsWith('criterionId')) return { ...field, kind: 'hidden', value: criterion.id };
        if (!field.name.endsWith('score')) return field;
        return {
          ...field,
          label: `${criterion.position}. ${criterion.name}`,
          hint: t('interview.score.hint', {
            max: criterion.scaleMax,
            low: criterion.anchorLow,
            high: criterion.anchorHigh,
          }),
        };
      }),
    );
    return this.form(visit, {
      title: t('interview.score'),
      lead: t('interview.score.lead'),
      crumbs: [{ label: t('interview.title', { title: interview.applicationTitle }), href: path }],
      action: `${path}/scores`,
      submit: t('interview.score.submit'),
      legend: t('interview.field.scores'),
      lines,
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async reviewerChoices(round: { readonly id: string; readonly fundId: string }): Promise<ChoiceView[]> {
    return (await this.rounds.reviewersOf(round)).map(({ id, name }) => ({ value: id, label: name }));
  }

  /** Rows of fields: what was typed or is stored, and some spare ones. */
  /** The rows of a list: at least so many, since a few more are wanted than there are. */
  private lines(visit: Visit, list: Omit<LineOptions, 'refused' | 'spare'>): FieldView[][] {
    return lineViews(this.texts, { ...list, refused: visit.refused, spare: 0 });
  }

  private form(
    visit: Visit,
    form: {
      title: string;
      lead: string;
      crumbs: readonly LinkView[];
      action: string;
      submit: string;
      legend: string;
      lines: readonly (readonly FieldView[])[];
      fields?: readonly FieldView[];
      version?: number;
    },
  ): View {
    const { title, lead, crumbs, action, submit, legend, lines, fields = [], version } = form;
    return {
      title,
      head: { crumbs, title, lead },
      form: {
        ...{ action, fields, submit, legend, lines },
        cancel: { label: this.t('form.cancel'), href: crumbs.at(-1)?.href ?? '/' },
        errors: errorItems(this.texts, visit.refused),
        hidden: version === undefined ? [] : [{ name: 'version', value: String(version) }],
      },
    };
  }
}
