/** What participants' support keeps about persons: stipends and childcare claims. The amounts stay when the name goes. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData, RetentionClass } from '../../platform/personal-data.js';
import { fileIsKept, fileRemovals } from '../documents/index.js';

export const participantSupportPersonalData: PersonalData = {
  sections: [
    {
      key: 'stipends',
      columns: {
        convening: 'text',
        state: (value) => `lifecycle.stipend.state.${value}`,
        minutes: 'text',
        amount: 'money',
      },
      rows: (personId) => sql`
        select c.name as convening, s.state, s.minutes::text as minutes, s.amount_cents::text as amount
        from stipends s join convenings c on c.id = s.convening_id
        where s.person_id = ${personId} order by c.starts_at desc, s.id`,
    },
    {
      key: 'childcare_claims',
      columns: {
        convening: 'text',
        state: (value) => `lifecycle.childcare_claim.state.${value}`,
        children: 'text',
        provider: 'text',
        paid: 'money',
        amount: 'money',
      },
      rows: (personId) => sql`
        select c.name as convening, k.state, k.children::text as children, k.provider, k.paid_cents::text as paid,
               k.amount_cents::text as amount
        from childcare_claims k join convenings c on c.id = k.convening_id
        where k.person_id = ${personId} order by c.starts_at desc, k.id`,
    },
  ],
  involvement: [
    sql`select person_id, created_at::date as last_on from stipends`,
    sql`select person_id, created_at::date as last_on from childcare_claims`,
  ],
  blockers: [
    {
      code: 'privacy.stipend_open',
      persons: () => sql`
        select person_id from stipends where state in ('accrued', 'payable', 'scheduled')
        union all select person_id from childcare_claims
          where state in ('draft', 'submitted', 'returned', 'payable', 'scheduled')`,
    },
  ],
  removals: [
    {
      what: 'providers',
      remove: ({ personId, name }) => sql`
        update childcare_claims set provider = ${name}, version = version + 1 where person_id = ${personId}`,
    },
  ],
  stays: ['personal.stays.support'],
};

/** A receipt names a provider and often children; amounts, days and what was paid stay with the claim. */
export const childcareReceiptsRetention: RetentionClass = {
  name: 'childcare_receipts',
  years: 7,
  action: 'delete',
  due: ({ cutoffOn, heldPersons }) => sql`
    select f.id, f.file_name as label, k.created_at::date as ended_on
    from attachments f join childcare_claims k on f.subject_type = 'childcare_claim' and k.id = f.subject_id
    where ${fileIsKept} and k.state in ('paid', 'denied') and k.created_at < ${cutoffOn}::date
      and not exists (select from (${heldPersons}) h where h.person_id = k.person_id)`,
  removals: fileRemovals,
};
