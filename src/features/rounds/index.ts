/** Rounds: funding opportunities with their dates, terms and rubrics, and their public pages. */
import type { Feature } from '../../platform/feature.js';
import { RoundQuestion, RoundQuestionAnswer } from './question.entity.js';
import { questionLifecycle } from './question.lifecycle.js';
import { questionsPermissions } from './question.policy.js';
import { QuestionsTasks } from './questions.tasks.js';
import { CommentGroup, RoundChangeReason, RubricComment, RubricVersion } from './criteria.entity.js';
import { CriteriaTasks } from './criteria.tasks.js';
import { EligibilityCheck } from './eligibility.entity.js';
import { Round, RoundDateChange, RoundExtension, RoundMilestone, RubricCriterion } from './round.entity.js';
import { roundLifecycle } from './round.lifecycle.js';
import { RoundsModule } from './rounds.module.js';
import { RoundsPanels } from './rounds.panels.js';
import { RoundsTasks } from './rounds.tasks.js';
import { roundsPersonalData } from './rounds.personal-data.js';
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
export { Eligibility, type EligibilityResult, type KeptCheck, type OwnOrganization } from './eligibility.service.js';
export {
  type EligibilityAnswers,
  type EligibilityFinding,
  type EligibilityRule,
  judge as judgeEligibility,
} from './eligibility.rules.js';
export { dateChangeLine } from './round.dates.js';
export type { DateChange } from './round.entity.js';
export { formOfRound, type RoundForm } from './round-form.js';
export { RoundSetUp } from './round-set-up.service.js';
export { FormChoiceInput, EligibilityInput, RoundCopyInput, RoundDatesInput } from './round-set-up.input.js';
export { readTime, TIME_PATTERN } from './round.rules.js';
export { FundedAwards, type FundedAward, type FundedSource } from './funded-awards.js';
export { Questions } from './questions.service.js';
export { RoundAnswerInput, RoundQuestionInput } from './question.input.js';
export { FundingViews } from './funding.page-view.js';
export { Rounds } from './rounds.service.js';
export { RoundsModule } from './rounds.module.js';

export const roundsFeature: Feature = {
  name: 'rounds',
  module: RoundsModule,
  entities: [
    Round,
    RoundMilestone,
    RubricCriterion,
    RoundExtension,
    RoundDateChange,
    EligibilityCheck,
    RubricVersion,
    CommentGroup,
    RubricComment,
    RoundChangeReason,
    RoundQuestion,
    RoundQuestionAnswer,
  ],
  permissions: [roundsPermissions, questionsPermissions],
  lifecycles: [roundLifecycle, questionLifecycle],
  menu: [
    { labelKey: 'menu.rounds', href: '/rounds', rank: 10, permission: 'round.read' },
    { labelKey: 'menu.open_rounds', href: '/funding', rank: 2, signedOut: true },
    { labelKey: 'menu.funded', href: '/funding/awards', rank: 3, signedOut: true },
    { labelKey: 'menu.how_to_apply', href: '/funding/how-to-apply', rank: 4, signedOut: true },
  ],
  tasks: [RoundsTasks, CriteriaTasks, QuestionsTasks],
  panels: [RoundsPanels],
  jobs: [],
  things: [{ type: 'round', table: 'rounds', title: "concat_ws(' ', t.number, t.name)", path: '/rounds' }],
  personalData: roundsPersonalData,
};
