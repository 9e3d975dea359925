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
import { RuleTextProposal } from './wording.entity.js';
import { wordingPermissions } from './wording.policy.js';
import { WordingsTasks } from './wordings.tasks.js';
import { roundsPersonalData } from './rounds.personal-data.js';
import { roundsPermissions } from './rounds.policy.js';

export { dayOff } from './day-off.js';
export { RoundFacts, type RoundFactSource } from './round-facts.js';
export { type BegunApplication, RoundApplications } from './round-applications.js';
export { carriedAnswers } from './eligibility.carried.js';
export { answerText } from './eligibility.page-view.js';
export type { EligibilityAnswers } from './eligibility.rules.js';
export { type RoundEvent, RoundNews } from './round-news.js';
export { Round } from './round.entity.js';
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
  receivedBy,
  roundSubject,
} from './rounds.reads.js';
export { Eligibility } from './eligibility.service.js';
export { dateChangeLine } from './round.dates.js';
export { formOfRound } from './round-form.js';
export { RoundSetUp } from './round-set-up.service.js';
export { FundedAwards, type FundedAward, type FundedSource } from './funded-awards.js';
export { Questions } from './questions.service.js';
export { FundingViews } from './funding.page-view.js';
export { Rounds } from './rounds.service.js';
export { WordingInput } from './wording.input.js';
export { Wordings } from './wordings.service.js';
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
    RuleTextProposal,
  ],
  permissions: [roundsPermissions, questionsPermissions, wordingPermissions],
  lifecycles: [roundLifecycle, questionLifecycle],
  menu: [
    { labelKey: 'menu.rounds', href: '/rounds', rank: 10, group: 'rounds', permission: 'round.read' },
    { labelKey: 'menu.open_rounds', href: '/funding', rank: 2, signedOut: true },
    { labelKey: 'menu.funded', href: '/funding/awards', rank: 3, signedOut: true },
    { labelKey: 'menu.how_to_apply', href: '/funding/how-to-apply', rank: 4, signedOut: true },
  ],
  tasks: [RoundsTasks, CriteriaTasks, QuestionsTasks, WordingsTasks],
  panels: [RoundsPanels],
  jobs: [],
  things: [{ type: 'round', table: 'rounds', title: "concat_ws(' ', t.number, t.name)", path: '/rounds' }],
  personalData: roundsPersonalData,
};
