/** StipendMachine: binds the lifecycle of stipends to their table, with the facts that its steps look at. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import type { Subject } from '../../kernel/policy.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable } from '../../platform/database/work.js';
import { Stipend } from './stipend.entity.js';
import { type StipendFacts, stipendLifecycle } from './stipend.lifecycle.js';

/** Where a stipend or a claim lies, for the policy: a collaborative, its fund, and the person whose money it is. */
export function supportSubject(row: {
  readonly collaborativeId: string;
  readonly fundId: string;
  readonly personId?: string;
}): Subject {
  return { scopes: { collaborative: row.collaborativeId, fund: row.fundId }, personId: row.personId };
}

@Injectable()
export class StipendMachine extends Stateful<Stipend, StipendFacts> {
  constructor() {
    super({
      entity: Stipend,
      lifecycle: stipendLifecycle as never,
      readPermission: 'stipend.read',
      subjectOf: supportSubject,
      facts: readFacts,
    });
  }

  /** What the steps of these look at, by id. */
  async factsOf(from: Queryable, rows: readonly Stipend[]): Promise<Map<string, StipendFacts>> {
    return readFacts(from, rows);
  }
}

async function readFacts(from: Queryable, rows: readonly Stipend[]): Promise<Map<string, StipendFacts>> {
  const found = await from.query<Omit<StipendFacts, 'amount'>>(sql`
    select s.id, s.person_id as "personId", p.name as "personName", s.confirmed_by as "confirmedBy",
           a.state = 'attended' as attended
    from stipends s join persons p on p.id = s.person_id join attendances a on a.id = s.attendance_id
    where s.id = any(${rows.map((row) => row.id)}::uuid[])`);
  const amountOf = new Map(rows.map(({ id, amount }) => [id, amount]));
  return new Map(found.map((each) => [each.id, { ...each, amount: amountOf.get(each.id) ?? Money.zero }]));
}
