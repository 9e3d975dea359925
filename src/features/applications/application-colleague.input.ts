/** What is sent about colleagues: whom to ask, and whom to take off. */
import { Choice, Ref, Text } from '../../platform/input/fields.js';
import { ADDRESS } from '../identity/index.js';
import { COLLEAGUE_ACCESS, type ColleagueAccess } from './application-colleague.entity.js';

export class ColleagueInput {
  @Text({ label: 'application_colleague.field.address', ...ADDRESS })
  address: string;

  @Choice(COLLEAGUE_ACCESS, { label: 'application_colleague.field.access' })
  access: ColleagueAccess;
}

export class ColleagueRefInput {
  @Ref({ label: 'application_colleague.field.colleague' })
  colleagueId: string;
}

/** Who comes in: somebody the address is known for, or somebody new by this name. */
export class ColleagueEnterInput {
  @Ref({ label: 'application_colleague.field.person', optional: true })
  personId?: string;

  @Text({ label: 'application_colleague.field.name', optional: true, max: 120 })
  name?: string;
}
