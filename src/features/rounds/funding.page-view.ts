/** Open rounds as everybody's pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { type FactView, type NoteView, type PageHead, table, type TagView } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { FundingFront } from './funding-front.view.js';
import { QuestionPageViews } from './question.page-view.js';
import type { BegunApplication } from './round-applications.js';
import { leadersLine, roundTimeline } from './round.dates.js';
import { type PublicRound, type PublicRoundWithRubric, type PublicStatus, RoundViews } from './round.view.js';

type View = { title: string } & Record<string, unknown>;

const TONES: Readonly<Record<PublicStatus, TagView['tone']>> = {
  comment: 'waiting',
  coming: 'moving',
  open: 'done',
  closed: 'idle',
  cancelled: 'idle',
};

@Injectable()
export class FundingViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: RoundViews,
    private readonly settings: AgencySettings,
    private readonly questions: QuestionPageViews,
    private readonly front: FundingFront,
  ) {}

  async list(actor: Actor): Promise<View & { open: readonly unknown[] }> {
    const { t } = this;
    const rounds = await this.views.open();
    const agency = await this.settings.current();
    const begun = await this.front.begun(
      actor,
      rounds.map(({ id }) => id),
    );
    const of = (...statuses: readonly PublicStatus[]) =>
      rounds
        .filter((round) => statuses.includes(round.status))
        .map((round) => this.card(actor, round, begun.get(round.id)));
    // Of several rounds the one that is due next has the filled button.
    const open = of('open').map(({ apply, ...card }, index) => ({
      ...card,
      apply: apply && { ...apply, primary: index === 0 },
    }));
    const later = of('coming', 'comment');
    const head: PageHead = {
      title: t('funding.title'),
      lead: t('funding.lead', { agency: agency.name }),
      large: true,
    };
    return {
      ...(await this.front.sections()),
      title: head.title,
      head,
      open,
      later,
      empty:
        open.length > 0
          ? undefined
          : { title: t('funding.none'), text: t('funding.none.text'), link: this.ready(actor) },
    };
  }

  /** While nothing is open one can bring one's organization, and is ready when something is. */
  private ready(actor: Actor): { label: string; href: string } | undefined {
    if (actor.kind === 'public') {
      return { label: this.t('funding.none.register'), href: '/sign-up?next=/organizations/register' };
    }
    if (actor.kind !== 'person') return undefined;
    if (actor.grants.length === 0) return { label: this.t('funding.none.register'), href: '/organizations/register' };
    return { label: this.t('funding.none.home'), href: '/' };
  }

  async show(visit: Visit): Promise<View> {
    const round = await this.views.publicOne(visit.id());
    const begun = (await this.front.begun(visit.actor, [round.id])).get(round.id);
    return { ...this.present(visit.actor, round, begun), questions: await this.questions.onPage(visit, round.id) };
  }

  /** One round as everybody reads it; what people asked about it stands beside that. */
  present(actor: Actor, round: PublicRoundWithRubric, begun?: BegunApplication): View {
    const { t } = this;
    const card = this.card(actor, round, begun);
    const head: PageHead = {
      crumbs: [{ label: t('funding.title'), href: '/funding' }],
      tag: card.tag,
      number: round.number,
      title: round.name,
      lead: card.when,
      actions: [...(card.apply === undefined ? [] : [card.apply]), ...this.more(actor, round, begun)],
    };
    return {
      title: round.name,
      description: round.purpose ?? t('funding.description', { name: round.name }),
      head,
      note: this.note(round),
      times: this.times(),
      criteriaHref: round.wereInComment && round.status !== 'comment' ? `/funding/${round.id}/criteria` : undefined,
      purpose: round.purpose,
      eligibility: round.eligibility,
      leaders: t('funding.leaders', { leaders: leadersLine(this.texts, round.whoMayLead) }),
      steps: this.steps(round),
      timeline: card.timeline,
      calendar: ['open', 'coming'].includes(round.status) ? `/funding/${round.id}/calendar.ics` : undefined,
      facts: { items: card.facts.items },
      rubric: table({
        id: 'rubric',
        caption: t('round.rubric.caption'),
        columns: [
          { key: 'name', label: t('round.field.criterion_name') },
          { key: 'question', label: t('round.field.question') },
          { key: 'weight', label: t('round.weight_share'), kind: 'share' },
        ],
        rows: round.rubric.map(({ name, question, weight }) => ({
          name,
          question,
          weight: share(weight, round.rubric),
        })),
        empty: { title: t('round.rubric.none') },
        stack: true,
      }),
    };
  }

  /** By which clock the times are. */
  private times(): string | undefined {
    const key = `settings.field.time_zone.${this.db.currentCalendar.timeZone}`;
    return this.texts.has(key) ? this.t('funding.times', { zone: this.t(key) }) : undefined;
  }

  /** The questions before the form, and the short letter that says that one will apply. */
  private more(actor: Actor, round: PublicRound, begun?: BegunApplication): { label: string; href: string }[] {
    const { id, status, asksFirst } = round;
    const links: { label: string; href: string }[] = [];
    if (begun !== undefined && status === 'open') {
      links.push({ label: this.t('funding.apply_again'), href: `/applications/new?round=${id}` });
      return links;
    }
    if (asksFirst && (status === 'open' || status === 'coming')) {
      links.push({ label: this.t('eligibility.check'), href: `/funding/${id}/check` });
    }
    if (this.takesLetters(round) && (actor.kind === 'public' || this.policy.mightDo(actor, 'application.create'))) {
      links.push({ label: this.t('funding.letter'), href: `/letters-of-intent/new?round=${id}` });
    }
    return links;
  }

  /** Until the day that is named for them, or the deadline. */
  private takesLetters({ status, takesLettersOfIntent, milestones }: PublicRound): boolean {
    const days = milestones.flatMap(({ kind, happensOn }) => (kind === 'letter_of_intent' ? [happensOn] : []));
    const isOver = days.length > 0 && days.every((day) => day < this.db.today);
    return takesLettersOfIntent && status === 'open' && !isOver;
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** One round as a card: what, when, how much, who. */
  private card(
    actor: Actor,
    round: PublicRound,
    begun?: BegunApplication,
  ): {
    title: string;
    href: string;
    tag: TagView;
    when: string;
    purpose: string | null;
    apply?: { label: string; href: string; primary: true };
    open: { label: string; href: string; about: string };
    facts: { items: FactView[] };
    timeline: unknown;
  } {
    const { t } = this;
    const { status } = round;
    const href = `/funding/${round.id}`;
    return {
      title: round.name,
      href,
      tag: { tone: TONES[status], label: t(`funding.status.${status}`) },
      when: this.when(round),
      purpose: round.purpose,
      apply: this.lead(begun) ?? (status === 'open' ? this.apply(actor, round.id) : undefined),
      open: { label: t(`funding.read.${status}`), href, about: round.name },
      facts: { items: this.facts(round) },
      timeline: roundTimeline(this.texts, this.db.currentCalendar, round, this.db.now),
    };
  }

  /** To what was begun or sent already. */
  private lead(begun: BegunApplication | undefined): { label: string; href: string; primary: true } | undefined {
    if (begun === undefined) return undefined;
    const label = this.t(begun.isOpen ? 'funding.go_on' : 'funding.see_yours');
    return { label, href: `/applications/${begun.id}`, primary: true };
  }

  /** Who is not signed in is asked to; who came without an organization brings it first; staff does not apply. */
  private apply(actor: Actor, roundId: string): { label: string; href: string; primary: true } | undefined {
    if (actor.kind === 'public' || this.policy.mightDo(actor, 'application.create')) {
      return { label: this.t('funding.apply'), href: `/applications/new?round=${roundId}`, primary: true };
    }
    if (actor.kind !== 'person' || actor.grants.length > 0) return undefined;
    return { label: this.t('funding.register'), href: `/organizations/register?round=${roundId}`, primary: true };
  }

  private when(round: PublicRound): string {
    const calendar = this.db.currentCalendar;
    const opens = calendar.today(round.opensAt);
    const due = calendar.today(round.dueAt);
    const date = (day: string): string => calendar.formatDate(day, 'full');
    switch (round.status) {
      case 'open': {
        if (this.db.now > round.dueAt) return this.t('funding.when.grace');
        const days = calendar.daysBetween(this.db.today, due);
        return this.t('funding.when.open', { days, time: calendar.formatTime(round.dueAt) });
      }
      case 'coming':
        return this.t('funding.when.coming', { date: date(opens) });
      case 'comment':
        return this.t('funding.when.comment', { date: date(this.commentUntil(round) ?? opens) });
      case 'closed':
        return this.t('funding.when.closed', { date: date(due) });
      case 'cancelled':
        return this.t('funding.when.cancelled');
    }
  }

  private commentUntil(round: PublicRound): string | undefined {
    return round.milestones.find((milestone) => milestone.kind === 'criteria_comment')?.happensOn;
  }

  private facts(round: PublicRound): FactView[] {
    const { t } = this;
    const { ceiling, floor, setAside, awardsAtMost } = round;
    const ask = floor.isPositive ? t('funding.ask.from', { floor, ceiling }) : t('funding.ask.up_to', { ceiling });
    const all = awardsAtMost === null ? setAside.format() : t('funding.in_all', { setAside, count: awardsAtMost });
    const calendar = this.db.currentCalendar;
    return [
      ...(ceiling === null ? [] : [{ label: t('funding.fact.ask'), value: ask, strong: true }]),
      ...(setAside.isPositive ? [{ label: t('funding.fact.all'), value: all }] : []),
      { label: t('funding.fact.leads'), value: leadersLine(this.texts, round.whoMayLead) },
      { label: t('funding.fact.due'), value: calendar.formatDeadline(round.dueAt), strong: true },
    ];
  }

  /** How to apply, in the order it is done. */
  private steps(round: PublicRound): string[] {
    const { t } = this;
    const at = this.db.currentCalendar.formatDeadline(round.dueAt);
    return [
      t('funding.step.account'),
      t('funding.step.write'),
      t('funding.step.certify', { at }),
      t(round.gates === 2 ? 'funding.step.two_gates' : 'funding.step.one_gate'),
    ];
  }

  private note(round: PublicRound): NoteView | undefined {
    const { t } = this;
    if (round.status === 'comment') {
      const link = { label: t('funding.comment.link'), href: `/funding/${round.id}/criteria` };
      return { tone: 'gold', title: t('funding.comment.title'), text: t('funding.comment.text'), link };
    }
    if (round.status === 'cancelled') {
      return { tone: 'rust', title: t('funding.cancelled.title'), text: t('funding.cancelled.text') };
    }
    return undefined;
  }
}

/** How much of the whole a criterion counts, in basis points. */
export function share(weight: number, criteria: readonly { readonly weight: number }[]): number {
  const whole = criteria.reduce((sum, each) => sum + each.weight, 0);
  return Math.round((weight * 10_000) / whole);
}
