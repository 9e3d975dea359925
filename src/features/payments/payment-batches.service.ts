/** Payment batches: prepared by one person, approved and released by another, whole or not at all. */
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { Payables } from './payables.service.js';
import { PaymentBatch, PaymentFile } from './payment.entity.js';
import type { BatchInput, ChosenBatchInput } from './payment.input.js';
import { type BatchFacts, batchLifecycle } from './payment.lifecycle.js';
import { type Candidate, registerCsv, type RegisterRow, sortCandidates } from './payment.rules.js';
import { Payments } from './payments.service.js';

export type BatchStep =
  'approve' | 'release' | 'settle' | 'mark_unknown' | 'confirm_released' | 'confirm_failed' | 'void';

export interface PreparedBatch {
  readonly id: string;
  readonly number: string;
  readonly payments: number;
  readonly payables: number;
  /** Due, and left out because the payee's tax form is missing. */
  readonly withoutTaxForm: number;
  /** Due to the preparer, and left out because somebody else prepares that. */
  readonly own: number;
}

/** A register as it was kept. */
export interface RegisterFile {
  readonly fileName: string;
  readonly mime: string;
  readonly contentHash: string;
  readonly content: Buffer;
}

@Injectable()
export class PaymentBatches {
  readonly machine: Stateful<PaymentBatch, BatchFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly payables: Payables,
    private readonly payments: Payments,
  ) {
    this.machine = new Stateful<PaymentBatch, BatchFacts>({
      entity: PaymentBatch,
      lifecycle: batchLifecycle as never,
      readPermission: 'payment_batch.read',
      subjectOf: () => ({}),
      facts: (from, rows) => readFacts(from, rows),
    });
  }

  /** Takes what is due by this method, or the chosen of it, into a batch with one payment for each payee. */
  async prepare(actor: Actor, input: ChosenBatchInput): Promise<PreparedBatch> {
    return this.db.work(actor, async (work) => {
      requirePrepare(work);
      if (input.payOn < work.today) throw invalidField('payOn', 'payment_batch.pay_on_past', { today: work.today });
      const candidates = await lockCandidates(work, input);
      const preparerId = work.actor.kind === 'person' ? work.actor.personId : undefined;
      const { taken, withoutTaxForm, own } = sortCandidates(candidates, preparerId);
      if (taken.length === 0) throw nothingToPay(withoutTaxForm.length, own.length);
      await this.payables.batch(
        work,
        taken.map((each) => each.id),
      );
      const batch = await this.insert(work, input, taken, preparerId ?? null);
      await this.payments.make(work, batch, taken);
      const { id, number, payments } = batch;
      return { id, number, payments, payables: taken.length, withoutTaxForm: withoutTaxForm.length, own: own.length };
    });
  }

  /** One step. The whole batch is checked before anything is written; then all of it happens or none. */
  async take(actor: Actor, id: string, action: BatchStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      const changes = action === 'release' ? { releasedOn: work.today } : undefined;
      const [batch] = await this.machine.transition(work, { action, ids: [id], note, expectedVersion, changes });
      if (batch !== undefined) await this.follow(work, batch, action, note);
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<PaymentBatch> {
    const [row] = await this.db.query<PaymentBatch & { cents: string }>(sql`
      select id, version, created_at as "createdAt", state, number, method, pay_on as "payOn",
        prepared_by as "preparedBy", released_on as "releasedOn", payments, amount_cents as cents
      from payment_batches where id = ${id}`);
    if (row === undefined || !this.policy.can(actor, 'payment_batch.read', {})) throw notFound('thing.not_found');
    const { cents, ...batch } = row;
    return { ...batch, amount: Money.ofCents(cents) };
  }

  /** The register made at release, byte for byte. */
  async register(actor: Actor, id: string): Promise<RegisterFile> {
    await this.get(actor, id);
    const [file] = await this.db.query<RegisterFile>(sql`
      select file_name as "fileName", mime, content_hash as "contentHash", content from payment_files
      where batch_id = ${id}`);
    if (file === undefined) throw notFound('payment_batch.no_register');
    return file;
  }

  /** What would go into a batch of this method now, and what would be left out. */
  async preview(actor: Actor, method: string): Promise<ReturnType<typeof sortCandidates>> {
    const candidates = await readCandidates(this.db, sql`p.state = 'open' and e.method = ${method}`);
    return sortCandidates(candidates, actor.kind === 'person' ? actor.personId : undefined);
  }

  private async follow(work: Work, batch: PaymentBatch, action: BatchStep, note?: string): Promise<void> {
    if (action === 'release') {
      const { register, payableIds } = await this.payments.issue(work, batch);
      await this.payables.pay(work, payableIds);
      await keepRegister(work, batch, register);
    }
    if (action === 'void') await this.payables.unbatch(work, await this.payments.void(work, batch.id, 'pending', note));
    if (action === 'settle') await this.payments.clearAll(work, batch.id);
    if (action === 'confirm_failed') {
      await this.payables.reopen(work, await this.payments.void(work, batch.id, 'issued', note), note);
    }
  }

  private async insert(
    work: Work,
    input: BatchInput,
    taken: readonly Candidate[],
    preparedBy: string | null,
  ): Promise<PaymentBatch> {
    const batch = await work.insertOne(PaymentBatch, {
      id: newId(),
      state: 'draft',
      number: await work.nextNumber('payment_batch', work.today.slice(0, 4)),
      method: input.method,
      payOn: input.payOn,
      preparedBy,
      releasedOn: null,
      payments: new Set(taken.map((each) => each.payeeId)).size,
      amount: Money.sum(taken.map((each) => each.amount)),
    });
    await this.machine.begin(work, [batch]);
    return batch;
  }
}

