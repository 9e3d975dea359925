/** What the pages about people show. */
import type { Actor } from '../../kernel/actor.js';
import { type Policy, ROLES, SCOPE_KINDS } from '../../kernel/policy.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import { type ListPage, MOST_COUNTED } from '../../platform/lists/list.js';
import {
  type ActionView,
  count,
  type FactsView,
  type FieldView,
  type FormView,
  type PageHead,
  type SectionHead,
  table,
  type TableView,
  type TagView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import { SCOPES_OF_ROLE } from './identity.rules.js';
import { CorrectedNameInput, GrantInput, type PeopleQuery, PersonInput } from './people.input.js';
import type { AccountState, GrantView, PersonLine, PersonView } from './people.service.js';
import { proposalsView } from './role-proposals.view.js';
import { grantedBy, period, scopeWords } from './role-words.js';
import type { ScopeChoice } from './scopes.js';
import type { StandingAdministrator } from './standing.js';

const TONES = { none: 'idle', invited: 'waiting', open: 'done', disabled: 'attention' } as const;

const accountTag = (texts: Texts, state: AccountState): TagView => ({
  tone: TONES[state],
  label: texts.t(`person.account.${state}`),
});

/** The words of a form's summary; what is not about a field is said by the note at the top of the page. */
export function summaryOf(texts: Texts, refused: RefusedForm | undefined): FormView['errors'] {
  return refused === undefined || refused.error.fields.length === 0 ? undefined : errorItems(texts, refused);
}

export function peoplePage(
  list: ListPage<PersonLine>,
  query: PeopleQuery,
  texts: Texts,
  mayCreate: boolean,
): { title: string; head: PageHead; table: TableView } {
  const title = texts.t('person.list.title');
  const isSearch = query.q !== undefined || query.role !== undefined;
  const roles = ROLES.map((role) => ({ value: role, label: texts.t(`role.${role}`) }));
  return {
    title,
    head: {
      title,
      lead: texts.t('person.list.lead'),
      actions: [
        ...(mayCreate ? [{ label: texts.t('person.add'), href: '/people/new', primary: true }] : []),
        { label: texts.t('assistance.list.title'), href: '/assistances', quiet: true },
      ],
    },
    table: table({
      id: 'people',
      caption: title,
      columns: [
        { key: 'name', label: texts.t('person.field.name') },
        { key: 'roles', label: texts.t('person.field.roles') },
        { key: 'account', label: texts.t('person.field.account') },
      ],
      rows: list.items.map((person) => ({
        name: { text: person.name, href: `/people/${person.id}`, note: person.address ?? undefined },
        roles: person.roles.map((role) => texts.t(`role.${role}`)).join(', '),
        account: { tag: accountTag(texts, person.account) },
      })),
      stack: true,
      search: {
        action: '/people',
        text: { name: 'q', label: texts.t('person.search'), value: query.q },
        filters: [
          {
            kind: 'select',
            name: 'role',
            label: texts.t('person.field.role'),
            prompt: texts.t('person.any_role'),
            options: roles,
            value: query.role,
            optional: false,
          },
        ],
        clear: isSearch ? { label: texts.t('person.search.clear'), href: '/people' } : undefined,
      },
      pager: {
        count: texts.t('person.count', {
          count: list.count,
          shown: list.count >= MOST_COUNTED ? `${count(MOST_COUNTED - 1)}+` : count(list.count),
        }),
        next: list.next === null ? undefined : nextHref(query, list.next),
      },
      empty: isSearch
        ? { title: texts.t('person.none_found'), text: texts.t('person.none_found.more') }
        : { title: texts.t('person.none') },
    }),
  };
}

function nextHref(query: PeopleQuery, after: string): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, after }))
    if (value !== undefined) parts.set(name, String(value));
  return `/people?${parts.toString()}`;
}

export function personForm(
  texts: Texts,
  refused: RefusedForm | undefined,
): { title: string; head: PageHead; form: FormView } {
  const title = texts.t('person.new.title');
  // The box for a shared address appears once it matters.
  const isTaken = refused !== undefined && refused.error.fields.some(({ code }) => code === 'person.address_taken');
  const wasTicked = refused?.values['isShared'] === 'yes';
  const overrides = { email: { kind: 'email', autocomplete: 'off' }, name: { autocomplete: 'off' } } as const;
  const fields = fieldViews(PersonInput, texts, { refused, overrides });
  return {
    title,
    head: { crumbs: crumbs(texts), title, lead: texts.t('person.new.lead') },
    form: {
      action: '/people',
      fields: fields.filter(({ name }) => name !== 'isShared' || isTaken || wasTicked),
      submit: texts.t('person.new.submit'),
      cancel: { label: texts.t('person.cancel'), href: '/people' },
      errors: summaryOf(texts, refused),
    },
  };
}

