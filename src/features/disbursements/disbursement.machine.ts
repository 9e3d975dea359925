/** DisbursementMachine: binds the lifecycle of requests to their table, with the facts that its steps look at. */
import { Injectable } from '@nestjs/common';
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import type { Subject } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { conflictsOf } from '../conflicts/index.js';
import { Disbursement } from './disbursement.entity.js';
import { disbursementLifecycle, type DisbursementFacts } from './disbursement.lifecycle.js';
import type { SpendingPlan } from './disbursement.rules.js';
import { readSpending } from './disbursement.spending.js';

interface FactRow {
  readonly id: string;
  readonly applicationId: string;
  readonly awardState: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly leftCents: string;
  readonly count: number;
  readonly firstOn: string | null;
  readonly lastOn: string | null;
  /** For whom it was approved for the program, where that was done by delegation. */
  readonly programApprovedFor: string | null;
  readonly members: readonly { readonly personId: string; readonly role: string }[];
}

/** Where somebody of the agency decides about it. */
const DECIDED_IN: readonly string[] = ['submitted', 'program_approved'];

/** Where a request lies, for the policy. */
export function disbursementSubject(row: Pick<Disbursement, 'organizationId' | 'fundId' | 'roundId'>): Subject {
  return { scopes: { organization: row.organizationId, fund: row.fundId, round: row.roundId } };
}

@Injectable()
export class DisbursementMachine extends Stateful<Disbursement, DisbursementFacts> {
  constructor(db: Database) {
    super({
      entity: Disbursement,
      lifecycle: disbursementLifecycle as never,
      readPermission: 'disbursement.read',
      subjectOf: disbursementSubject,
      facts: (from, rows) => readFacts(from, rows, db.today),
      lockParents: lockAwardsOf,
    });
  }
}

/** The award comes before its requests, so that what is left of it stands still while one is decided. */
async function lockAwardsOf(work: Work, ids: readonly string[]): Promise<void> {
  await work.query(sql`
    select id from awards where id in (select award_id from disbursements where id = any(${ids}::uuid[]))
    order by id for update`);
}

async function readFacts(
  from: Queryable,
  rows: readonly Disbursement[],
  today: string,
): Promise<Map<string, DisbursementFacts>> {
  const found = await from.query<FactRow>(sql`
    select d.id, a.application_id as "applicationId", a.state as "awardState", a.starts_on as "startsOn", a.ends_on as "endsOn",
           (select coalesce(sum(l.balance_cents), 0)::text from ledger_accounts l
            where l.holder_kind = 'award' and l.holder_id = a.id and l.stage = 'obligated') as "leftCents",
           (select s.acting_for from lifecycle_steps s where s.subject_type = 'disbursement' and s.subject_id = d.id
            and s.action = 'approve_program' order by s.id desc limit 1) as "programApprovedFor",
           coalesce(e.count, 0) as count, e.first_on as "firstOn", e.last_on as "lastOn",
           coalesce((select jsonb_agg(jsonb_build_object('personId', m.person_id, 'role', m.role))
            from organization_members m where m.organization_id = d.organization_id and m.ended_at is null), '[]')
             as members
    from disbursements d join awards a on a.id = d.award_id
    left join lateral (select count(*)::int as count, min(x.spent_on) as first_on, max(x.spent_on) as last_on
      from disbursement_expenses x where x.disbursement_id = d.id) e on true
    where d.id = any(${rows.map((row) => row.id)}::uuid[])`);
  const byId = new Map(found.map((each) => [each.id, each]));
  const undecided = new Set(rows.filter((row) => DECIDED_IN.includes(row.state)).map((row) => row.id));
  const conflicted = await readConflicted(
    from,
    found.filter((each) => undecided.has(each.id)).map((each) => each.applicationId),
  );
  const spending = await readSpending(
    from,
    rows.filter((row) => row.state === 'program_approved'),
  );
  return new Map(
    rows.flatMap((row): [string, DisbursementFacts][] => {
      const fact = byId.get(row.id);
      return fact === undefined
        ? []
        : [[row.id, factsOf(row, fact, { today, unfit: sentenceOf(spending.get(row.id)), conflicted })]];
    }),
  );
}

function sentenceOf(plan: SpendingPlan | Sentence | undefined): Sentence | undefined {
  return plan !== undefined && 'code' in plan ? plan : undefined;
}

/** Who has a direct conflict of interest, by application. */
async function readConflicted(from: Queryable, applicationIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const conflicted = new Map<string, Set<string>>();
  for (const id of new Set(applicationIds)) {
    const direct = (await conflictsOf(from, id)).filter(
      (each) => each.level === 'direct' && each.state !== 'dismissed',
    );
    conflicted.set(id, new Set(direct.map((each) => each.personId)));
  }
  return conflicted;
}

interface Known {
  readonly today: string;
  readonly unfit: Sentence | undefined;
  readonly conflicted: ReadonlyMap<string, ReadonlySet<string>>;
}

function factsOf(row: Disbursement, fact: FactRow, { today, unfit, conflicted }: Known): DisbursementFacts {
  const members = new Map<string, string[]>();
  for (const { personId, role } of fact.members) members.set(personId, [...(members.get(personId) ?? []), role]);
  return {
    id: row.id,
    kind: row.kind,
    amount: row.amount,
    today,
    unfit,
    conflictedIds: conflicted.get(fact.applicationId) ?? new Set(),
    award: { state: fact.awardState, startsOn: fact.startsOn, endsOn: fact.endsOn },
    left: Money.ofCents(fact.leftCents),
    expenses: { count: fact.count, firstOn: fact.firstOn, lastOn: fact.lastOn },
    requesterIds: [row.requestedBy, row.certifiedBy].filter((id) => id !== null),
    programApproverIds:
      row.programApprovedBy === null
        ? []
        : [row.programApprovedBy, fact.programApprovedFor].filter((id) => id !== null),
    members,
  };
}
