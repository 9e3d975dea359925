/**
 * Policy: permissions as one data table. Rows are permissions with a sentence of meaning, columns are roles, cells are
 * named conditions over the loaded thing. The guard, the services, the buttons, the SQL filter of lists and the
 * generated permission page all read it. What no row allows is refused.
 */
import type { Actor, Grant, Lent, PersonActor } from './actor.js';
import type { Role, ScopeKind } from './roles.js';

export { type Role, ROLES, SCOPE_KINDS, type ScopeKind } from './roles.js';

/** The scopes a thing lies in. A kind that is absent does not apply to it; a list means that any of them will do. */
export type Scopes = Partial<Record<Exclude<ScopeKind, 'agency'>, string | readonly string[] | null>>;

/** What a condition can look at: the scopes of the thing, who it is about, and the state it is in. */
export interface Subject {
  readonly scopes?: Scopes;
  readonly state?: string;
  /** The person the thing belongs to, for "own" conditions. */
  readonly personId?: string | null;
}

/** How a list query reaches the same facts: SQL expressions (trusted text of ours, never input), by scope kind. */
export interface SubjectColumns {
  readonly scopes?: Partial<Record<Exclude<ScopeKind, 'agency'>, string>>;
  readonly state?: string;
  readonly personId?: string;
}

/** A piece of SQL with `?` for each value, in order. */
export interface SqlCondition {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * A named condition. `test` decides for one loaded thing and one grant of the role; `sql` says the same for a list.
 * A shared test holds the two against each other for every role.
 */
export interface Condition {
  readonly name: string;
  readonly meaning: string;
  test(actor: PersonActor, grant: Grant, subject: Subject): boolean;
  sql(actor: PersonActor, grant: Grant, columns: SubjectColumns): SqlCondition;
}

const TRUE: SqlCondition = { text: 'true', values: [] };
const FALSE: SqlCondition = { text: 'false', values: [] };

function covers(grant: Grant, scopes: Scopes | undefined): boolean {
  if (grant.scopeKind === 'agency') return true;
  const held = scopes?.[grant.scopeKind];
  if (held === undefined || held === null || grant.scopeId === null) return false;
  return typeof held === 'string' ? held === grant.scopeId : held.includes(grant.scopeId);
}

function coversSql(grant: Grant, columns: SubjectColumns): SqlCondition {
  if (grant.scopeKind === 'agency') return TRUE;
  const column = columns.scopes?.[grant.scopeKind];
  if (column === undefined || grant.scopeId === null) return FALSE;
  return { text: `${column} = ?`, values: [grant.scopeId] };
}

/** Anything at all, whatever the scope of the role. */
export const anywhere: Condition = {
  name: 'anywhere',
  meaning: 'always',
  test: () => true,
  sql: () => TRUE,
};

/** Where the role is held: the whole agency, or the fund, round, collaborative or organization it was granted for. */
export const withinScope: Condition = {
  name: 'within scope',
  meaning: 'where the role is held',
  test: (_actor, grant, subject) => covers(grant, subject.scopes),
  sql: (_actor, grant, columns) => coversSql(grant, columns),
};

/** Only with the role for the whole agency. */
export const agencyWide: Condition = {
  name: 'agency-wide',
  meaning: 'with the role for the whole agency',
  test: (_actor, grant) => grant.scopeKind === 'agency',
  sql: (_actor, grant) => (grant.scopeKind === 'agency' ? TRUE : FALSE),
};

/** What is about the acting person. */
export const own: Condition = {
  name: 'own',
  meaning: 'their own',
  test: (actor, _grant, subject) => subject.personId === actor.personId,
  sql: (actor, _grant, columns) =>
    columns.personId === undefined ? FALSE : { text: `${columns.personId} = ?`, values: [actor.personId] },
};

/** Where the role is held, and in one of these states. */
export function inStates(...states: readonly string[]): Condition {
  return {
    name: `within scope, ${states.join(' or ')}`,
    meaning: `where the role is held, while ${states.map((state) => state.replaceAll('_', ' ')).join(' or ')}`,
    test: (_actor, grant, subject) =>
      covers(grant, subject.scopes) && subject.state !== undefined && states.includes(subject.state),
    sql: (_actor, grant, columns) => {
      if (columns.state === undefined) return FALSE;
      const scope = coversSql(grant, columns);
      return { text: `(${scope.text} and ${columns.state} = any(?))`, values: [...scope.values, [...states]] };
    },
  };
}

/** Whether a grant is asked at all: of a role that somebody lent, only for what was lent. */
export const includes = ({ lent }: Grant, permission: string): boolean =>
  lent === undefined || lent.permissions.includes(permission);

export type PermissionCells = Partial<Record<Role, Condition>>;

export interface PermissionRow {
  /** A sentence for the permission page: what somebody with it may do. */
  readonly meaning: string;
  readonly roles: PermissionCells;
  /** Everyone who has signed in, whatever their roles. */
  readonly everyone?: boolean;
}

export type PermissionTable = Readonly<Record<string, PermissionRow>>;

export class Policy {
  private readonly rows = new Map<string, PermissionRow>();

