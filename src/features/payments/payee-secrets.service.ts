/**
 * Payee secrets: a payee's tax number and bank account. One person records, another confirms before it is used; a new
 * one supersedes. Nobody sees more than the last four digits, save by unmasking: with a reason, and recorded.
 */
import { Injectable } from '@nestjs/common';
import { type Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { Policy } from '../../kernel/policy.js';
import { nameOfStep } from '../../platform/audit/actor-name.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { lastFour, normalizeNumber, type SealedPlace, Secrets } from '../../platform/secrets/secrets.js';
import { memberRoles } from '../organizations/index.js';
import { Payee } from './payable.entity.js';
import { PayeeSecret, type SecretKind } from './payee-secret.entity.js';
import type { BankAccountInput, TinInput, UnmaskInput } from './payee-secret.input.js';
import { type PayeeSecretFacts, payeeSecretLifecycle } from './payee-secret.lifecycle.js';
import { isAccountNumber, isRoutingNumber, tinProblem } from './payee-secret.rules.js';

export type PayeeSecretStep = 'confirm' | 'decline';

/** What anybody who sees payees may see of one. */
export interface PayeeSecretRow {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly payeeId: string;
  readonly payeeName: string;
  readonly kind: SecretKind;
  readonly detail: string;
  readonly routingNumber: string | null;
  readonly lastFour: string;
  readonly recordedByName: string | null;
  readonly confirmedByName: string | null;
  readonly confirmedOn: string | null;
  readonly createdAt: Date;
}

const placeOf = (id: string): SealedPlace => ({ table: 'payee_secrets', column: 'number_sealed', id });

@Injectable()
export class PayeeSecrets {
  readonly machine: Stateful<PayeeSecret, PayeeSecretFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly secrets: Secrets,
  ) {
    this.machine = new Stateful<PayeeSecret, PayeeSecretFacts>({
      entity: PayeeSecret,
      lifecycle: payeeSecretLifecycle as never,
      readPermission: 'payee.read',
      subjectOf: () => ({}),
      facts: readFacts,
      lockParents: lockPayees,
    });
  }

  async recordTin(actor: Actor, payeeId: string, input: TinInput): Promise<{ id: string }> {
    const problem = tinProblem(input.detail, input.number);
    if (problem !== undefined) throw invalidField('number', problem);
    return this.record(actor, payeeId, 'tin', input, null);
  }

  async recordBankAccount(actor: Actor, payeeId: string, input: BankAccountInput): Promise<{ id: string }> {
    if (!isRoutingNumber(input.routingNumber)) throw invalidField('routingNumber', 'payee_secret.not_routing');
    if (!isAccountNumber(input.number)) throw invalidField('number', 'payee_secret.not_account');
    return this.record(actor, payeeId, 'bank_account', input, normalizeNumber(input.routingNumber));
  }

  /** Confirming puts it in force and supersedes the one before, in the same moment. */
  async take(actor: Actor, id: string, action: PayeeSecretStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      const personId = work.actor.kind === 'person' ? work.actor.personId : null;
      if (action === 'confirm') await this.supersede(work, id);
      const changes = action === 'confirm' ? { confirmedBy: personId, confirmedOn: work.today } : undefined;
      await this.machine.transition(work, { action, ids: [id], note, expectedVersion, changes });
      return { id };
    });
  }

  /** The whole number, for this once. Who saw it and why is recorded before it is opened. */
  async unmask(actor: Actor, id: string, input: UnmaskInput): Promise<string> {
    await this.db.work(actor, async (work) => {
      const row = await work.lockOne(PayeeSecret, id);
      this.machine.require(work.policy, work.actor, 'payee_secret.unmask', row);
      work.audit({
        action: 'payee_secret.unmasked',
        subjectType: 'payee_secret',
        subjectId: id,
        note: input.reason,
        after: { kind: row.kind, payeeId: row.payeeId },
      });
      return { id };
    });
    // Opened beside the work: what a work answers is kept for repeats.
    const row = await this.db.find<{ sealed: Buffer }>(
      sql`select number_sealed as sealed from payee_secrets where id = ${id}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    return this.secrets.open(placeOf(id), row.sealed);
  }

  async get(actor: Actor, id: string): Promise<PayeeSecretRow> {
    const [row] = await this.read(actor, sql`s.id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  /** Of one payee, those in use and waiting first; without the ones that are over unless told. */
  async of(actor: Actor, payeeId: string, all = false): Promise<PayeeSecretRow[]> {
    return this.read(actor, sql`s.payee_id = ${payeeId} and (${all} or s.state in ('recorded', 'in_force'))`);
  }

  /** Other payees with the same number or account: a mistake, or somebody else's money. */
  async alike(actor: Actor, id: string): Promise<{ payeeId: string; payeeName: string }[]> {
    if (!this.policy.can(actor, 'payee.read', {})) return [];
    return this.db.query(sql`
      select distinct o.payee_id as "payeeId", e.name as "payeeName" from payee_secrets s
        join payee_secrets o on o.kind = s.kind and o.fingerprint = s.fingerprint and o.payee_id <> s.payee_id
        join payees e on e.id = o.payee_id
      where s.id = ${id} and o.state in ('recorded', 'in_force') order by e.name`);
  }

  private async record(
    actor: Actor,
    payeeId: string,
    kind: SecretKind,
    input: TinInput | BankAccountInput,
    routingNumber: string | null,
  ): Promise<{ id: string }> {
    const digits = normalizeNumber(input.number);
    if (digits !== normalizeNumber(input.again)) throw invalidField('again', 'payee_secret.not_the_same');
    const id = newId();
    const { sealed, keyVersion } = this.secrets.seal(placeOf(id), digits);
    const printed = `${routingNumber ?? ''}${routingNumber === null ? '' : ':'}${digits}`;
    const fingerprint = this.secrets.fingerprint(kind, printed);
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const payee = await lockForRecord(work, payeeId);
        const row = await work.insertOne(PayeeSecret, {
          id,
          state: 'recorded',
          payeeId: payee.id,
          kind,
          detail: input.detail,
          routingNumber,
          numberSealed: sealed,
          keyVersion,
          fingerprint,
          lastFour: lastFour(digits),
          recordedBy: work.actor.kind === 'person' ? work.actor.personId : null,
          confirmedBy: null,
          confirmedOn: null,
        });
        await this.machine.begin(work, [row], 'record');
        work.audit({
          action: `payee_secret.${kind}_recorded`,
          subjectType: 'payee',
          subjectId: payee.id,
          after: { payeeSecretId: id, kind, number: 'changed' },
        });
        return { id };
      }),
    );
  }

  private async supersede(work: Work, id: string): Promise<void> {
    await lockPayees(work, [id]);
    const [before] = await work.query<{ id: string }>(sql`
      select o.id from payee_secrets s join payee_secrets o on o.payee_id = s.payee_id and o.kind = s.kind
      where s.id = ${id} and o.state = 'in_force' and s.state = 'recorded'`);
    if (before === undefined) return;
    const row = await work.lockOne(PayeeSecret, id);
    this.machine.require(work.policy, work.actor, 'payee_secret.confirm', row);
    await this.machine.transition(work, { action: 'supersede', ids: [before.id] });
  }

  private async read(actor: Actor, where: Sql): Promise<PayeeSecretRow[]> {
    if (!this.policy.can(actor, 'payee.read', {})) throw notFound('thing.not_found');
    return this.db.query<PayeeSecretRow>(sql`
      select s.id, s.version, s.state, s.payee_id as "payeeId", e.name as "payeeName", s.kind, s.detail,
        s.routing_number as "routingNumber", s.last_four as "lastFour", r.name as "recordedByName",
        ${nameOfStep('c.name', 'payee_secret.confirm', 's.id')} as "confirmedByName", s.confirmed_on as "confirmedOn", s.created_at as "createdAt"
      from payee_secrets s join payees e on e.id = s.payee_id
        left join persons r on r.id = s.recorded_by left join persons c on c.id = s.confirmed_by
      where ${where} order by s.kind desc, s.created_at desc`);
  }

  /** The stored row, for what can be done with it. */
  async stored(id: string): Promise<PayeeSecret> {
    const row = await this.db.find<PayeeSecret>(sql`
      select id, version, created_at as "createdAt", state, payee_id as "payeeId", kind, detail, last_four as "lastFour",
        recorded_by as "recordedBy", confirmed_by as "confirmedBy" from payee_secrets where id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (violatedConstraint(error) === 'payee_secrets_recorded_key') throw conflict('payee_secret.one_waits');
      throw error;
    }
  }
}

async function lockForRecord(work: Work, payeeId: string): Promise<Payee> {
  const payee = await work.lockOne(Payee, payeeId);
  const permission = 'payee_secret.record';
  if (!work.policy.can(work.actor, 'payee.read', {})) throw notFound('thing.not_found');
  if (!work.policy.can(work.actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
  if (work.actor.kind !== 'person') return payee;
  const { personId } = work.actor;
  if (payee.personId === personId) throw forbidden('payee_secret.own');
  const { organizationId } = payee;
  if (organizationId !== null && (await memberRoles(work, personId, organizationId)).length > 0) {
    throw forbidden('payee_secret.own_organization');
  }
  return payee;
}

async function lockPayees(work: Work, ids: readonly string[]): Promise<void> {
  const rows = await work.query<{ id: string }>(
    sql`select distinct payee_id as id from payee_secrets where id = any(${[...ids]}::uuid[])`,
  );
  await work.lock(
    Payee,
    rows.map((row) => row.id),
  );
}

async function readFacts(from: Queryable, rows: readonly PayeeSecret[]): Promise<Map<string, PayeeSecretFacts>> {
  const payees = await from.query<{ id: string; personId: string | null; members: string[] }>(sql`
    select e.id, e.person_id as "personId", array(select distinct m.person_id from organization_members m
      where m.organization_id = e.organization_id and m.ended_at is null) as members
    from payees e where e.id = any(${rows.map((row) => row.payeeId)}::uuid[])`);
  const payeeOf = new Map(payees.map((payee) => [payee.id, payee]));
  return new Map(
    rows.map(({ id, payeeId, recordedBy }) => {
      const { personId: payeePersonId = null, members = [] } = payeeOf.get(payeeId) ?? {};
      return [id, { recordedBy, payeePersonId, members }];
    }),
  );
}
