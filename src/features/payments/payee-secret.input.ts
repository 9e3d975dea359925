/** What is sent about tax numbers and bank accounts. Numbers are taken like passphrases: never shown again. */
import { Choice, Secret, Text } from '../../platform/input/fields.js';
import { ACCOUNT_DETAILS, TIN_DETAILS } from './payee-secret.entity.js';

export class TinInput {
  @Choice(TIN_DETAILS, { label: 'payee_secret.field.tin_detail' })
  detail: string;

  @Secret({ label: 'payee_secret.field.tin', max: 40 })
  number: string;

  /** Typed twice: nobody can read it over afterwards. */
  @Secret({ label: 'payee_secret.field.again', max: 40 })
  again: string;
}

export class BankAccountInput {
  @Choice(ACCOUNT_DETAILS, { label: 'payee_secret.field.account_detail' })
  detail: string;

  @Text({ label: 'payee_secret.field.routing_number', max: 20 })
  routingNumber: string;

  @Secret({ label: 'payee_secret.field.account', max: 40 })
  number: string;

  @Secret({ label: 'payee_secret.field.again', max: 40 })
  again: string;
}

export class UnmaskInput {
  @Text({ label: 'payee_secret.field.reason', min: 10, max: 300 })
  reason: string;
}
