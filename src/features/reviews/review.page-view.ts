/** Reviews as their pages show them: the list, and reading beside scoring. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ChoiceView,
  type FieldView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { percent } from '../../platform/pages/bars.js';
import { Texts } from '../../platform/texts/texts.js';
import {
  DeclareReviewConflictInput,
  ReviewDraftInput,
  type ReviewListQuery,
  ReviewScoreInput,
} from './review.input.js';
import { formatPoints, pointsInTenths } from './review.rules.js';
import { type ReviewView, ReviewViews, type ScoredCriterion } from './review.view.js';
import { Reviews } from './reviews.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class ReviewPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly reviews: Reviews,
    private readonly views: ReviewViews,
  ) {}

  /** Where the reviewer goes on after a save: the criterion they asked for, unfolded. */
  nextPath(id: string, goTo: number | undefined): string {
    return goTo === undefined ? `/reviews/${id}` : `/reviews/${id}?criterion=${goTo}#criterion-${goTo}`;
  }

  async list(actor: Actor, query: ReviewListQuery): Promise<View> {
    const { t } = this;
    const path = '/reviews';
    const found = await this.reviews.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined;
    const head: PageHead = { title: t('review.list.title'), lead: t('review.list.lead') };
    const reviews = table({
      id: 'reviews',
      caption: t('review.list.caption'),
      columns: [
        { key: 'title', label: t('review.field.application'), ...sortedColumn(path, query, found.sort, 'title') },
        { key: 'round', label: t('review.field.round'), minor: true },
        { key: 'reviewer', label: t('review.field.reviewer'), minor: true },
        { key: 'state', label: t('review.field.state') },
        { key: 'due', label: t('review.field.due_on'), ...sortedColumn(path, query, found.sort, 'dueOn') },
        { key: 'requested', label: t('ranking.requested'), kind: 'money' },
      ],
      rows: found.items.map((each) => {
        const row = this.views.row(each);
        return {
          title: { text: row.applicationTitle, href: `${path}/${row.id}`, note: row.organizationName },
          round: row.roundName,
          reviewer: row.reviewerName,
          state: { tag: row.state },
          due: row.dueOn === null ? undefined : this.db.currentCalendar.formatDate(row.dueOn, 'short'),
          requested: row.requested,
        };
      }),
      search: {
        action: path,
        text: { name: 'q', label: t('review.search'), value: query.q },
        clear: isSearch ? { label: t('list.clear'), href: path } : undefined,
      },
      pager: pagerView(this.texts, path, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: path } }
        : { title: t('review.none'), text: t('review.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: reviews };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const review = await this.views.one(visit.actor, visit.id());
    const stored = await this.reviews.get(visit.actor, review.id);
    const path = `/reviews/${review.id}`;
    const answers = await this.reviews.machine.actions(this.policy, this.db, visit.actor, stored);
    const isDraft = review.state.state === 'in_progress' && answers.some(({ name }) => name === 'submit');
    const buttons = actionButtons(
      this.texts,
      path,
      review.version,
      answers.filter(({ name }) => name !== 'submit' && name !== 'declare_conflict'),
    );
    const due = review.dueOn === null ? undefined : this.db.currentCalendar.formatDate(review.dueOn, 'short');
    const head: PageHead = {
      crumbs: [{ label: t('review.list.title'), href: '/reviews' }],
      tag: review.state,
      number: review.applicationNumber,
      title: review.applicationTitle,
      lead: t('review.lead', { organization: review.organizationName, amount: review.requested }),
      actions: buttons.length === 0 ? undefined : buttons,
      side: due === undefined ? undefined : { label: t('review.due'), value: due },
    };
    return {
      title: review.applicationTitle,
      head,
      packet: this.packet(review),
      scoring: isDraft ? this.scoring(visit, review, path) : undefined,
      scores: isDraft ? undefined : this.scoresRead(review),
      conflict: answers.some(({ name }) => name === 'declare_conflict')
        ? { label: t('review.conflict.link'), href: `${path}/declare-conflict` }
        : undefined,
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'review', review.id),
        layout: 'narrow',
      },
    };
  }

  async conflictForm(visit: Visit): Promise<View> {
    const { t } = this;
    const review = await this.reviews.get(visit.actor, visit.id());
    const path = `/reviews/${review.id}`;
    const title = t('review.conflict.title');
    return {
      title,
      head: {
        crumbs: [{ label: review.applicationTitle, href: path }],
        title,
        lead: t('review.conflict.lead', { organization: review.organizationName }),
      },
      form: {
        action: `${path}/declare-conflict`,
        fields: fieldViews(DeclareReviewConflictInput, this.texts, {
          refused: visit.refused,
          only: ['type', 'note'],
        }),
        submit: t('review.conflict.submit'),
        cancel: { label: t('form.cancel'), href: path },
        errors: errorItems(this.texts, visit.refused),
        hidden: [{ name: 'version', value: String(review.version) }],
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** What is read: the application, part by part. */
  private packet(review: ReviewView): Record<string, unknown> {
    const { t } = this;
    const { summary, schools, districts, partners, budget } = review.application;
    return {
      summary: summary?.split(/\n{2,}/),
      schools: schools ?? undefined,
      districts: {
        items: districts.map(({ name, shareBasisPoints }) => ({ label: name, value: percent(shareBasisPoints) })),
      },
      partners: table({
        id: 'partners',
        caption: t('review.packet.partners.caption'),
        columns: [
          { key: 'name', label: t('review.packet.partner') },
          { key: 'level', label: t('review.packet.level') },
          { key: 'share', label: t('review.packet.share'), kind: 'money' },
        ],
        rows: partners.map(({ name, role, level, share }) => ({
          name: { text: name, note: role },
          level: t(`review.packet.level.${level}`),
          share,
        })),
        empty: { title: t('review.packet.no_partners') },
        plain: true,
        stack: true,
      }),
      budget: table({
        id: 'budget',
        caption: t('review.packet.budget.caption'),
        columns: [
          { key: 'line', label: t('review.packet.line') },
          { key: 'category', label: t('review.packet.category') },
          { key: 'amount', label: t('review.packet.amount'), kind: 'money' },
        ],
        rows: budget.map(({ category, description, amount }) => ({ line: description ?? category, category, amount })),
        total: { line: t('table.total'), category: '', amount: Money.sum(budget.map((line) => line.amount)) },
        empty: { title: t('review.packet.no_budget') },
        plain: true,
        stack: true,
      }),
    };
  }

  /** The form beside it: one criterion unfolded, all of them sent and saved together. */
  private scoring(visit: Visit, review: ReviewView, path: string): Record<string, unknown> {
    const { t } = this;
    const open = this.openCriterion(visit, review.criteria);
    const rest = fieldViews(ReviewDraftInput, this.texts, {
      refused: visit.refused,
      values: { recommended: review.recommended, comment: review.comment },
      only: ['recommended', 'comment'],
      overrides: {
        recommended: { hint: t('review.recommended.hint', { amount: review.requested }), optional: false },
        comment: { rows: 4 },
      },
    });
    const scored = review.criteria.filter(({ score, reason }) => score !== null && reason !== null).length;
    return {
      action: `${path}/save`,
      submitAction: `${path}/submit`,
      saved:
        review.savedAt === null
          ? undefined
          : t('review.saved_at', { time: this.db.currentCalendar.formatTime(review.savedAt) }),
      errors: errorItems(this.texts, visit.refused),
      hidden: [{ name: 'version', value: String(review.version) }],
      criteria: review.criteria.map((criterion, index) =>
        this.criterion(visit, review.criteria, criterion, index, open),
      ),
      rest,
      done: t('review.scored_count', { scored, count: review.criteria.length }),
      submit: t('review.submit.button'),
      save: t('review.save.button'),
    };
  }

  private criterion(
    visit: Visit,
    all: readonly ScoredCriterion[],
    criterion: ScoredCriterion,
    index: number,
    open: number,
  ): Record<string, unknown> {
    const { t } = this;
    const { id, position, name, question, weight, scaleMax, score } = criterion;
    const sent = this.sent(visit, index);
    const next = all[index + 1];
    const weights = all.reduce((sum, each) => sum + each.weight, 0);
    const points = formatPoints(Math.round((1000 * weight) / weights)).replace(/\.0$/, '');
    const problems = new Map(visit.refused?.error.fields.map((each) => [each.field, each]) ?? []);
    const fields = fieldViews(ReviewScoreInput, this.texts, {
      values: sent ?? { criterionId: id, score, reason: criterion.reason },
      choices: { score: this.scale(criterion) },
      overrides: { score: { kind: 'radios' }, reason: { rows: 4, optional: false }, criterionId: { kind: 'hidden' } },
    }).map((field): FieldView => {
      const at = `scores[${index}].${field.name}`;
      const problem = problems.get(at);
      const value = field.name === 'criterionId' ? id : field.value;
      const error = problem === undefined ? undefined : t(`error.${problem.code}`, problem.params);
      return { ...field, name: at, value, optional: false, error };
    });
    return {
      anchor: `criterion-${position}`,
      title: `${position}. ${name}`,
      question,
      points: t('review.of_points', { points, max: scaleMax }),
      score: score === null ? t('review.not_scored') : t('review.score_of', { score, max: scaleMax }),
      isScored: score !== null,
      isOpen: position === open || fields.some(({ error }) => error !== undefined),
      fields,
      next:
        next === undefined
          ? undefined
          : { value: String(next.position), label: t('review.save.next', { number: next.position }) },
    };
  }

  /** Each scale point with its words; only the ends have words of their own. */
  private scale({ scaleMax, anchorLow, anchorHigh }: ScoredCriterion): ChoiceView[] {
    return Array.from({ length: scaleMax }, (_, index) => {
      const point = index + 1;
      const words = point === 1 ? anchorLow : point === scaleMax ? anchorHigh : this.between(point, scaleMax);
      return { value: String(point), label: String(point), hint: words };
    });
  }

  private between(point: number, scaleMax: number): string {
    const middle = (scaleMax + 1) / 2;
    if (point === middle) return this.t('review.scale.middle', { max: scaleMax });
    return point < middle ? this.t('review.scale.lower') : this.t('review.scale.higher', { max: scaleMax });
  }

  /** What was typed into a refused form, by row. */
  private sent(visit: Visit, index: number): Record<string, unknown> | undefined {
    const rows = visit.refused?.values['scores'];
    return Array.isArray(rows) ? (rows[index] as Record<string, unknown> | undefined) : undefined;
  }

  /** The one asked for, else the first that is not done; the first one when all are. */
  private openCriterion(visit: Visit, criteria: readonly ScoredCriterion[]): number {
    const asked = Number(visit.query['criterion']);
    if (criteria.some(({ position }) => position === asked)) return asked;
    const missing = criteria.find(({ score, reason }) => score === null || reason === null);
    return (missing ?? criteria[0])?.position ?? 0;
  }

  private scoresRead(review: ReviewView): Record<string, unknown> | undefined {
    const { t } = this;
    const given = review.criteria.flatMap((each) => (each.score === null ? [] : [{ ...each, score: each.score }]));
    if (given.length === 0) return undefined;
    const points = pointsInTenths([given]) ?? 0;
    const scores: TableView = table({
      id: 'scores',
      caption: t('review.scores.caption'),
      columns: [
        { key: 'criterion', label: t('review.field.criterion') },
        { key: 'score', label: t('review.field.score'), kind: 'number' },
      ],
      rows: given.map(({ position, name, reason, score, scaleMax }) => ({
        criterion: { text: `${position}. ${name}`, note: reason ?? undefined },
        score: { text: t('review.score_of', { score, max: scaleMax }) },
      })),
      plain: true,
    });
    return {
      scores,
      facts: {
        items: [
          { label: t('review.field.reviewer'), value: review.reviewerName },
          { label: t('ranking.points'), value: formatPoints(points), strong: true },
          ...(review.recommended === null
            ? []
            : [{ label: t('review.field.recommended'), value: review.recommended.format() }]),
        ],
      },
      comment: review.comment ?? undefined,
    };
  }
}
