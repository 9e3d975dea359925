/** One's own account: who one is, as JSON; how one is reached, gets in and where one is signed in, as a page. */
import type { Actor } from '../../kernel/actor.js';
import { unauthenticated } from '../../kernel/errors.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import {
  type ActionView,
  type FactsView,
  type FieldView,
  type FormView,
  type ListedThings,
  type PageHead,
  type SectionHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import { type GrantView, OwnNameInput, scopeWords } from '../identity/index.js';
import type { Reach } from './own-account.service.js';
import type { SessionLine } from './sessions.service.js';
import { AddressInput, ChangePassphraseInput, NewPassphraseInput, TelephoneInput } from './sign-in.input.js';

export interface MeView {
  readonly person: { readonly id: string; readonly name: string };
  readonly roles: readonly { readonly role: string; readonly scopeKind: string; readonly scopeId: string | null }[];
}

export function meView(actor: Actor): MeView {
  if (actor.kind !== 'person') throw unauthenticated('session.required');
  const own = actor.grants.filter(({ lent }) => lent === undefined);
  const roles = own.map(({ role, scopeKind, scopeId }) => ({ role, scopeKind, scopeId }));
  return { person: { id: actor.personId, name: actor.name }, roles };
}

export interface MePage {
  readonly title: string;
  readonly head: PageHead;
  readonly reachHead: SectionHead;
  readonly facts: FactsView;
  /** Forms that unfold. */
  readonly changes: readonly ChangeView[];
  readonly sessionsHead: SectionHead;
  readonly sessions: TableView;
  readonly endOthers?: ActionView;
  readonly rolesHead: SectionHead;
  readonly roles: TableView;
  readonly linksHead: SectionHead;
  readonly links: ListedThings;
}

interface ChangeView {
  readonly title: string;
  readonly lead?: string;
  readonly form: FormView;
  /** Unfolded, because it was refused. */
  readonly open: boolean;
}

export interface MeParts {
  readonly name: string;
  readonly sessionId: string | undefined;
  readonly reach: Reach;
  readonly grants: readonly GrantView[];
  readonly sessions: readonly SessionLine[];
  readonly hasTexts: boolean;
  /** Whether they put their own name right. */
  readonly renames: boolean;
  /** Whether approvals are lent by or to people like them. */
  readonly lends: boolean;
  /** The agency's own sign-in service. */
  readonly serviceName?: string;
  readonly refused?: RefusedForm;
}

const NEW = { passphrase: { autocomplete: 'new-password' }, repeat: { autocomplete: 'new-password' } } as const;

export function mePage(texts: Texts, parts: MeParts): MePage {
  const { sessions, sessionId } = parts;
  const hasOthers = sessions.some(({ id }) => id !== sessionId);
  return {
    title: texts.t('account.title'),
    head: { title: parts.name, lead: texts.t('account.lead') },
    reachHead: { title: texts.t('account.reach'), id: 'reach' },
    facts: facts(texts, parts),
    changes: changes(texts, parts),
    sessionsHead: { title: texts.t('account.sessions'), id: 'sessions', lead: texts.t('account.sessions.lead') },
    sessions: sessionTable(texts, parts),
    endOthers: hasOthers ? { label: texts.t('account.sessions.end_others'), action: '/me/sessions/end' } : undefined,
    rolesHead: { title: texts.t('account.roles'), id: 'roles' },
    roles: roleTable(texts, parts.grants),
    linksHead: { title: texts.t('account.more'), id: 'more' },
    links: {
      items: [
        ...(parts.serviceName === undefined
          ? []
          : [
              {
                title: texts.t('external_identity.title', { name: parts.serviceName }),
                href: '/me/oidc',
                note: texts.t('external_identity.more'),
              },
            ]),
        ...(parts.lends
          ? [
              {
                title: texts.t('delegation.own.title'),
                href: '/me/delegations',
                note: texts.t('delegation.own.more'),
              },
            ]
          : []),
        { title: texts.t('account.access'), href: '/me/access', note: texts.t('account.access.more') },
        { title: texts.t('account.data'), href: '/me/data', note: texts.t('account.data.more') },
      ],
    },
  };
}

