/** What is sent about conflicts of interest. */
import { Choice, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { CONFLICT_BASES, CONFLICT_LEVELS, CONFLICT_TYPES } from './conflict.entity.js';
import { conflictLifecycle } from './conflict.lifecycle.js';

export class ConflictInput {
  @Ref({ label: 'conflict.field.application' })
  applicationId: string;

  @Choice(CONFLICT_TYPES, { label: 'conflict.field.type' })
  type: string;

  @Choice(CONFLICT_LEVELS, { label: 'conflict.field.level' })
  level: string;

  @Text({ label: 'conflict.field.note', optional: true, long: true, max: 1000 })
  note?: string;
}

export class FoundConflictInput {
  @Ref({ label: 'conflict.field.person' })
  personId: string;

  @Ref({ label: 'conflict.field.application' })
  applicationId: string;

  @Ref({ label: 'conflict.field.organization' })
  organizationId: string;

  @Choice(CONFLICT_BASES, { label: 'conflict.field.basis' })
  basis: string;
}

export class ConflictListQuery extends ListQuery {
  @Choice(conflictLifecycle.states, { label: 'conflict.field.state', optional: true })
  state?: string;
}
