/** What is asked for at the door: addresses, passphrases, names, codes of cards. */
import { Ref, Secret, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { ADDRESS } from '../identity/index.js';

export class SignInInput {
  /** Taken as it is typed: a slip in it is one more wrong answer and says nothing about who has an account. */
  @Text({ label: 'session.field.email', max: 254 })
  email: string;

  @Secret({ label: 'session.field.password' })
  password: string;

  /** The code of a second step; left unread for an account without one. */
  @Text({ label: 'session.field.code', optional: true, max: 20 })
  code?: string;
}

export class SignInForm extends SignInInput {
  @Text({ label: 'session.field.next', optional: true, max: 2000 })
  next?: string;
}

/** Where a link goes that lets somebody in. */
export class LinkInput {
  @Text({ label: 'session.field.address', ...ADDRESS })
  address: string;

  @Text({ label: 'session.field.next', optional: true, max: 2000 })
  next?: string;
}

export class TextLinkInput {
  @Text({ label: 'session.field.telephone', max: 30 })
  telephone: string;

  @Text({ label: 'session.field.next', optional: true, max: 2000 })
  next?: string;
}

export class SignUpInput {
  @Text({ label: 'sign_up.field.name', max: 120 })
  name: string;

  @Text({ label: 'session.field.email', ...ADDRESS })
  email: string;

  @Text({ label: 'session.field.next', optional: true, max: 2000 })
  next?: string;
}

/** The button of a link: who one is where several share an address, and the name of somebody new. */
export class EnterInput {
  @Ref({ label: 'link.field.person', optional: true })
  personId?: string;

  @Text({ label: 'sign_up.field.name', optional: true, max: 120 })
  name?: string;
}

export class SignOutInput {
  @Text({ label: 'session.field.next', optional: true, max: 2000 })
  next?: string;
}

export class NewPassphraseInput {
  @Secret({ label: 'passphrase.field.passphrase' })
  passphrase: string;

  @Secret({ label: 'passphrase.field.repeat' })
  repeat: string;
}

export class ChoosePassphraseInput extends NewPassphraseInput {
  @Ref({ label: 'link.field.person', optional: true })
  personId?: string;
}

export class ChangePassphraseInput {
  @Secret({ label: 'passphrase.field.current' })
  current: string;

  @Secret({ label: 'passphrase.field.passphrase' })
  passphrase: string;

  @Secret({ label: 'passphrase.field.repeat' })
  repeat: string;
}

export class AddressInput {
  @Text({ label: 'address.field.email', ...ADDRESS })
  email: string;
}

export class OtherAddressInput extends AddressInput {
  @Text({ label: 'address.field.reason', long: true, max: 500 })
  reason: string;
}

export class TelephoneInput {
  @Text({ label: 'address.field.telephone', max: 30 })
  telephone: string;
}

export class PinInput {
  @Secret({ label: 'card.field.pin', max: 20 })
  pin: string;
}

export class CardsQuery extends ListQuery {}

export class CardInput {
  @Ref({ label: 'card.field.person' })
  personId: string;

  @Ref({ label: 'card.field.collaborative' })
  collaborativeId: string;
}
