/** What waits for somebody: participants answer and mend claims, program officers approve. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import { type Task, TaskSource } from '../../platform/tasks.js';
import { Texts } from '../../platform/texts/texts.js';
import type { ChildcareClaim } from './childcare-claim.entity.js';
import { ChildcareClaimMachine } from './childcare-claim.machine.js';
import { CLAIM_COLUMNS } from './childcare-claims.service.js';
import type { Stipend } from './stipend.entity.js';
import { StipendMachine } from './stipend.machine.js';
import { readWaiting } from './stipend.view.js';
import { STIPEND_COLUMNS } from './stipends.service.js';
import { SupportHomeViews } from './support-home.view.js';

interface ClaimRow {
  readonly id: string;
  readonly cents: string;
  readonly person: string;
  readonly convening: string;
  readonly on: string;
}

@Injectable()
export class ParticipantSupportTasks extends TaskSource {
  override readonly permissions = ['support.read_own', 'stipend.approve', 'childcare_claim.approve'];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly home: SupportHomeViews,
    private readonly stipendMachine: StipendMachine,
    private readonly claimMachine: ChildcareClaimMachine,
  ) {
    super();
  }

  override async tasks(actor: PersonActor): Promise<Task[]> {
    const own = this.policy.mightDo(actor, 'support.read_own') ? await this.own(actor) : [];
    const stipends = this.policy.mightDo(actor, 'stipend.approve') ? await this.stipends(actor) : [];
    const claims = this.policy.mightDo(actor, 'childcare_claim.approve') ? await this.claims(actor) : [];
    return [...own, ...stipends, ...claims];
  }

  /** Convenings to answer for, claims that came back or were never sent. */
  private async own(actor: PersonActor): Promise<Task[]> {
    const { upcoming, money } = await this.home.of(actor);
    const answers = upcoming
      .filter(({ coming }) => coming === null)
      .map(({ convening, on }): Task => ({
        dueOn: on,
        title: this.t('task.attendance.answer', { day: this.db.currentCalendar.formatDate(on, 'day') }),
        text: this.t('task.attendance.answer.text', { convening }),
        href: '/support',
        button: this.t('task.attendance.answer.button'),
      }));
    const claims = money
      .filter(({ kind, state }) => kind === 'childcare_claim' && (state === 'returned' || state === 'draft'))
      .map(({ id, state, on, amount, sendBy }): Task => ({
        dueOn: sendBy ?? undefined,
        title: this.t(`task.childcare_claim.${state}`, { date: on, amount: amount.format({ cents: true }) }),
        text: this.t(`task.childcare_claim.${state}.text`),
        href: `/support/claims/${id}`,
        button: this.t(`task.childcare_claim.${state}.button`),
      }));
    return [...answers, ...claims];
  }

  /** One for each convening; what somebody confirmed themselves, or is paid themselves, waits for another. */
  private async stipends(actor: PersonActor): Promise<Task[]> {
    const mine = conditionSql(this.policy.filter(actor, 'stipend.approve', STIPEND_COLUMNS));
    const theirs = sql`s.state = 'accrued' and ${mine} and s.person_id <> ${actor.personId}
      and s.confirmed_by is distinct from ${actor.personId}::uuid`;
    const within = this.policy.isLent(actor, 'stipend.approve') ? await this.withinLent(actor, theirs) : theirs;
    const waiting = await readWaiting(this.db, within);
    return waiting.map(({ id, name, on, count, amount }) => ({
      title: this.t('task.stipend.approve', { count, convening: name, date: on }),
      text: this.t('task.stipend.approve.text', { count, amount: amount.format({ cents: true }) }),
      href: `/support/convenings/${id}`,
      button: this.t('task.stipend.approve.button'),
    }));
  }

  /** Of these stipends those that what was lent reaches for. */
  private async withinLent(actor: PersonActor, where: Sql): Promise<Sql> {
    const rows = await this.db.query<Pick<Stipend, 'id'> & { cents: string }>(sql`
      select s.id, s.state, s.person_id as "personId", s.collaborative_id as "collaborativeId", s.fund_id as "fundId",
             s.amount_cents::text as cents
      from stipends s where ${where} order by s.id limit 2000`);
    const stipends = rows.map((row) => ({ ...row, amount: Money.ofCents(row.cents) }) as unknown as Stipend);
    const open = await this.stipendMachine.unbarred(this.policy, this.db, actor, 'approve', stipends);
    return sql`s.id = any(${open.map(({ id }) => id)}::uuid[])`;
  }

  private async claims(actor: PersonActor): Promise<Task[]> {
    const mine = conditionSql(this.policy.filter(actor, 'childcare_claim.approve', CLAIM_COLUMNS));
    const rows = await this.db.queryOften<ClaimRow>(sql`
      select c.id, c.state, c.person_id as "personId", c.collaborative_id as "collaborativeId", c.fund_id as "fundId",
             c.amount_cents::text as cents, p.name as person, v.name as convening,
             (v.starts_at at time zone ${this.db.currentCalendar.timeZone})::date::text as on
      from childcare_claims c join persons p on p.id = c.person_id join convenings v on v.id = c.convening_id
        join attendances a on a.id = c.attendance_id
      where c.state = 'submitted' and ${mine} and c.person_id <> ${actor.personId}
        and a.confirmed_by is distinct from ${actor.personId}::uuid
      order by c.submitted_at, c.id limit 50`);
    const claims = rows.map((row) => ({ ...row, amount: Money.ofCents(row.cents) }) as unknown as ChildcareClaim);
    const open = new Set(
      (await this.claimMachine.unbarred(this.policy, this.db, actor, 'approve', claims)).map(({ id }) => id),
    );
    const theirs = rows.filter(({ id }) => open.has(id));
    return theirs.map(({ id, cents, person, convening, on }) => ({
      title: this.t('task.childcare_claim.submitted', { person, amount: Money.ofCents(cents).format({ cents: true }) }),
      text: this.t('task.childcare_claim.submitted.text', { convening, date: on }),
      href: `/support/claims/${id}`,
      button: this.t('task.childcare_claim.submitted.button'),
    }));
  }

  private t(key: string, params?: Readonly<Record<string, unknown>>): string {
    return this.texts.t(key, params);
  }
}
