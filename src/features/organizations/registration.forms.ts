/** The pages by which people bring their organization, ask to join one, and invite their colleagues. */
import { isId } from '../../kernel/ids.js';
import type { RefusedForm, Visit } from '../../platform/http/visit.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { FormView, LinkView, NoteView, PageHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews, type FormOptions } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { Alike } from './organization-alike.js';
import { MEMBER_ROLES, type MemberRole } from './organization.entity.js';
import { OrganizationClaimInput, InvitationsInput, RegistrationInput } from './registration.input.js';
import { MemberRolesInput } from './organization.input.js';

export interface PlainFormPage {
  readonly title: string;
  readonly head: PageHead;
  readonly note?: NoteView;
  readonly form: FormView;
}

interface PlainForm extends FormOptions {
  readonly action: string;
  readonly title: string;
  readonly lead?: string;
  readonly number?: string;
  readonly crumbs?: readonly LinkView[];
  readonly submit: string;
  readonly cancel?: LinkView;
  readonly hidden?: FormView['hidden'];
  readonly note?: NoteView;
}

/** A page that is one form. */
export function plainForm(
  input: InputClass,
  texts: Texts,
  refused: RefusedForm | undefined,
  { action, title, lead, number, crumbs, submit, cancel, hidden, note, ...options }: PlainForm,
): PlainFormPage {
  return {
    title,
    head: { crumbs, number, title, lead },
    note,
    form: {
      action,
      fields: fieldViews(input, texts, { ...options, refused }),
      hidden,
      submit,
      cancel,
      errors: errorItems(texts, refused),
    },
  };
}

/** What each role may do, under its box. */
export const roleChoices = (texts: Texts, roles: readonly MemberRole[] = MEMBER_ROLES): FormOptions['choices'] => ({
  roles: roles.map((role) => ({
    value: role,
    label: texts.t(`organization_member.field.role.${role}`),
    hint: texts.t(`organization_member.role_may.${role}`),
  })),
});

export interface RegistrationPage extends PlainFormPage {
  /** Those it may be; each can be asked to join. */
  readonly alike?: {
    readonly title: string;
    readonly lead: string;
    readonly items: readonly {
      readonly title: string;
      readonly note: string;
      readonly button: { readonly label: string; readonly href: string; readonly about: string };
    }[];
    readonly noneTitle: string;
  };
}

/** The round somebody came for: they go on with it once their organization is here. */
function roundOf({ query: { round } }: Visit): string {
  return isId(round) ? `?round=${round}` : '';
}

/** Whoever acts for one of those already opens it; asking to join would lead nowhere. */
const actsFor = ({ actor }: Visit, id: string): boolean =>
  actor.kind === 'person' && actor.grants.some(({ role, scopeId }) => role === 'applicant' && scopeId === id);

/** Where the application for it begins. */
export function applyPath(visit: Visit): string | undefined {
  const round = roundOf(visit);
  return round === '' ? undefined : `/applications/new${round}`;
}

