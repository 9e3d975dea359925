/** Disbursements: writing a request of an award, its expenses, and the steps that need nothing but a note. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, type ListSearch, readList } from '../../platform/lists/list.js';
import { type MemberRole, memberRoles, requireMemberRole } from '../organizations/index.js';
import { disbursementReadFilter, sideOfRequest } from './disbursement.scope.js';
import { Disbursement, DisbursementExpense } from './disbursement.entity.js';
import type {
  DisbursementInput,
  DisbursementListQuery,
  DisbursementTermsInput,
  ExpenseInput,
} from './disbursement.input.js';
import { EDITABLE_STATES, FUNDED_STATES } from './disbursement.lifecycle.js';
import { DisbursementMachine, disbursementSubject } from './disbursement.machine.js';
import { DisbursementNews } from './disbursement.news.js';
import { DisbursementReceipts } from './disbursement.receipts.js';
import { spentOnProblem } from './disbursement.rules.js';

/** One line of the list of requests. */
export interface DisbursementRow {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly kind: string;
  readonly amountCents: string;
  readonly submittedAt: Date | null;
  readonly awardId: string;
  readonly awardNumber: string;
  readonly awardTitle: string;
  readonly organizationName: string;
}

/** By the award's title and number, and the organization. */
function searchOf(text: string): ListSearch {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return {
    byIndex: sql`(
      d.award_id = any(array(select f.id from awards f where f.title ilike ${pattern} or f.number ilike ${pattern}))
      or d.organization_id = any(array(select f.id from organizations f where f.name ilike ${pattern})))`,
    byRow: sql`(a.title ilike ${pattern} or a.number ilike ${pattern} or o.name ilike ${pattern})`,
  };
}

/** A step that needs nothing but a note. Approving for payment has a service of its own. */
export type DisbursementStep = 'submit' | 'return' | 'approve_program' | 'reject' | 'withdraw';

interface AwardTerms {
  readonly id: string;
  readonly state: string;
  readonly organizationId: string;
  readonly fundId: string;
  readonly roundId: string;
  readonly startsOn: string;
  readonly endsOn: string;
}

/** Who of a recipient's members writes requests; everybody but those who only look. */
export const WRITING_ROLES: readonly MemberRole[] = ['owner', 'editor', 'finance', 'signatory'];
const MOST_EXPENSES = 300;

