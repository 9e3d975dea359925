/** ChildcareClaimMachine: binds the lifecycle of claims to their table, with the facts that its steps look at. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { ChildcareClaim } from './childcare-claim.entity.js';
import { type ClaimFacts, claimLifecycle } from './childcare-claim.lifecycle.js';
import { supportSubject } from './stipend.machine.js';

@Injectable()
export class ChildcareClaimMachine extends Stateful<ChildcareClaim, ClaimFacts> {
  constructor(db: Database) {
    super({
      entity: ChildcareClaim,
      lifecycle: claimLifecycle as never,
      readPermission: 'childcare_claim.read',
      subjectOf: supportSubject,
      facts: (from, rows) => readFacts(from, rows, db.today),
      lockParents: holdAttendances,
    });
  }
}

/** While a claim takes a step, nobody takes back that its person was there. */
async function holdAttendances(work: Work, ids: readonly string[]): Promise<void> {
  await work.query(sql`
    select id from attendances where id in (select attendance_id from childcare_claims where id = any(${ids}::uuid[]))
    order by id for share`);
}

async function readFacts(
  from: Queryable,
  rows: readonly ChildcareClaim[],
  today: string,
): Promise<Map<string, ClaimFacts>> {
  const found = await from.query<Omit<ClaimFacts, 'today' | 'amount'>>(sql`
    select c.id, c.state, c.person_id as "personId", p.name as "personName", a.confirmed_by as "confirmedBy",
           a.state = 'attended' as attended, a.minutes as "attendedMinutes", c.minutes,
           c.extra_minutes as "extraMinutes", c.claim_by as "claimBy"
    from childcare_claims c join persons p on p.id = c.person_id join attendances a on a.id = c.attendance_id
    where c.id = any(${rows.map((row) => row.id)}::uuid[])`);
  const amountOf = new Map(rows.map(({ id, amount }) => [id, amount]));
  return new Map(found.map((each) => [each.id, { ...each, today, amount: amountOf.get(each.id) ?? Money.zero }]));
}
