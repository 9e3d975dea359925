/** Interviews: times offered, chosen and kept; panels, and what they thought. */
import type { Feature } from '../../platform/feature.js';
import { Interview, InterviewPanelist, InterviewScore, InterviewSlot } from './interview.entity.js';
import { interviewLifecycle } from './interview.lifecycle.js';
import { InterviewInvitations } from './interview-mail.js';
import { InterviewsModule } from './interviews.module.js';
import { interviewsPermissions } from './interviews.policy.js';
import { InterviewsTasks } from './interviews.tasks.js';
import { interviewsPersonalData } from './interviews.personal-data.js';

export { InterviewPanels } from './interview-panels.service.js';
export { Interviews } from './interviews.service.js';

export const interviewsFeature: Feature = {
  name: 'interviews',
  module: InterviewsModule,
  entities: [Interview, InterviewSlot, InterviewPanelist, InterviewScore],
  permissions: [interviewsPermissions],
  lifecycles: [interviewLifecycle],
  menu: [],
  tasks: [InterviewsTasks],
  jobs: [InterviewInvitations],
  things: [
    {
      type: 'interview',
      table: 'interviews',
      title: "(select concat_ws(' ', a.number, a.title) from applications a where a.id = t.application_id)",
      path: '/interviews',
    },
  ],
  personalData: interviewsPersonalData,
};
