/** Conflicts: conflicts of interest, and the one query scope that keeps those who have one away. */
import type { Feature } from '../../platform/feature.js';
import { Conflict, ConflictParty } from './conflict.entity.js';
import { conflictLifecycle } from './conflict.lifecycle.js';
import { ConflictsModule } from './conflicts.module.js';
import { ConflictsTasks } from './conflicts.tasks.js';
import { conflictsPermissions } from './conflicts.policy.js';
import { conflictsPersonalData } from './conflicts.personal-data.js';

export { CONFLICT_TYPES, type ConflictType } from './conflict.entity.js';
export { conflictsOf, directConflict, sideFor } from './conflicts.reads.js';
export {
  applicantSide,
  closedTo,
  foundConflicts,
  notConflicted,
  personNotConflicted,
  staffSide,
} from './conflicts.scope.js';
export { noConflictSince } from './conflicts.since.js';
export { Conflicts, type Party } from './conflicts.service.js';
export { ConflictsModule } from './conflicts.module.js';

export const conflictsFeature: Feature = {
  name: 'conflicts',
  module: ConflictsModule,
  entities: [Conflict, ConflictParty],
  permissions: [conflictsPermissions],
  lifecycles: [conflictLifecycle],
  menu: [{ labelKey: 'menu.conflicts', href: '/conflicts', rank: 61, group: 'community', permission: 'conflict.read' }],
  tasks: [ConflictsTasks],
  jobs: [],
  personalData: conflictsPersonalData,
};