@Injectable()
export class Disbursements {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly machine: DisbursementMachine,
    private readonly news: DisbursementNews,
    private readonly receipts: DisbursementReceipts,
  ) {}

  /** Begins a request as a draft. Its number is the next of its award. */
  async create(actor: Actor, input: DisbursementInput): Promise<{ id: string; number: number }> {
    return this.db.work(actor, async (work) => {
      const award = await findAward(work, input.awardId, true);
      const subject = award === undefined ? {} : disbursementSubject(award);
      const sees = award !== undefined && work.policy.can(actor, 'disbursement.read', subject);
      if (!sees) throw invalidField('awardId', 'field.not_found');
      if (!work.policy.can(actor, 'disbursement.create', subject)) {
        throw forbidden('permission.missing', { params: { permission: 'disbursement.create' } });
      }
      await requireMemberRole(work, actor, award.organizationId, WRITING_ROLES);
      if (!FUNDED_STATES.includes(award.state)) throw invalidField('awardId', 'disbursement.award_not_active');
      const request = await work.insertOne(Disbursement, {
        state: this.machine.lifecycle.definition.initial,
        awardId: award.id,
        organizationId: award.organizationId,
        fundId: award.fundId,
        roundId: award.roundId,
        number: await nextNumber(work, award.id),
        kind: input.kind,
        purpose: input.purpose ?? null,
        amount: Money.zero,
        requestedBy: personOf(actor),
        certifiedBy: null,
        submittedAt: null,
        programApprovedBy: null,
        financeApprovedBy: null,
      });
      await this.machine.begin(work, [request]);
      return { id: request.id, number: request.number };
    });
  }

  /** Changes what the request is for, while it is a draft or was returned. */
  async update(actor: Actor, id: string, input: DisbursementTermsInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const request = await this.lockEditable(work, id);
      const before = { kind: request.kind, purpose: request.purpose };
      const after = { kind: input.kind, purpose: input.purpose ?? null };
      await work.update(Disbursement, request, after, input.version);
      work.audit({ action: 'disbursement.updated', subjectType: 'disbursement', subjectId: id, before, after });
      return { id };
    });
  }

  async addExpense(actor: Actor, id: string, input: ExpenseInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const request = await this.lockEditable(work, id);
      await this.checkExpense(work, request, input);
      const { receiptId, receiptAmount, isNew } = await this.receipts.take(work, request, input);
      const { category, spentOn, vendor, description, amount } = input;
      const line = { disbursementId: id, category, spentOn, vendor, description, amount, receiptId, receiptAmount };
      const expense = await work.insertOne(DisbursementExpense, line);
      if (isNew && receiptId !== null) await this.receipts.link(work, id, receiptId);
      await this.sumUp(work, request);
      work.audit({
        action: 'disbursement.expense_added',
        subjectType: 'disbursement',
        subjectId: id,
        after: { expenseId: expense.id, category, spentOn, vendor, description, amount, receiptId, receiptAmount },
      });
      return { id: expense.id };
    });
  }

  async removeExpense(actor: Actor, id: string, expenseId: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const request = await this.lockEditable(work, id);
      const [removed] = await work.query<Record<string, unknown>>(sql`
        delete from disbursement_expenses where id = ${expenseId} and disbursement_id = ${id}
        returning id as "expenseId", category, spent_on as "spentOn", vendor, description,
                  amount_cents::text as "amountCents", receipt_id as "receiptId"`);
      if (removed === undefined) throw notFound('thing.not_found');
      await this.sumUp(work, request);
      work.audit({
        action: 'disbursement.expense_removed',
        subjectType: 'disbursement',
        subjectId: id,
        before: removed,
      });
      return { id };
    });
  }

  async take(actor: Actor, id: string, action: DisbursementStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.get(actor, id, work);
      await this.machine.transition(work, {
        action,
        ids: [id],
        note: step.note,
        expectedVersion: step.version,
        changes: changesOf(work, action),
      });
      await this.news.tell(work, action, [id], step.note);
      return { id };
    });
  }

  async get(actor: Actor, id: string, from: Queryable = this.db): Promise<Disbursement> {
    const [row] = await from.query<Disbursement & { cents: string }>(sql`
      select id, version, created_at as "createdAt", state, award_id as "awardId", organization_id as "organizationId",
             fund_id as "fundId", round_id as "roundId", number, kind, purpose, amount_cents::text as cents,
             requested_by as "requestedBy", certified_by as "certifiedBy", submitted_at as "submittedAt",
             program_approved_by as "programApprovedBy", finance_approved_by as "financeApprovedBy"
      from disbursements where id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    const { cents, ...rest } = row;
    const request = { ...rest, amount: Money.ofCents(cents) };
    const side = await sideOfRequest(from, actor, id);
    this.machine.require(this.policy, side, 'disbursement.read', request);
    return request;
  }

  async list(actor: Actor, query: DisbursementListQuery): Promise<ListPage<DisbursementRow>> {
    const where = [disbursementReadFilter(actor, this.policy)];
    if (query.state !== undefined) where.push(sql`d.state = ${query.state}`);
    if (query.award !== undefined) where.push(sql`d.award_id = ${query.award}`);
    return readList<DisbursementRow>(
      this.db,
      {
        columns: sql`d.id, d.number, d.state, d.kind, d.amount_cents::text as "amountCents",
          d.submitted_at as "submittedAt", a.id as "awardId", a.number as "awardNumber", a.title as "awardTitle",
          o.name as "organizationName"`,
        from: sql`disbursements d join awards a on a.id = d.award_id join organizations o on o.id = d.organization_id`,
        ...{ countFrom: sql`disbursements d`, where, search: query.q === undefined ? undefined : searchOf(query.q) },
        sorts: {
          createdAt: { expression: 'd.created_at', type: 'timestamptz' },
          award: { expression: 'lower(a.title)', type: 'text' },
          amount: { expression: 'd.amount_cents', type: 'bigint' },
        },
        defaultSort: '-createdAt',
        id: 'd.id',
      },
      query,
    );
  }

  /** Whether this actor is one of those who write the recipient's requests. */
  async mayWrite(actor: Actor, request: Disbursement): Promise<boolean> {
    if (!this.policy.can(actor, 'disbursement.update', disbursementSubject(request))) return false;
    if (actor.kind !== 'person') return true;
    const roles = await memberRoles(this.db, actor.personId, request.organizationId);
    return roles.some((role) => WRITING_ROLES.includes(role));
  }

  /** Locks a request that may be changed: 404 unseen, 403 undone, and a clear word once it is sent. */
  private async lockEditable(work: Work, id: string): Promise<Disbursement> {
    const request = await work.lockOne(Disbursement, id);
    this.machine.require(work.policy, work.actor, 'disbursement.update', request);
    await requireMemberRole(work, work.actor, request.organizationId, WRITING_ROLES);
    if (!(EDITABLE_STATES as readonly string[]).includes(request.state)) throw conflict('disbursement.frozen');
    return request;
  }

  private async checkExpense(work: Work, request: Disbursement, input: ExpenseInput): Promise<void> {
    const award = await findAward(work, request.awardId);
    if (award === undefined) throw notFound('thing.not_found');
    const { startsOn, endsOn } = award;
    const problem = spentOnProblem(input.spentOn, { kind: request.kind, today: work.today, startsOn, endsOn });
    if (problem !== undefined) throw invalidField('spentOn', problem.code, problem.params);
    const [known] = await work.query<{ count: number }>(sql`
      select (select count(*)::int from disbursement_expenses where disbursement_id = ${request.id}) as count
      from award_budget_lines where award_id = ${award.id} and category = ${input.category} limit 1`);
    if (known === undefined) throw invalidField('category', 'disbursement.category_not_in_budget');
    if (known.count >= MOST_EXPENSES)
      throw conflict('disbursement.too_many_expenses', { params: { max: MOST_EXPENSES } });
  }

  private async sumUp(work: Work, request: Disbursement): Promise<void> {
    const [row] = await work.query<{ cents: string }>(sql`
      select coalesce(sum(amount_cents), 0)::text as cents from disbursement_expenses
      where disbursement_id = ${request.id}`);
    await work.update(Disbursement, request, { amount: Money.ofCents(row?.cents ?? '0') });
  }
}

/** Who took the step; a request that comes back has lost the approvals it had. */
function changesOf(work: Work, action: DisbursementStep): Partial<Disbursement> {
  const personId = personOf(work.actor);
  if (action === 'submit') return { certifiedBy: personId, submittedAt: work.now };
  if (action === 'approve_program') return { programApprovedBy: personId };
  if (action === 'return') return { programApprovedBy: null };
  return {};
}

export const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.personId : null);

async function nextNumber(work: Work, awardId: string): Promise<number> {
  const [row] = await work.query<{ next: number }>(
    sql`select coalesce(max(number), 0) + 1 as next from disbursements where award_id = ${awardId}`,
  );
  return row?.next ?? 1;
}

async function findAward(from: Queryable, id: string, lock = false): Promise<AwardTerms | undefined> {
  const [row] = await from.query<AwardTerms>(sql`
    select id, state, organization_id as "organizationId", fund_id as "fundId", round_id as "roundId",
           starts_on as "startsOn", ends_on as "endsOn"
    from awards where id = ${id} ${lock ? sql`for update` : sql``}`);
  return row;
}
