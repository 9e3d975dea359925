/** What is read of payables for their steps: payees made where missing, lines of money, summaries for their owners. */
import { invalidField } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { Tone } from '../../kernel/lifecycle.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { TransferLine } from './payments.transfers.js';

/** Who is paid. */
export interface PayeeRef {
  readonly kind: 'organization' | 'person';
  readonly id: string;
}

/** What an owner shows of its payable. */
export interface PayableSummary {
  readonly id: string;
  readonly state: string;
  readonly label: string;
  readonly tone: Tone;
  readonly amount: Money;
  readonly payeeName: string;
  readonly method: string;
  readonly holdReason: string | null;
  readonly batchId: string | null;
  readonly batchNumber: string | null;
  /** The number of the check or warrant. */
  readonly paymentNumber: number | null;
  readonly paidOn: string | null;
  readonly href: string;
}

/** The payee of each of these, made with its present name where there is none yet. */
export async function payeesFor(work: Work, refs: readonly PayeeRef[]): Promise<(ref: PayeeRef) => string> {
  const idsOf = (kind: PayeeRef['kind']): string[] =>
    [...new Set(refs.filter((ref) => ref.kind === kind).map((ref) => ref.id))].sort();
  const organizations = idsOf('organization');
  const persons = idsOf('person');
  await requireKnown(work, persons);
  await work.query(sql`
    insert into payees (id, created_at, organization_id, name, method)
    select wanted.id, ${work.now}, o.id, o.name, 'check'
    from unnest(${organizations}::uuid[], ${organizations.map(() => newId())}::uuid[]) as wanted (who, id)
    join organizations o on o.id = wanted.who order by o.id
    on conflict (organization_id) do nothing`);
  await work.query(sql`
    insert into payees (id, created_at, person_id, name, method)
    select wanted.id, ${work.now}, p.id, p.name, 'check'
    from unnest(${persons}::uuid[], ${persons.map(() => newId())}::uuid[]) as wanted (who, id)
    join persons p on p.id = wanted.who order by p.id
    on conflict (person_id) do nothing`);
  await work.query(sql`
    update payees set name = coalesce(o.name, p.name), version = payees.version + 1
    from payees e left join organizations o on o.id = e.organization_id left join persons p on p.id = e.person_id
    where payees.id = e.id and e.name <> coalesce(o.name, p.name)
      and (e.organization_id = any(${organizations}::uuid[]) or e.person_id = any(${persons}::uuid[]))`);
  const rows = await work.query<{ id: string; who: string }>(sql`
    select id, coalesce(organization_id, person_id) as who from payees
    where organization_id = any(${organizations}::uuid[]) or person_id = any(${persons}::uuid[])`);
  const idOf = new Map(rows.map((row) => [row.who, row.id]));
  return (ref) => {
    const id = idOf.get(ref.id);
    if (id === undefined) throw invalidField('payee', 'field.not_found');
    return id;
  };
}

/** Nobody comes to be owed while their name is taken away, or after. */
async function requireKnown(work: Work, persons: readonly string[]): Promise<void> {
  if (persons.length === 0) return;
  const ids = [...persons];
  await work.query(sql`select 1 from persons where id = any(${ids}::uuid[]) order by id for key share`);
  // Where forgotten persons are kept comes after this feature; that there is one is all that is asked.
  const gone = await work.query(sql`select 1 from anonymized_persons where person_id = any(${ids}::uuid[]) limit 1`);
  if (gone.length > 0) throw invalidField('payee', 'field.not_found');
}

interface LineRow {
  readonly payableId: string;
  readonly position: number;
  readonly sourceId: string;
  readonly holderKind: 'award' | 'pool';
  readonly holderId: string;
  readonly category: string;
  readonly fromStage: 'committed' | 'obligated';
  readonly cents: string;
  readonly releases: number;
}

export async function readLines(from: Queryable, payableIds: readonly string[]): Promise<TransferLine[]> {
  const rows = await from.query<LineRow>(sql`
    select l.payable_id as "payableId", l.position, l.source_id as "sourceId", l.holder_kind as "holderKind",
      l.holder_id as "holderId", l.category, l.from_stage as "fromStage", l.amount_cents as cents, p.releases
    from payable_lines l join payables p on p.id = l.payable_id
    where l.payable_id = any(${payableIds}::uuid[]) order by l.payable_id, l.position`);
  return rows.map(({ sourceId, holderKind, holderId, category, cents, ...row }) => ({
    ...row,
    account: { sourceId, holder: { kind: holderKind, id: holderId }, category },
    amount: Money.ofCents(cents),
  }));
}

type SummaryRow = Omit<PayableSummary, 'label' | 'tone' | 'href'> & { readonly subjectId: string };

export async function readSummaries(
  from: Queryable,
  subjectType: string,
  ids: readonly string[],
): Promise<SummaryRow[]> {
  const rows = await from.query<Omit<SummaryRow, 'amount'> & { readonly cents: string }>(sql`
    select p.id, p.subject_id as "subjectId", p.state, p.amount_cents as cents, e.name as "payeeName", e.method,
      p.hold_reason as "holdReason", pay.batch_id as "batchId", b.number as "batchNumber",
      pay.number as "paymentNumber", pay.issued_on as "paidOn"
    from payables p join payees e on e.id = p.payee_id
      left join payment_items i on i.payable_id = p.id and i.ended_at is null
      left join payments pay on pay.id = i.payment_id left join payment_batches b on b.id = pay.batch_id
    where p.subject_type = ${subjectType} and p.subject_id = any(${ids}::uuid[]) order by p.created_at desc, p.id desc`);
  return rows.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) }));
}
