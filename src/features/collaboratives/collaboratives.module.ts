/** Wires collaboratives. */
import { Module } from '@nestjs/common';
import { AgencyModule } from '../agency/index.js';
import { IdentityModule } from '../identity/index.js';
import { AttendanceMachine } from './attendance.machine.js';
import { AttendanceNews } from './attendance-news.js';
import { Attendances } from './attendances.service.js';
import { CollaborativeForms } from './collaborative.forms.js';
import { CollaborativePageViews } from './collaborative.page-view.js';
import { YearTableViews } from './collaborative.tables.js';
import { CollaborativeViews } from './collaborative.view.js';
import { CollaborativesApi, CollaborativeYearsApi, TeamsApi } from './collaboratives.api.js';
import { CollaborativesPages, CollaborativeYearsPages, TeamsPages } from './collaboratives.pages.js';
import { Collaboratives } from './collaboratives.service.js';
import { CollaborativesTasks } from './collaboratives.tasks.js';
import { ConveningForms } from './convening.forms.js';
import { ConveningMail } from './convening-mail.js';
import { ConveningPageViews } from './convening.page-view.js';
import { ConveningViews } from './convening.view.js';
import { AttendancesApi, ConveningsApi } from './convenings.api.js';
import { AttendancesPages, ConveningsPages } from './convenings.pages.js';
import { Convenings } from './convenings.service.js';
import { ExpectedPeople } from './expected.service.js';
import { SeatGrants } from './seat-grants.js';
import { SeatPeople } from './seat-people.js';
import { Teams } from './teams.service.js';

@Module({
  imports: [AgencyModule, IdentityModule],
  controllers: [
    CollaborativesApi,
    CollaborativeYearsApi,
    TeamsApi,
    ConveningsApi,
    AttendancesApi,
    CollaborativesPages,
    CollaborativeYearsPages,
    TeamsPages,
    ConveningsPages,
    AttendancesPages,
  ],
  providers: [
    Collaboratives,
    Teams,
    Convenings,
    Attendances,
    AttendanceMachine,
    AttendanceNews,
    ExpectedPeople,
    SeatGrants,
    SeatPeople,
    CollaborativeViews,
    CollaborativePageViews,
    CollaborativeForms,
    YearTableViews,
    ConveningViews,
    ConveningPageViews,
    ConveningForms,
    ConveningMail,
    CollaborativesTasks,
  ],
  exports: [Collaboratives, Teams, Convenings, AttendanceNews],
})
export class CollaborativesModule {}
