/** What a participant sees on one page: what to answer, what is paid to them, and what childcare can be claimed for. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import type { Tone } from '../../kernel/lifecycle.js';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type AttendanceFact, attendancesOf, type SeatRole } from '../collaboratives/index.js';
import { claimLifecycle, LIVE_CLAIMS, type ClaimState } from './childcare-claim.lifecycle.js';
import { stipendLifecycle, type StipendState } from './stipend.lifecycle.js';
import { policyOn, type PolicyTerms } from './stipend.rules.js';
import { cardOn, cardsOf, policiesOfYears } from './support-policies.reads.js';

export interface UpcomingView {
  readonly attendanceId: string;
  readonly convening: string;
  /** 'YYYY-MM-DD' */
  readonly on: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly place: string;
  readonly role: SeatRole;
  readonly team: string;
  readonly coming: boolean | null;
  /** What one gets for it: from the fund, or from the district; nothing where no policy says so. */
  readonly pay: { readonly by: string; readonly basis: string; readonly rate: Money } | null;
}

export interface MoneyLine {
  readonly kind: 'stipend' | 'childcare_claim';
  readonly id: string;
  readonly convening: string;
  /** 'YYYY-MM-DD' */
  readonly on: string;
  readonly minutes: number;
  /** Of a claim. */
  readonly children: number | null;
  readonly amount: Money;
  readonly state: string;
  readonly label: string;
  readonly tone: Tone;
  /** The day of the check it is in; the day it was paid. */
  readonly payOn: string | null;
  readonly paidOn: string | null;
  /** The last day to send a claim that was never sent. */
  readonly sendBy: string | null;
  /** Approved, and waits for the tax form. */
  readonly waitsForTaxForm: boolean;
}

/** A convening that was, and nobody has said yet who came; or one that was to be and will not. */
export interface ConveningDay {
  readonly convening: string;
  readonly on: string;
}

export interface ClaimableView {
  readonly attendanceId: string;
  readonly convening: string;
  readonly on: string;
  /** How long they were there, and how much may be added for the way. */
  readonly minutes: number;
  readonly extraMinutes: number;
  readonly rate: Money;
  readonly cap: Money;
  readonly claimBy: string;
}

export interface SupportHome {
  readonly upcoming: readonly UpcomingView[];
  readonly unconfirmed: readonly ConveningDay[];
  /** What was planned and will not be, the next first. */
  readonly cancelled: readonly ConveningDay[];
  readonly money: readonly MoneyLine[];
  /** Approved and not yet paid. */
  readonly onItsWay: Money;
  readonly paidBy: string;
  /** Stipends are due, and finance has no tax form of this person. */
  readonly needsTaxForm: boolean;
  /** Whether childcare is paid back at all where this person is. */
  readonly hasChildcare: boolean;
  readonly claimable: readonly ClaimableView[];
}

interface MoneyRow {
  readonly kind: MoneyLine['kind'];
  readonly id: string;
  readonly state: string;
  readonly cents: string;
  readonly minutes: number;
  readonly children: number | null;
  readonly convening: string;
  readonly on: string;
  readonly payOn: string | null;
  readonly paidOn: string | null;
  readonly sendBy: string | null;
}

const MOST_LINES = 100;
/** A convening that was never closed is not waited for any longer. */
const WAITED_DAYS = 60;
const MOST_WAITED = 5;
const APPROVED = ['payable', 'scheduled'];
const UNPAID_STIPENDS = ['accrued', 'payable'];

@Injectable()
export class SupportHomeViews {
  constructor(private readonly db: Database) {}

  async of(actor: PersonActor): Promise<SupportHome> {
    const { personId } = actor;
    const [attendances, lines, payee] = await Promise.all([
      attendancesOf(this.db, personId),
      this.lines(personId),
      this.payee(personId),
    ]);
    const hasTaxForm = typeof payee?.taxFormOnFileOn === 'string';
    const money = lines.map((row) => lineOf(row, hasTaxForm));
    const isDue = money.some(({ kind, state }) => kind === 'stipend' && UNPAID_STIPENDS.includes(state));
    return {
      upcoming: await this.upcoming(attendances),
      unconfirmed: this.unconfirmed(attendances),
      cancelled: this.cancelled(attendances),
      money,
      onItsWay: Money.sum(money.filter(({ state }) => APPROVED.includes(state)).map(({ amount }) => amount)),
      paidBy: payee?.method ?? 'check',
      needsTaxForm: isDue && !hasTaxForm,
      ...(await this.childcare(attendances, personId)),
    };
  }

  private async upcoming(attendances: readonly AttendanceFact[]): Promise<UpcomingView[]> {
    const { now } = this.db;
    const coming = attendances
      .filter(
        ({ state, conveningState, endsAt }) => state === 'expected' && conveningState === 'planned' && endsAt > now,
      )
      .sort(
        (a, b) => a.startsAt.getTime() - b.startsAt.getTime() || Number(b.coming !== null) - Number(a.coming !== null),
      );
    // Somebody with two seats comes once, and answers once.
    const once = coming.filter((each, index) => coming.findIndex((other) => sameConvening(other, each)) === index);
    const policies = await policiesOfYears(this.db, [...new Set(once.map(({ yearId }) => yearId))]);
    return once.map(
      ({ id, conveningName, conveningOn, startsAt, endsAt, place, role, teamName, coming: answer, yearId }) => ({
        ...{ attendanceId: id, convening: conveningName, on: conveningOn, startsAt, endsAt, place, role },
        ...{ team: teamName, coming: answer, pay: payOf(policyOn(policies, { yearId, role, on: conveningOn })) },
      }),
    );
  }

