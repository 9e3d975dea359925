/** The page of a round's panel: the ranking, who reads what, and for staff the form that assigns. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FormView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { findRound, roundSubject } from '../rounds/index.js';
import { AssignReviewInput } from './review.input.js';
import { formatPoints } from './review.rules.js';
import { type RankingView, ReviewViews } from './review.view.js';
import { ReviewPanels } from './review-panels.service.js';
import { Reviews } from './reviews.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class ReviewRoundViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly reviews: Reviews,
    private readonly panels: ReviewPanels,
    private readonly views: ReviewViews,
  ) {}

  async round(visit: Visit): Promise<View> {
    const { t } = this;
    const { actor } = visit;
    const ranking = await this.views.ranking(actor, visit.id('roundId'));
    const round = await findRound(this.db, ranking.roundId);
    const subject = round === undefined ? {} : roundSubject(round);
    const can = (permission: string): boolean => this.policy.can(actor, permission, subject);
    const path = `/reviews/rounds/${ranking.roundId}`;
    const canAssign = !ranking.isPanelClosed && can('review.assign');
    const actions: ActionView[] = [];
    if (can('interview.offer')) {
      actions.push({ label: t('review.round.interviews'), href: `/interviews/rounds/${ranking.roundId}` });
    }
    if (!ranking.isPanelClosed && can('review.close_panel')) {
      actions.push({ label: t('review.panel.close'), action: `${path}/close-panel` });
    }
    const head: PageHead = {
      crumbs: [{ label: ranking.roundName, href: `/rounds/${ranking.roundId}` }],
      title: t('ranking.title', { name: ranking.roundName }),
      lead: this.lead(ranking),
      actions,
    };
    return {
      title: head.title,
      head,
      ranking: this.rankingTable(ranking),
      reviews: can('review.read') ? await this.reviewTable(actor, ranking.roundId) : undefined,
      assign: canAssign && round !== undefined ? await this.assignForm(visit, round) : undefined,
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private lead({ items, isPanelClosed }: RankingView): string {
    const reviewed = items.filter((row) => row.reviews > 0).length;
    const open = items.reduce((sum, row) => sum + row.open, 0);
    const params = { reviewed, open, applications: items.length };
    return this.t(isPanelClosed ? 'ranking.lead.closed' : 'ranking.lead', params);
  }

  private rankingTable({ items }: RankingView): TableView {
    const { t } = this;
    return table({
      id: 'ranking',
      caption: t('ranking.caption'),
      columns: [
        { key: 'title', label: t('review.field.application') },
        { key: 'requested', label: t('ranking.requested'), kind: 'money' },
        { key: 'reviews', label: t('ranking.reviews'), kind: 'number' },
        { key: 'spread', label: t('ranking.spread'), kind: 'number', minor: true },
        { key: 'points', label: t('ranking.points'), kind: 'number' },
        { key: 'interview', label: t('ranking.interview_points'), kind: 'number' },
      ],
      rows: items.map((row, index) => ({
        title: {
          text: row.reviews === 0 ? row.title : t('ranking.ranked', { rank: index + 1, title: row.title }),
          href: `/applications/${row.applicationId}`,
          note: row.organizationName,
        },
        requested: row.requested,
        reviews: {
          text: String(row.reviews),
          note: row.open === 0 ? undefined : t('ranking.open', { count: row.open }),
        },
        spread:
          row.lowest === null || row.highest === null || row.reviews < 2
            ? undefined
            : { text: `${formatPoints(row.lowest)}–${formatPoints(row.highest)}` },
        points: row.reviews === 0 ? undefined : { text: formatPoints(row.points) },
        interview: row.interviewPoints === null ? undefined : { text: formatPoints(row.interviewPoints) },
      })),
      note: items.length === 0 ? undefined : t('ranking.note'),
      empty: { title: t('ranking.none'), text: t('ranking.none.text') },
      stack: true,
    });
  }

  private async reviewTable(actor: Actor, round: string): Promise<TableView> {
    const { t } = this;
    const found = await this.reviews.list(actor, { round, limit: 200, sort: 'title' });
    return table({
      id: 'reviews',
      caption: t('review.round.caption'),
      columns: [
        { key: 'title', label: t('review.field.application') },
        { key: 'reviewer', label: t('review.field.reviewer') },
        { key: 'state', label: t('review.field.state') },
        { key: 'due', label: t('review.field.due_on'), minor: true },
        { key: 'recommended', label: t('review.round.recommended'), kind: 'money' },
      ],
      rows: found.items.map((each) => {
        const row = this.views.row(each);
        return {
          title: { text: row.applicationTitle, href: `/reviews/${row.id}`, note: row.organizationName },
          reviewer: row.reviewerName,
          state: { tag: row.state },
          due: row.dueOn === null ? undefined : this.db.currentCalendar.formatDate(row.dueOn, 'short'),
          recommended: row.recommended,
        };
      }),
      empty: { title: t('review.none_assigned'), text: t('review.none_assigned.text') },
      stack: true,
    });
  }

  /** Nothing to assign, no form. */
  private async assignForm(
    visit: Visit,
    round: { readonly id: string; readonly fundId: string },
  ): Promise<FormView | undefined> {
    const [applications, people] = await Promise.all([
      this.panels.reviewable(visit.actor, round.id),
      this.panels.reviewers(this.db, round),
    ]);
    if (applications.length === 0) return undefined;
    return {
      action: `/reviews/rounds/${round.id}/assign`,
      fields: fieldViews(AssignReviewInput, this.texts, {
        refused: visit.refused,
        choices: {
          applicationId: applications.map(({ id, number, title }) => ({ value: id, label: `${number}: ${title}` })),
          reviewerId: people.map(({ id, name }) => ({ value: id, label: name })),
        },
      }),
      submit: this.t('review.assign.submit'),
      errors: errorItems(this.texts, visit.refused),
    };
  }
}
