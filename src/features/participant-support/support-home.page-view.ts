/** The participant's page: components filled, nothing left to compute. */
import { Injectable } from '@nestjs/common';
import { type Actor, type PersonActor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import type { Tone } from '../../kernel/lifecycle.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { EmptyView, FieldView, FormView, NoteView, PageHead, TagView } from '../../platform/pages/components.js';
import { errorItems, fieldViews, inPairs } from '../../platform/pages/forms.js';
import { AgencyFrame } from '../../platform/pages/page-writer.js';
import { Texts } from '../../platform/texts/texts.js';
import { hoursOf } from './hours.js';
import { ClaimInput } from './support.input.js';
import {
  type ClaimableView,
  type MoneyLine,
  type SupportHome,
  SupportHomeViews,
  type UpcomingView,
} from './support-home.view.js';

type View = { title: string } & Record<string, unknown>;

/** The one dark panel, and the smaller ones for what comes after it. */
interface ConveningPanel {
  readonly label: string;
  readonly title: string;
  readonly when: string;
  readonly pay?: string;
  readonly answered?: string;
  readonly action: string;
  /** Answers that are still to give, the first one filled. */
  /** The day that is answered for. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  readonly answers: readonly { readonly value: 'yes' | 'no'; readonly label: string; readonly about: string }[];
}

/** One row of what is paid. */
interface MoneyItem {
  readonly title: string;
  readonly href?: string;
  readonly note: string;
  readonly amount?: string;
  readonly tag: TagView;
}

export interface ClaimSection {
  readonly lead: string;
  readonly form?: FormView;
  readonly empty?: EmptyView;
}

/** What a participant must do something about. */
const TO_MEND = ['draft', 'returned'];
const LATER_SHOWN = 3;
const OVER: readonly string[] = ['paid', 'denied'];
const PAST_SHOWN = 2;

@Injectable()
export class SupportHomePageViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly agency: AgencyFrame,
    private readonly views: SupportHomeViews,
  ) {}

  async home(visit: Visit): Promise<View> {
    const { t } = this;
    const home = await this.views.of(personActor(visit.actor));
    const open = home.upcoming.filter(({ coming }) => coming === null);
    const [first, ...later] = [...open, ...home.upcoming.filter(({ coming }) => coming !== null)];
    const head = this.head(home, open);
    return {
      title: t('support.title'),
      head,
      cancelled: this.cancelledNote(home),
      panel: first === undefined ? undefined : this.panel(first),
      later: later.slice(0, LATER_SHOWN).map((each) => this.panel(each)),
      taxNote: home.needsTaxForm ? await this.taxNote() : undefined,
      ...this.money(home),
      claim: home.hasChildcare ? this.claimSection(visit, home.claimable) : undefined,
    };
  }

  /** The form alone: what a refused claim is shown in, with what is wrong at the top. */
  async newClaim(visit: Visit): Promise<View> {
    const { t } = this;
    const { claimable } = await this.views.of(personActor(visit.actor));
    const title = t('childcare_claim.new');
    const section = this.claimSection(visit, claimable);
    const head: PageHead = { crumbs: [{ label: t('support.title'), href: '/support' }], title, lead: section.lead };
    return { title, head, claim: section };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private head({ money, upcoming }: SupportHome, open: readonly UpcomingView[]): PageHead {
    const { t } = this;
    const claims = money.filter(({ state }) => TO_MEND.includes(state)).length;
    const [first] = open;
    if (first === undefined) {
      return {
        title: t('support.to_do', { count: claims }),
        lead: t(
          claims > 0 ? 'support.to_do.claims' : upcoming.length > 0 ? 'support.to_do.answered' : 'support.to_do.none',
        ),
      };
    }
    const title =
      claims === 0
        ? t('support.to_answer', { count: open.length })
        : t('support.to_do', { count: open.length + claims });
    const role = t(`seat.field.role.${first.role}`);
    return { title, lead: t('support.to_answer.lead', { day: this.day(first.on), team: first.team, role }) };
  }

  private cancelledNote({ cancelled }: SupportHome): NoteView | undefined {
    if (cancelled.length === 0) return undefined;
    return {
      tone: 'blue',
      title: this.t('support.cancelled', { count: cancelled.length }),
      items: cancelled.map(({ convening, on }) => this.t('support.cancelled.which', { convening, day: this.day(on) })),
    };
  }

  private panel(upcoming: UpcomingView): ConveningPanel {
    const { t } = this;
    const { attendanceId, coming, convening, on, pay, place } = upcoming;
    const answered = coming === null ? undefined : t(coming ? 'support.answered.yes' : 'support.answered.no');
    const about = `${convening}, ${this.day(on)}`;
    const yes = {
      value: 'yes',
      label: t(coming === false ? 'support.answer.yes_after_all' : 'support.answer.yes'),
      about,
    } as const;
    const no = {
      value: 'no',
      label: t(coming === true ? 'support.answer.no_after_all' : 'support.answer.no'),
      about,
    } as const;
    return {
      label: convening,
      title: this.day(on),
      when: t('support.when', { time: this.time(upcoming), place }),
      pay:
        pay === null
          ? undefined
          : t(`support.pay.${pay.by}.${pay.basis}`, { amount: pay.rate.format({ cents: true }) }),
      answered,
      action: `/support/answers/${attendanceId}`,
      hidden: [{ name: 'date', value: on }],
      answers: coming === null ? [yes, no] : coming ? [no] : [yes],
    };
  }

  /** From when to when; one that goes on over night says until which day. */
  private time({ on, startsAt, endsAt }: UpcomingView): string {
    const { currentCalendar: calendar } = this.db;
    const lastDay = calendar.today(endsAt);
    const from = calendar.formatTime(startsAt);
    if (lastDay !== on) return this.t('support.time.days', { from, day: this.day(lastDay) });
    return this.t('support.time', { from, to: calendar.formatTime(endsAt) });
  }

  private money(home: SupportHome): {
    money: readonly MoneyItem[];
    earlier?: { readonly title: string; readonly items: readonly MoneyItem[] };
    total?: object;
    paidBy?: string;
    noMoney?: EmptyView;
  } {
    const { t } = this;
    const { now, past } = foldOver(home.money);
    const items = [
      ...home.unconfirmed.map(({ convening, on }): MoneyItem => ({
        title: t('support.money.stipend', { date: on }),
        note: t('support.money.unconfirmed', { convening }),
        tag: { tone: 'waiting', label: t('support.money.unconfirmed.tag') },
      })),
      ...now.map((line) => this.line(line)),
    ];
    if (items.length === 0) {
      return { money: [], noMoney: { title: t('support.money.none'), text: t('support.money.none.text') } };
    }
    const { onItsWay } = home;
    return {
      money: items,
      earlier:
        past.length === 0
          ? undefined
          : { title: t('support.money.earlier', { count: past.length }), items: past.map((line) => this.line(line)) },
      total: onItsWay.isPositive
        ? { label: t('support.money.on_its_way'), amount: onItsWay.format({ cents: true }) }
        : undefined,
      paidBy: t(`support.money.by.${home.paidBy}`),
    };
  }

  private line(line: MoneyLine): MoneyItem {
    const { t } = this;
    const { kind, id, convening, on, minutes, children, amount } = line;
    const hours = hoursOf(minutes);
    const isStipend = kind === 'stipend';
    return {
      title: t(isStipend ? 'support.money.stipend' : 'support.money.childcare', { date: on }),
      href: isStipend ? undefined : `/support/claims/${id}`,
      note: isStipend
        ? t('support.money.stipend.note', { convening, hours })
        : t('support.money.childcare.note', { convening, hours, children: children ?? 0 }),
      amount: amount.format({ cents: true }),
      tag: this.tag(line),
    };
  }

  private tag({ label, paidOn, payOn, state, tone, waitsForTaxForm }: MoneyLine): TagView {
    const day = (date: string): string =>
      this.db.currentCalendar.formatDate(date, date.slice(0, 4) === this.db.today.slice(0, 4) ? 'short' : 'long');
    if (waitsForTaxForm) return { tone: 'attention', label: this.t('support.money.waits_for_form') };
    if (state === 'scheduled' && payOn !== null)
      return { tone, label: this.t('support.money.paid_by', { day: day(payOn) }) };
    if (state === 'paid' && paidOn !== null)
      return { tone, label: this.t('support.money.paid_on', { day: day(paidOn) }) };
    return { tone: tone satisfies Tone, label };
  }

  private async taxNote(): Promise<NoteView> {
    const { helpPhone, name } = await this.agency.load();
    const { t } = this;
    return {
      tone: 'gold',
      title: t('support.tax_form'),
      text: t(helpPhone === '' ? 'support.tax_form.text' : 'support.tax_form.text_phone', {
        agency: name,
        phone: helpPhone,
      }),
    };
  }

  private claimSection(visit: Visit, claimable: readonly ClaimableView[]): ClaimSection {
    const { t } = this;
    const [only] = claimable;
    if (only === undefined && visit.refused === undefined) {
      return {
        lead: t('childcare_claim.new.lead'),
        empty: { title: t('childcare_claim.nothing_to_claim'), text: t('childcare_claim.nothing_to_claim.text') },
      };
    }
    const fields = fieldViews(ClaimInput, this.texts, {
      refused: visit.refused,
      values: claimable.length === 1 ? { attendanceId: only?.attendanceId } : {},
      choices: { attendanceId: claimable.map((each) => ({ value: each.attendanceId, label: this.choice(each) })) },
      overrides: {
        attendanceId: { kind: 'select', hint: this.hoursHint(claimable) },
        children: { inputmode: 'numeric' },
        hours: { inputmode: 'decimal' },
        provider: { autocomplete: 'off' },
      },
    });
    return {
      lead: t('childcare_claim.new.lead'),
      form: {
        action: '/support/claims/new',
        fields: sideBySide(fields),
        submit: t('childcare_claim.next'),
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  private choice({ convening, on }: ClaimableView): string {
    return this.t('childcare_claim.choice', { convening, date: on });
  }

  /** How long can be claimed: said exactly where there is one convening to claim for. */
  private hoursHint(claimable: readonly ClaimableView[]): string | undefined {
    const [only, ...others] = claimable;
    if (only === undefined) return undefined;
    const { extraMinutes: extra, minutes } = only;
    if (others.length === 0) return this.t('childcare_claim.hours_hint', { hours: hoursOf(minutes), extra });
    const isAlike = others.every(({ extraMinutes }) => extraMinutes === extra);
    return isAlike ? this.t('childcare_claim.hours_hint.any', { extra }) : undefined;
  }

  private day(date: string): string {
    return this.db.currentCalendar.formatDate(date, 'day');
  }
}

/** Children and hours share a line, unless there is something to say about one of them: a phone has no room for it. */
export function sideBySide(fields: readonly FieldView[]): (FieldView | FieldView[])[] {
  const isWrong = fields.some(({ name, error }) => error !== undefined && ['children', 'hours'].includes(name));
  return isWrong ? [...fields] : inPairs(fields, [['children', 'hours']]);
}

/** The page is of one person: the system has none. */
export function personActor(actor: Actor): PersonActor {
  if (actor.kind !== 'person') throw notFound('thing.not_found');
  return actor;
}

/** Now: what is still on its way and the last of what is over. Past: the rest, which is folded away. */
function foldOver(money: readonly MoneyLine[]): { now: MoneyLine[]; past: MoneyLine[] } {
  const past = money.filter(({ state }) => OVER.includes(state)).slice(PAST_SHOWN);
  const folded = new Set(past);
  return { now: money.filter((line) => !folded.has(line)), past };
}