/** For a name that was mistyped, or that somebody has changed. */
export function nameForm(
  { id, name }: { readonly id: string; readonly name: string },
  texts: Texts,
  refused: RefusedForm | undefined,
): { title: string; head: PageHead; form: FormView } {
  const title = texts.t('person.name.title', { name });
  const href = `/people/${id}`;
  return {
    title,
    head: { crumbs: [...crumbs(texts), { label: name, href }], title, lead: texts.t('person.name.lead') },
    form: {
      action: `${href}/name`,
      fields: fieldViews(CorrectedNameInput, texts, {
        ...{ refused, values: { name } },
        overrides: { name: { autocomplete: 'off' }, reason: { rows: 3 } },
      }),
      submit: texts.t('person.name.submit'),
      cancel: { label: texts.t('person.cancel'), href },
      errors: summaryOf(texts, refused),
    },
  };
}

export interface PersonPage {
  readonly title: string;
  readonly head: PageHead;
  readonly facts: FactsView;
  readonly rolesHead: SectionHead;
  readonly roles: TableView;
  readonly pastHead?: SectionHead;
  readonly past?: TableView;
  readonly waitingHead?: SectionHead;
  readonly waiting?: TableView;
  readonly grantHead?: SectionHead;
  readonly grantForm?: FormView;
}

export interface PersonPageParts {
  readonly person: PersonView;
  readonly actor: Actor;
  readonly policy: Policy;
  readonly texts: Texts;
  readonly choices: readonly ScopeChoice[];
  readonly administrators: readonly StandingAdministrator[];
  readonly refused: RefusedForm | undefined;
}

export function personPage(parts: PersonPageParts): PersonPage {
  const { person, actor, policy, texts, administrators } = parts;
  const isSelf = actor.kind === 'person' && actor.personId === person.id;
  const may = (permission: string): boolean => policy.can(actor, permission, { personId: person.id });
  const live = person.grants.filter(({ state }) => state === 'in_force');
  const others = person.grants.filter(({ state }) => state !== 'in_force' && state !== 'proposed');
  const mayGrant = may('role.grant') && !isSelf;
  return {
    title: person.name,
    head: {
      crumbs: crumbs(texts),
      tag: accountTag(texts, person.account),
      title: person.name,
      lead: isSelf ? texts.t('person.self') : undefined,
      actions: isSelf ? [] : accountActions(person, may, texts),
    },
    facts: {
      items: [
        { label: texts.t('person.field.email'), value: person.address ?? texts.t('person.no_address') },
        { label: texts.t('person.field.account'), value: texts.t(`person.account.${person.account}.more`) },
      ],
    },
    rolesHead: { title: texts.t('role.list.title'), id: 'roles' },
    roles: liveTable(person, live, texts, may('role.end')),
    ...proposalsView({ person, actor, administrators, may, texts }),
    ...(others.length > 0 && {
      pastHead: { title: texts.t('role.past.title'), id: 'past' },
      past: pastTable(others, texts),
    }),
    ...(mayGrant && {
      grantHead: { title: texts.t('role.grant.title'), id: 'grant', lead: texts.t('role.grant.lead') },
      grantForm: grantForm(parts),
    }),
  };
}

function accountActions(person: PersonView, may: (permission: string) => boolean, texts: Texts): ActionView[] {
  const actions: ActionView[] = [];
  const at = (action: string): string => `/people/${person.id}/${action}`;
  if (may('personal_data.read_of_others')) {
    actions.push({ label: texts.t('person_data.link'), href: at('data'), quiet: true });
  }
  if (person.account === 'none') return actions;
  if (person.account === 'disabled') {
    if (may('account.enable')) {
      actions.push({ label: texts.t('account.enable'), action: at('enable'), needsNote: true });
    }
    return actions;
  }
  if (may('second_factor_reset.read')) {
    actions.push({ label: texts.t('person_entry.link'), href: at('sign-in'), quiet: true });
  }
  if (may('person.correct_name')) {
    actions.push({ label: texts.t('person.correct_name'), href: at('name'), quiet: true });
  }
  if (may('person.change_address')) {
    actions.push({ label: texts.t('person.change_address'), href: at('address'), quiet: true });
  }
  if (may('person.invite')) actions.push({ label: texts.t('person.invite'), action: at('invite') });
  if (may('account.disable')) {
    actions.push({ label: texts.t('account.disable'), action: at('disable'), needsNote: true });
  }
  return actions;
}

