/** Applications as their pages show them: the same thing to applicant and staff; only words and actions differ. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Sentence } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { say } from '../../platform/http/problem.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FactView,
  type PageHead,
  percent,
  table,
  type TodoItem,
} from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import type { TableView } from '../../platform/pages/tables.js';
import { Texts } from '../../platform/texts/texts.js';
import { ConversationPageViews } from '../conversations/index.js';
import { findRound } from '../rounds/index.js';
import { questionsOf } from '../forms/index.js';
import type { ApplicationListQuery } from './application.input.js';
import { applicationLifecycle } from './application.lifecycle.js';
import { ApplicationLinks } from './application-links.js';
import type { ApplicationSummary } from './application-reads.js';
import { readProgress } from './answer-facts.js';
import { formOfApplication } from './answers.reads.js';
import { partnerWords, waitsForPartner } from './partner.rules.js';
import { generalBlockers, type SectionProgress } from './answer-progress.js';
import { ApplicationViews, stateFor, type WholeApplication } from './application.view.js';
import { ApplicationTeamViews } from './application-team.view.js';
import { extensionOf } from './extension.reads.js';
import { budgetPaperTable, budgetSentences, readBudgetPaper } from './proposed-budget.paper.js';
import { paperOf } from './receipt.sent.js';
import { dueOf } from './extension.rules.js';
import { isPartOpen } from './return.rules.js';
import { returnNote, wasSentAgain } from './return.view.js';

type View = { title: string } & Record<string, unknown>;

/** Steps that ask for more than a note, and have a page of their own for it. */
const FORM_STEPS = new Set(['submit', 'return', 'screen_out']);
/** So much of what a section misses is said in its line; its page says all of it. */
const MOST_LACKS = 2;
const QUIET = new Set(['withdraw']);

