/** Applications as their pages show them: the same thing to applicant and staff; only words and actions differ. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { say } from '../../platform/http/problem.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FactView,
  type PageHead,
  percent,
  type TodoItem,
} from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import type { TableView } from '../../platform/pages/tables.js';
import { Texts } from '../../platform/texts/texts.js';
import { ConversationPageViews } from '../conversations/index.js';
import { questionsOf } from '../forms/index.js';
import { ApplicationLinks } from './application-links.js';
import { ApplicationNext } from './application-next.service.js';
import type { ApplicationSummary } from './application-reads.js';
import { formOfApplication } from './answers.reads.js';
import { partnerWords } from './partner.rules.js';
import type { SectionProgress } from './answer-progress.js';
import { ApplicationViews, stateFor, type WholeApplication } from './application.view.js';
import { ApplicationTeamViews } from './application-team.view.js';
import { budgetPaperTable, budgetSentences, ratesOnPage, readBudgetPaper } from './proposed-budget.paper.js';
import { paperOf } from './receipt.sent.js';
import { returnNote, wasSentAgain } from './return.view.js';

type View = { title: string } & Record<string, unknown>;

/** Steps that ask for more than a note, and have a page of their own for it. */
const FORM_STEPS = new Set(['return', 'screen_out']);
/** So much of what a section misses is said in its line; its page says all of it. */
const MOST_LACKS = 2;
const QUIET = new Set(['withdraw']);

@Injectable()
export class ApplicationPageViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly team: ApplicationTeamViews,
    private readonly conversations: ConversationPageViews,
    private readonly links: ApplicationLinks,
    private readonly next: ApplicationNext,
  ) {}

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const whole = await this.views.whole(visit.actor, visit.id());
    const { application, isOwn } = whole;
    const path = `/applications/${application.id}`;
    const { definition } = await formOfApplication(this.db, application.id);
    // A first idea names no budget: a table of nothing and an amount of $0 would read as a mistake.
    const asksMoney = application.requested.isPositive || questionsOf(definition).some(({ kind }) => kind === 'budget');
    const next = isOwn ? await this.nextSteps(visit.actor, whole, path) : undefined;
    const head: PageHead = {
      crumbs: [{ label: t('application.list.title'), href: '/applications' }],
      tag: stateFor(isOwn, application.state),
      number: t('application.number', { number: application.number }),
      title: application.title,
      lead: t('application.lead', { organization: application.organizationName, round: application.roundName }),
      actions: this.buttons(visit.actor, whole, path),
    };
    return {
      title: application.title,
      head,
      end: this.quietEnd(whole, path),
      note: (await returnNote(this.db, this.texts, whole)) ?? (await this.team.note(visit.actor, whole)),
      next: next === undefined ? undefined : { items: [next.step] },
      sections: next?.sections === undefined ? undefined : { items: next.sections },
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

  /** One filled button for staff; for the applicant it stands with what comes next. */
  private buttons(actor: Actor, { application, actions, isOwn }: WholeApplication, path: string): ActionView[] {
    const shown = actions.filter(({ name }) => name !== 'submit' && !QUIET.has(name));
    const buttons = actionButtons(this.texts, path, application.version, shown).map((button, index): ActionView => {
      const name = shown[index]?.name ?? '';
      return FORM_STEPS.has(name) ? { label: button.label, href: `${path}/${name.replaceAll('_', '-')}` } : button;
    });
    const primary = [...buttons].sort((a, b) => Number(b.primary ?? false) - Number(a.primary ?? false));
    if (isOwn || !this.views.mightDeclare(actor)) return primary;
    return [...primary, { label: this.t('application.declare'), href: `/conflicts/new?application=${application.id}` }];
  }

  /** What ends it stands at the end of the page, where nobody takes it for the next step. */
  private quietEnd({ application, actions }: WholeApplication, path: string): { items: ActionView[] } | undefined {
    const shown = actions.filter(({ name, enabled }) => QUIET.has(name) && enabled);
    if (shown.length === 0) return undefined;
    const items = actionButtons(this.texts, path, application.version, shown);
    const noteHint = this.t('application.withdraw.hint');
    return { items: items.map((button) => ({ ...button, primary: false, noteHint })) };
  }

  /** For the applicant: what comes next, who must do it and by when; and each section that can be written. */
  private async nextSteps(
    actor: Actor,
    { application, actions, canWrite }: WholeApplication,
    path: string,
  ): Promise<{ step: TodoItem; sections?: readonly TodoItem[] }> {
    if (!canWrite) return { step: await this.next.waiting(application) };
    const { item, sections, changed } = await this.next.writing(actor, application);
    const isBack = application.state === 'returned';
    const rows = sections.map((section) =>
      this.sectionStep(section, `${path}/sections/${section.key}`, isBack ? changed.has(section.key) : undefined),
    );
    // What came back can be sent again as it was, by a row at its end rather than by the one filled button.
    const isReady = actions.some(({ name, enabled }) => name === 'submit' && enabled);
    const isOffered = item.button?.href === `${path}/submit`;
    if (!isReady || isOffered) return { step: item, sections: rows };
    const button = { label: this.t('application.send.again'), href: `${path}/submit` };
    return { step: item, sections: [...rows, { title: this.t('application.send'), button }] };
  }

  /**
   * One section: finished, or what it still waits for; the first of it, where that is much. Of one that came back,
   * whether it was changed since.
   */
  private sectionStep(
    { title, missing, asked, answered }: SectionProgress,
    href: string,
    isChanged: boolean | undefined,
  ): TodoItem {
    const { t } = this;
    const isFinished = missing.length === 0;
    const said = missing.slice(0, MOST_LACKS).map(({ sentence }) => say(this.texts, sentence));
    const rest = missing.length - said.length;
    if (rest > 0) said.push(t('answer.lacks.more', { count: rest }));
    const stands = !isFinished ? 'open' : isChanged === undefined ? 'finished' : isChanged ? 'changed' : 'mend';
    const isOptional = isFinished && answered === 0;
    return {
      date: t(`application.panel.${isOptional ? 'optional' : stands}`),
      title,
      href,
      text: isFinished || answered === 0 ? t('answer.answered', { answered, asked }) : said.join(' '),
      button: { label: t(answered === 0 ? 'application.write' : 'application.change'), href, about: title },
    };
  }

  /** With a column for each partner, and how the indirect costs and the match are meant. */
  private async budget({
    application,
    sent,
  }: WholeApplication): Promise<{ table: TableView; rates: ReturnType<typeof ratesOnPage>; sentences: string[] }> {
    const paper = sent === undefined ? await readBudgetPaper(this.db, application.id) : paperOf(sent);
    return {
      table: budgetPaperTable(this.texts, paper, application.organizationName),
      rates: ratesOnPage(this.texts, paper),
      sentences: budgetSentences(this.texts, { ...paper, rates: [], ...(paper.rates?.length && { indirect: null }) }),
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
