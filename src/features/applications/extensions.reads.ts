/** What is read of more time: one request with its application, and what waits in the rounds an officer looks after. */
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import type { Policy } from '../../kernel/policy.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { notConflicted, staffSide } from '../conflicts/index.js';

export interface ExtensionHead {
  readonly number: string;
  readonly title: string;
  readonly organization: string;
  readonly round: string;
  /** As it stands now. */
  readonly dueAt: Date;
}

interface Named {
  readonly number: string;
  readonly organization: string;
  readonly round: string;
}

export interface ExtensionBoard {
  readonly requests: readonly (Named & { id: string; state: string; wantedOn: string; createdAt: Date })[];
  readonly late: readonly (Named & { arrivedAt: Date; closedAt: Date })[];
  readonly given: readonly (Named & { dueBefore: Date; dueAfter: Date; reason: string })[];
}

const OWN_DUE = sql`greatest(r.due_at, (select max(e.due_after) from application_extensions e
  where e.application_id = a.id))`;
const MOST = 100;

export async function readExtensionHead(from: Queryable, applicationId: string): Promise<ExtensionHead> {
  const [row] = await from.query<ExtensionHead>(sql`
    select a.number, a.title, o.name as organization, r.name as round, ${OWN_DUE} as "dueAt"
    from applications a join organizations o on o.id = a.organization_id join rounds r on r.id = a.round_id
    where a.id = ${applicationId}`);
  if (row === undefined) throw notFound('thing.not_found');
  return row;
}

/** Of the agency's side, of what their role reaches, and nothing of what they have a direct conflict with. */
export async function readExtensionBoard(from: Queryable, policy: Policy, actor: Actor): Promise<ExtensionBoard> {
  const staff = staffSide(actor);
  const columns = { scopes: { fund: 'a.fund_id', round: 'a.round_id' } };
  const may = conditionSql(policy.filter(staff, 'extension_request.read', columns));
  const seen = sql`${may} and ${notConflicted(staff, rawSql('a.id'))}`;
  const named = sql`a.number, o.name as organization, r.name as round`;
  const joined = sql`join applications a on a.id = x.application_id join organizations o on o.id = a.organization_id
    join rounds r on r.id = a.round_id`;
  const read = <Row>(columnsOf: Sql, table: Sql, order: Sql): Promise<Row[]> =>
    from.query<Row>(sql`
      select ${named}, ${columnsOf} from ${table} x ${joined} where ${seen} order by ${order} limit ${MOST}`);
  return {
    requests: await read(
      sql`x.id, x.state, x.wanted_on as "wantedOn", x.created_at as "createdAt"`,
      sql`extension_requests`,
      sql`x.state = 'asked' desc, x.created_at desc, x.id`,
    ),
    late: await read(
      sql`x.arrived_at as "arrivedAt", x.closed_at as "closedAt"`,
      sql`application_late_attempts`,
      sql`x.arrived_at desc, x.id`,
    ),
    given: await read(
      sql`x.due_before as "dueBefore", x.due_after as "dueAfter", x.reason`,
      sql`application_extensions`,
      sql`x.created_at desc, x.id`,
    ),
  };
}

/** Requests that wait for an answer of this actor. */
export async function readAskedExtensions(
  from: Queryable,
  policy: Policy,
  actor: Actor,
): Promise<{ id: string; organization: string; round: string; dueAt: Date }[]> {
  const staff = staffSide(actor);
  const columns = { scopes: { fund: 'a.fund_id', round: 'a.round_id' } };
  const may = conditionSql(policy.filter(staff, 'extension_request.grant', columns));
  return from.query(sql`
    select x.id, o.name as organization, r.name as round, ${OWN_DUE} as "dueAt"
    from extension_requests x join applications a on a.id = x.application_id
      join organizations o on o.id = a.organization_id join rounds r on r.id = a.round_id
    where x.state = 'asked' and ${may} and ${notConflicted(staff, rawSql('a.id'))}
    order by x.created_at, x.id limit 20`);
}