function facts(texts: Texts, { reach, hasTexts }: MeParts): FactsView {
  const { addresses, telephones, hasPassphrase, hasSecondFactor, cardUntil } = reach;
  const list = (values: readonly string[]): string =>
    values.length === 0 ? texts.t('account.none') : values.join(', ');
  return {
    items: [
      { label: texts.t('session.field.email'), value: list(addresses) },
      ...(hasTexts || telephones.length > 0 ? [{ label: texts.t('account.telephone'), value: list(telephones) }] : []),
      { label: texts.t('session.field.password'), value: texts.t(hasPassphrase ? 'account.set' : 'account.not_set') },
      {
        label: texts.t('account.second_factor'),
        value: texts.t(hasSecondFactor ? 'account.set' : 'account.not_set'),
        link: {
          label: texts.t(hasSecondFactor ? 'account.second_factor.link' : 'account.second_factor.set_up'),
          href: '/me/second-factor',
        },
      },
      ...(cardUntil === null
        ? []
        : [{ label: texts.t('account.card'), value: texts.t('account.card.until', { date: cardUntil }) }]),
    ],
  };
}

function changes(texts: Texts, { name, reach, renames, hasTexts, refused }: MeParts): ChangeView[] {
  const make = (
    key: string,
    input: InputClass,
    action: string,
    overrides: Readonly<Record<string, Partial<FieldView>>>,
  ): ChangeView => {
    const fields = fieldViews(input, texts, { refused, overrides, values: { name } });
    const isMine = refused !== undefined && fields.some(({ error }) => error !== undefined);
    return {
      title: texts.t(`account.${key}.title`),
      lead: texts.t(`account.${key}.lead`),
      open: isMine,
      form: {
        ...{ action, fields, submit: texts.t(`account.${key}.submit`), secondary: true },
        errors: isMine ? errorItems(texts, refused) : undefined,
      },
    };
  };
  const current = { current: { autocomplete: 'current-password' }, ...NEW } as const;
  return [
    ...(renames ? [make('correct_name', OwnNameInput, '/me/name', { name: { autocomplete: 'name' } })] : []),
    make('change_address', AddressInput, '/me/address', { email: { kind: 'email', autocomplete: 'email' } }),
    ...(hasTexts
      ? [
          make('change_telephone', TelephoneInput, '/me/telephone', {
            telephone: { kind: 'telephone', autocomplete: 'tel' },
          }),
        ]
      : []),
    reach.hasPassphrase
      ? make('change_passphrase', ChangePassphraseInput, '/me/passphrase', current)
      : make('add_passphrase', NewPassphraseInput, '/me/passphrase/add', NEW),
  ];
}

function sessionTable(texts: Texts, { sessions, sessionId }: MeParts): TableView {
  return table({
    id: 'my-sessions',
    caption: texts.t('account.sessions'),
    columns: [
      { key: 'where', label: texts.t('account.sessions.where') },
      { key: 'since', label: texts.t('account.sessions.since') },
      { key: 'seen', label: texts.t('account.sessions.seen') },
      { key: 'end', label: texts.t('account.sessions.end'), unlabeled: true },
    ],
    rows: sessions.map(({ id, agent, address, method, openedAt, lastSeenAt }) => ({
      where: { text: agent, note: texts.t('account.sessions.how', { address, method: texts.t(`method.${method}`) }) },
      since: texts.t('account.sessions.at', { at: openedAt }),
      seen: texts.t(id === sessionId ? 'account.sessions.here' : 'account.sessions.at', { at: lastSeenAt }),
      end:
        id === sessionId
          ? { none: true }
          : {
              button: {
                ...{ label: texts.t('account.sessions.end'), action: `/me/sessions/${id}/end`, small: true },
                about: agent,
              },
            },
    })),
    stack: true,
    empty: { title: texts.t('account.sessions.none') },
  });
}

function roleTable(texts: Texts, grants: readonly GrantView[]): TableView {
  const held = grants.filter(({ isLive }) => isLive);
  return table({
    id: 'my-roles',
    caption: texts.t('account.roles'),
    columns: [
      { key: 'role', label: texts.t('role.field.role') },
      { key: 'where', label: texts.t('role.field.where') },
      { key: 'until', label: texts.t('role.field.until') },
    ],
    rows: held.map((grant) => ({
      role: grant.parts.length === 0 ? texts.t(`role.${grant.role}`) : grant.parts.join(', '),
      where: scopeWords(texts, grant),
      until: grant.endsOn === null ? texts.t('role.no_end') : texts.t('role.date', { date: grant.endsOn }),
    })),
    stack: true,
    empty: { title: texts.t('account.no_roles'), text: texts.t('account.no_roles.more') },
  });
}