function requirePrepare(work: Work): void {
  const permission = 'payment_batch.prepare';
  if (!work.policy.can(work.actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
}

function nothingToPay(withoutTaxForm: number, own: number): Error {
  if (withoutTaxForm > 0) return conflict('payment_batch.only_without_tax_form', { params: { count: withoutTaxForm } });
  return own > 0 ? conflict('payment_batch.only_own') : conflict('payment_batch.nothing_to_pay');
}

/** What is due, locked in one order; whoever comes second finds what the first one left. */
async function lockCandidates(work: Work, { method, payables }: ChosenBatchInput): Promise<Candidate[]> {
  const due = sql`p.state = 'open' and e.method = ${method}`;
  if (payables === undefined) return readCandidates(work, due, sql`for update of p`);
  const wanted = [...new Set(payables.map((each) => each.id))];
  const found = await readCandidates(work, sql`${due} and p.id = any(${wanted}::uuid[])`, sql`for update of p`);
  if (found.length !== wanted.length) {
    throw conflict('payment_batch.chosen_not_due', { params: { count: wanted.length - found.length } });
  }
  return found;
}

async function readCandidates(from: Queryable, where: Sql, lock: Sql = sql``): Promise<Candidate[]> {
  interface Row extends Omit<Candidate, 'amount' | 'beneficiaries'> {
    readonly cents: string;
    readonly personId: string | null;
    readonly beneficiaryId: string | null;
  }
  const rows = await from.query<Row>(sql`
    select p.id, p.payee_id as "payeeId", e.name as "payeeName", p.amount_cents as cents,
      p.needs_tax_form as "needsTaxForm", e.tax_form_on_file_on is not null as "hasTaxForm",
      e.person_id as "personId", p.beneficiary_person_id as "beneficiaryId"
    from payables p join payees e on e.id = p.payee_id where ${where} order by p.id ${lock}`);
  return rows.map(({ cents, personId, beneficiaryId, ...row }) => ({
    ...row,
    amount: Money.ofCents(cents),
    beneficiaries: [personId, beneficiaryId].filter((each) => each !== null),
  }));
}

/** The file belongs to the release as its numbers do, so it is made in the same work; it is a few lines of text. */
async function keepRegister(work: Work, batch: PaymentBatch, rows: readonly RegisterRow[]): Promise<void> {
  const content = Buffer.from(registerCsv(rows), 'utf8');
  await work.insertOne(PaymentFile, {
    batchId: batch.id,
    fileName: `register-${batch.number}.csv`,
    mime: 'text/csv; charset=utf-8',
    sizeBytes: content.length,
    contentHash: createHash('sha256').update(content).digest('hex'),
    content,
  });
}

async function readFacts(from: Queryable, rows: readonly PaymentBatch[]): Promise<Map<string, BatchFacts>> {
  const found = await from.query<Pick<BatchFacts, 'id' | 'beneficiaries' | 'withoutTaxForm'>>(sql`
    select p.batch_id as id,
      array_remove(array_agg(distinct e.person_id) || array_agg(distinct d.beneficiary_person_id), null) as beneficiaries,
      array_remove(array_agg(distinct case when d.needs_tax_form and e.tax_form_on_file_on is null and i.ended_at is null
        then p.payee_name end), null) as "withoutTaxForm"
    from payments p join payees e on e.id = p.payee_id
      join payment_items i on i.payment_id = p.id join payables d on d.id = i.payable_id
    where p.batch_id = any(${rows.map((row) => row.id)}::uuid[]) group by p.batch_id`);
  const factsOf = new Map(found.map((row) => [row.id, row]));
  const ids = rows.map(({ id }) => id);
  const approvals = await from.query<{ id: string; approvedBy: string[] }>(sql`
    select distinct on (s.subject_id) s.subject_id as id,
      array_remove(array[substr(s.actor, 8), s.acting_for::text], null) as "approvedBy"
    from lifecycle_steps s where s.subject_type = 'payment_batch' and s.action = 'approve'
      and s.subject_id = any(${ids}::uuid[]) and s.actor like 'person:%' order by s.subject_id, s.id desc`);
  const approvedBy = new Map(approvals.map((row) => [row.id, row.approvedBy]));
  const [agency] = await from.query<{ cents: string | null }>(
    sql`select sole_release_cents::text as cents from agency`,
  );
  const cents = agency?.cents ?? null;
  const soleRelease = cents === null ? null : Money.ofCents(cents);
  return new Map(
    rows.map(({ id, preparedBy, amount }) => {
      const { beneficiaries = [], withoutTaxForm = [] } = factsOf.get(id) ?? {};
      const facts = { id, amount, preparedBy, beneficiaries, withoutTaxForm, soleRelease };
      return [id, { ...facts, approvedBy: approvedBy.get(id) ?? [] }];
    }),
  );
}
