/** ChildcareClaims: a participant writes and sends a claim, a program officer returns, denies or approves it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { type AttendanceFact, readAttendances } from '../collaboratives/index.js';
import { Attachments } from '../documents/index.js';
import { Payables } from '../payments/index.js';
import { ChildcareClaim } from './childcare-claim.entity.js';
import { EDITABLE_CLAIMS } from './childcare-claim.lifecycle.js';
import { ChildcareClaimMachine } from './childcare-claim.machine.js';
import { allTold, reckon, refuseSecond, shown } from './childcare-claim.steps.js';
import { supportSubject } from './stipend.machine.js';
import { personOf } from './stipends.service.js';
import type { ClaimInput, ClaimListQuery, ClaimTermsInput } from './support.input.js';
import { SupportMoney } from './support-money.service.js';
import { conveningTitles } from './support.names.js';
import { SupportNews } from './support.news.js';
import { cardOn, cardsOf } from './support-policies.reads.js';

/** One line of the list of claims. */
export interface ClaimRow {
  readonly id: string;
  readonly state: string;
  readonly amountCents: string;
  readonly children: number;
  readonly minutes: number;
  readonly personName: string;
  readonly conveningName: string;
  /** 'YYYY-MM-DD' */
  readonly conveningOn: string;
  readonly submittedAt: Date | null;
}

/** Where the policy finds a claim's scopes, state and person in a list. */
export const CLAIM_COLUMNS = {
  scopes: { collaborative: 'c.collaborative_id', fund: 'c.fund_id' },
  state: 'c.state',
  personId: 'c.person_id',
} as const;

