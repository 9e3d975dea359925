/** What requests for money keep about persons: those they made, certified or approved. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const disbursementsPersonalData: PersonalData = {
  sections: [
    {
      key: 'disbursements',
      columns: {
        award: 'text',
        number: 'text',
        state: (value) => `lifecycle.disbursement.state.${value}`,
        amount: 'money',
        sent_at: 'instant',
      },
      rows: (personId) => sql`
        select a.number as award, d.number::text as number, d.state, d.amount_cents::text as amount,
               d.submitted_at as sent_at
        from disbursements d join awards a on a.id = d.award_id
        where ${personId} in (d.requested_by, d.certified_by, d.program_approved_by, d.finance_approved_by)
        order by d.created_at, d.id`,
    },
  ],
};