function liveTable(person: PersonView, grants: readonly GrantView[], texts: Texts, mayEnd: boolean): TableView {
  return table({
    id: 'roles-table',
    caption: texts.t('role.list.title'),
    columns: [
      { key: 'role', label: texts.t('role.field.role') },
      { key: 'when', label: texts.t('role.field.when') },
      { key: 'reason', label: texts.t('role.field.reason') },
      ...(mayEnd ? [{ key: 'end' as const, label: texts.t('role.end'), unlabeled: true }] : []),
    ],
    rows: grants.map((grant) => ({
      role: { text: texts.t(`role.${grant.role}`), note: scopeWords(texts, grant) },
      when: period(texts, grant),
      reason: { text: grant.reason, note: grantedBy(texts, grant) },
      end: {
        button: {
          label: texts.t('role.end'),
          about: texts.t(`role.${grant.role}`),
          action: `/people/${person.id}/roles/${grant.id}/end`,
          needsNote: true,
        },
      },
    })),
    stack: true,
    empty: { title: texts.t('role.none'), text: texts.t('role.none.more') },
  });
}

function pastTable(grants: readonly GrantView[], texts: Texts): TableView {
  return table({
    id: 'past-table',
    caption: texts.t('role.past.title'),
    columns: [
      { key: 'role', label: texts.t('role.field.role') },
      { key: 'when', label: texts.t('role.field.when') },
      { key: 'end', label: texts.t('role.field.end_reason') },
    ],
    rows: grants.map((grant) => ({
      role: { text: texts.t(`role.${grant.role}`), note: scopeWords(texts, grant) },
      when: grant.state === 'declined' ? texts.t('role.never_held') : period(texts, grant),
      end: { text: pastWords(texts, grant), note: grant.endedBy ?? undefined },
    })),
    stack: true,
  });
}

function pastWords(texts: Texts, { state, endReason }: GrantView): string {
  if (state === 'declined') return texts.t('role.was_declined', { reason: endReason ?? '' });
  if (state === 'to_come') return texts.t('role.to_come');
  return endReason ?? texts.t('role.run_out');
}

function grantForm({ person, texts, choices, refused }: PersonPageParts): FormView {
  const kinds = SCOPE_KINDS.filter((kind) => kind === 'agency' || choices.some((choice) => choice.kind === kind));
  const scopes = choices.map(({ kind, id, name }) => ({
    value: id,
    label: texts.t('scope.named', { kind: texts.t(`scope.${kind}`), name }),
  }));
  const roles = ROLES.filter((role) =>
    SCOPES_OF_ROLE[role].some((kind) => kind !== 'organization' && kind !== 'application'),
  );
  const ofGrant = refused !== undefined && 'role' in refused.values ? refused : undefined;
  const overrides: Record<string, Partial<FieldView>> = {
    role: { prompt: texts.t('role.choose') },
    scopeId: { prompt: texts.t('role.choose_scope') },
    reason: { rows: 3 },
  };
  const fields = fieldViews(GrantInput, texts, {
    values: { scopeKind: 'agency' },
    refused: ofGrant,
    choices: {
      role: roles.map((role) => ({ value: role, label: texts.t(`role.${role}`) })),
      scopeKind: kinds.map((kind) => ({ value: kind, label: texts.t(`scope.${kind}`) })),
      scopeId: scopes,
    },
    overrides,
    only: ['role', 'scopeKind', ...(scopes.length > 0 ? ['scopeId'] : []), 'startsOn', 'endsOn', 'reason'],
  });
  const dates = fields.filter(({ name }) => name === 'startsOn' || name === 'endsOn');
  const before = fields.filter(({ name }) => name !== 'reason' && !dates.some((date) => date.name === name));
  return {
    action: `/people/${person.id}/roles`,
    fields: [...before, dates, ...fields.filter(({ name }) => name === 'reason')],
    submit: texts.t('role.grant.submit'),
    errors: summaryOf(texts, ofGrant),
    secondary: true,
  };
}

const crumbs = (texts: Texts): { label: string; href: string }[] => [
  { label: texts.t('person.list.title'), href: '/people' },
];
