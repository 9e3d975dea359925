/** What the API answers and the pages show about organizations. */
import type { Actor } from '../../kernel/actor.js';
import type { Sentence } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { Policy } from '../../kernel/policy.js';
import type { ListPage } from '../../platform/lists/list.js';
import { MOST_COUNTED } from '../../platform/lists/list.js';
import {
  type ActionView,
  count,
  type FactView,
  type LinkView,
  type ListedThings,
  type NoteView,
  type PageHead,
  table,
  type TableView,
  type TagView,
} from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { RecordedCheck } from './exclusion-checks.service.js';
import { type CheckResult, ORGANIZATION_KINDS, type OrganizationKind } from './organization.entity.js';
import type { OrganizationListQuery } from './organization.input.js';
import type { LiveMember } from './organization-members.service.js';
import type { OrganizationUse } from './organization-uses.js';
import type { OrganizationRow } from './organization-list.js';
import { identifierWarnings, writtenEin } from './organization.rules.js';
import { type NamedThing, type OrganizationDetail, organizationSubject } from './organizations.service.js';

/** Everything that is known about one organization, as loaded for one actor. */
export interface WholeOrganization {
  readonly detail: OrganizationDetail;
  /** Undefined for who may not see them. */
  readonly checks: readonly RecordedCheck[] | undefined;
  readonly members: readonly LiveMember[];
  readonly uses: readonly OrganizationUse[];
  readonly actions: readonly OrganizationAction[];
}

export interface OrganizationAction {
  readonly name: 'update' | 'update_contact' | 'record_exclusion_check' | 'add_member' | 'end_member';
  readonly label: string;
  readonly enabled: boolean;
  readonly blockers: readonly string[];
}

export interface DateWriter {
  formatDate(date: string, style?: 'short' | 'long' | 'full'): string;
}

/** What this actor can do here. `editsOwn`: whether they are an owner or editor of it. */
export function organizationActions(
  policy: Policy,
  actor: Actor,
  id: string,
  editsOwn: boolean,
  texts: Texts,
): OrganizationAction[] {
  const subject = organizationSubject(id);
  const can = (permission: string): boolean => policy.can(actor, permission, subject);
  const open: OrganizationAction['name'][] = [];
  if (can('organization.update')) open.push('update');
  if (can('organization.update_contact') && (can('organization.update') || editsOwn)) open.push('update_contact');
  if (can('exclusion_check.record')) open.push('record_exclusion_check');
  if (can('member.manage')) open.push('add_member', 'end_member');
  return open.map((name) => ({ name, label: texts.t(`organization.action.${name}`), enabled: true, blockers: [] }));
}

const warn = (texts: Texts, sentences: readonly Sentence[]): string[] =>
  sentences.map((sentence) => texts.sentence(sentence));