@Injectable()
export class ChildcareClaims {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly machine: ChildcareClaimMachine,
    private readonly money: SupportMoney,
    private readonly attachments: Attachments,
    private readonly payables: Payables,
    private readonly news: SupportNews,
  ) {}

  /** Begins a claim as a draft, at the rates of the day of the convening. The arithmetic is shown before it is sent. */
  async create(actor: Actor, input: ClaimInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const attendance = await this.attendanceFor(work, input.attendanceId);
        const { collaborativeId, conveningOn: on } = attendance;
        const card = cardOn(await cardsOf(work, [collaborativeId]), { collaborativeId, on });
        if (card === undefined) throw invalidField('attendanceId', 'childcare_claim.no_rates');
        const claimBy = work.calendar.addDays(on, card.claimDays);
        if (work.today > claimBy) throw invalidField('attendanceId', 'childcare_claim.too_late', { date: claimBy });
        await refuseSecond(work, attendance);
        const { conveningId, personId, fundId, poolId } = attendance;
        const [told, receiptHash] = await allTold(
          () => reckon(input, attendance, card),
          () => this.receiptHash(work, input.receiptId),
        );
        const { rate, cap, extraMinutes } = card;
        const claim = await work.insertOne(ChildcareClaim, {
          ...{ conveningId, personId, collaborativeId, fundId, poolId, rate, cap, extraMinutes, claimBy, receiptHash },
          ...told,
          state: this.machine.lifecycle.definition.initial,
          attendanceId: attendance.id,
          receiptId: input.receiptId,
          cardId: card.id,
          submittedAt: null,
          approvedBy: null,
        });
        await this.attachments.linkTo(work, [input.receiptId], 'childcare_claim', claim.id);
        await this.machine.begin(work, [claim]);
        return { id: claim.id };
      }),
    );
  }

  /** Changes a draft or a claim that came back; another receipt takes the place of the first. */
  async update(actor: Actor, id: string, input: ClaimTermsInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const claim = await work.lockOne(ChildcareClaim, id);
        this.machine.require(work.policy, actor, 'childcare_claim.update', claim);
        if (!EDITABLE_CLAIMS.includes(claim.state)) throw conflict('childcare_claim.frozen');
        const [attendance] = await readAttendances(work, [claim.attendanceId]);
        if (attendance === undefined) throw notFound('thing.not_found');
        const { receiptId } = input;
        const isNew = receiptId !== claim.receiptId;
        const [told, receiptHash] = await allTold(
          () => reckon(input, attendance, claim),
          async () => (isNew ? this.receiptHash(work, receiptId, id) : claim.receiptHash),
        );
        const before = shown(claim);
        const after = { ...told, receiptId, receiptHash };
        if (isNew) await this.attachments.linkTo(work, [receiptId], 'childcare_claim', id);
        await work.update(ChildcareClaim, claim, after, input.version);
        work.audit({
          action: 'childcare_claim.updated',
          subjectType: 'childcare_claim',
          subjectId: id,
          before,
          after: shown(claim),
        });
        return { id };
      }),
    );
  }

  /** Sends it: its money is held in the pool, and its receipt is used. */
  async submit(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const claim = await this.take(work, 'submit', id, step, { submittedAt: work.now });
        await this.money.commit(work, 'childcare_claim', claim.poolId, [claim]);
        return { id };
      }),
    );
  }

  /** What is approved is owed to the participant. Paid back against a receipt, it is no income. */
  async approve(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const approver = personOf(actor);
      const claim = await this.take(work, 'approve', id, step, { approvedBy: approver });
      const titleOf = await conveningTitles(work, [claim.conveningId]);
      await this.payables.open(work, {
        payee: { kind: 'person', id: claim.personId },
        title: `Childcare, ${titleOf(claim.conveningId)}`,
        subject: { type: 'childcare_claim', id },
        lines: (await this.money.lines(work, 'childcare_claim', [id])).get(id) ?? [],
        approvedBy: approver === null ? [] : [approver],
        needsTaxForm: false,
      });
      await this.news.claim(work, 'approve', [id]);
      return { id };
    });
  }

  /** Sends it back to be changed, or denies it for good; its money goes back to the pool either way. */
  async refuse(actor: Actor, id: string, action: 'return' | 'deny', step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.take(work, action, id, step);
      await this.money.release(work, 'childcare_claim', [id]);
      await this.news.claim(work, action, [id], step.note);
      return { id };
    });
  }

  async withdraw(actor: Actor, id: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.take(work, 'withdraw', id, step);
      await this.money.release(work, 'childcare_claim', [id]);
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<ChildcareClaim> {
    const [row] = await this.db.query<ChildcareClaim & Record<'c1' | 'c2' | 'c3' | 'c4', string>>(sql`
      select id, version, created_at as "createdAt", state, attendance_id as "attendanceId",
             convening_id as "conveningId", person_id as "personId", collaborative_id as "collaborativeId",
             fund_id as "fundId", pool_id as "poolId", children, minutes, provider, paid_cents::text as c1,
             receipt_id as "receiptId", receipt_hash as "receiptHash", card_id as "cardId", rate_cents::text as c2,
             cap_cents::text as c3, extra_minutes as "extraMinutes", claim_by as "claimBy", amount_cents::text as c4,
             submitted_at as "submittedAt", approved_by as "approvedBy"
      from childcare_claims where id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    const { c1, c2, c3, c4, ...rest } = row;
    const [paid, rate, cap, amount] = [c1, c2, c3, c4].map((cents) => Money.ofCents(cents)) as [
      Money,
      Money,
      Money,
      Money,
    ];
    const claim = { ...rest, paid, rate, cap, amount };
    this.machine.require(this.policy, actor, 'childcare_claim.read', claim);
    return claim;
  }

  /** Whether somebody may open the receipt: whoever may see the claim. */
  async mayRead(actor: Actor, id: string): Promise<boolean> {
    const [row] = await this.db.query<ChildcareClaim>(sql`
      select state, person_id as "personId", collaborative_id as "collaborativeId", fund_id as "fundId"
      from childcare_claims where id = ${id}`);
    if (row === undefined) return false;
    return this.policy.can(actor, 'childcare_claim.read', { ...supportSubject(row), state: row.state });
  }

  async list(actor: Actor, query: ClaimListQuery): Promise<ListPage<ClaimRow>> {
    const where = [conditionSql(this.policy.filter(actor, 'childcare_claim.read', CLAIM_COLUMNS))];
    if (query.state !== undefined) where.push(sql`c.state = ${query.state}`);
    if (query.collaborative !== undefined) where.push(sql`c.collaborative_id = ${query.collaborative}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(p.name ilike ${pattern} or v.name ilike ${pattern})`);
    }
    return readList<ClaimRow>(
      this.db,
      {
        columns: sql`c.id, c.state, c.amount_cents::text as "amountCents", c.children, c.minutes,
          p.name as "personName", v.name as "conveningName", c.submitted_at as "submittedAt",
          (v.starts_at at time zone ${this.db.currentCalendar.timeZone})::date::text as "conveningOn"`,
        from: sql`childcare_claims c join persons p on p.id = c.person_id join convenings v on v.id = c.convening_id`,
        where,
        sorts: {
          createdAt: { expression: 'c.created_at', type: 'timestamptz' },
          person: { expression: 'lower(p.name)', type: 'text' },
          amount: { expression: 'c.amount_cents', type: 'bigint' },
        },
        defaultSort: '-createdAt',
        id: 'c.id',
      },
      query,
    );
  }

  private async take(
    work: Work,
    action: string,
    id: string,
    { note, version: expectedVersion }: StepInput,
    changes?: Partial<ChildcareClaim>,
  ): Promise<ChildcareClaim> {
    const [claim] = await this.machine.transition(work, { action, ids: [id], note, expectedVersion, changes });
    if (claim === undefined) throw notFound('thing.not_found');
    return claim;
  }

  /** An attendance of the acting person that is confirmed; another's is not there. */
  private async attendanceFor(work: Work, id: string): Promise<AttendanceFact> {
    await work.query(sql`select id from attendances where id = ${id} for share`);
    const [attendance] = await readAttendances(work, [id]);
    const subject = attendance === undefined ? {} : supportSubject(attendance);
    if (attendance === undefined || !work.policy.can(work.actor, 'childcare_claim.create', subject)) {
      throw invalidField('attendanceId', 'childcare_claim.not_there');
    }
    if (attendance.state !== 'attended') throw invalidField('attendanceId', 'childcare_claim.not_confirmed_yet');
    return attendance;
  }

  /** What the file is. One that another claim uses is named at once; when claims are sent, the database has the last word. */
  private async receiptHash(work: Work, receiptId: string, claimId?: string): Promise<string> {
    const file = await this.attachments.get(work, receiptId);
    const isOwn = work.actor.kind === 'system' || file.uploadedBy === personOf(work.actor);
    if (!isOwn) throw forbidden('childcare_claim.receipt_of_another');
    const used = await work.query(sql`
      select 1 from childcare_claims where receipt_hash = ${file.contentHash} and id is distinct from ${claimId ?? null}
        and state in ('submitted', 'returned', 'payable', 'scheduled', 'paid') limit 1`);
    if (used.length > 0) throw invalidField('receiptId', 'childcare_claim.receipt_used');
    return file.contentHash;
  }

  /** Turns what the database refused by a constraint into the sentence for it. */
  private async writing<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'childcare_claims_live_key') throw conflict('childcare_claim.one_for_each');
      if (constraint === 'childcare_claims_receipt_key') throw conflict('childcare_claim.receipt_used');
      throw error;
    }
  }
}
