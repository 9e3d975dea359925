/** What the pages about who can do what show. */
import { anywhere, type Role, ROLES } from '../../kernel/policy.js';
import type { Lent } from '../../kernel/actor.js';
import type { Tone } from '../../kernel/lifecycle.js';
import {
  type ListedThings,
  type PageHead,
  type SearchView,
  type SectionHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { kindWords } from '../../platform/audit/words.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { AccessQuery } from './access.input.js';
import { type AccessRow, type AccessView, type DutyView, type NamedPerson, nounOf } from './access.service.js';
import type { DutyVerdict } from './duty-pairs.js';
import type { ScopeChoice } from './scopes.js';

interface TablePage {
  readonly title: string;
  readonly head: PageHead;
  readonly table: TableView;
}

export interface AccessPage {
  readonly title: string;
  readonly head: PageHead;
  readonly search: SearchView;
  /** What can be done, once something is looked for. */
  readonly table?: TableView;
  readonly holdersHead?: SectionHead;
  readonly holders?: TableView;
  readonly areasHead?: SectionHead;
  readonly areas?: ListedThings;
}

export interface AccessParts {
  readonly view: AccessView;
  readonly query: AccessQuery;
  readonly choices: readonly ScopeChoice[];
  readonly texts: Texts;
}

/** More names than this are a count with the first of them. */
const MOST_NAMES = 3;

export function accessPage({ view, query, choices, texts }: AccessParts): AccessPage {
  const title = texts.t('access.title');
  const where = view.scope === null ? texts.t('scope.agency') : named(texts, view.scope);
  const { q, role, area } = query;
  const isLooking = q !== undefined || role !== undefined || area !== undefined;
  return {
    title,
    head: {
      ...(isLooking && { crumbs: [{ label: title, href: '/access' }] }),
      title: area === undefined || area === 'all' ? title : kindWords(texts, area),
      lead: texts.t('access.lead', { where }),
      actions: [
        { label: texts.t('duty.title'), href: '/access/duties' },
        { label: texts.t('delegation.list.title'), href: '/delegations' },
      ],
    },
    search: {
      action: '/access',
      text: { name: 'q', label: texts.t('access.search'), value: q },
      filters: [roleFilter(texts, role), scopeFilter(texts, choices, view.scope)],
      hidden: area === undefined ? [] : [{ name: 'area', value: area }],
      clear: isLooking ? { label: texts.t('access.clear'), href: '/access' } : undefined,
    },
    ...(isLooking ? { table: permissionsTable(view.rows, where, texts) } : overview(view, texts)),
  };
}

function permissionsTable(rows: readonly AccessRow[], where: string, texts: Texts): TableView {
  return table({
    id: 'access',
    caption: texts.t('access.caption', { where }),
    columns: [
      { key: 'what', label: texts.t('access.what') },
      { key: 'roles', label: texts.t('access.roles') },
      { key: 'people', label: texts.t('access.people') },
    ],
    groups: groupsOf(rows, texts).map(({ noun, rows: own }) => ({
      label: kindWords(texts, noun),
      rows: own.map((row) => ({
        what: row.meaning,
        roles: rolesWords(texts, row),
        people: row.everyone ? texts.t('access.everyone') : peopleWords(texts, row.people),
      })),
    })),
    stack: true,
    note: texts.t('access.note'),
    empty: { title: texts.t('access.none'), text: texts.t('access.none.more') },
  });
}

/** Who holds which role, and what there is to look at. */
function overview({ holders, rows, scope }: AccessView, texts: Texts): Partial<AccessPage> {
  const at = scope === null ? '' : `&scopeId=${scope.id}`;
  const areas = groupsOf(rows, texts).map(({ noun, rows: own }) => ({
    title: kindWords(texts, noun),
    href: `/access?area=${noun}${at}`,
    note: texts.t('access.area.count', { count: own.length }),
  }));
  return {
    holdersHead: { title: texts.t('access.holders'), id: 'holders' },
    holders: table({
      id: 'holders-table',
      caption: texts.t('access.holders'),
      columns: [
        { key: 'role', label: texts.t('role.field.role') },
        { key: 'people', label: texts.t('access.people') },
      ],
      rows: holders.map(({ role, people }) => ({
        role: { text: texts.t(`role.${role}`), href: `/access?role=${role}${at}` },
        people: people.map(({ name }) => name).join(', '),
      })),
      stack: true,
      note: texts.t('access.note'),
    }),
    areasHead: {
      title: texts.t('access.areas'),
      id: 'areas',
      link: { label: texts.t('access.all'), href: `/access?area=all${at}` },
    },
    areas: { items: areas },
  };
}

const named = (texts: Texts, { kind, name }: ScopeChoice): string =>
  texts.t('scope.named', { kind: texts.t(`scope.${kind}`), name });

function roleFilter(
  texts: Texts,
  value: Role | undefined,
): NonNullable<NonNullable<TableView['search']>['filters']>[0] {
  const options = ROLES.map((role) => ({ value: role, label: texts.t(`role.${role}`) }));
  const label = texts.t('role.field.role');
  return { kind: 'select', name: 'role', label, prompt: texts.t('person.any_role'), options, value, optional: false };
}

function scopeFilter(
  texts: Texts,
  choices: readonly ScopeChoice[],
  chosen: ScopeChoice | null,
): ReturnType<typeof roleFilter> {
  // One that is not in the list, as an organization, is offered when it was asked for by its address.
  const isListed = chosen === null || choices.some(({ id }) => id === chosen.id);
  const options = (isListed ? choices : [chosen, ...choices]).map((each) => ({
    value: each.id,
    label: named(texts, each),
  }));
  const label = texts.t('access.scope');
  const prompt = texts.t('scope.agency');
  return { kind: 'select', name: 'scopeId', label, prompt, options, value: chosen?.id, optional: false };
}

/** Rows of one noun stand together: `award.offer` and `award.sign` under "Award". */
export function groupsOf<T extends { readonly permission: string }>(
  rows: readonly T[],
  texts: Texts,
): { noun: string; rows: T[] }[] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const noun = nounOf(row.permission);
    groups.set(noun, [...(groups.get(noun) ?? []), row]);
  }
  return [...groups]
    .sort(([a], [b]) => kindWords(texts, a).localeCompare(kindWords(texts, b)))
    .map(([noun, each]) => ({ noun, rows: each }));
}

