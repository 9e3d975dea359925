/** What payments keep about persons who are paid: how, how much, when. What was paid stays; who it was, for its years. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData, RetentionClass } from '../../platform/personal-data.js';

export const paymentsPersonalData: PersonalData = {
  sections: [
    {
      key: 'payee',
      columns: { name: 'text', pay_method: (value) => `payee.field.method.${value}`, tax_form_on: 'date' },
      rows: (personId) => sql`
        select name, method as pay_method, tax_form_on_file_on as tax_form_on from payees where person_id = ${personId}`,
    },
    {
      key: 'payee_numbers',
      columns: { kind: (value) => `personal.payee_number.${value}`, last_four: 'text', since: 'instant' },
      rows: (personId) => sql`
        select s.kind, s.last_four, s.created_at as since from payee_secrets s join payees p on p.id = s.payee_id
        where p.person_id = ${personId} and s.state in ('recorded', 'in_force') order by s.created_at, s.id`,
    },
    {
      key: 'payments',
      columns: {
        pay_method: (value) => `payee.field.method.${value}`,
        number: 'text',
        issued_on: 'date',
        amount: 'money',
      },
      rows: (personId) => sql`
        select y.method as pay_method, y.number::text as number, y.issued_on, y.amount_cents::text as amount
        from payments y join payees p on p.id = y.payee_id
        where p.person_id = ${personId} order by y.created_at desc, y.id`,
    },
    {
      key: 'payables',
      columns: {
        title: 'text',
        state: (value) => `lifecycle.payable.state.${value}`,
        amount: 'money',
        since: 'instant',
      },
      rows: (personId) => sql`
        select l.title, l.state, l.amount_cents::text as amount, l.created_at as since
        from payables l left join payees p on p.id = l.payee_id
        where p.person_id = ${personId} or l.beneficiary_person_id = ${personId} order by l.created_at desc, l.id`,
    },
  ],
  involvement: [
    sql`select p.person_id, coalesce(y.issued_on, y.created_at::date) as last_on
        from payments y join payees p on p.id = y.payee_id where p.person_id is not null`,
  ],
  blockers: [
    {
      code: 'privacy.is_owed',
      persons: () => sql`
        select p.person_id from payables l join payees p on p.id = l.payee_id
        where l.state in ('open', 'held', 'batched') and p.person_id is not null
        union all select l.beneficiary_person_id from payables l
        where l.state in ('open', 'held', 'batched') and l.beneficiary_person_id is not null`,
    },
    {
      code: 'privacy.paid_lately',
      persons: ({ paidBefore }) => sql`
        select p.person_id from payments y join payees p on p.id = y.payee_id
        where p.person_id is not null and coalesce(y.issued_on, y.created_at::date) >= ${paidBefore}::date`,
    },
  ],
  removals: [
    {
      what: 'payee_numbers',
      remove: ({ personId }) => sql`
        delete from payee_secrets where payee_id in (select id from payees where person_id = ${personId})`,
    },
    {
      what: 'payment_names',
      remove: ({ personId, name }) => sql`
        update payments set payee_name = ${name}, version = version + 1
        where payee_id in (select id from payees where person_id = ${personId})`,
    },
    {
      what: 'payee_names',
      remove: ({ personId, name }) => sql`
        update payees set name = ${name}, version = version + 1 where person_id = ${personId}`,
    },
  ],
  stays: ['personal.stays.payments'],
};

/** Kept: the books are the truth that everything else is checked against. */
export const paymentsRetention: RetentionClass = { name: 'payments', years: 7, action: 'keep' };
