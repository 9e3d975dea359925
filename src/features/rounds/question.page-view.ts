/** Questions about a round as staff's pages show them, and as everybody reads them on the page of the round. */
import { Injectable } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FormView,
  type LinkView,
  type PageHead,
  table,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { RoundQuestion } from './question.entity.js';
import { RoundAnswerInput, RoundQuestionInput, type QuestionListQuery } from './question.input.js';
import { questionLifecycle } from './question.lifecycle.js';
import { questionsUntil, takesQuestions } from './question.rules.js';
import { Questions } from './questions.service.js';
import { findRound, readMilestones, roundSubject } from './rounds.reads.js';

type View = { title: string } & Record<string, unknown>;

/** Questions and answers as they stand on the public page of a round. */
export interface PublicQuestions {
  readonly lead: string;
  readonly items: readonly {
    readonly question: string;
    readonly answer: string;
    readonly when: string;
    readonly earlier: readonly { readonly answer: string; readonly when: string }[];
  }[];
  readonly empty?: string;
  /** One's own that wait. */
  readonly waiting: readonly string[];
  readonly form?: FormView;
  /** Instead of the form for who is not signed in. */
  readonly links?: readonly LinkView[];
}

@Injectable()
export class QuestionPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly questions: Questions,
  ) {}

  /** For the public page of a round that is public. */
  async onPage(visit: Visit, roundId: string): Promise<PublicQuestions> {
    const { t } = this;
    const { actor } = visit;
    const { takes, until } = await this.window(roundId);
    const [published, waiting] = await Promise.all([
      this.questions.published(roundId),
      this.questions.waitingOf(actor, roundId),
    ]);
    const next = `?next=/funding/${roundId}`;
    return {
      lead: t(takes ? 'question.until' : 'question.closed', { at: until }),
      items: published.map(({ question, answer, answeredAt, earlier }) => ({
        ...{ question, answer },
        when: t(earlier.length === 0 ? 'question.answered_on' : 'question.changed_on', { date: this.day(answeredAt) }),
        earlier: earlier.map((each) => ({
          answer: each.answer,
          when: t('question.answered_on', { date: this.day(new Date(each.answeredAt)) }),
        })),
      })),
      empty: published.length > 0 ? undefined : t('question.none_yet'),
      waiting: waiting.map(({ body }) => body),
      form: takes && actor.kind === 'person' ? this.askForm(visit, roundId) : undefined,
      links:
        takes && actor.kind === 'public'
          ? [
              { label: t('question.sign_in'), href: `/sign-in${next}` },
              { label: t('question.sign_up'), href: `/sign-up${next}` },
            ]
          : undefined,
    };
  }

  async list(visit: Visit, query: QuestionListQuery): Promise<View> {
    const { t } = this;
    const roundId = visit.id();
    const path = `/rounds/${roundId}/questions`;
    const found = await this.questions.list(visit.actor, roundId, query);
    const round = await findRound(this.db, roundId);
    const mayAnswer =
      round !== undefined &&
      this.policy.can(visit.actor, 'question.answer', roundSubject(round)) &&
      round.state !== 'draft';
    const isSearch = query.q !== undefined || query.state !== undefined;
    const { takes, until } = await this.window(roundId);
    const head: PageHead = {
      crumbs: [{ label: round?.name ?? '', href: `/rounds/${roundId}` }],
      title: t('question.list.title'),
      lead: t(takes ? 'question.until' : 'question.closed', { at: until }),
      actions: [
        ...(mayAnswer ? [{ label: t('question.add'), href: `${path}/new` }] : []),
        ...(round?.state === 'draft' ? [] : [{ label: t('question.public_page'), href: `/funding/${roundId}` }]),
      ],
    };
    const questions = table({
      id: 'questions',
      caption: t('question.list.title'),
      columns: [
        { key: 'question', label: t('question.head') },
        { key: 'asked', label: t('question.asked'), minor: true },
        { key: 'state', label: t('question.field.state') },
      ],
      rows: found.items.map((row) => ({
        question: { text: row.question ?? row.body, href: `/questions/${row.id}`, note: row.answer ?? undefined },
        asked: { text: row.askedBy ?? t('question.by_staff'), note: this.day(row.createdAt) },
        state: { tag: this.questions.machineOf({ id: row.roundId, fundId: row.fundId }).state(row.state) },
      })),
      search: {
        action: path,
        text: { name: 'q', label: t('question.search'), value: query.q },
        filters: [
          {
            ...{ kind: 'select', name: 'state', label: t('question.field.state'), value: query.state },
            prompt: t('list.any'),
            options: questionLifecycle.states.map((state) => ({
              value: state,
              label: questionLifecycle.definition.states[state].label,
            })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: path } : undefined,
      },
      pager: pagerView(this.texts, path, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: path } }
        : { title: t('question.none'), text: t('question.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: questions };
  }

  /** One question, with the form that answers it. */
  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const row = await this.questions.get(visit.actor, visit.id());
    const round = { id: row.roundId, fundId: row.fundId };
    const machine = this.questions.machineOf(round);
    const thing = Object.assign(new RoundQuestion(), row);
    const actions = await machine.actions(this.policy, this.db, visit.actor, thing);
    const path = `/questions/${row.id}`;
    const mayAnswer = actions.some((each) => each.name === 'answer' && each.enabled);
    // Answering has a form of its own below.
    const others = actions.filter((each) => each.name !== 'answer');
    const head: PageHead = {
      crumbs: [
        { label: row.roundName, href: `/rounds/${row.roundId}` },
        { label: t('question.list.title'), href: `/rounds/${row.roundId}/questions` },
      ],
      tag: machine.state(row.state),
      title: t('question.title'),
      lead: t(row.askedBy === null ? 'question.lead.staff' : 'question.lead', {
        person: row.askedBy ?? '',
        date: this.day(row.createdAt),
      }),
      actions: actionButtons(this.texts, path, row.version, others).map((button): ActionView => ({
        ...button,
        noteLabel: t('question.field.reason'),
        noteHint: t('question.field.reason.hint'),
      })),
    };
    return {
      title: head.title,
      head,
      body: row.body,
      published: row.answer === null ? undefined : { question: row.question, answer: row.answer },
      form: mayAnswer
        ? this.answerForm(visit, {
            action: `${path}/answer`,
            submit: t(row.answers === 0 ? 'question.publish' : 'question.publish_again'),
            values: { question: row.question ?? row.body, answer: row.answer ?? undefined },
            hidden: [{ name: 'version', value: String(row.version) }],
          })
        : undefined,
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'question', row.id),
        layout: 'narrow',
      },
    };
  }

  async newForm(visit: Visit): Promise<View> {
    const { t } = this;
    const roundId = visit.id();
    await this.questions.list(visit.actor, roundId, {});
    const back = `/rounds/${roundId}/questions`;
    const title = t('question.add');
    return {
      title,
      head: { crumbs: [{ label: t('question.list.title'), href: back }], title, lead: t('question.add.lead') },
      form: {
        ...this.answerForm(visit, { action: back, submit: t('question.publish'), values: {} }),
        cancel: { label: t('form.cancel'), href: back },
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private askForm(visit: Visit, roundId: string): FormView {
    return {
      action: `/funding/${roundId}/questions`,
      fields: fieldViews(RoundQuestionInput, this.texts, { refused: visit.refused, overrides: { body: { rows: 4 } } }),
      submit: this.t('question.ask'),
      errors: errorItems(this.texts, visit.refused),
      secondary: true,
    };
  }

  private answerForm(
    visit: Visit,
    given: {
      readonly action: string;
      readonly submit: string;
      readonly values: Record<string, unknown>;
      readonly hidden?: { name: string; value: string }[];
    },
  ): FormView {
    return {
      action: given.action,
      fields: fieldViews(RoundAnswerInput, this.texts, {
        ...{ values: given.values, refused: visit.refused, only: ['question', 'answer', 'tellDrafts'] },
        overrides: { question: { rows: 3 }, answer: { rows: 7 } },
      }),
      hidden: given.hidden,
      submit: given.submit,
      errors: errorItems(this.texts, visit.refused),
    };
  }

  /** Whether questions are taken now, and until when they are or were. */
  private async window(roundId: string): Promise<{ takes: boolean; until: string }> {
    const round = await findRound(this.db, roundId);
    if (round === undefined) return { takes: false, until: '' };
    const calendar = this.db.currentCalendar;
    const milestones = (await readMilestones(this.db, [roundId])).get(roundId) ?? [];
    // The minutes of grace after the deadline are nobody's to count on.
    const last = Math.min(questionsUntil(round, milestones, calendar).getTime(), round.dueAt.getTime());
    const until = calendar.formatInstant(new Date(last), 'full');
    return { takes: takesQuestions(round, milestones, { calendar, now: this.db.now }), until };
  }

  private day(instant: Date): string {
    const calendar = this.db.currentCalendar;
    return calendar.formatDate(calendar.today(instant), 'long');
  }
}
