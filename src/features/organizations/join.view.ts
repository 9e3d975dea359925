/** What the page of an invitation shows: for whom it is, what one may do there, and one button. */
import type { Actor } from '../../kernel/actor.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import type { ActionView, FormView, ListedThings, PageHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { InvitationAtDoor } from './organization-invitations.service.js';
import { JoinInput } from './registration.input.js';

export interface JoinPageView {
  readonly title: string;
  readonly head: PageHead;
  readonly roles: ListedThings;
  readonly form: FormView;
  /** Somebody else is signed in on this device. */
  readonly notYou?: string;
  /** Leads back here, so that the link need not be looked for again. */
  readonly signOut?: ActionView;
}

export function joinPage(
  invitation: InvitationAtDoor,
  { actor, token, asksWho }: { readonly actor: Actor; readonly token: string; readonly asksWho: boolean },
  texts: Texts,
  refused: RefusedForm | undefined,
): JoinPageView {
  const { organizationName: name, invitedBy, people, roles } = invitation;
  const title = texts.t('organization_invitation.join.title', { name });
  const isIn = actor.kind === 'person';
  const isNew = !isIn && people.length === 0;
  const asks = !isIn && (people.length > 1 || (asksWho && people.length > 0));
  const only = [...(asks ? ['personId'] : []), ...(isNew || asks ? ['name'] : [])];
  const known = people.map((person) => ({ value: person.personId, label: person.name }));
  return {
    title,
    head: {
      title,
      lead:
        invitedBy === null
          ? texts.t('organization_invitation.join.lead')
          : texts.t('organization_invitation.join.lead_by', { person: invitedBy }),
    },
    roles: {
      items: roles.map((role) => ({
        title: texts.t(`organization_member.field.role.${role}`),
        note: texts.t(`organization_member.role_may.${role}`),
      })),
    },
    notYou: isIn ? texts.t('organization_invitation.join.signed_in', { person: actor.name }) : undefined,
    signOut: isIn
      ? {
          ...{ label: texts.t('organization_invitation.join.sign_out'), action: '/sign-out', quiet: true },
          hidden: [{ name: 'next', value: `/join/${token}` }],
        }
      : undefined,
    form: {
      action: `/join/${token}`,
      fields: fieldViews(JoinInput, texts, {
        ...{ only, refused, choices: { personId: known } },
        overrides: {
          personId: { kind: 'radios', optional: false, prompt: undefined },
          name: {
            autocomplete: 'name',
            optional: false,
            ...(asks && { label: texts.t('organization_invitation.field.somebody_else'), optional: true }),
          },
        },
      }),
      submit: texts.t('organization_invitation.join.submit', { name }),
      errors: errorItems(texts, refused),
    },
  };
}
