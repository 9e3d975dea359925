/** What is sent about partners: whom to ask, what a partner answers, and the memorandum both signed. */
import { FileField, Ref, Text, YesNo } from '../../platform/input/fields.js';
import { ADDRESS } from '../identity/index.js';

export class PartnerInviteInput {
  @Ref({ label: 'partner.field.partner' })
  partnerId: string;

  @Text({ label: 'partner.field.address', ...ADDRESS })
  address: string;
}

export class PartnerConfirmInput {
  /** Of the part that was read: another one is not confirmed by this. */
  @Text({ label: 'partner.field.part', max: 64, pattern: /^[0-9a-f]{64}$/u })
  part: string;

  @YesNo({ label: 'partner.field.agreed' })
  agreed: boolean;

  @Text({ label: 'partner.field.name', max: 120 })
  name: string;

  /** Which organization here it is: said by who was asked, and may answer for that organization. */
  @Ref({ label: 'partner.field.organization', optional: true })
  organizationId?: string;
}

export class PartnerKnownInput {
  @Ref({ label: 'partner.field.organization' })
  organizationId: string;
}

export class PartnerDeclineInput {
  @Text({ label: 'form.note', long: true, max: 1000 })
  note: string;
}

export class PartnerMouInput {
  @Ref({ label: 'partner.field.partner' })
  partnerId: string;

  @FileField({ label: 'partner.field.mou' })
  mouId: string;
}

export class PartnershipMouInput {
  @FileField({ label: 'partner.field.mou' })
  mouId: string;
}
