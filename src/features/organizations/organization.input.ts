/** What is sent about an organization. */
import { Money } from '../../kernel/money.js';
import { Choice, DateField, Integer, List, Many, MoneyField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { CHECK_METHODS, CHECK_RESULTS, EIN_ANSWERS, MEMBER_ROLES, ORGANIZATION_KINDS } from './organization.entity.js';
import type { CheckMethod, CheckResult, EinAnswer, MemberRole, OrganizationKind } from './organization.entity.js';
import { EIN_PATTERN, UEI_PATTERN } from './organization.rules.js';

const STATE_PATTERN = /^[A-Za-z]{2}$/;
const ZIP_PATTERN = /^\d{5}(-\d{4})?$/;

export class ServedDistrictInput {
  @Ref({ label: 'organization.field.district' })
  districtId: string;
}

/** What an organization's own people keep up to date. */
export class OrganizationContactInput {
  @Text({ label: 'organization.field.address_line1', optional: true })
  addressLine1?: string;

  @Text({ label: 'organization.field.address_line2', optional: true })
  addressLine2?: string;

  @Text({ label: 'organization.field.city', optional: true, max: 100 })
  city?: string;

  @Text({
    label: 'organization.field.state',
    optional: true,
    max: 2,
    pattern: STATE_PATTERN,
    patternCode: 'organization.state_shape',
  })
  state?: string;

  @Text({
    label: 'organization.field.zip',
    optional: true,
    max: 10,
    pattern: ZIP_PATTERN,
    patternCode: 'organization.zip_shape',
  })
  zip?: string;

  @Text({ label: 'organization.field.contact_name', optional: true, max: 120 })
  contactName?: string;

  @Text({ label: 'organization.field.contact_telephone', optional: true, max: 40 })
  contactTelephone?: string;

  @Text({
    label: 'organization.field.contact_address',
    optional: true,
    max: 254,
    pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/u,
    patternCode: 'field.not_an_address',
  })
  contactAddress?: string;

  /** Members enter their EIN and UEI once; after that staff changes them. */
  @Choice(EIN_ANSWERS, { label: 'organization.field.ein_answer', optional: true })
  einAnswer?: EinAnswer;

  @Text({
    label: 'organization.field.ein',
    optional: true,
    max: 10,
    pattern: EIN_PATTERN,
    patternCode: 'organization.ein_shape',
  })
  ein?: string;

  @Text({
    label: 'organization.field.uei',
    optional: true,
    max: 12,
    pattern: UEI_PATTERN,
    patternCode: 'organization.uei_shape',
  })
  uei?: string;

  @Text({ label: 'organization.field.fiscal_sponsor_name', optional: true })
  fiscalSponsorName?: string;

  @MoneyField({ label: 'organization.field.annual_budget', optional: true, allowZero: true })
  annualBudget?: Money;

  @List(() => ServedDistrictInput, { label: 'organization.field.service_area', optional: true, max: 100 })
  serviceArea?: ServedDistrictInput[];

  /** The version the form was made from; a change made since then is not overwritten. */
  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** All that staff record. */
export class OrganizationInput extends OrganizationContactInput {
  @Text({ label: 'organization.field.name' })
  name: string;

  @Text({ label: 'organization.field.legal_name', optional: true })
  legalName?: string;

  @Choice(ORGANIZATION_KINDS, { label: 'organization.field.kind' })
  kind: OrganizationKind;

  @Text({ label: 'organization.field.mail_domains', optional: true, max: 500 })
  mailDomains?: string;

  @Ref({ label: 'organization.field.fiscal_sponsor', optional: true })
  fiscalSponsorId?: string;

  @Ref({ label: 'organization.field.district_organization', optional: true })
  districtOrganizationId?: string;

  @Text({ label: 'organization.field.note', optional: true, long: true, max: 2000 })
  note?: string;
}

export class ExclusionCheckInput {
  @DateField({ label: 'exclusion_check.field.checked_on' })
  checkedOn: string;

  @Choice(CHECK_METHODS, { label: 'exclusion_check.field.method' })
  method: CheckMethod;

  @Text({ label: 'exclusion_check.field.query_text' })
  queryText: string;

  @Choice(CHECK_RESULTS, { label: 'exclusion_check.field.result' })
  result: CheckResult;

  @Text({ label: 'exclusion_check.field.evidence', optional: true, long: true, max: 2000 })
  evidence?: string;
}

export class MemberInput {
  /** The person's sign-in address; one address may serve several people, and then the id tells them apart. */
  @Text({ label: 'organization_member.field.address', optional: true, max: 254 })
  address?: string;

  @Ref({ label: 'organization_member.field.person', optional: true })
  personId?: string;

  @Choice(MEMBER_ROLES, { label: 'organization_member.field.role' })
  role: MemberRole;

  @DateField({ label: 'organization_member.field.since', optional: true })
  since?: string;
}

export class EndMemberInput {
  @Ref({ label: 'organization_member.field.member' })
  memberId: string;
}

/** All the roles somebody has from now on; none ends them all. */
export class MemberRolesInput {
  @Many(MEMBER_ROLES, { label: 'organization_member.field.roles' })
  roles: MemberRole[];
}

export class MergeInput {
  /** The one that is left. */
  @Ref({ label: 'organization.field.merge_into' })
  intoId: string;

  @Text({ label: 'organization.field.merge_note', long: true, max: 500 })
  note: string;
}

export class OrganizationListQuery extends ListQuery {
  @Choice(ORGANIZATION_KINDS, { label: 'organization.field.kind', optional: true })
  kind?: OrganizationKind;
}
