/** The list of organizations: what it shows, searches and sorts by. */
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Money } from '../../kernel/money.js';
import type { ListSpec } from '../../platform/lists/list.js';
import type { OrganizationKind } from './organization.entity.js';
import type { OrganizationListQuery } from './organization.input.js';

export interface OrganizationRow {
  readonly id: string;
  readonly name: string;
  readonly legalName: string | null;
  readonly kind: OrganizationKind;
  readonly uei: string | null;
  readonly city: string | null;
  readonly annualBudget: Money | null;
  /** The latest exclusion check; absent for who may not see it, null when there is none. */
  readonly checkedOn?: string | null;
  readonly checkResult?: string | null;
}

/** One for any of its family counts: the list shows only those that are left. */
const latest = (what: string): string => `(select c.${what} from exclusion_checks c where c.organization_id = o.id
    or c.organization_id in (select kin.id from organizations kin where kin.merged_into_id = o.id)
  order by c.checked_on desc, c.id desc limit 1)`;
const CHECK_COLUMNS = `, ${latest('checked_on')} as "checkedOn", ${latest('result')} as "checkResult"`;
/** The same for all of them at once: what is sorted by it is looked up for every one. */
const LATEST_CHECKS = ` left join (
  select distinct on (coalesce(kin.merged_into_id, kin.id)) coalesce(kin.merged_into_id, kin.id) as family, c.checked_on
  from exclusion_checks c join organizations kin on kin.id = c.organization_id
  order by coalesce(kin.merged_into_id, kin.id), c.checked_on desc) latest on latest.family = o.id`;

/** The query of the list, with the columns and sorts that this actor may use. */
export function organizationList(
  readable: Sql,
  query: OrganizationListQuery,
  { seesPrivate, seesChecks }: { readonly seesPrivate: boolean; readonly seesChecks: boolean },
): ListSpec {
  const sortsByCheck = query.sort?.replace(/^-/, '') === 'checkedOn';
  // One that was merged is found where it went.
  const where = [readable, rawSql('o.merged_into_id is null')];
  if (query.kind !== undefined) where.push(sql`o.kind = ${query.kind}`);
  if (query.q !== undefined) where.push(searchCondition(query.q, seesPrivate));
  return {
    columns: rawSql(`o.id, o.name, o.legal_name as "legalName", o.kind, o.uei, o.city,
      o.annual_budget_cents as "annualBudgetCents"${seesChecks ? CHECK_COLUMNS : ''}`),
    from: rawSql(`organizations o${seesChecks && sortsByCheck ? LATEST_CHECKS : ''}`),
    countFrom: rawSql('organizations o'),
    where,
    sorts: {
      name: { expression: 'lower(o.name)', type: 'text' },
      annualBudget: { expression: 'coalesce(o.annual_budget_cents, -1)', type: 'bigint' },
      ...(seesChecks && {
        checkedOn: { expression: `coalesce(latest.checked_on, '1900-01-01'::date)`, type: 'date' as const },
      }),
      createdAt: { expression: 'o.created_at', type: 'timestamptz' },
    },
    defaultSort: 'name',
    id: 'o.id',
  };
}

/**
 * By name, by the whole UEI, and for those who may by the last four digits of the EIN. Never by all nine: what is
 * searched for stands in the address, and so in logs and in the history of browsers.
 */
function searchCondition(text: string, seesPrivate: boolean): Sql {
  const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const byName = sql`o.name ilike ${like} or o.legal_name ilike ${like} or o.uei = ${text.toUpperCase()}`;
  return seesPrivate ? sql`(${byName} or o.ein_last_four = ${text})` : sql`(${byName})`;
}

/** The list adds what it sorted by; that is no part of the answer. */
export function withoutSortKeys<T extends object>(row: T): T {
  const { list_sort: _sort, list_id: _id, ...rest } = row as T & { list_sort?: string; list_id?: string };
  return rest as unknown as T;
}
