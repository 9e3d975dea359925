/** What is asked for about second steps: codes, reasons, and where to go on. */
import { Secret, Text } from '../../platform/input/fields.js';
import { ADDRESS } from '../identity/index.js';

/** Six digits of the app, or a recovery code. */
export class CodeInput {
  @Text({ label: 'second_factor.field.code', max: 40 })
  code: string;
}

export class CodeForm extends CodeInput {
  @Text({ label: 'session.field.next', optional: true, max: 2000 })
  next?: string;
}

export class ResetInput {
  @Text({ label: 'second_factor_reset.field.reason', long: true, max: 500 })
  reason: string;
}

/** Where to go once it is proved. */
export class ConfirmForm {
  @Text({ label: 'session.field.next', optional: true, max: 2000 })
  next?: string;
}

/** A proof for programs: one of the two. */
export class ConfirmInput {
  @Secret({ label: 'session.field.password', optional: true })
  password?: string;

  @Text({ label: 'second_factor.field.code', optional: true, max: 40 })
  code?: string;
}

export class AdmissionInput {
  @Text({ label: 'external_admission.field.address', ...ADDRESS })
  address: string;
}
