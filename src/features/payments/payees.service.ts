/** Payees: how each is paid, and whether their tax form is on file outside Granary. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Payee } from './payable.entity.js';
import type { PayeeInput, TaxFormInput } from './payment.input.js';

export interface PayeeRow extends Payee {
  /** Who recorded the tax form. */
  readonly taxFormRecordedByName: string | null;
}

@Injectable()
export class Payees {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  async get(actor: Actor, id: string): Promise<PayeeRow> {
    const [payee] = await this.db.query<PayeeRow>(sql`
      select e.id, e.version, e.created_at as "createdAt", e.organization_id as "organizationId",
        e.person_id as "personId", e.name, e.method, e.tax_form_on_file_on as "taxFormOnFileOn",
        e.tax_form_recorded_by as "taxFormRecordedBy", p.name as "taxFormRecordedByName"
      from payees e left join persons p on p.id = e.tax_form_recorded_by where e.id = ${id}`);
    if (payee === undefined || !this.policy.can(actor, 'payee.read', {})) throw notFound('thing.not_found');
    return payee;
  }

  /** Only that the form is there, since when, and who saw it: the form itself stays outside. */
  async recordTaxForm(actor: Actor, id: string, input: TaxFormInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const payee = await lockPayee(work, id, 'payee.record_tax_form');
      if (input.onFileOn > work.today)
        throw invalidField('onFileOn', 'payee.tax_form_in_future', { today: work.today });
      const personId = work.actor.kind === 'person' ? work.actor.personId : null;
      if (personId !== null && payee.personId === personId) throw forbidden('payable.own');
      const before = { taxFormOnFileOn: payee.taxFormOnFileOn };
      const changes = { taxFormOnFileOn: input.onFileOn, taxFormRecordedBy: personId };
      await work.update(Payee, payee, changes, input.version);
      work.audit({
        action: 'payee.tax_form_recorded',
        subjectType: 'payee',
        subjectId: id,
        before,
        after: { taxFormOnFileOn: input.onFileOn },
      });
      return { id };
    });
  }

  /** How the payee is paid from now on; batches that are prepared keep theirs. */
  async update(actor: Actor, id: string, input: PayeeInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const payee = await lockPayee(work, id, 'payee.update');
      const before = { method: payee.method };
      const after = { method: input.method };
      await work.update(Payee, payee, after, input.version);
      work.audit({ action: 'payee.updated', subjectType: 'payee', subjectId: id, before, after });
      return { id };
    });
  }
}

async function lockPayee(work: Work, id: string, permission: string): Promise<Payee> {
  const payee = await work.lockOne(Payee, id);
  if (!work.policy.can(work.actor, 'payee.read', {})) throw notFound('thing.not_found');
  if (!work.policy.can(work.actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
  return payee;
}