@Injectable()
export class ApplicationPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly team: ApplicationTeamViews,
    private readonly conversations: ConversationPageViews,
    private readonly links: ApplicationLinks,
  ) {}

  async list(actor: Actor, query: ApplicationListQuery): Promise<View> {
    const { t } = this;
    const path = '/applications';
    const found = await this.views.list(actor, query);
    const isSearch = [query.q, query.state, query.round, query.district].some((each) => each !== undefined);
    const sorted = (key: string): object => sortedColumn(path, query, found.sort, key);
    const isApplicant = this.policy.mightDo(actor, 'application.create');
    const applications = table({
      id: 'applications',
      caption: t('application.list.caption'),
      columns: [
        { key: 'title', label: t('application.field.title'), ...sorted('title') },
        { key: 'organization', label: t('application.field.organization') },
        { key: 'round', label: t('application.field.round') },
        { key: 'state', label: t('application.field.state') },
        { key: 'requested', label: t('application.field.requested'), kind: 'money', ...sorted('requested') },
      ],
      rows: found.items.map((row) => ({
        title: { text: row.title, href: `${path}/${row.id}`, note: t('application.number', { number: row.number }) },
        organization: row.organizationName,
        round: row.roundName,
        state: { tag: row.state },
        // Nothing asked for yet, or nothing to ask for: no amount.
        requested: row.requested.isPositive ? row.requested : undefined,
      })),
      search: {
        action: path,
        text: { name: 'q', label: t('application.search'), value: query.q },
        filters: [
          {
            kind: 'select',
            name: 'state',
            label: t('application.field.state'),
            value: query.state,
            prompt: t('list.any'),
            options: applicationLifecycle.states.map((state) => ({
              value: state,
              label: stateFor(isApplicant, state).label,
            })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: path } : undefined,
      },
      pager: pagerView(this.texts, path, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: path } }
        : { title: t('application.none'), text: t(isApplicant ? 'application.none.own' : 'application.none.text') },
      stack: true,
    });
    const head: PageHead = {
      title: t('application.list.title'),
      lead: t(isApplicant ? 'application.list.lead.own' : 'application.list.lead'),
      actions: isApplicant ? [{ label: t('application.new'), href: `${path}/new`, primary: true }] : [],
    };
    return { title: head.title, head, table: applications };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const whole = await this.views.whole(visit.actor, visit.id());
    const { application, isOwn } = whole;
    const path = `/applications/${application.id}`;
    const { definition } = await formOfApplication(this.db, application.id);
    // A first idea names no budget: a table of nothing and an amount of $0 would read as a mistake.
    const asksMoney = application.requested.isPositive || questionsOf(definition).some(({ kind }) => kind === 'budget');
    const next = isOwn ? await this.nextSteps(whole, path) : undefined;
    const head: PageHead = {
      crumbs: [{ label: t('application.list.title'), href: '/applications' }],
      tag: stateFor(isOwn, application.state),
      number: t('application.number', { number: application.number }),
      title: application.title,
      lead: t('application.lead', { organization: application.organizationName, round: application.roundName }),
      actions: this.buttons(visit.actor, whole, path, next),
    };
    return {
      title: application.title,
      head,
      end: this.quietEnd(whole, path),
      note: (await returnNote(this.db, this.texts, whole)) ?? (await this.team.note(whole)),
      next: next === undefined ? undefined : { items: next },
      team: await this.team.aside(visit.actor, whole),
      summary: application.summary ?? undefined,
      asSent: whole.sent === undefined ? undefined : t('application.as_sent', { at: whole.sent.arrivedAt }),
      budget: asksMoney ? await this.budget(whole) : undefined,
      papers: { items: await this.papers(whole, path) },
      partners: application.partners.length === 0 ? undefined : { items: this.partners(application) },
      facts: { items: await this.facts(application, asksMoney) },
      links: await this.links.of(visit.actor, application, isOwn),
      conversation: await this.conversations.panel(visit.actor, 'application', application.id),
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'application', application.id) },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** One filled button; for the applicant, what comes next. */
  private buttons(
    actor: Actor,
    { application, actions, isOwn, canWrite }: WholeApplication,
    path: string,
    next: readonly TodoItem[] = [],
  ): ActionView[] {
    // What is missing from a draft stands in its list of sections, beside where it is mended.
    const shown = actions.filter(({ name, enabled }) => !(name === 'submit' && !enabled) && !QUIET.has(name));
    const buttons = actionButtons(this.texts, path, application.version, shown).map((button, index): ActionView => {
      const name = shown[index]?.name ?? '';
      if (!FORM_STEPS.has(name)) return button;
      return { label: button.label, href: `${path}/${name.replaceAll('_', '-')}`, primary: name === 'submit' };
    });
    const open = next.find(({ date }) => date === this.t('application.panel.open'))?.href;
    if (isOwn && canWrite && buttons.length === 0 && open !== undefined) {
      return [{ label: this.t('application.go_on'), href: open, primary: true }];
    }
    const primary = [...buttons].sort((a, b) => Number(b.primary ?? false) - Number(a.primary ?? false));
    if (isOwn || !this.policy.mightDo(actor, 'conflict.declare')) return primary;
    return [...primary, { label: this.t('application.declare'), href: `/conflicts/new?application=${application.id}` }];
  }

  /** What ends it stands at the end of the page, where nobody takes it for the next step. */
  private quietEnd({ application, actions }: WholeApplication, path: string): { items: ActionView[] } | undefined {
    const shown = actions.filter(({ name, enabled }) => QUIET.has(name) && enabled);
    if (shown.length === 0) return undefined;
    const items = actionButtons(this.texts, path, application.version, shown);
    return { items: items.map((button) => ({ ...button, primary: false })) };
  }

  /** For the applicant: the sections with what is missing, or what happens next. */
  private async nextSteps({ application, actions, canWrite }: WholeApplication, path: string): Promise<TodoItem[]> {
    const { t } = this;
    if (!canWrite) {
      const { state } = application;
      return [{ title: t(`application.next.${state}`), text: t(`application.next.${state}.text`) }];
    }
    const round = await findRound(this.db, application.roundId);
    const extension = await extensionOf(this.db, application.id);
    const due =
      application.fixBy ?? (round === undefined ? undefined : this.db.currentCalendar.today(dueOf(round, extension)));
    const date = due === undefined ? undefined : this.db.currentCalendar.formatDate(due, 'short');
    const submit = actions.find((each) => each.name === 'submit');
    const missing = submit?.blockers ?? [];
    const progress = await readProgress(this.db, application.id, { blockers: missing });
    const own = generalBlockers(missing);
    return [
      ...sectionsToWrite(application, progress.sections).map((section) =>
        this.sectionStep(section, `${path}/sections/${section.key}`),
      ),
      {
        date,
        title: t('application.send'),
        text: this.sendText(
          own.map((each) => say(this.texts, each)),
          missing.length,
        ),
        button: this.sendButton(own, submit?.enabled ?? false, path),
      },
    ];
  }

  /** One section: finished, or what it still waits for; the first of it, where that is much. */
  private sectionStep({ title, missing, asked, answered }: SectionProgress, href: string): TodoItem {
    const { t } = this;
    const isFinished = missing.length === 0;
    const said = missing.slice(0, MOST_LACKS).map(({ sentence }) => say(this.texts, sentence));
    const rest = missing.length - said.length;
    const isOptional = isFinished && answered === 0;
    if (rest > 0) said.push(t('answer.lacks.more', { count: rest }));
    return {
      date: isOptional
        ? t('application.panel.optional')
        : t(isFinished ? 'application.panel.finished' : 'application.panel.open'),
      title,
      href,
      text: isFinished || answered === 0 ? t('answer.answered', { answered, asked }) : said.join(' '),
      button: { label: t(answered === 0 ? 'application.write' : 'application.change'), href, about: title },
    };
  }

  /** The way to what the last step waits for. */
  private sendButton(own: readonly Sentence[], isReady: boolean, path: string): TodoItem['button'] {
    if (own.some(waitsForPartner)) {
      return { label: this.t('application.send.ask_partners'), href: `${path}/confirmations` };
    }
    return isReady ? { label: this.t('application.send.now'), href: `${path}/submit` } : undefined;
  }

  private sendText(own: readonly string[], missing: number): string {
    if (own.length > 0) return own.join(' ');
    return this.t(missing === 0 ? 'application.send.ready' : 'application.send.later');
  }

  /** With a column for each partner, and how the indirect costs and the match are meant. */
  private async budget({ application, sent }: WholeApplication): Promise<{ table: TableView; sentences: string[] }> {
    const paper = sent === undefined ? await readBudgetPaper(this.db, application.id) : paperOf(sent);
    return {
      table: budgetPaperTable(this.texts, paper, application.organizationName),
      sentences: budgetSentences(this.texts, paper),
    };
  }

  private partners(application: ApplicationSummary): { title: string; note: string }[] {
    return application.partners.map((partner) => ({ title: partner.name, note: partnerWords(this.t, partner) }));
  }

  /** Where all of it can be read; and for who writes it, what of an earlier one can be used. */
  private async papers(
    { application, isOwn, canWrite, actions }: WholeApplication,
    path: string,
  ): Promise<{ title: string; href: string }[]> {
    const blockers = actions.flatMap((each) => each.blockers.map(({ code }) => code));
    const waits = isOwn && blockers.includes('application.assisted_unconfirmed');
    return [
      ...(waits ? [{ title: this.t('answer.assisted.link'), href: `${path}/assisted` }] : []),
      ...((await wasSentAgain(this.db, application.id))
        ? [{ title: this.t('application.changes.title'), href: `${path}/changes` }]
        : []),
      { title: this.t('answer.sheet.print'), href: `${path}/print` },
      { title: this.t('answer.sheet.pdf_of'), href: `${path}/pdf` },
      ...(isOwn && canWrite ? [{ title: this.t('answer.reuse.link'), href: `${path}/reuse` }] : []),
    ];
  }

  private async facts(application: ApplicationSummary, asksMoney: boolean): Promise<FactView[]> {
    const { currentCalendar: calendar } = this.db;
    const { submittedAt, receiptNumber, districts, schools, requested } = application;
    const facts: [string, string | undefined | null][] = [
      ['requested', asksMoney && requested.isPositive ? requested.format() : undefined],
      ['organization', application.organizationName],
      ['round', application.roundName],
      ['districts', districts.map((each) => `${each.name}, ${percent(each.shareBasisPoints)}`).join('; ')],
      ['schools', schools],
      ['submitted_at', submittedAt === null ? null : calendar.formatInstant(submittedAt, 'long')],
      ['receipt_number', receiptNumber],
      ['fix_by', application.fixBy === null ? null : calendar.formatDate(application.fixBy, 'long')],
      ['appeal_by', application.appealBy === null ? null : calendar.formatDate(application.appealBy, 'long')],
    ];
    return facts.flatMap(([key, value]) => (value ? [{ label: this.t(`application.field.${key}`), value }] : []));
  }
}

/** Of what came back for a fix, what can be changed, and what would hold it up. */
function sectionsToWrite(application: ApplicationSummary, sections: readonly SectionProgress[]): SectionProgress[] {
  return sections.filter(({ key, missing }) => isPartOpen(application, key) || missing.length > 0);
}
