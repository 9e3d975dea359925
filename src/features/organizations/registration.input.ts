/** What is sent when people register an organization, ask to join one, and invite others. */
import { Choice, Many, Ref, Text, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { StepInput } from '../../platform/input/step.input.js';
import { EIN_ANSWERS, MEMBER_ROLES, ORGANIZATION_KINDS } from './organization.entity.js';
import type { EinAnswer, MemberRole, OrganizationKind } from './organization.entity.js';
import { EIN_PATTERN } from './organization.rules.js';

/** What whoever registers may do besides owning it. */
const ALSO_ROLES = ['signatory', 'finance'] as const;

export class AlikeInput {
  @Text({ label: 'organization.field.name' })
  name: string;

  @Text({
    label: 'organization.field.ein',
    optional: true,
    max: 10,
    pattern: EIN_PATTERN,
    patternCode: 'organization.ein_shape',
  })
  ein?: string;
}

export class RegistrationInput {
  @Text({ label: 'organization.field.name' })
  name: string;

  @Choice(ORGANIZATION_KINDS, { label: 'organization.field.kind' })
  kind: OrganizationKind;

  @Text({ label: 'organization.field.city', optional: true, max: 100 })
  city?: string;

  @Text({ label: 'organization.register.field.telephone', optional: true, max: 40 })
  contactTelephone?: string;

  @Choice(EIN_ANSWERS, { label: 'organization.field.ein_answer' })
  einAnswer: EinAnswer;

  @Text({
    label: 'organization.field.ein',
    optional: true,
    max: 10,
    pattern: EIN_PATTERN,
    patternCode: 'organization.ein_shape',
  })
  ein?: string;

  @Many(ALSO_ROLES, { label: 'organization.register.field.also', optional: true })
  also?: MemberRole[];

  /** They looked at those that are alike, and it is none of them. */
  @YesNo({ label: 'organization.register.field.none_of_these', optional: true })
  noneOfThese?: boolean;
}

export class OrganizationClaimInput {
  @Text({ label: 'organization_claim.field.message', optional: true, long: true, max: 1000 })
  message?: string;
}

/** `after` is a page of the list that is named. */
export class ClaimListQuery extends ListQuery {
  @Choice(['own', 'waiting'], { label: 'organization_claim.list.title', optional: true })
  list?: 'own' | 'waiting';
}

export class ApproveClaimInput extends StepInput {
  @Many(MEMBER_ROLES, { label: 'organization_member.field.roles' })
  roles: MemberRole[];
}

export class InvitationsInput {
  /** One on each line; commas and spaces part them too. */
  @Text({ label: 'organization_invitation.field.addresses', long: true, max: 2000 })
  addresses: string;

  @Many(MEMBER_ROLES, { label: 'organization_member.field.roles' })
  roles: MemberRole[];
}

export class InvitationRefInput {
  @Ref({ label: 'organization_invitation.field.invitation' })
  invitationId: string;
}

/** Who joins: somebody the address is known for, or somebody new by this name. */
export class JoinInput {
  @Ref({ label: 'organization_invitation.field.person', optional: true })
  personId?: string;

  @Text({ label: 'organization_invitation.field.name', optional: true, max: 120 })
  name?: string;
}

export class UnmaskEinInput {
  @Text({ label: 'organization.field.unmask_reason', long: true, max: 500 })
  reason: string;
}