/** One organization as JSON. Fields that the actor may not see are left out. */
export function organizationJson(whole: WholeOrganization, texts: Texts): Record<string, unknown> {
  const { organization, fiscalSponsor, districtOrganization, serviceArea } = whole.detail;
  const { fiscalSponsorId: _sponsor, districtOrganizationId: _district, createdAt, ...rest } = organization;
  return {
    ...rest,
    createdAt,
    fiscalSponsor,
    districtOrganization,
    serviceArea: serviceArea.map(({ id, name }) => ({ districtId: id, name })),
    warnings: warn(texts, identifierWarnings(organization)),
    members: whole.members,
    ...(whole.checks !== undefined && { exclusionChecks: whole.checks }),
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
        label: t('organization.list.export'),
        href: pathOf('/organizations/export', { q, kind, sort: query.sort }),
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

function checkTag(result: CheckResult, texts: Texts): TagView {
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

export interface OrganizationPageView {
  readonly title: string;
  readonly head: PageHead;
  readonly warning?: NoteView;
  readonly checks?: TableView;
  readonly members: TableView;
  readonly uses: ListedThings;
  readonly noUses: string;
  readonly facts: { readonly items: readonly FactView[] };
  readonly serviceArea: ListedThings;
  readonly noServiceArea: string;
  readonly note?: string;
}

const HREF_OF: Readonly<Partial<Record<OrganizationAction['name'], string>>> = {
  update: 'edit',
  update_contact: 'edit-contact',
  record_exclusion_check: 'record-exclusion-check',
  add_member: 'add-member',
};

export function organizationPage(whole: WholeOrganization, texts: Texts, dates: DateWriter): OrganizationPageView {
  const { organization } = whole.detail;
  const base = `/organizations/${organization.id}`;
  const may = new Set(whole.actions.map((action) => action.name));
  // Who can change everything needs no second button for a part of it.
  const shown = whole.actions.filter((action) => !(action.name === 'update_contact' && may.has('update')));
  const actions: ActionView[] = shown.flatMap((action, index) => {
    const step = HREF_OF[action.name];
    return step === undefined ? [] : [{ label: action.label, href: `${base}/${step}`, primary: index === 0 }];
  });
  const warnings = warn(texts, identifierWarnings(organization));
  return {
    title: organization.name,
    head: {
      crumbs: [listLink(texts)],
      number: texts.t(`organization.field.kind.${organization.kind}`),
      title: organization.name,
      lead:
        organization.legalName === null ? undefined : texts.t('organization.legally', { name: organization.legalName }),
      actions,
    },
    warning:
      warnings.length === 0 ? undefined : { tone: 'gold', title: texts.t('organization.look_again'), items: warnings },
    checks: whole.checks === undefined ? undefined : checksTable(whole.checks, texts, dates),
    members: membersTable(whole.members, may.has('end_member') ? base : undefined, texts, dates),
    uses: { items: whole.uses },
    noUses: texts.t('organization.uses.none'),
    facts: { items: facts(whole.detail, texts) },
    serviceArea: { items: whole.detail.serviceArea.map(({ name }) => ({ title: name })) },
    noServiceArea: texts.t('organization.service_area.none'),
    note: organization.note ?? undefined,
  };
}

export const listLink = (texts: Texts): LinkView => ({
  label: texts.t('organization.list.title'),
  href: '/organizations',
});

function facts({ organization, fiscalSponsor, districtOrganization }: OrganizationDetail, texts: Texts): FactView[] {
  const label = (field: string): string => texts.t(`organization.field.${field}`);
  const linked = (field: string, thing: NamedThing | null): FactView[] =>
    thing === null ? [] : [{ label: label(field), link: { label: thing.name, href: `/organizations/${thing.id}` } }];
  const text = (field: string, value: string | null | undefined): FactView[] =>
    value === null || value === undefined || value === '' ? [] : [{ label: label(field), value }];
  const { addressLine1, addressLine2, city, state, zip } = organization;
  const place = [city, [state, zip].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  return [
    ...text('ein', organization.ein && writtenEin(organization.ein)),
    ...text('uei', organization.uei),
    ...text('annual_budget', organization.annualBudget?.format({ cents: 'auto' })),
    ...linked('fiscal_sponsor', fiscalSponsor),
    ...linked('district_organization', districtOrganization),
    ...text('address', [addressLine1, addressLine2, place].filter(Boolean).join(', ')),
    ...text('mail_domains', organization.mailDomains.join(', ')),
  ];
}

function checksTable(checks: readonly RecordedCheck[], texts: Texts, dates: DateWriter): TableView {
  const field = (name: string): string => texts.t(`exclusion_check.field.${name}`);
  return table({
    id: 'exclusion-checks',
    caption: texts.t('exclusion_check.list.title'),
    columns: [
      { key: 'on', label: field('checked_on') },
      { key: 'result', label: field('result') },
      { key: 'method', label: field('method') },
      { key: 'query', label: field('query_text') },
      { key: 'by', label: field('checked_by'), minor: true },
    ],
    rows: checks.map((check) => ({
      on: dates.formatDate(check.checkedOn),
      result: { tag: checkTag(check.result, texts), note: check.evidence ?? undefined },
      method: field(`method.${check.method}`),
      query: check.queryText,
      by: check.checkedByName,
    })),
    empty: { title: texts.t('exclusion_check.list.empty'), text: texts.t('exclusion_check.list.empty.more') },
    stack: true,
  });
}

function membersTable(
  members: readonly LiveMember[],
  endAt: string | undefined,
  texts: Texts,
  dates: DateWriter,
): TableView {
  return table({
    id: 'members',
    caption: texts.t('organization_member.list.title'),
    columns: [
      { key: 'name', label: texts.t('organization_member.field.name') },
      { key: 'role', label: texts.t('organization_member.field.role') },
      { key: 'since', label: texts.t('organization_member.field.since') },
      ...(endAt === undefined
        ? []
        : [{ key: 'end' as const, label: texts.t('organization.action.end_member'), unlabeled: true }]),
    ],
    rows: members.map((member) => ({
      name: member.name,
      role: texts.t(`organization_member.field.role.${member.role}`),
      since: dates.formatDate(member.since),
      end:
        endAt === undefined
          ? undefined
          : {
              button: {
                label: texts.t('organization.action.end_member'),
                action: `${endAt}/end-member`,
                hidden: [{ name: 'memberId', value: member.id }],
                about: member.name,
              },
            },
    })),
    empty: { title: texts.t('organization_member.list.empty'), text: texts.t('organization_member.list.empty.more') },
    stack: true,
  });
}

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
