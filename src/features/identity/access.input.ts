/** What the pages about who can do what are asked. */
import { ROLES, type Role } from '../../kernel/policy.js';
import { Choice, Ref, Text } from '../../platform/input/fields.js';

export class AccessQuery {
  @Text({ label: 'access.search', optional: true })
  q?: string;

  @Choice(ROLES, { label: 'role.field.role', optional: true })
  role?: Role;

  /** The noun of the permissions that are looked at, such as `award`, or `all`. */
  @Text({ label: 'access.area', optional: true, max: 60 })
  area?: string;

  /** The fund, round, collaborative or organization that is looked at; the whole agency when absent. */
  @Ref({ label: 'access.scope', optional: true })
  scopeId?: string;
}

export class WhyQuery {
  /** Without it there is a list to choose from. */
  @Text({ label: 'why.permission', optional: true, max: 100 })
  permission?: string;
}
