/** Rounds: funding opportunities with their dates, terms and rubrics, and their public pages. */
import type { Feature } from '../../platform/feature.js';
import { Round, RoundExtension, RoundMilestone, RubricCriterion } from './round.entity.js';
import { roundLifecycle } from './round.lifecycle.js';
import { RoundsModule } from './rounds.module.js';
import { RoundsPanels } from './rounds.panels.js';
import { RoundsTasks } from './rounds.tasks.js';
import { roundsPermissions } from './rounds.policy.js';

export { type RoundCounts, RoundFacts, type RoundFactSource } from './round-facts.js';
export { type RoundEvent, type RoundListener, RoundNews } from './round-news.js';
export { Round, type RoundKind } from './round.entity.js';
export { ExtensionInput, RoundInput, RubricInput } from './round.input.js';
export {
  closesAt,
  type Criterion,
  findRound,
  isAccepting,
  lockRound,
  type Milestone,
  readMilestones,
  readRubric,
  readSetAside,
  receivedBy,
  roundSubject,
} from './rounds.reads.js';
export { FundingViews } from './funding.page-view.js';
export { Rounds } from './rounds.service.js';
export { RoundsModule } from './rounds.module.js';

export const roundsFeature: Feature = {
  name: 'rounds',
  module: RoundsModule,
  entities: [Round, RoundMilestone, RubricCriterion, RoundExtension],
  permissions: [roundsPermissions],
  lifecycles: [roundLifecycle],
  menu: [{ labelKey: 'menu.rounds', href: '/rounds', rank: 10, permission: 'round.read' }],
  tasks: [RoundsTasks],
  panels: [RoundsPanels],
  jobs: [],
  things: [{ type: 'round', table: 'rounds', title: "concat_ws(' ', t.number, t.name)", path: '/rounds' }],
};