function rolesWords(texts: Texts, { everyone, roles }: Pick<AccessRow, 'everyone' | 'roles'>): string {
  if (everyone) return texts.t('access.any_role');
  const byCondition = new Map<string, string[]>();
  for (const { role, condition } of roles) {
    byCondition.set(condition, [...(byCondition.get(condition) ?? []), texts.t(`role.${role}`)]);
  }
  return [...byCondition]
    .map(([condition, names]) =>
      condition === anywhere.meaning
        ? names.join(', ')
        : texts.t('access.role_if', { role: names.join(', '), condition }),
    )
    .join('; ');
}

export function peopleWords(texts: Texts, people: readonly NamedPerson[]): string {
  if (people.length === 0) return texts.t('access.nobody');
  const names = people
    .slice(0, MOST_NAMES)
    .map(({ name, actingFor }) =>
      actingFor === undefined ? name : texts.t('access.acting_for', { name, giver: actingFor.name }),
    );
  const rest = people.length - names.length;
  return rest === 0 ? names.join(', ') : texts.t('access.and_more', { names: names.join(', '), rest });
}

const VERDICTS: Readonly<Record<DutyVerdict, Tone>> = { filled: 'done', one_person: 'attention', nobody: 'attention' };

export function dutiesPage(duties: readonly DutyView[], texts: Texts): TablePage {
  const title = texts.t('duty.title');
  const open = duties.filter(({ verdict }) => verdict !== 'filled').length;
  return {
    title,
    head: {
      crumbs: [{ label: texts.t('access.title'), href: '/access' }],
      title,
      lead: texts.t('duty.lead', { count: open }),
    },
    table: table({
      id: 'duties',
      caption: title,
      columns: [
        { key: 'first', label: texts.t('duty.first') },
        { key: 'second', label: texts.t('duty.second') },
        { key: 'verdict', label: texts.t('duty.verdict') },
      ],
      rows: duties.map(({ first, second, verdict }) => ({
        first: { text: first.meaning, note: peopleWords(texts, first.people) },
        second: { text: second.meaning, note: peopleWords(texts, second.people) },
        verdict: {
          tag: { tone: VERDICTS[verdict], label: texts.t(`duty.verdict.${verdict}`) },
          note: verdict === 'filled' ? undefined : texts.t(`duty.verdict.${verdict}.more`),
        },
      })),
      stack: true,
    }),
  };
}

/** For whom somebody acts, and until when. */
export const lentWords = (texts: Texts, { giverName: giver, endsOn: date, limit }: Lent): string =>
  limit === null
    ? texts.t('access.own.lent', { giver, date })
    : texts.t('access.own.lent_up_to', { giver, date, amount: limit });
