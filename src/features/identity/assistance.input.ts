/** What is asked for when somebody of the agency begins to enter things for an organization. */
import { Choice, DateField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { CONSENTS, type Consent } from './assistance.entity.js';

export class AssistanceInput {
  @Text({ label: 'assistance.field.consented_by', max: 120 })
  consentedBy: string;

  @Choice(CONSENTS, { label: 'assistance.field.consent' })
  consent: Consent;

  @DateField({ label: 'assistance.field.consented_on', optional: true })
  consentedOn?: string;

  @DateField({ label: 'assistance.field.ends_on', optional: true })
  endsOn?: string;

  @Text({ label: 'assistance.field.reason', long: true, max: 500 })
  reason: string;
}

export class AssistanceListQuery extends ListQuery {
  @Ref({ label: 'assistance.field.person', optional: true })
  personId?: string;

  @Ref({ label: 'scope.organization', optional: true })
  organizationId?: string;
}
