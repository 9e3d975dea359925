/** What the API answers and the pages show about organizations. */
import type { Actor } from '../../kernel/actor.js';
import type { Sentence } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { Policy } from '../../kernel/policy.js';
import type { ListPage } from '../../platform/lists/list.js';
import { MOST_COUNTED } from '../../platform/lists/list.js';
import {
  count,
  type LinkView,
  type PageHead,
  table,
  type TableView,
  type TagView,
} from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { RecordedCheck } from './exclusion-checks.service.js';
import { type CheckResult, ORGANIZATION_KINDS, type OrganizationKind } from './organization.entity.js';
import type { OrganizationListQuery } from './organization.input.js';
import type { ClaimLine } from './organization-claims.service.js';
import type { DocumentLine } from './organization-documents.service.js';
import type { InvitationLine } from './organization-invitations.service.js';
import type { LiveMember } from './organization-members.service.js';
import type { OrganizationUse } from './organization-uses.js';
import type { OrganizationRow } from './organization-list.js';
import { identifierWarnings } from './organization.rules.js';
import { type OrganizationDetail, organizationSubject } from './organizations.service.js';

/** Everything that is known about one organization, as loaded for one actor. */
export interface WholeOrganization {
  readonly detail: OrganizationDetail;
  /** Undefined for who may not see them. */
  readonly checks: readonly RecordedCheck[] | undefined;
  readonly members: readonly LiveMember[];
  /** Not answered yet; for who manages its people. */
  readonly invitations: readonly InvitationLine[];
  /** Those who ask to join; for who manages its people. */
  readonly claims: readonly ClaimLine[];
  /** Undefined for who may not see them. */
  readonly documents: readonly DocumentLine[] | undefined;
  readonly uses: readonly OrganizationUse[];
  readonly actions: readonly OrganizationAction[];
}

export interface OrganizationAction {
  readonly name:
    | 'update'
    | 'update_contact'
    | 'invite'
    | 'add_document'
    | 'record_exclusion_check'
    | 'add_member'
    | 'end_member'
    | 'change_roles'
    | 'unmask_ein'
    | 'merge'
    | 'leave';
  readonly label: string;
  readonly enabled: boolean;
  readonly blockers: readonly string[];
}

export interface DateWriter {
  formatDate(date: string, style?: 'short' | 'long' | 'full'): string;
}

/** What somebody is to an organization. */
export interface Standing {
  /** An owner or editor of it, or one who helps it. */
  readonly editsOwn: boolean;
  readonly manages: boolean;
  readonly isMember: boolean;
  readonly mayAddDocument: boolean;
  readonly isMerged: boolean;
  readonly hasEin: boolean;
}

/** What this actor can do here. What was merged is only looked at. */
export function organizationActions(
  policy: Policy,
  actor: Actor,
  id: string,
  standing: Standing,
  texts: Texts,
): OrganizationAction[] {
  const subject = organizationSubject(id);
  const can = (permission: string): boolean => policy.can(actor, permission, subject);
  const isStaff = can('organization.update');
  const { editsOwn, manages, isMember, mayAddDocument, isMerged, hasEin } = standing;
  const all: [OrganizationAction['name'], boolean][] = [
    ['update', isStaff],
    ['update_contact', can('organization.update_contact') && (isStaff || editsOwn)],
    ['invite', can('member.manage') && manages],
    ['add_document', mayAddDocument],
    ['record_exclusion_check', can('exclusion_check.record')],
    ['add_member', isStaff && can('member.manage')],
    ['end_member', manages],
    ['change_roles', manages],
    ['unmask_ein', hasEin && can('organization.unmask_ein')],
    ['merge', can('organization.merge')],
    ['leave', isMember && can('member.leave')],
  ];
  return all
    .filter(([, isOpen]) => isOpen && !isMerged)
    .map(([name]) => ({ name, label: texts.t(`organization.action.${name}`), enabled: true, blockers: [] }));
}

export const warn = (texts: Texts, sentences: readonly Sentence[]): string[] =>
  sentences.map((sentence) => texts.sentence(sentence));

export const warningsOf = ({ organization, isEinOdd }: OrganizationDetail): Sentence[] =>
  identifierWarnings({ isEinOdd, uei: organization.uei });

/** One organization as JSON. Fields that the actor may not see are left out. */
export function organizationJson(whole: WholeOrganization, texts: Texts): Record<string, unknown> {
  const { organization, fiscalSponsor, districtOrganization, mergedInto, serviceArea } = whole.detail;
  const {
    fiscalSponsorId: _sponsor,
    districtOrganizationId: _district,
    registeredBy: _registrant,
    mergedIntoId: _merged,
    mergedAt,
    createdAt,
    ...rest
  } = organization;
  return {
    ...rest,
    createdAt,
    fiscalSponsor,
    districtOrganization,
    ...(mergedInto !== null && { mergedInto, mergedAt }),
    serviceArea: serviceArea.map(({ id, name }) => ({ districtId: id, name })),
    warnings: warn(texts, warningsOf(whole.detail)),
    members: whole.members,
    ...(whole.checks !== undefined && { exclusionChecks: whole.checks }),
    ...(whole.documents !== undefined && { documents: whole.documents }),
    uses: whole.uses,
    actions: whole.actions,
  };
}

