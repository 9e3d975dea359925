/** What the page of a link shows: what its button does; who one is, where several share the address; that it is over. */
import type { RefusedForm } from '../../platform/http/visit.js';
import type { FactsView, FormView, LinkView, PageHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { LinkAtDoor } from './link-entry.service.js';
import { type HeldLink, isPrinted } from './mailed-links.service.js';
import { EnterInput, NewPassphraseInput } from './sign-in.input.js';

export interface LinkPage {
  readonly title: string;
  readonly head: PageHead;
  /** The one button the page is for, with what it needs to know; absent when nobody here can use the link. */
  readonly form?: FormView;
  /** Another way for those who want it. */
  readonly other?: { readonly text: string; readonly form: FormView };
  readonly more?: readonly LinkView[];
}

interface Shown {
  readonly look: LinkAtDoor;
  readonly token: string;
  readonly refused?: RefusedForm;
  /** The button was pressed, and there is more than one it may mean. */
  readonly isAsking?: boolean;
  readonly agency: string;
  /** The name that was typed on the form is not theirs. */
  readonly wantsOtherName?: boolean;
}

const NEW = { passphrase: { autocomplete: 'new-password' }, repeat: { autocomplete: 'new-password' } } as const;

export function linkPage(texts: Texts, shown: Shown): LinkPage {
  const { look } = shown;
  if (look.people.length === 0 && look.hasOthers) return sharedOnly(texts, shown);
  switch (look.link.purpose) {
    case 'sign_up':
      return look.people.length === 0 ? signUp(texts, shown) : signIn(texts, shown);
    case 'passphrase':
      return passphrase(texts, shown);
    case 'change_address':
      return changeAddress(texts, shown);
    default:
      return signIn(texts, shown);
  }
}

function signIn(texts: Texts, shown: Shown): LinkPage {
  const { look, token, refused, isAsking } = shown;
  const [only, second] = look.people;
  const form = { action: `/links/${token}`, submit: texts.t('link.sign_in.submit'), errors: errorsOf(texts, refused) };
  if (second === undefined) {
    const title = texts.t('link.sign_in.title', { name: only?.name ?? '' });
    return { title, head: { title, lead: texts.t('link.sign_in.lead') }, form: { ...form, fields: [] } };
  }
  const title = texts.t('link.who.title');
  if (isAsking !== true) {
    const shared = texts.t('link.sign_in.title_shared');
    return {
      title: shared,
      head: { title: shared, lead: texts.t('link.sign_in.lead') },
      form: { ...form, fields: [] },
    };
  }
  return {
    title,
    head: { title, lead: texts.t(look.hasOthers ? 'link.who.lead_others' : 'link.who.lead') },
    form: { ...form, fields: whoFields(texts, shown) },
  };
}

function signUp(texts: Texts, { look, token, refused, agency, wantsOtherName }: Shown): LinkPage {
  const name = look.link.payload['name'];
  // Whoever said their name on the form is not asked again; it can still be changed when it was a slip.
  const isNamed = typeof name === 'string' && name !== '' && refused === undefined && wantsOtherName !== true;
  const title = isNamed ? texts.t('link.sign_in.title', { name }) : texts.t('link.sign_up.title');
  if (isNamed) {
    const form = { action: `/links/${token}`, fields: [], hidden: [{ name: 'name', value: name }] };
    return {
      title,
      head: { title, lead: texts.t('link.sign_up.lead_named', { agency }) },
      form: { ...form, submit: texts.t('link.sign_up.submit') },
      more: [{ label: texts.t('link.sign_up.other_name'), href: `/links/${token}?name=other` }],
    };
  }
  return {
    title,
    head: { title, lead: texts.t('link.sign_up.lead', { agency }) },
    form: {
      action: `/links/${token}`,
      fields: fieldViews(EnterInput, texts, {
        values: { name },
        refused,
        only: ['name'],
        overrides: { name: { autocomplete: 'name', optional: false } },
      }),
      submit: texts.t('link.sign_up.submit'),
      errors: errorsOf(texts, refused),
    },
  };
}

function passphrase(texts: Texts, shown: Shown): LinkPage {
  const { look, token, refused } = shown;
  const isInvitation = look.link.payload['isInvitation'] === true;
  const [only, second] = look.people;
  const title =
    isInvitation && second === undefined
      ? texts.t('link.passphrase.welcome', { name: only?.name ?? '' })
      : texts.t('link.passphrase.title');
  return {
    title,
    head: { title, lead: texts.t(isInvitation ? 'link.passphrase.lead_first' : 'link.passphrase.lead') },
    form: {
      action: `/links/${token}/passphrase`,
      fields: [
        ...(second === undefined ? [] : whoFields(texts, shown)),
        ...fieldViews(NewPassphraseInput, texts, { refused, overrides: NEW, only: ['passphrase', 'repeat'] }),
      ],
      submit: texts.t('link.passphrase.submit'),
      errors: errorsOf(texts, refused),
    },
    // Without a mailbox that works there would be no other way in.
    other: isPrinted(look.link)
      ? undefined
      : {
          text: texts.t('link.passphrase.without'),
          form: {
            action: `/links/${token}`,
            fields: [],
            submit: texts.t('link.passphrase.without.submit'),
            secondary: true,
          },
        },
  };
}

function changeAddress(texts: Texts, { look, token }: Shown): LinkPage {
  const isTelephone = look.link.payload['kind'] === 'telephone';
  const title = texts.t(isTelephone ? 'link.telephone.title' : 'link.address.title');
  return {
    title,
    head: {
      title,
      lead: texts.t(isTelephone ? 'link.telephone.lead' : 'link.address.lead', { address: look.link.address }),
    },
    form: {
      action: `/links/${token}/address`,
      fields: [],
      submit: texts.t(isTelephone ? 'link.telephone.submit' : 'link.address.submit'),
    },
  };
}

/** Somebody whose role asks for an address of their own. */
function sharedOnly(texts: Texts, _shown: Shown): LinkPage {
  const title = texts.t('link.shared.title');
  return {
    title,
    head: { title, lead: texts.t('error.link.shared_only') },
    more: [{ label: texts.t('link.over.sign_in'), href: '/sign-in#passphrase' }],
  };
}

function whoFields(texts: Texts, { look, refused }: Shown): FormView['fields'] {
  const people = look.people.map(({ personId, name }) => ({ value: personId, label: name }));
  const overrides = { personId: { kind: 'radios', optional: false, prompt: undefined } } as const;
  return fieldViews(EnterInput, texts, { refused, only: ['personId'], choices: { personId: people }, overrides });
}

function errorsOf(texts: Texts, refused: RefusedForm | undefined): FormView['errors'] {
  return refused === undefined ? undefined : errorItems(texts, refused);
}

/** What became of a link, in the words of the feature it was for. */
export interface OverTold {
  readonly title: string;
  readonly lead: string;
  readonly facts?: FactsView;
  /** What now. */
  readonly text?: string;
  readonly more: readonly LinkView[];
}

export const toldPage = (texts: Texts, { title, lead, ...rest }: OverTold): OverPage => ({
  ...{ title, head: { title, lead }, ...rest, help: texts.t('link.over.ask') },
});

/** The page of a link that opens nothing any more, with a way to a new one. */
export interface OverPage {
  readonly facts?: FactsView;
  readonly text?: string;
  readonly title: string;
  readonly head: PageHead;
  readonly form?: FormView;
  readonly more: readonly LinkView[];
  readonly help: string;
}

export function overPage(
  texts: Texts,
  held: HeldLink | undefined,
  token: string,
  { renews, isSignedIn }: { readonly renews: boolean; readonly isSignedIn: boolean },
): OverPage {
  const state = held === undefined ? 'unknown' : stateOf(held);
  const isShown = held !== undefined && isPrinted(held);
  const title = texts.t(`link.over.${state}.title`);
  const lead =
    isShown && !isSignedIn
      ? texts.t('link.over.printed')
      : texts.t(`link.over.${state}.${isSignedIn ? 'lead_in' : 'lead'}`);
  return {
    title,
    head: { title, lead },
    // Whoever is signed in needs no other link: they go on.
    form:
      renews && !isSignedIn
        ? {
            action: `/links/${token}/again`,
            fields: [],
            submit: texts.t(held?.channel === 'text' ? 'link.over.again_text' : 'link.over.again'),
          }
        : undefined,
    more: [
      isSignedIn
        ? { label: texts.t('link.over.go_on'), href: '/' }
        : { label: texts.t('link.over.sign_in'), href: '/sign-in' },
    ],
    help: texts.t('link.over.help'),
  };
}

function stateOf({ usedAt, replacedAt }: HeldLink): 'used' | 'replaced' | 'run_out' {
  if (usedAt !== null) return 'used';
  return replacedAt !== null ? 'replaced' : 'run_out';
}
