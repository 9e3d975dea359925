/** What is shown of stipends: in a list, one with its arithmetic, and the people of a convening that wait for approval. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { nameOfStep } from '../../platform/audit/actor-name.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import type { StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { readAttendances } from '../collaboratives/index.js';
import { Payables } from '../payments/index.js';
import { stipendLifecycle, type StipendState } from './stipend.lifecycle.js';
import { StipendMachine } from './stipend.machine.js';
import { stipendArithmetic } from './stipend.rules.js';
import { STIPEND_COLUMNS, type StipendRow, Stipends } from './stipends.service.js';
import { policiesOfYears } from './support-policies.reads.js';
import { withCents } from './support.words.js';

export interface StipendListItem {
  readonly id: string;
  readonly state: StateAnswer;
  readonly amount: Money;
  readonly minutes: number;
  readonly role: string;
  readonly person: string;
  readonly team: string;
  readonly convening: { readonly id: string; readonly name: string; readonly on: string };
}

export interface PaymentOfSupport {
  readonly state: string;
  readonly label: string;
  readonly paidOn: string | null;
  readonly batchNumber: string | null;
}

export interface StipendView extends StipendListItem {
  readonly version: number;
  readonly personId: string;
  readonly collaborative: { readonly id: string; readonly name: string };
  /** How the amount came about, in sentences. */
  readonly arithmetic: readonly string[];
  readonly confirmedBy: string | null;
  readonly approvedBy: string | null;
  readonly payment: PaymentOfSupport | null;
  readonly actions: readonly ApiAction[];
}

/** Stipends of one convening that wait for approval. */
export interface WaitingConvening {
  readonly id: string;
  readonly name: string;
  readonly on: string;
  readonly count: number;
  readonly amount: Money;
}

/** One person of a convening whose stipend waits, and why this reader may not approve it, if so. */
export interface WaitingStipend extends StipendListItem {
  readonly bar: string | null;
}

const MOST_SHOWN = 500;