  constructor(tables: readonly PermissionTable[]) {
    for (const table of tables) {
      for (const [permission, row] of Object.entries(table)) {
        if (this.rows.has(permission)) throw new Error(`Permission ${permission} is declared twice`);
        this.rows.set(permission, row);
      }
    }
  }

  permissions(): readonly string[] {
    return [...this.rows.keys()];
  }

  row(permission: string): PermissionRow {
    const row = this.rows.get(permission);
    if (row === undefined) throw new Error(`Permission ${permission} is not declared`);
    return row;
  }

  /** May this actor do this to this thing? The system may do what its jobs are written to do. */
  can(actor: Actor, permission: string, subject: Subject): boolean {
    const row = this.row(permission);
    if (actor.kind === 'system') return true;
    if (actor.kind === 'public') return false;
    if (row.everyone) return true;
    return this.by(actor, permission, subject).length > 0;
  }

  /** The delegations by which this actor may do it, where nothing of their own lets them; else none. */
  lentFor(actor: Actor, permission: string, subject: Subject): readonly Lent[] {
    const row = this.row(permission);
    if (actor.kind !== 'person' || row.everyone) return [];
    const lent = this.by(actor, permission, subject).map((grant) => grant.lent);
    return lent.includes(undefined) ? [] : lent.filter((each) => each !== undefined);
  }

  /** Whether any of what this actor may by this permission was lent to them: then a step may be above what was lent. */
  isLent(actor: Actor, permission: string): boolean {
    return (
      actor.kind === 'person' && actor.grants.some((grant) => grant.lent !== undefined && includes(grant, permission))
    );
  }

  private by(actor: PersonActor, permission: string, subject: Subject): Grant[] {
    const { roles } = this.row(permission);
    return actor.grants.filter(
      (grant) => includes(grant, permission) && (roles[grant.role]?.test(actor, grant, subject) ?? false),
    );
  }

  /** Does this actor hold a role for which the permission has a cell at all? The guard asks this before loading. */
  mightDo(actor: Actor, permission: string): boolean {
    const row = this.row(permission);
    if (actor.kind === 'system') return true;
    if (actor.kind === 'public') return false;
    if (row.everyone) return true;
    return actor.grants.some((grant) => includes(grant, permission) && row.roles[grant.role] !== undefined);
  }

  /** The same as `can`, as a condition for a list. */
  filter(actor: Actor, permission: string, columns: SubjectColumns): SqlCondition {
    const row = this.row(permission);
    if (actor.kind === 'system') return TRUE;
    if (actor.kind === 'public') return FALSE;
    if (row.everyone) return TRUE;
    const parts: SqlCondition[] = [];
    for (const grant of actor.grants) {
      const condition = includes(grant, permission) ? row.roles[grant.role] : undefined;
      if (condition !== undefined) parts.push(condition.sql(actor, grant, columns));
    }
    if (parts.length === 0) return FALSE;
    return { text: `(${parts.map((part) => part.text).join(' or ')})`, values: parts.flatMap((part) => part.values) };
  }
}

/** Declares one feature's rows of the policy; here only so that the compiler checks their shape. */
export function definePermissions<T extends PermissionTable>(table: T): T {
  return table;
}
