/** Rounds as the pages of staff show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FactView,
  type LinkView,
  moneyBar,
  type NoteView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import type { ListedThings } from '../../platform/pages/shapes.js';
import type { ActionAnswer } from '../../platform/database/stateful.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { listHref, pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { share } from './funding.page-view.js';
import { leadersLine, roundTimeline } from './round.dates.js';
import type { Round } from './round.entity.js';
import type { RoundListQuery } from './round.input.js';
import { roundLifecycle } from './round.lifecycle.js';
import { RoundPageParts } from './round.page-parts.js';
import { type RoundView, RoundViews } from './round.view.js';
import { roundSubject } from './rounds.reads.js';
import { Rounds } from './rounds.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class RoundPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly views: RoundViews,
    private readonly parts: RoundPageParts,
  ) {}

  async list(actor: Actor, query: RoundListQuery): Promise<View> {
    const { t } = this;
    const path = '/rounds';
    const found = await this.rounds.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined;
    const head: PageHead = {
      title: t('round.list.title'),
      lead: t('round.list.lead'),
      actions: this.policy.mightDo(actor, 'round.create')
        ? [{ label: t('round.new'), href: `${path}/new`, primary: true }]
        : [],
    };
    const rounds = table({
      id: 'rounds',
      caption: t('round.list.caption'),
      columns: [
        { key: 'name', label: t('round.field.name'), ...sortedColumn(path, query, found.sort, 'name') },
        { key: 'state', label: t('round.field.state') },
        { key: 'due', label: t('round.due'), ...sortedColumn(path, query, found.sort, 'dueAt') },
        { key: 'setAside', label: t('round.set_aside'), kind: 'money' },
      ],
      rows: found.items.map((item) => {
        const row = this.views.row(item);
        return {
          name: { text: row.name, href: `${path}/${row.id}`, note: `${row.number}, ${row.fundName}` },
          state: { tag: row.state },
          due: this.db.currentCalendar.formatInstant(row.dueAt, 'long'),
          setAside: row.setAside,
        };
      }),
      search: {
        action: path,
        text: { name: 'q', label: t('round.search'), value: query.q },
        filters: [
          {
            ...{ kind: 'select', name: 'state', label: t('round.field.state'), value: query.state },
            prompt: t('list.any'),
            options: roundLifecycle.states.map((state) => ({
              value: state,
              label: this.rounds.machine.state(state).label,
            })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: path } : undefined,
      },
      pager: pagerView(this.texts, path, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: listHref(path, {}) } }
        : { title: t('round.none'), text: t('round.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: rounds };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.views.one(visit.actor, visit.id());
    const stored = await this.rounds.get(visit.actor, round.id);
    const actions = await this.rounds.machine.actions(this.policy, this.db, visit.actor, stored);
    const calendar = this.db.currentCalendar;
    const head: PageHead = {
      crumbs: [{ label: t('round.list.title'), href: '/rounds' }],
      tag: round.state,
      number: round.number,
      title: round.name,
      lead: t('round.lead', { fund: round.fundName, due: calendar.formatDeadline(round.dueAt) }),
      actions: this.buttons(visit.actor, stored, round, actions),
    };
    return {
      title: round.name,
      head,
      note: this.note(round),
      hero: this.hero(visit.actor, round),
      checks: this.can(visit.actor, 'round.update', stored) ? this.parts.checks(round) : undefined,
      sources: this.parts.sources(round),
      timeline: roundTimeline(this.texts, calendar, round, this.db.now),
      calendar: round.state.state === 'published' ? `/funding/${round.id}/calendar.ics` : undefined,
      rules: this.parts.rules(stored),
      dateChanges: this.parts.dateChanges(round),
      purpose: round.purpose,
      eligibility: round.eligibility,
      rubric: this.rubricTable(round),
      extensions: round.extensions.length === 0 ? undefined : this.extensionTable(round),
      pages: this.listed(this.pages(visit.actor, stored)),
      facts: { items: this.facts(visit.actor, round) },
      story: { items: await story(this.db, this.texts, calendar, 'round', round.id), layout: 'narrow' },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private steps(actor: Actor, path: string, round: Round): ActionView[] {
    const { t } = this;
    const can = (permission: string): boolean => this.can(actor, permission, round);
    const links: ActionView[] = [];
    const isEditable = round.state === 'draft' || round.state === 'in_comment';
    if (isEditable && can('round.update')) {
      links.push({ label: t('form.edit'), href: `${path}/edit` });
      links.push({ label: t('round.rubric.edit'), href: `${path}/rubric` });
      links.push({ label: t('rehearsal.title'), href: `${path}/rehearsal` });
    }
    if (round.state === 'published' && can('round.extend')) {
      links.push({ label: roundLifecycle.action('extend').label, href: `${path}/extend` });
    }
    if (this.rounds.machine.lifecycle.action('change_dates').from.includes(round.state) && can('round.change_dates')) {
      links.push({ label: roundLifecycle.action('change_dates').label, href: `${path}/dates` });
    }
    return links;
  }

  /**
   * One of them is what the page is for. Before it is published that is publishing, once it is ready; until then it is
   * the first thing that is missing. Publishing is looked at on a page of its own first.
   */
  private buttons(actor: Actor, stored: Round, round: RoundView, actions: readonly ActionAnswer[]): ActionView[] {
    const path = `/rounds/${round.id}`;
    const links = this.steps(actor, path, stored);
    const buttons = actionButtons(this.texts, path, round.version, actions);
    const publish = actions.find(({ name }) => name === 'publish');
    if (publish === undefined) return [...links, ...buttons];
    const rest = buttons
      .filter((_, index) => actions[index]?.name !== 'publish')
      .map((button) => ({ ...button, primary: false }));
    const look = { label: this.t('round.publish_look'), href: `${path}/publish`, primary: publish.enabled };
    const next = publish.enabled ? undefined : this.parts.next(round, this.can(actor, 'allotment.create', stored));
    if (next === undefined) return [...links, ...rest, look];
    return [...links.filter(({ href }) => href !== next.href), ...rest, look, next];
  }

  private can(actor: Actor, permission: string, round: Round): boolean {
    return this.policy.can(actor, permission, roundSubject(round));
  }

  /** What the features after this one keep of a round. */
  private pages(actor: Actor, round: Round): LinkView[] {
    const { t } = this;
    const can = (permission: string): boolean => this.can(actor, permission, round);
    const links: LinkView[] = [{ label: t('criteria.title'), href: `/rounds/${round.id}/criteria` }];
    if (round.copiedFromId !== null)
      links.push({ label: t('round_change.crumb'), href: `/rounds/${round.id}/changes` });
    if (this.policy.can(actor, 'wording.read', {})) links.push({ label: t('wording.list.title'), href: '/wordings' });
    if (can('round.create')) links.push({ label: t('round.copy'), href: `/rounds/${round.id}/copy` });
    if (round.state === 'draft' || round.state === 'cancelled') return links;
    if (can('application.screen_in')) {
      links.push({ label: t('round.applications'), href: `/applications?round=${round.id}` });
      links.push({ label: t('round.screening'), href: `/screening?round=${round.id}` });
    }
    if (can('ranking.read')) {
      links.push({ label: t('round.ranking'), href: `/reviews/rounds/${round.id}` });
    }
    if (can('interview.offer')) {
      links.push({ label: t('round.interviews'), href: `/interviews/rounds/${round.id}` });
    }
    if (can('question.read')) links.push({ label: t('question.list.title'), href: `/rounds/${round.id}/questions` });
    if (can('broadcast.read')) links.push({ label: t('question.broadcasts'), href: `/broadcasts?round=${round.id}` });
    links.push({ label: t('round.public_page'), href: `/funding/${round.id}` });
    return links;
  }

  private listed(links: readonly LinkView[]): ListedThings | undefined {
    return links.length === 0 ? undefined : { items: links.map(({ label, href }) => ({ title: label, href })) };
  }

  private note(round: RoundView): NoteView | undefined {
    const { warnings } = round;
    // A published round's terms do not change any more.
    if (warnings.length === 0 || !['draft', 'in_comment'].includes(round.state.state)) return undefined;
    const said = warnings.length === 1 ? { text: warnings[0] } : { items: warnings };
    return { tone: 'gold', title: this.t('round.warning.title'), ...said };
  }

  private hero(actor: Actor, round: RoundView): Record<string, unknown> {
    const { t } = this;
    const { setAside, available } = round;
    const taken = setAside.subtract(available);
    return {
      label: t('round.left'),
      value: available.format(),
      link: this.policy.mightDo(actor, 'ledger.read')
        ? { label: t('ledger.open_entries'), href: `/ledger?holder=pool:${round.poolId}` }
        : undefined,
      bar: moneyBar({
        whole: setAside,
        label: t('round.bar', { taken, setAside, available }),
        parts: [
          { stage: 'remaining', amount: taken },
          { stage: 'unawarded', amount: available },
        ],
      }),
      figures: [
        { label: t('round.set_aside'), value: setAside.format() },
        { label: t('round.taken'), value: taken.format(), stage: 'remaining' },
        { label: t('round.left'), value: available.format(), stage: 'unawarded' },
      ],
    };
  }

  private rubricTable(round: RoundView): TableView {
    const { t } = this;
    return table({
      id: 'rubric',
      caption: t('round.rubric.caption'),
      columns: [
        { key: 'name', label: t('round.field.criterion_name') },
        { key: 'low', label: t('round.rubric.low'), minor: true },
        { key: 'high', label: t('round.rubric.high'), minor: true },
        { key: 'weight', label: t('round.weight_share'), kind: 'share' },
      ],
      rows: round.rubric.map((each) => ({
        name: { text: each.name, note: each.question },
        low: each.anchorLow,
        high: `${each.scaleMax}: ${each.anchorHigh}`,
        weight: share(each.weight, round.rubric),
      })),
      empty: { title: t('round.rubric.none'), text: t('round.rubric.none.text') },
      stack: true,
    });
  }

  private extensionTable(round: RoundView): TableView {
    const { t } = this;
    const instant = (at: Date): string => this.db.currentCalendar.formatInstant(at, 'long');
    return table({
      id: 'extensions',
      caption: t('round.extensions.caption'),
      columns: [
        { key: 'after', label: t('round.extension.after') },
        { key: 'before', label: t('round.extension.before') },
        { key: 'reason', label: t('round.field.extension_reason') },
      ],
      rows: round.extensions.map((each) => ({
        after: instant(each.dueAfter),
        before: instant(each.dueBefore),
        reason: each.reason,
      })),
      stack: true,
    });
  }

  private facts(actor: Actor, round: RoundView): FactView[] {
    const { t } = this;
    const { floor, ceiling, awardsAtMost, graceMinutes } = round;
    const range = floor.isPositive ? t('funding.ask.from', { floor, ceiling }) : t('funding.ask.up_to', { ceiling });
    const instant = (at: Date): string => this.db.currentCalendar.formatInstant(at, 'full');
    return [
      { label: t('round.field.kind'), value: t(`round.field.kind.${round.kind}`) },
      { label: t('round.opens'), value: instant(round.opensAt) },
      { label: t('round.due'), value: instant(round.dueAt) },
      { label: t('round.field.grace_minutes'), value: t('round.grace', { minutes: graceMinutes }) },
      { label: t('round.one_award'), value: ceiling === null ? t('round.ceiling_open') : range },
      {
        label: t('round.field.awards_at_most'),
        value: awardsAtMost === null ? t('round.any_number') : String(awardsAtMost),
      },
      { label: t('round.field.gates'), value: t(`round.field.gates.${round.gates}`) },
      { label: t('round.field.who_may_lead'), value: leadersLine(this.texts, round.whoMayLead) },
      { label: t('round.form.fact'), ...this.formFact(actor, round) },
      {
        label: t('round.field.certifier'),
        value: t(`round.field.certifier.${round.writerMayCertify ? 'writer_too' : 'another_person'}`),
      },
      { label: t('round.field.pool'), value: `${round.fundName}: ${round.poolName}` },
    ];
  }

  /** A form of its own is a step away for who may see forms. */
  private formFact(actor: Actor, round: RoundView): Pick<FactView, 'value' | 'link'> {
    const label = this.parts.formName(round);
    const isOpen =
      round.formVersionId !== null && this.policy.can(actor, 'form.read', { scopes: { fund: round.fundId } });
    return isOpen ? { link: { label, href: `/form-versions/${round.formVersionId}` } } : { value: label };
  }
}