@Injectable()
export class StipendViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly stipends: Stipends,
    private readonly machine: StipendMachine,
    private readonly payables: Payables,
  ) {}

  row(row: StipendRow): StipendListItem {
    const { id, amountCents, minutes, role, personName, teamName, conveningId, conveningName, conveningOn } = row;
    return {
      id,
      state: this.machine.state(row.state),
      amount: Money.ofCents(amountCents),
      minutes,
      role,
      person: personName,
      team: teamName,
      convening: { id: conveningId, name: conveningName, on: conveningOn },
    };
  }

  async one(actor: Actor, id: string): Promise<StipendView> {
    const stipend = await this.stipends.get(actor, id);
    const [[attendance], names, approver, payment, actions] = await Promise.all([
      readAttendances(this.db, [stipend.attendanceId]),
      this.names([stipend.confirmedBy]),
      this.db.find<{ name: string }>(sql`
        select ${nameOfStep('p.name', 'stipend.approve', 's.id')} as name
        from stipends s join persons p on p.id = s.approved_by where s.id = ${id}`),
      paymentOf(this.db, this.payables, 'stipend', id),
      this.machine.actions(this.policy, this.db, actor, stipend),
    ]);
    const { version, personId, role, minutes, amount, conveningId, confirmedBy, policyId } = stipend;
    const policies = await policiesOfYears(this.db, attendance === undefined ? [] : [attendance.yearId]);
    const policy = policies.find((each) => each.id === policyId);
    const sums = policy === undefined ? [] : stipendArithmetic(policy, minutes, amount);
    const isOwn = actor.kind === 'person' && actor.personId === personId;
    return {
      ...{ id, version, personId, role, minutes, amount },
      state: stateFor(this.machine.state(stipend.state), isOwn),
      person: attendance?.personName ?? '',
      team: attendance?.teamName ?? '',
      convening: { id: conveningId, name: attendance?.conveningName ?? '', on: attendance?.conveningOn ?? '' },
      collaborative: { id: stipend.collaborativeId, name: attendance?.collaborativeName ?? '' },
      arithmetic: sums.map(({ code, params }) => this.texts.t(`stipend.sum.${code}`, withCents(params))),
      confirmedBy: names.get(confirmedBy ?? '') ?? null,
      approvedBy: approver?.name ?? null,
      payment,
      actions: apiActions(this.texts, actions),
    };
  }

  /** The convenings with stipends that somebody with this right may look at for approval. */
  async waiting(actor: Actor): Promise<WaitingConvening[]> {
    return readWaiting(this.db, sql`s.state = 'accrued' and ${this.mine(actor)}`);
  }

  /** The people of a convening whose stipends wait, by team and name; 500 at most, the rest come when these are done. */
  async ofConvening(actor: Actor, conveningId: string): Promise<WaitingStipend[]> {
    const rows = await this.db.query<StipendRow & { bar: 'own_money' | 'confirmed_yourself' | null }>(sql`
      select s.id, s.state, s.amount_cents::text as "amountCents", s.minutes, s.role, p.name as "personName",
             s.convening_id as "conveningId", v.name as "conveningName", t.name as "teamName",
             (v.starts_at at time zone ${this.db.currentCalendar.timeZone})::date::text as "conveningOn",
             case when s.person_id = ${personOf(actor)}::uuid then 'own_money'
                  when s.confirmed_by = ${personOf(actor)}::uuid then 'confirmed_yourself' end as bar
      from stipends s join persons p on p.id = s.person_id join convenings v on v.id = s.convening_id
        join attendances a on a.id = s.attendance_id join teams t on t.id = a.team_id
      where s.convening_id = ${conveningId} and s.state = 'accrued' and ${this.mine(actor)}
      order by lower(t.name), t.id, lower(p.name), s.id limit ${MOST_SHOWN}`);
    return rows.map((row) => ({
      ...this.row(row),
      bar: row.bar === null ? null : this.texts.t(`error.support.${row.bar}`, { name: row.personName }),
    }));
  }

  private mine(actor: Actor): Sql {
    return conditionSql(this.policy.filter(actor, 'stipend.read', STIPEND_COLUMNS));
  }

  private async names(ids: readonly (string | null)[]): Promise<Map<string, string>> {
    const wanted = ids.filter((id) => id !== null);
    const rows = await this.db.query<{ id: string; name: string }>(
      sql`select id, name from persons where id = any(${wanted}::uuid[])`,
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}

const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.personId : null);

/** The word participants read of their own. */
export function stateFor(answer: StateAnswer, isOwn: boolean): StateAnswer {
  const row = stipendLifecycle.definition.states[answer.state as StipendState];
  return isOwn && row.publicLabel !== undefined ? { ...answer, label: row.publicLabel } : answer;
}

/** Convenings by how much of theirs waits, the oldest first. */
export async function readWaiting(db: Database, where: Sql): Promise<WaitingConvening[]> {
  const rows = await db.queryOften<Omit<WaitingConvening, 'amount'> & { cents: string }>(sql`
    select v.id, v.name, (v.starts_at at time zone ${db.currentCalendar.timeZone})::date::text as on,
           count(*)::int as count, sum(s.amount_cents)::text as cents
    from stipends s join convenings v on v.id = s.convening_id
    where ${where} group by v.id order by v.starts_at, v.id limit 50`);
  return rows.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) }));
}

/** The latest payable of a stipend or claim, as its page tells it. */
export async function paymentOf(
  db: Database,
  payables: Payables,
  kind: string,
  id: string,
): Promise<PaymentOfSupport | null> {
  const [latest] = (await payables.of(db, kind, [id])).get(id) ?? [];
  if (latest === undefined) return null;
  const { state, label, paidOn, batchNumber } = latest;
  return { state, label, paidOn, batchNumber };
}
