/** Awards as their pages show them: components filled, nothing left to compute. */
import { rateSentences } from '../applications/index.js';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FactView,
  moneyBar,
  type PageHead,
  percent,
  table,
} from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import type { HeroMoney, NoteView } from '../../platform/pages/shapes.js';
import type { TableView } from '../../platform/pages/tables.js';
import { Texts } from '../../platform/texts/texts.js';
import { exportLink } from '../documents/index.js';
import { ConversationPageViews } from '../conversations/index.js';
import { AwardPaceViews } from './award-pace.view.js';
import { AwardDocuments } from './award-documents.js';
import { stateFor } from './award.labels.js';
import { awardLifecycle } from './award.lifecycle.js';
import { awardSubject } from './award-reads.js';
import type { AwardListQuery } from './award.input.js';
import { nextSteps } from './award.next-steps.js';
import { type AwardView, AwardViews, type WholeAward } from './award.view.js';

type View = { title: string } & Record<string, unknown>;

/** Seldom wanted, and never what the page is for. */
const QUIET = new Set(['begin_closeout', 'rescind', 'suspend', 'terminate', 'decline', 'correct', 'lapse']);
/** How often the page looks again while documents are being made. */
const REFRESH_SECONDS = 3;

@Injectable()
export class AwardPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly views: AwardViews,
    private readonly documents: AwardDocuments,
    private readonly pace: AwardPaceViews,
    private readonly conversations: ConversationPageViews,
  ) {}

  async list(actor: Actor, query: AwardListQuery): Promise<View> {
    const { t } = this;
    const path = '/awards';
    const found = await this.views.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined || query.round !== undefined;
    const sorted = (key: string): object => sortedColumn(path, query, found.sort, key);
    const awards = table({
      id: 'awards',
      caption: t('award.list.caption'),
      columns: [
        { key: 'title', label: t('award.field.title'), ...sorted('title') },
        { key: 'recipient', label: t('award.field.recipient'), ...sorted('recipient') },
        { key: 'state', label: t('award.field.state') },
        { key: 'serves', label: t('award.field.serves'), minor: true },
        { key: 'amount', label: t('award.field.amount'), kind: 'money', ...sorted('amount') },
      ],
      rows: found.items.map((row) => ({
        title: { text: row.title, href: `${path}/${row.id}`, note: t('award.number', { number: row.number }) },
        recipient: row.recipient,
        state: { tag: row.state },
        serves: this.served(row.districts),
        amount: row.amount,
      })),
      search: {
        action: path,
        text: { name: 'q', label: t('award.search'), value: query.q },
        filters: [
          {
            kind: 'select',
            name: 'state',
            label: t('award.field.state'),
            value: query.state,
            prompt: t('list.any'),
            options: awardLifecycle.states.map((state) => ({ value: state, label: stateFor(actor, state).label })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: path } : undefined,
      },
      pager: pagerView(this.texts, path, query, found),
      export: exportLink(t, 'awards', query),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: path } }
        : { title: t('award.none'), text: t('award.none.text') },
      stack: true,
    });
    const head: PageHead = { title: t('award.list.title'), lead: t('award.list.lead') };
    return { title: head.title, head, table: awards };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const whole = await this.views.whole(visit.actor, visit.id());
    const { view } = whole;
    const path = `/awards/${view.id}`;
    const requests = await this.documents.requests(this.db, view.id);
    const isMaking = requests.some((each) => each.state === 'requested' || each.state === 'rendering');
    if (isMaking) visit.reply.header('refresh', `${REFRESH_SECONDS}; url=${path}`);
    const head: PageHead = {
      crumbs: [{ label: t('award.list.title'), href: '/awards' }],
      tag: view.state,
      number: t('award.number', { number: view.number }),
      title: view.title,
      lead: this.lead(view),
      actions: this.buttons(whole, path),
    };
    return {
      title: view.title,
      head,
      progress: isMaking ? this.progress(requests, path) : undefined,
      hero: this.hero(visit.actor, view),
      next: { items: nextSteps(view, this.texts, this.db.currentCalendar, this.db.today), empty: this.nothingNext() },
      pace: await this.pace.of(view),
      budget: this.budgetTable(view),
      indirect: view.indirectCosts.map((rate) => rateSentences(this.texts, rate)),
      scope: view.scope ?? undefined,
      conditions: view.conditions.length === 0 ? undefined : view.conditions,
      facts: { items: this.facts(view) },
      people: { items: this.people(view) },
      documents: { items: this.listed(view) },
      conversation: await this.conversations.panel(visit.actor, 'award', view.id),
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'award', view.id) },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private date(date: string): string {
    return this.db.currentCalendar.formatDate(date, 'long');
  }

  private nothingNext(): { title: string; text: string } {
    return { title: this.t('award.next.none'), text: this.t('award.next.none.text') };
  }

  private lead(view: AwardView): string {
    const { recipient, partners, schools, startsOn, endsOn } = view;
    const params = { recipient, partners: partners.length, schools: schools.join(', ') };
    const who = this.t(schools.length === 0 ? 'award.lead' : 'award.lead.schools', params);
    if (startsOn === null || endsOn === null) return who;
    return `${who} ${this.t('award.lead.period', { from: this.date(startsOn), to: this.date(endsOn) })}`;
  }

  /** The step the page is for comes first; what ends an award or takes it back comes last. */
  private buttons({ award, actions, side }: WholeAward, path: string): ActionView[] {
    const offered = [...actions].sort((a, b) => Number(QUIET.has(a.name)) - Number(QUIET.has(b.name)));
    const prepared = offered.some((each) => each.name === 'offer' && each.enabled);
    const inOrder = prepared
      ? [...offered].sort((a, b) => Number(b.name === 'offer') - Number(a.name === 'offer'))
      : offered;
    const buttons = actionButtons(this.texts, path, award.version, inOrder).map((button, index): ActionView => {
      const name = inOrder[index]?.name ?? '';
      if (name === 'accept' && button.blockers === undefined) {
        return { label: button.label, href: `${path}/accept`, primary: true };
      }
      return QUIET.has(name) ? { ...button, primary: false } : button;
    });
    const told = new Set(buttons.find((button) => button.action === `${path}/prepare`)?.blockers ?? []);
    const shown = buttons.map((button) =>
      // What stands under the first step is not said again under the second.
      button.action === `${path}/offer` && button.blockers !== undefined
        ? { ...button, blockers: button.blockers.filter((blocker) => !told.has(blocker)) }
        : button,
    );
    const edits = award.state === 'drafted' && this.policy.can(side, 'award.update', awardSubject(award));
    if (!edits) return shown;
    return [
      { label: this.t('award.edit'), href: `${path}/edit` },
      { label: this.t('award.edit_budget'), href: `${path}/budget` },
      ...shown,
    ];
  }

  private progress(requests: readonly { kind: string; label: string }[], path: string): NoteView {
    return {
      tone: 'blue',
      title: this.t('award.progress.title'),
      text: this.t('award.progress.text'),
      items: requests.map(({ kind, label }) => `${this.t(`award.document.${kind}`)}: ${label}`),
      link: { label: this.t('award.progress.look_again'), href: path },
    };
  }

  private hero(actor: Actor, view: AwardView): HeroMoney {
    const { t } = this;
    const { committed, disbursed, payable, remaining } = view.figures;
    const elapsed = this.elapsed(view);
    return {
      label: t('award.figure.committed'),
      value: committed.format(),
      asOf: t('award.as_of', { date: this.db.currentCalendar.formatDate(this.db.today, 'full') }),
      link: this.policy.mightDo(actor, 'ledger.read')
        ? { label: t('ledger.open_entries'), href: `/ledger?holder=award:${view.id}` }
        : undefined,
      bar: moneyBar({
        whole: committed,
        label: t('award.bar', { paid: disbursed, approved: payable, remaining }),
        parts: [
          { stage: 'paid', amount: disbursed },
          { stage: 'approved', amount: payable },
          { stage: 'remaining', amount: remaining },
        ],
        mark:
          elapsed === undefined
            ? undefined
            : { atBasisPoints: elapsed, label: t('award.time_passed', { share: percent(elapsed) }) },
      }),
      figures: [
        {
          label: t('award.figure.paid'),
          value: disbursed.format(),
          stage: 'paid',
          note: committed.isZero
            ? undefined
            : t('award.share_of_award', { share: percent(disbursed.shareOf(committed)) }),
        },
        { label: t('award.figure.approved'), value: payable.format(), stage: 'approved' },
        { label: t('award.figure.remaining'), value: remaining.format(), stage: 'remaining' },
      ],
    };
  }

  /** How much of the period is over, in basis points, once it has begun. */
  private elapsed({ startsOn, endsOn }: AwardView): number | undefined {
    const { today, currentCalendar } = this.db;
    if (startsOn === null || endsOn === null || today < startsOn || endsOn === startsOn) return undefined;
    const whole = currentCalendar.daysBetween(startsOn, endsOn);
    return Math.min(10_000, Math.round((currentCalendar.daysBetween(startsOn, today) * 10_000) / whole));
  }

  private budgetTable(view: AwardView): TableView {
    const { t } = this;
    return table({
      id: 'budget',
      caption: t('award.budget.caption'),
      columns: [
        { key: 'category', label: t('award.field.category') },
        { key: 'budget', label: t('award.field.budgeted'), kind: 'money' },
        { key: 'paid', label: t('award.figure.paid'), kind: 'money' },
        { key: 'approved', label: t('award.figure.approved_short'), kind: 'money' },
        { key: 'remaining', label: t('award.figure.remaining'), kind: 'money' },
      ],
      rows: view.budget.map(({ category, amount, figures, participantSupport }) => ({
        category: {
          text: category,
          note:
            participantSupport && category !== t('award.field.participant_support')
              ? t('award.field.participant_support')
              : undefined,
          bar: moneyBar({
            whole: amount,
            thin: true,
            decorative: true,
            edged: true,
            parts: [
              { stage: 'paid', amount: figures.disbursed },
              { stage: 'approved', amount: figures.payable },
              { stage: 'remaining', amount: figures.remaining },
            ],
          }),
        },
        budget: amount,
        paid: figures.disbursed,
        approved: figures.payable,
        remaining: figures.remaining,
      })),
      total: {
        category: t('table.total'),
        budget: view.amount,
        paid: view.figures.disbursed,
        approved: view.figures.payable,
        remaining: view.figures.remaining,
      },
      stack: true,
    });
  }

  private served(districts: AwardView['districts']): string {
    return districts.map(({ name, basisPoints }) => `${name}, ${percent(basisPoints)}`).join('; ');
  }

  private facts(view: AwardView): FactView[] {
    const { t } = this;
    const choice = (key: string, value: string | null): string | null => (value === null ? null : t(`${key}.${value}`));
    const day = (date: string | null): string | null => (date === null ? null : this.date(date));
    const sources = view.sources.map(({ name, amount }) =>
      view.sources.length === 1 ? name : `${name}, ${amount.format()}`,
    );
    const facts: [string, string | null][] = [
      ['award.field.source', sources.join('; ')],
      ['award.field.round', view.roundName],
      ['award.field.serves', this.served(view.districts)],
      ['award.field.schools', view.schools.join(', ')],
      ['award.field.agreement_kind', choice('award.field.agreement_kind', view.agreementKind)],
      ['award.field.risk_rating', choice('award.field.risk_rating', view.riskRating)],
      [
        'award.field.accept_by',
        view.state.state === 'drafted' || view.state.state === 'offered' ? day(view.acceptBy) : null,
      ],
      ['award.fact.scope_agreed_on', day(view.scopeAgreedOn)],
      ['award.fact.insurance_on_file_on', day(view.insuranceOnFileOn)],
      ['award.field.insurance_waiver', view.insuranceWaiver],
      ['award.field.motion', t('award.motion', { number: view.motionNumber, date: this.date(view.decidedOn) })],
    ];
    return facts.flatMap(([key, value]) => (value === null || value === '' ? [] : [{ label: t(key), value }]));
  }

  private people(view: AwardView): { title: string; href?: string; note?: string }[] {
    const { t } = this;
    const recipient = {
      title: view.recipient,
      href: `/organizations/${view.organizationId}`,
      note: t('award.person.recipient'),
    };
    const partners = view.partners.map(({ name, level, role }) => ({
      title: name,
      note: [t('award.person.partner', { level }), role].filter(Boolean).join(' · '),
    }));
    const signers = view.signatures.map(({ role, name, signedAt }) => ({
      title: name,
      note: t(`award.person.signed_${role}`, { date: this.date(this.db.currentCalendar.today(signedAt)) }),
    }));
    return [recipient, ...partners, ...signers];
  }

  /** The papers on this page, and as the PDFs that were made of them. */
  private listed(view: AwardView): { title: string; href: string; note: string }[] {
    const { t } = this;
    const read = (['letter', 'agreement'] as const).map((paper) => ({
      title: t(`award.preview.${paper}`),
      href: `/awards/${view.id}/${paper}`,
      note: t('award.preview.note'),
    }));
    const made = view.documents.map(({ kind, url, createdAt }) => ({
      title: t(`award.document.${kind}`),
      href: url,
      note: t('award.document.made', { date: this.date(this.db.currentCalendar.today(createdAt)) }),
    }));
    return [...made, ...read];
  }
}
