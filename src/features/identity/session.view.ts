/** What the sign-in, invitation and own-account pages show; and who one is, as JSON. */
import type { Actor } from '../../kernel/actor.js';
import { unauthenticated } from '../../kernel/errors.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import {
  type FormView,
  type PageHead,
  type SectionHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { OpenInvitation } from './invitations.service.js';
import { ChangePassphraseInput, NewPassphraseInput, SignInInput } from './people.input.js';
import type { GrantView } from './people.service.js';
import { scopeWords, summaryOf } from './people.view.js';

export interface MeView {
  readonly person: { readonly id: string; readonly name: string };
  readonly roles: readonly { readonly role: string; readonly scopeKind: string; readonly scopeId: string | null }[];
}

export function meView(actor: Actor): MeView {
  if (actor.kind !== 'person') throw unauthenticated('session.required');
  const roles = actor.grants.map(({ role, scopeKind, scopeId }) => ({ role, scopeKind, scopeId }));
  return { person: { id: actor.personId, name: actor.name }, roles };
}

interface FormPage {
  readonly title: string;
  readonly head: PageHead;
  readonly form: FormView;
}

export function signInPage(texts: Texts, next: string | undefined, refused: RefusedForm | undefined): FormPage {
  const title = texts.t('session.title');
  return {
    title,
    head: { title, lead: texts.t('session.lead') },
    form: {
      action: '/sign-in',
      fields: fieldViews(SignInInput, texts, {
        refused,
        only: ['email', 'password'],
        overrides: {
          email: { kind: 'email', autocomplete: 'username' },
          password: { autocomplete: 'current-password' },
        },
      }),
      hidden: next === undefined ? [] : [{ name: 'next', value: next }],
      submit: texts.t('ui.sign_in'),
      errors: summaryOf(texts, refused),
    },
  };
}

export function invitationPage(
  texts: Texts,
  invitation: OpenInvitation,
  token: string,
  refused: RefusedForm | undefined,
): FormPage {
  const title = texts.t('invitation.title', { name: invitation.name });
  return {
    title,
    head: { title, lead: texts.t('invitation.lead') },
    form: {
      action: `/invitation/${token}`,
      fields: fieldViews(NewPassphraseInput, texts, { refused, overrides: NEW }),
      submit: texts.t('invitation.submit'),
      errors: summaryOf(texts, refused),
    },
  };
}

const NEW = { passphrase: { autocomplete: 'new-password' }, repeat: { autocomplete: 'new-password' } } as const;

export interface MePage {
  readonly title: string;
  readonly head: PageHead;
  readonly roles: TableView;
  readonly rolesHead: SectionHead;
  readonly passphraseHead: SectionHead;
  readonly form: FormView;
}

export function mePage(
  texts: Texts,
  name: string,
  grants: readonly GrantView[],
  refused: RefusedForm | undefined,
): MePage {
  const held = grants.filter(({ isLive }) => isLive);
  return {
    title: texts.t('account.title'),
    head: { title: name, lead: texts.t('account.lead') },
    rolesHead: { title: texts.t('account.roles'), id: 'roles' },
    roles: table({
      id: 'my-roles',
      caption: texts.t('account.roles'),
      columns: [
        { key: 'role', label: texts.t('role.field.role') },
        { key: 'where', label: texts.t('role.field.where') },
        { key: 'until', label: texts.t('role.field.until') },
      ],
      rows: held.map((grant) => ({
        role: texts.t(`role.${grant.role}`),
        where: scopeWords(texts, grant),
        until: grant.endsOn === null ? texts.t('role.no_end') : texts.t('role.date', { date: grant.endsOn }),
      })),
      stack: true,
      empty: { title: texts.t('account.no_roles'), text: texts.t('account.no_roles.more') },
    }),
    passphraseHead: { title: texts.t('passphrase.title'), id: 'passphrase', lead: texts.t('passphrase.lead') },
    form: {
      action: '/me/passphrase',
      fields: fieldViews(ChangePassphraseInput, texts, {
        refused,
        overrides: { current: { autocomplete: 'current-password' }, ...NEW },
      }),
      submit: texts.t('passphrase.submit'),
      errors: summaryOf(texts, refused),
    },
  };
}