export interface ListPageView {
  readonly title: string;
  readonly head: PageHead;
  readonly table: TableView;
}

const pathOf = (base: string, query: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text === '' ? base : `${base}?${text}`;
};

export function organizationsPage(
  list: ListPage<OrganizationRow>,
  query: OrganizationListQuery,
  may: { readonly create: boolean; readonly seeChecks: boolean },
  texts: Texts,
  dates: DateWriter,
): ListPageView {
  const t = (key: string): string => texts.t(key);
  const { q, kind, limit } = query;
  const sorted = (key: string): { sortHref: string; sorted?: 'ascending' | 'descending' } => ({
    sortHref: pathOf('/organizations', { q, kind, limit, sort: list.sort === key ? `-${key}` : key }),
    ...(list.sort === key && { sorted: 'ascending' as const }),
    ...(list.sort === `-${key}` && { sorted: 'descending' as const }),
  });
  const isSearch = q !== undefined || kind !== undefined;
  const shown = list.count >= MOST_COUNTED ? '1,000+' : count(list.count);
  return {
    title: t('organization.list.title'),
    head: {
      title: t('organization.list.title'),
      lead: t('organization.list.lead'),
      actions: may.create ? [{ label: t('organization.new'), href: '/organizations/new', primary: true }] : [],
    },
    table: table({
      id: 'organizations',
      caption: t('organization.list.caption'),
      columns: [
        { key: 'name', label: t('organization.field.name'), ...sorted('name') },
        { key: 'kind', label: t('organization.field.kind') },
        { key: 'city', label: t('organization.field.city'), minor: true },
        { key: 'budget', label: t('organization.field.annual_budget'), kind: 'money', ...sorted('annualBudget') },
        ...(may.seeChecks
          ? [{ key: 'check' as const, label: t('exclusion_check.latest'), ...sorted('checkedOn') }]
          : []),
      ],
      rows: list.items.map((item) => ({
        name: { text: item.name, href: `/organizations/${item.id}`, note: item.legalName ?? undefined },
        kind: t(`organization.field.kind.${item.kind}`),
        city: item.city,
        budget: item.annualBudget,
        check: checkCell(item, texts, dates),
      })),
      search: {
        action: '/organizations',
        text: { name: 'q', label: t('organization.list.search'), value: q },
        filters: [
          {
            kind: 'select',
            name: 'kind',
            label: t('organization.field.kind'),
            value: kind,
            optional: true,
            prompt: t('organization.list.every_kind'),
            options: ORGANIZATION_KINDS.map((each) => ({ value: each, label: t(`organization.field.kind.${each}`) })),
          },
        ],
        clear: isSearch ? { label: t('organization.list.clear'), href: '/organizations' } : undefined,
      },
      export: {
        label: t('list_export.link'),
        href: pathOf('/exports/new', { list: 'organizations', q, kind, sort: query.sort }),
      },
      pager: {
        count: texts.t('organization.list.count', { count: list.count, shown }),
        next:
          list.next === null
            ? undefined
            : pathOf('/organizations', { q, kind, limit, sort: query.sort, after: list.next }),
      },
      empty: isSearch
        ? { title: nothingFound(q, texts), text: t('organization.list.nothing_found.more') }
        : { title: t('organization.list.empty'), text: t('organization.list.empty.more') },
      stack: true,
    }),
  };
}

const nothingFound = (q: string | undefined, texts: Texts): string =>
  q === undefined ? texts.t('organization.list.none_of_kind') : texts.t('organization.list.nothing_found', { q });

export function checkTag(result: CheckResult, texts: Texts): TagView {
  return {
    tone: result === 'clear' ? 'done' : 'attention',
    label: texts.t(`exclusion_check.field.result.${result}`),
  };
}

function checkCell(row: OrganizationRow, texts: Texts, dates: DateWriter): { tag: TagView; note?: string } | undefined {
  if (row.checkedOn === undefined) return undefined;
  if (row.checkedOn === null || !row.checkResult) {
    return { tag: { tone: 'idle', label: texts.t('exclusion_check.never') } };
  }
  return { tag: checkTag(row.checkResult as CheckResult, texts), note: dates.formatDate(row.checkedOn) };
}

export const listLink = (texts: Texts): LinkView => ({
  label: texts.t('organization.list.title'),
  href: '/organizations',
});

/** One row of the list as JSON; what the actor may not see is left out. */
export function organizationRowJson(row: OrganizationRow): Record<string, unknown> {
  return { ...row };
}

export const CSV_COLUMNS = [
  'name',
  'legal_name',
  'kind',
  'uei',
  'city',
  'annual_budget',
  'checked_on',
  'result',
] as const;

/** The cells of one row of the export, in the order of `CSV_COLUMNS`; amounts are plain decimals. */
export function csvCells(row: OrganizationRow, texts: Texts): (string | null | undefined)[] {
  const kind: OrganizationKind = row.kind;
  const budget: Money | null = row.annualBudget;
  return [
    row.name,
    row.legalName,
    texts.t(`organization.field.kind.${kind}`),
    row.uei,
    row.city,
    budget?.toDecimal(),
    row.checkedOn,
    row.checkResult,
  ];
}
