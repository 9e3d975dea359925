/** What is asked for about people and roles. */
import { ROLES, type Role, SCOPE_KINDS, type ScopeKind } from '../../kernel/policy.js';
import { Choice, DateField, Ref, Text, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';

export const ADDRESS = {
  max: 254,
  pattern: /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@,;<>()"]+$/u,
  patternCode: 'field.not_an_address',
} as const;

export class PeopleQuery extends ListQuery {
  @Choice(ROLES, { label: 'person.field.role', optional: true })
  role?: Role;
}

export class PersonInput {
  @Text({ label: 'person.field.name', max: 120 })
  name: string;

  @Text({ label: 'person.field.email', ...ADDRESS })
  email: string;

  /** Several persons may share one address, such as a family; without this it is taken for a mistake. */
  @YesNo({ label: 'person.field.is_shared', optional: true })
  isShared?: boolean;
}

export class OwnNameInput {
  @Text({ label: 'person.field.name', max: 120 })
  name: string;
}

export class CorrectedNameInput extends OwnNameInput {
  @Text({ label: 'person.field.name_reason', long: true, max: 500 })
  reason: string;
}

export class GrantInput {
  @Choice(ROLES, { label: 'role.field.role' })
  role: Role;

  @Choice(SCOPE_KINDS, { label: 'role.field.scope_kind' })
  scopeKind: ScopeKind;

  @Ref({ label: 'role.field.scope_id', optional: true })
  scopeId?: string;

  @DateField({ label: 'role.field.starts_on', optional: true })
  startsOn?: string;

  @DateField({ label: 'role.field.ends_on', optional: true })
  endsOn?: string;

  @Text({ label: 'role.field.reason', long: true, max: 500 })
  reason: string;
}

/** Why something is done to a role or an account. */
export class NoteInput {
  @Text({ label: 'ui.note.label', long: true, max: 500 })
  note: string;
}

/** A body with nothing in it. */
export class NothingInput {}
