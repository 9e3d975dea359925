/** What the pages at the door show: signing in, signing up, a lost passphrase, and where to look for the link. */
import type { RefusedForm } from '../../platform/http/visit.js';
import type {
  FieldView,
  FormView,
  LinkView,
  NoteView,
  PageHead,
  SectionHead,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { InputClass } from '../../platform/input/fields.js';
import type { Texts } from '../../platform/texts/texts.js';
import { LinkInput, OtherAddressInput, SignInInput, SignUpInput, TextLinkInput } from './sign-in.input.js';

export interface DoorPage {
  readonly title: string;
  readonly head: PageHead;
  readonly form: FormView;
  readonly more?: readonly LinkView[];
}

export interface SignInPage extends DoorPage {
  /** Why they are here again. */
  readonly note?: NoteView;
  readonly passphraseHead: SectionHead;
  readonly passphrase: FormView;
  readonly lost: LinkView;
  readonly textHead?: SectionHead;
  readonly text?: FormView;
  /** The agency's own sign-in service. */
  readonly service?: LinkView;
  readonly signUp: LinkView;
}

export interface Ways {
  readonly next?: string;
  readonly refused?: RefusedForm;
  readonly hasTexts: boolean;
  readonly serviceName?: string;
  readonly over?: { readonly reason: 'idle' | 'run_out'; readonly minutes: number };
}

const MAIL = { kind: 'email', autocomplete: 'username' } as const;

export function signInPage(texts: Texts, { next, refused, hasTexts, serviceName, over }: Ways): SignInPage {
  const title = texts.t('session.title');
  const form = formOf(texts, refused, next);
  const typed = refused?.values['email'];
  return {
    title,
    note: over && {
      tone: 'blue',
      title: texts.t(`session.over.${over.reason}`, { minutes: over.minutes }),
      text: texts.t(next === undefined ? 'session.over.text' : 'session.over.text_next'),
    },
    head: { title, lead: texts.t('session.lead') },
    form: form(LinkInput, ['address'], '/sign-in/link', texts.t('session.link.submit'), {
      // After a wrong passphrase the link is one press away.
      address: { ...MAIL, ...(typeof typed === 'string' && { value: typed }) },
    }),
    passphraseHead: { title: texts.t('session.passphrase.title'), id: 'passphrase' },
    passphrase: {
      ...form(SignInInput, ['email', 'password'], '/sign-in', texts.t('session.passphrase.submit'), {
        email: MAIL,
        password: { autocomplete: 'current-password' },
      }),
      secondary: true,
    },
    lost: { label: texts.t('session.lost'), href: '/lost-passphrase' },
    ...(hasTexts && {
      textHead: { title: texts.t('session.text.title'), id: 'text' },
      text: {
        ...form(TextLinkInput, ['telephone'], '/sign-in/text', texts.t('session.text.submit'), {
          telephone: { kind: 'telephone', autocomplete: 'tel' },
        }),
        secondary: true,
      },
    }),
    service:
      serviceName === undefined
        ? undefined
        : { label: texts.t('session.service', { name: serviceName }), href: withNext('/sign-in/oidc', next) },
    signUp: { label: texts.t('session.sign_up'), href: withNext('/sign-up', next) },
  };
}

export function signUpPage(texts: Texts, next: string | undefined, refused: RefusedForm | undefined): DoorPage {
  const title = texts.t('sign_up.title');
  return {
    title,
    head: { title, lead: texts.t('sign_up.lead') },
    form: formOf(texts, refused, next)(SignUpInput, ['name', 'email'], '/sign-up', texts.t('sign_up.submit'), {
      name: { autocomplete: 'name' },
      email: { kind: 'email', autocomplete: 'email' },
    }),
    more: [{ label: texts.t('sign_up.known'), href: withNext('/sign-in', next) }],
  };
}

export function lostPassphrasePage(texts: Texts, refused: RefusedForm | undefined): DoorPage {
  const title = texts.t('lost.title');
  const form = formOf(texts, refused, undefined);
  return {
    title,
    head: { title, lead: texts.t('lost.lead') },
    form: form(LinkInput, ['address'], '/lost-passphrase', texts.t('lost.submit'), { address: MAIL }),
    more: [{ label: texts.t('lost.other'), href: '/sign-in' }],
  };
}

/** Where to look for what was sent; the same whether or not anybody is known by the address. */
export interface SentPage {
  readonly title: string;
  readonly head: PageHead;
  readonly steps: readonly string[];
  readonly more: readonly LinkView[];
}

export function sentPage(texts: Texts, { isText, isDemo }: { isText: boolean; isDemo: boolean }): SentPage {
  const title = texts.t(isText ? 'sent.text.title' : 'sent.title');
  return {
    title,
    head: { title, lead: texts.t(isText ? 'sent.text.lead' : 'sent.lead') },
    steps: [
      ...(isDemo ? [texts.t('sent.demo')] : []),
      texts.t(isText ? 'sent.text.wait' : 'sent.wait'),
      texts.t('sent.help'),
    ],
    more: [{ label: texts.t('sent.again'), href: '/sign-in' }],
  };
}

/** A new address for somebody who lost their mailbox. */
export function personAddressPage(
  texts: Texts,
  person: { readonly id: string; readonly name: string },
  refused: RefusedForm | undefined,
): DoorPage {
  const title = texts.t('address.for.title', { name: person.name });
  const path = `/people/${person.id}`;
  const crumbs = [
    { label: texts.t('menu.people'), href: '/people' },
    { label: person.name, href: path },
  ];
  const form = formOf(texts, refused, undefined);
  return {
    title,
    head: { crumbs, title, lead: texts.t('address.for.lead') },
    form: form(OtherAddressInput, ['email', 'reason'], `${path}/address`, texts.t('account.change_address.submit'), {
      email: { kind: 'email', autocomplete: 'off' },
    }),
    more: [{ label: texts.t('address.for.cancel'), href: path }],
  };
}

/** One path of this site carried along to another. */
export function withNext(path: string, next: string | undefined): string {
  return next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`;
}

type Overrides = Readonly<Record<string, Partial<FieldView>>>;

/** A form of one input; what is wrong is said in the form whose field it is. */
function formOf(texts: Texts, refused: RefusedForm | undefined, next: string | undefined) {
  return (
    input: InputClass,
    only: readonly string[],
    action: string,
    submit: string,
    overrides: Overrides,
  ): FormView => {
    const isMine = refused !== undefined && refused.error.fields.some(({ field }) => only.includes(field));
    return {
      action,
      fields: fieldViews(input, texts, { refused, only, overrides }),
      hidden: next === undefined ? [] : [{ name: 'next', value: next }],
      submit,
      errors: isMine ? errorItems(texts, refused) : undefined,
    };
  };
}
