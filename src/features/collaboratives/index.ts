/** Collaboratives: years, district teams and their seats, convenings and who came. */
import type { Feature } from '../../platform/feature.js';
import { attendanceLifecycle } from './attendance.lifecycle.js';
import { Collaborative, CollaborativeYear, Seat, SeatRule, Team } from './collaborative.entity.js';
import { CollaborativesModule } from './collaboratives.module.js';
import { collaborativesPermissions } from './collaboratives.policy.js';
import { CollaborativesTasks } from './collaboratives.tasks.js';
import { Attendance, Convening } from './convening.entity.js';
import { conveningLifecycle } from './convening.lifecycle.js';
import { collaborativesPersonalData } from './collaboratives.personal-data.js';

export { type AttendanceFact, attendancesAt, attendancesOf, readAttendances } from './attendance.reads.js';
export { ATTENDANCE_CONFIRMED, ATTENDANCE_WITHDRAWN, AttendanceNews } from './attendance-news.js';
export { Collaborative, Team } from './collaborative.entity.js';
export { type ConveningKind, SEAT_ROLES, type SeatRole } from './collaborative.words.js';
export { SeatRuleInput } from './collaborative.input.js';
export { collaborativeSubject, findCollaborative, findYear } from './collaboratives.reads.js';
export { Collaboratives } from './collaboratives.service.js';
export { Attendance } from './convening.entity.js';
export { AnswerInput } from './convening.input.js';
export { Convenings } from './convenings.service.js';
export { Teams } from './teams.service.js';
export { CollaborativesModule } from './collaboratives.module.js';

export const collaborativesFeature: Feature = {
  name: 'collaboratives',
  module: CollaborativesModule,
  entities: [Collaborative, SeatRule, CollaborativeYear, Team, Seat, Convening, Attendance],
  permissions: [collaborativesPermissions],
  lifecycles: [conveningLifecycle, attendanceLifecycle],
  menu: [
    {
      labelKey: 'menu.collaboratives',
      href: '/collaboratives',
      rank: 26,
      group: 'community',
      permission: 'collaborative.read',
    },
  ],
  tasks: [CollaborativesTasks],
  jobs: [],
  things: [
    { type: 'collaborative', table: 'collaboratives', title: 't.name', path: '/collaboratives' },
    { type: 'convening', table: 'convenings', title: 't.name', path: '/convenings' },
  ],
  personalData: collaborativesPersonalData,
};