/** The first of two steps. When there are some it may be, they stand above the form, which then says that it is none. */
export function registrationPage(
  alike: readonly Alike[],
  isTaken: boolean,
  texts: Texts,
  visit: Visit,
): RegistrationPage {
  const t = (key: string): string => texts.t(key);
  const hasAlike = alike.length > 0;
  const page = plainForm(RegistrationInput, texts, visit.refused, {
    action: `/organizations/register${roundOf(visit)}`,
    title: t('organization.register.title'),
    // Who came for a round goes on with it, and invites colleagues from there.
    number: roundOf(visit) === '' ? t('organization.register.step_one') : undefined,
    lead: t('organization.register.lead'),
    submit: t(hasAlike ? 'organization.register.none_of_these' : 'organization.register.submit'),
    only: ['name', 'kind', 'city', 'contactTelephone', 'einAnswer', 'ein', 'also'],
    values: { also: [], kind: 'community_organization', einAnswer: 'not_yet' },
    choices: {
      also: (['signatory', 'finance'] as const).map((role) => ({
        value: role,
        label: t(`organization.register.field.also.${role}`),
      })),
    },
    overrides: {
      name: { label: t('organization.register.field.name'), autocomplete: 'organization' },
      einAnswer: { kind: 'radios' },
      contactTelephone: { kind: 'telephone', autocomplete: 'tel', width: 'medium' },
      ein: { inputmode: 'numeric', width: 'medium' },
    },
    hidden: hasAlike && !isTaken ? [{ name: 'noneOfThese', value: 'yes' }] : [],
  });
  if (!hasAlike) return page;
  return {
    ...page,
    alike: {
      title: texts.t('organization.register.alike', { count: alike.length }),
      lead: t('organization.register.alike.lead'),
      items: alike.map(({ id, name, city, by }) => ({
        title: name,
        note: [city, ...by.map((each) => t(`organization.alike_by.${each}`))].filter(Boolean).join(' · '),
        button: actsFor(visit, id)
          ? { label: t('organization.register.open'), href: `/organizations/${id}`, about: name }
          : { label: t('organization_claim.ask'), href: `/organizations/${id}/ask-to-join`, about: name },
      })),
      noneTitle: t(isTaken ? 'organization.register.other_number' : 'organization.register.none_title'),
    },
  };
}

export function claimPage(
  candidate: { readonly id: string; readonly name: string; readonly city: string | null },
  texts: Texts,
  refused: RefusedForm | undefined,
): PlainFormPage {
  const { id, name, city } = candidate;
  return plainForm(OrganizationClaimInput, texts, refused, {
    action: `/organizations/${id}/ask-to-join`,
    title: texts.t('organization_claim.ask.title', { name }),
    number: city ?? undefined,
    lead: texts.t('organization_claim.ask.lead'),
    submit: texts.t('organization_claim.ask.submit'),
    cancel: { label: texts.t('organization.cancel'), href: '/organizations/register' },
    overrides: { message: { rows: 3 } },
  });
}

/** The second step after registering, and the page for colleagues who come later. */
export function invitePage(
  organization: { readonly id: string; readonly name: string },
  isNew: boolean,
  texts: Texts,
  visit: Visit,
): PlainFormPage {
  const { id, name } = organization;
  const href = `/organizations/${id}`;
  return plainForm(InvitationsInput, texts, visit.refused, {
    action: `${href}/invite${isNew ? '?new=yes' : ''}`,
    title: texts.t('organization_invitation.title'),
    ...(isNew
      ? { number: texts.t('organization.register.step_two') }
      : {
          crumbs: [
            { label: texts.t('organization.list.title'), href: '/organizations' },
            { label: name, href },
          ],
        }),
    lead: texts.t('organization_invitation.lead', { name }),
    submit: texts.t('organization_invitation.submit'),
    cancel: { label: texts.t(isNew ? 'organization_invitation.later' : 'organization.cancel'), href },
    values: { roles: ['editor'] },
    choices: roleChoices(texts),
    overrides: { addresses: { rows: 4, inputmode: 'email', autocomplete: 'off' }, roles: { kind: 'checkboxes' } },
  });
}

/** Everything somebody may do there, as boxes; without any they no longer act for it. */
export function rolesPage(
  organization: { readonly id: string; readonly name: string },
  person: { readonly personId: string; readonly name: string; readonly roles: readonly MemberRole[] },
  texts: Texts,
  refused: RefusedForm | undefined,
): PlainFormPage {
  const href = `/organizations/${organization.id}`;
  return plainForm(MemberRolesInput, texts, refused, {
    action: `${href}/members/${person.personId}/roles`,
    title: texts.t('organization_member.roles_of', { name: person.name }),
    crumbs: [
      { label: texts.t('organization.list.title'), href: '/organizations' },
      { label: organization.name, href },
    ],
    lead: texts.t('organization_member.roles_of.lead', { organization: organization.name }),
    submit: texts.t('organization.save'),
    cancel: { label: texts.t('organization.cancel'), href },
    values: { roles: person.roles },
    choices: roleChoices(texts),
    overrides: { roles: { kind: 'checkboxes' } },
  });
}
