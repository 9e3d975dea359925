/** Stipends as their pages show them: what waits for approval, a convening to approve at once, the list, and one. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { type FactView, type PageHead, table, type TodoItem } from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { exportLink } from '../documents/index.js';
import { Collaboratives } from '../collaboratives/index.js';
import { hoursOf } from './hours.js';
import { stipendLifecycle } from './stipend.lifecycle.js';
import { StipendMachine } from './stipend.machine.js';
import { type StipendView, StipendViews, type WaitingConvening, type WaitingStipend } from './stipend.view.js';
import { Stipends } from './stipends.service.js';
import type { StipendListQuery } from './support.input.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/support/stipends';

@Injectable()
export class StipendPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly stipends: Stipends,
    private readonly machine: StipendMachine,
    private readonly views: StipendViews,
    private readonly collaboratives: Collaboratives,
  ) {}

  async list(actor: Actor, query: StipendListQuery): Promise<View> {
    const { t } = this;
    const found = await this.stipends.list(actor, query);
    const isSearch = [query.q, query.state, query.convening, query.collaborative].some((each) => each !== undefined);
    const head: PageHead = {
      title: t('support.staff.title'),
      lead: t('support.staff.lead'),
      actions: [{ label: t('childcare_claim.list.title'), href: '/support/claims' }],
    };
    const stipends = table({
      id: 'stipends',
      caption: t('stipend.list.caption'),
      columns: [
        { key: 'person', label: t('stipend.field.person'), ...sortedColumn(PATH, query, found.sort, 'person') },
        { key: 'convening', label: t('stipend.field.convening') },
        { key: 'team', label: t('stipend.field.team'), minor: true },
        { key: 'state', label: t('stipend.field.state') },
        {
          key: 'amount',
          label: t('stipend.field.amount'),
          kind: 'payments',
          ...sortedColumn(PATH, query, found.sort, 'amount'),
        },
      ],
      rows: found.items.map((item) => {
        const { id, person, role, team, convening, state, amount } = this.views.row(item);
        return {
          person: { text: person, href: `${PATH}/${id}`, note: t(`seat.field.role.${role}`) },
          convening: { text: convening.name, note: this.date(convening.on) },
          team,
          state: { tag: state },
          amount,
        };
      }),
      search: {
        action: PATH,
        text: { name: 'q', label: t('stipend.search'), value: query.q },
        filters: [
          {
            kind: 'select',
            name: 'state',
            label: t('stipend.field.state'),
            value: query.state,
            prompt: t('list.any'),
            options: stipendLifecycle.states.map((state) => ({ value: state, label: this.machine.state(state).label })),
          },
        ],
        hidden: [
          ...(query.convening === undefined ? [] : [{ name: 'convening', value: query.convening }]),
          ...(query.collaborative === undefined ? [] : [{ name: 'collaborative', value: query.collaborative }]),
        ],
        clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
      },
      pager: pagerView(this.texts, PATH, query, found),
      export: exportLink(t, 'stipends', query),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('stipend.none'), text: t('stipend.none.text') },
      stack: true,
    });
    const mayApprove = this.policy.mightDo(actor, 'stipend.approve');
    const waiting = mayApprove && !isSearch ? await this.views.waiting(actor) : [];
    return {
      title: head.title,
      head,
      waiting: waiting.length === 0 ? undefined : { items: waiting.map((each) => this.todo(each)) },
      table: stipends,
      policies: isSearch ? undefined : await this.policies(actor),
    };
  }

  /** Everybody of one convening whose stipend waits, with a box for each. */
  async convening(visit: Visit): Promise<View> {
    const { t } = this;
    const id = visit.id();
    const people = await this.views.ofConvening(visit.actor, id);
    const [first] = people;
    if (first === undefined) throw notFound('stipend.nothing_waits');
    const free = people.filter(({ bar }) => bar === null);
    const amount = Money.sum(free.map((each) => each.amount)).format({ cents: true });
    const title = t('stipend.convening.title', { convening: first.convening.name, date: first.convening.on });
    const head: PageHead = {
      crumbs: [{ label: t('support.staff.title'), href: PATH }],
      title,
      lead: t('stipend.convening.lead', { count: free.length, amount }),
    };
    const ticked = tickedIn(visit);
    return {
      title,
      head,
      action: `/support/convenings/${id}/approve`,
      submit: t('stipend.convening.approve', { count: free.length }),
      canApprove: free.length > 0,
      groups: groupsOf(people).map(({ team, rows }) => ({
        team,
        rows: rows.map((each) => this.tick(each, free.indexOf(each), ticked)),
      })),
    };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const stipend = await this.views.one(visit.actor, visit.id());
    const stored = await this.stipends.get(visit.actor, stipend.id);
    const actions = await this.machine.actions(this.policy, this.db, visit.actor, stored);
    const isOwn = visit.actor.kind === 'person' && visit.actor.personId === stipend.personId;
    const { amount, arithmetic, convening, person, state, version } = stipend;
    const shown = amount.format({ cents: true });
    const title = isOwn ? t('stipend.title.own', { amount: shown }) : t('stipend.title', { person, amount: shown });
    const head: PageHead = {
      crumbs: [
        isOwn ? { label: t('support.title'), href: '/support' } : { label: t('support.staff.title'), href: PATH },
      ],
      tag: state,
      title,
      lead: t('stipend.lead', { convening: convening.name, date: convening.on }),
      actions: actionButtons(this.texts, `${PATH}/${stipend.id}`, version, actions),
    };
    const past = await story(this.db, this.texts, this.db.currentCalendar, 'stipend', stipend.id);
    return {
      title,
      head,
      sum: { lines: arithmetic, result: t('stipend.sum.result', { amount: shown }) },
      next: t(`stipend.next.${state.state}`),
      facts: { items: this.facts(stipend) },
      story: { items: past, layout: 'story' },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private todo({ id, name, on, count, amount }: WaitingConvening): TodoItem {
    const { t } = this;
    const title = t('stipend.waiting', { convening: name, date: on });
    const href = `/support/convenings/${id}`;
    return {
      title,
      href,
      text: t('stipend.waiting.text', { count, amount: amount.format({ cents: true }) }),
      button: { label: t('stipend.waiting.button'), href, about: title },
    };
  }

  /** The links to what is paid in each collaborative. */
  private async policies(actor: Actor): Promise<object | undefined> {
    if (!this.policy.mightDo(actor, 'collaborative.read')) return undefined;
    const { items } = await this.collaboratives.list(actor, { limit: 20 });
    if (items.length === 0) return undefined;
    return {
      items: items.map(({ id, name }) => ({
        title: name,
        href: `/support/policies/${id}`,
        note: this.t('support.policies.note'),
      })),
    };
  }

  private tick(each: WaitingStipend, index: number, ticked: ReadonlySet<string> | undefined): object {
    const { t } = this;
    const { id, person, role, minutes, amount, bar } = each;
    return {
      id,
      name: `stipends[${index}].id`,
      person,
      href: `${PATH}/${id}`,
      note: t('stipend.convening.person', { role: t(`seat.field.role.${role}`), hours: hoursOf(minutes) }),
      amount: amount.format({ cents: true }),
      bar: bar ?? undefined,
      checked: ticked === undefined || ticked.has(id),
    };
  }

  private facts(stipend: StipendView): FactView[] {
    const { t } = this;
    const { approvedBy, collaborative, confirmedBy, convening, minutes, payment, role, team } = stipend;
    const facts: (FactView | undefined)[] = [
      { label: t('stipend.field.collaborative'), value: collaborative.name },
      { label: t('stipend.field.convening'), value: `${convening.name}, ${this.date(convening.on)}` },
      { label: t('stipend.field.team'), value: team },
      { label: t('seat.field.role'), value: t(`seat.field.role.${role}`) },
      { label: t('childcare_claim.field.hours'), value: String(hoursOf(minutes)) },
      confirmedBy === null ? undefined : { label: t('stipend.confirmed_by'), value: confirmedBy },
      approvedBy === null ? undefined : { label: t('stipend.approved_by'), value: approvedBy },
      payment === null
        ? undefined
        : {
            label: t('stipend.payment'),
            value: payment.paidOn === null ? payment.label : `${payment.label}, ${this.date(payment.paidOn)}`,
          },
    ];
    return facts.filter((each) => each !== undefined);
  }

  private date(date: string): string {
    return this.db.currentCalendar.formatDate(date, 'long');
  }
}

/** What stayed ticked in a form that was refused. */
function tickedIn({ refused }: Visit): ReadonlySet<string> | undefined {
  const sent = refused?.values['stipends'];
  if (refused === undefined) return undefined;
  return new Set(Array.isArray(sent) ? sent.map((each: { id?: unknown }) => String(each.id)) : []);
}

function groupsOf(people: readonly WaitingStipend[]): { team: string; rows: WaitingStipend[] }[] {
  const groups: { team: string; rows: WaitingStipend[] }[] = [];
  for (const each of people) {
    const last = groups.at(-1);
    if (last?.team === each.team) last.rows.push(each);
    else groups.push({ team: each.team, rows: [each] });
  }
  return groups;
}