  /** Whoever said no does not miss it. */
  private cancelled(attendances: readonly AttendanceFact[]): ConveningDay[] {
    const { now } = this.db;
    return attendances
      .filter(
        ({ conveningState, endsAt, coming }) => conveningState === 'cancelled' && endsAt > now && coming !== false,
      )
      .filter((each, index, all) => all.findIndex((other) => sameConvening(other, each)) === index)
      .map(({ conveningName, conveningOn }) => ({ convening: conveningName, on: conveningOn }))
      .reverse();
  }

  private unconfirmed(attendances: readonly AttendanceFact[]): ConveningDay[] {
    const { currentCalendar: calendar, now, today } = this.db;
    const from = calendar.addDays(today, -WAITED_DAYS);
    return attendances
      .filter(
        ({ state, conveningState, endsAt, conveningOn, coming }) =>
          state === 'expected' &&
          conveningState === 'planned' &&
          endsAt <= now &&
          conveningOn >= from &&
          coming !== false,
      )
      .slice(0, MOST_WAITED)
      .map(({ conveningName, conveningOn }) => ({ convening: conveningName, on: conveningOn }));
  }

  private async childcare(
    attendances: readonly AttendanceFact[],
    personId: string,
  ): Promise<Pick<SupportHome, 'hasChildcare' | 'claimable'>> {
    const cards = await cardsOf(this.db, [...new Set(attendances.map(({ collaborativeId }) => collaborativeId))]);
    if (cards.length === 0) return { hasChildcare: false, claimable: [] };
    const { currentCalendar: calendar, today } = this.db;
    const claimed = await this.db.query<{ conveningId: string }>(sql`
      select convening_id as "conveningId" from childcare_claims
      where person_id = ${personId} and state = any(${[...LIVE_CLAIMS]}::text[])`);
    const taken = new Set(claimed.map(({ conveningId }) => conveningId));
    const claimable: ClaimableView[] = [];
    for (const each of attendances.filter(({ state }) => state === 'attended')) {
      const { id, conveningId, conveningName, conveningOn: on, collaborativeId, minutes } = each;
      const card = cardOn(cards, { collaborativeId, on });
      if (card === undefined || taken.has(conveningId)) continue;
      const claimBy = calendar.addDays(on, card.claimDays);
      if (today > claimBy) continue;
      taken.add(conveningId);
      const { extraMinutes, rate, cap } = card;
      claimable.push({ attendanceId: id, convening: conveningName, on, minutes, extraMinutes, rate, cap, claimBy });
    }
    return { hasChildcare: true, claimable };
  }

  private async payee(personId: string): Promise<{ method: string; taxFormOnFileOn: string | null } | undefined> {
    return this.db.find(sql`
      select method, tax_form_on_file_on as "taxFormOnFileOn" from payees where person_id = ${personId}`);
  }

  /** The person's own stipends and claims with the check each is in, the latest convening first. */
  private async lines(personId: string): Promise<MoneyRow[]> {
    const zone = this.db.currentCalendar.timeZone;
    return this.db.query<MoneyRow>(sql`
      select m.kind, m.id, m.state, m.cents, m.minutes, m.children, v.name as convening,
             (v.starts_at at time zone ${zone})::date::text as on, pay."payOn", pay."paidOn", m."sendBy"
      from (select 'stipend' as kind, id, state, amount_cents::text as cents, minutes, null::int as children, convening_id,
                   null as "sendBy"
            from stipends where person_id = ${personId} and state <> 'voided'
            union all
            select 'childcare_claim', id, state, amount_cents::text, minutes, children, convening_id,
                   case when state = 'draft' then claim_by::text end
            from childcare_claims where person_id = ${personId} and state <> 'withdrawn') m
      join convenings v on v.id = m.convening_id
      left join lateral (
        select b.pay_on::text as "payOn", y.issued_on::text as "paidOn" from payables p
        join payment_items i on i.payable_id = p.id and i.ended_at is null
        join payments y on y.id = i.payment_id join payment_batches b on b.id = y.batch_id
        where p.subject_type = m.kind and p.subject_id = m.id and m.state in ('scheduled', 'paid')
        order by p.created_at desc limit 1) pay on true
      order by v.starts_at desc, m.kind desc, m.id limit ${MOST_LINES}`);
  }
}

const sameConvening = (a: AttendanceFact, b: AttendanceFact): boolean => a.conveningId === b.conveningId;

function payOf(policy: PolicyTerms | undefined): UpcomingView['pay'] {
  return policy === undefined ? null : { by: policy.bearer, basis: policy.basis, rate: policy.rate };
}

function lineOf({ cents, ...row }: MoneyRow, hasTaxForm: boolean): MoneyLine {
  const { label, publicLabel, tone } =
    row.kind === 'stipend'
      ? stipendLifecycle.definition.states[row.state as StipendState]
      : claimLifecycle.definition.states[row.state as ClaimState];
  const waitsForTaxForm = row.kind === 'stipend' && row.state === 'payable' && !hasTaxForm;
  return { ...row, amount: Money.ofCents(cents), label: publicLabel ?? label, tone, waitsForTaxForm };
}
