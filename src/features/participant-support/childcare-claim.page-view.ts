/** Childcare claims as their pages show them, to who asks and to who checks. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type FactView,
  type NoteView,
  type PageHead,
  table,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { ChildcareClaimMachine } from './childcare-claim.machine.js';
import { claimLifecycle } from './childcare-claim.lifecycle.js';
import { type ClaimView, ClaimViews } from './childcare-claim.view.js';
import { ChildcareClaims } from './childcare-claims.service.js';
import { exportLink, fileNote } from '../documents/index.js';
import { hoursOf } from './hours.js';
import { type ClaimListQuery, ClaimTermsInput } from './support.input.js';
import { sideBySide } from './support-home.page-view.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/support/claims';
/** Whoever brought it there said why. */
const NOTED_STATES = ['returned', 'denied'];
/** What a browser can show in the page; of the rest there is a link. */
const PICTURES = ['image/jpeg', 'image/png'];

@Injectable()
export class ClaimPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly claims: ChildcareClaims,
    private readonly machine: ChildcareClaimMachine,
    private readonly views: ClaimViews,
  ) {}

  async list(actor: Actor, query: ClaimListQuery): Promise<View> {
    const { t } = this;
    const found = await this.claims.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined;
    const head: PageHead = {
      crumbs: [{ label: t('support.staff.title'), href: '/support/stipends' }],
      title: t('childcare_claim.list.title'),
      lead: t('childcare_claim.list.lead'),
    };
    const claims = table({
      id: 'claims',
      caption: t('childcare_claim.list.caption'),
      columns: [
        { key: 'person', label: t('stipend.field.person'), ...sortedColumn(PATH, query, found.sort, 'person') },
        { key: 'convening', label: t('stipend.field.convening') },
        { key: 'care', label: t('childcare_claim.care'), minor: true },
        { key: 'state', label: t('childcare_claim.field.state') },
        {
          key: 'amount',
          label: t('stipend.field.amount'),
          kind: 'payments',
          ...sortedColumn(PATH, query, found.sort, 'amount'),
        },
      ],
      rows: found.items.map((item) => {
        const { id, person, convening, children, minutes, state, amount } = this.views.row(item);
        return {
          person: { text: person, href: `${PATH}/${id}` },
          convening: { text: convening.name, note: this.date(convening.on) },
          care: t('childcare_claim.care.of', { children, hours: hoursOf(minutes) }),
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
            label: t('childcare_claim.field.state'),
            value: query.state,
            prompt: t('list.any'),
            options: claimLifecycle.states
              .filter((state) => state !== 'draft')
              .map((state) => ({ value: state, label: this.machine.state(state).label })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
      },
      pager: pagerView(this.texts, PATH, query, found),
      export: exportLink(t, 'childcare-claims', query),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('childcare_claim.none'), text: t('childcare_claim.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: claims };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const claim = await this.views.one(visit.actor, visit.id());
    const stored = await this.claims.get(visit.actor, claim.id);
    const actions = await this.machine.actions(this.policy, this.db, visit.actor, stored);
    const path = `${PATH}/${claim.id}`;
    const buttons = actionButtons(this.texts, path, claim.version, actions);
    const change: ActionView[] = claim.canEdit ? [{ label: t('childcare_claim.change'), href: `${path}/edit` }] : [];
    const past = await story(this.db, this.texts, this.db.currentCalendar, 'childcare_claim', claim.id);
    const { amount, arithmetic, convening, isOwn, person, receipt, state } = claim;
    const shown = amount.format({ cents: true });
    const title = isOwn
      ? t('childcare_claim.title.own', { date: convening.on })
      : t('childcare_claim.title', { person, amount: shown });
    const head: PageHead = {
      crumbs: [
        isOwn
          ? { label: t('support.title'), href: '/support' }
          : { label: t('childcare_claim.list.title'), href: PATH },
      ],
      tag: state,
      title,
      lead: t(isOwn ? 'childcare_claim.lead.own' : 'childcare_claim.lead', {
        convening: convening.name,
        date: convening.on,
        hours: hoursOf(claim.attendedMinutes),
      }),
    };
    return {
      title,
      head,
      reason: this.reason(claim, past[0]),
      denied: claim.deniedBefore.map((each): NoteView => ({
        tone: 'gold',
        title: t('childcare_claim.denied_before'),
        text: t('childcare_claim.denied_before.text', {
          person: each.person,
          convening: each.convening,
          on: each.on,
          date: this.db.currentCalendar.today(each.deniedAt),
          reason: each.reason,
        }),
        link: { label: t('childcare_claim.denied_before.open'), href: `${PATH}/${each.id}` },
      })),
      sum: { lines: arithmetic.slice(0, -1), result: arithmetic.at(-1) },
      actions: { items: [...buttons.slice(0, 1), ...change, ...buttons.slice(1)] },
      next: t(isOwn ? `childcare_claim.next_own.${state.state}` : `childcare_claim.next_staff.${state.state}`, {
        date: claim.claimBy,
      }),
      facts: { items: this.facts(claim) },
      receipt: {
        ...receipt,
        label: t('childcare_claim.receipt.open', { name: receipt.fileName }),
        picture: receipt.state === 'clean' && PICTURES.includes(receipt.mime) ? receipt.url : undefined,
        note: fileNote(t, receipt),
        alt: t('childcare_claim.receipt.alt'),
      },
      story: { items: past, layout: 'story' },
    };
  }

  async editForm(visit: Visit): Promise<View> {
    const { t } = this;
    const claim = await this.views.one(visit.actor, visit.id());
    if (!claim.canEdit) throw conflict('childcare_claim.frozen');
    const { id, children, convening, minutes, paid, provider, receipt, version } = claim;
    const [said] = await story(this.db, this.texts, this.db.currentCalendar, 'childcare_claim', id);
    const title = t('childcare_claim.edit', { date: convening.on });
    const fields = fieldViews(ClaimTermsInput, this.texts, {
      refused: visit.refused,
      values: { children, hours: String(hoursOf(minutes)), paid, provider, receiptId: receipt.id },
      files: new Map([[receipt.id, receipt.fileName]]),
      overrides: { children: { inputmode: 'numeric' }, hours: { inputmode: 'decimal' } },
    });
    const head: PageHead = {
      crumbs: [
        { label: t('support.title'), href: '/support' },
        { label: t('childcare_claim.title.own', { date: convening.on }), href: `${PATH}/${id}` },
      ],
      title,
      lead: convening.name,
    };
    return {
      title,
      head,
      reason: this.reason(claim, said),
      claim: {
        form: {
          action: `${PATH}/${id}/edit`,
          fields: sideBySide(fields.filter(({ name }) => name !== 'version')),
          submit: t('childcare_claim.next'),
          cancel: { label: t('form.cancel'), href: `${PATH}/${id}` },
          errors: errorItems(this.texts, visit.refused),
          hidden: [{ name: 'version', value: String(version) }],
        },
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** What was said when it came back or was denied. */
  private reason({ isOwn, state: { state } }: ClaimView, said?: { readonly text?: string }): NoteView | undefined {
    if (!NOTED_STATES.includes(state) || said?.text === undefined) return undefined;
    const which = state === 'returned' && !isOwn ? 'returned_staff' : state;
    return {
      tone: state === 'denied' ? 'rust' : 'gold',
      title: this.t(`childcare_claim.reason.${which}`),
      text: said.text,
    };
  }

  private facts(claim: ClaimView): FactView[] {
    const { t } = this;
    const {
      approvedBy,
      attendedMinutes,
      cap,
      children,
      claimBy,
      confirmedBy,
      extraMinutes,
      isOwn,
      minutes,
      paid,
      payment,
      provider,
      rate,
    } = claim;
    const facts: (FactView | undefined)[] = [
      { label: t('childcare_claim.field.children'), value: String(children) },
      { label: t('childcare_claim.field.hours'), value: String(hoursOf(minutes)) },
      { label: t('childcare_claim.field.provider'), value: provider },
      {
        label: t(isOwn ? 'childcare_claim.field.paid' : 'childcare_claim.paid_of'),
        value: paid.format({ cents: true }),
      },
      isOwn
        ? undefined
        : {
            label: t('childcare_claim.presence'),
            value: t('childcare_claim.presence.of', { hours: hoursOf(attendedMinutes), minutes: extraMinutes }),
          },
      isOwn || confirmedBy === null ? undefined : { label: t('stipend.confirmed_by'), value: confirmedBy },
      isOwn
        ? undefined
        : {
            label: t('childcare_claim.rates'),
            value: t('childcare_claim.rates.of', {
              rate: rate.format({ cents: true }),
              cap: cap.format({ cents: true }),
            }),
          },
      { label: t('childcare_claim.claim_by'), value: this.date(claimBy) },
      isOwn || approvedBy === null ? undefined : { label: t('stipend.approved_by'), value: approvedBy },
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
