/** What the API and the pages show of a convening: when and where, who is expected, what they answered, who came. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { AttendanceMachine } from './attendance.machine.js';
import { type AttendanceFact, attendancesAt, readAttendances } from './attendance.reads.js';
import type { SeatRole } from './collaborative.words.js';
import { conveningSubject, type ConveningDetail, type ConveningRow, Convenings } from './convenings.service.js';

export interface ConveningListItem extends Omit<ConveningRow, 'state'> {
  readonly state: StateAnswer;
}

export interface AttendanceLine {
  readonly id: string;
  readonly version: number;
  readonly state: StateAnswer;
  readonly personId: string;
  readonly personName: string;
  readonly role: SeatRole;
  readonly teamId: string;
  readonly teamName: string;
  readonly coming: boolean | null;
  readonly minutes: number;
}

export interface ConveningView extends Omit<ConveningDetail, 'state'> {
  readonly state: StateAnswer;
  readonly attendances: readonly AttendanceLine[];
  readonly actions: readonly ApiAction[];
}

export interface ConveningParts {
  readonly convening: ConveningDetail;
  readonly attendances: readonly AttendanceFact[];
  readonly actions: readonly ActionAnswer[];
}

export interface AttendanceParts {
  readonly attendance: AttendanceFact;
  readonly convening: ConveningDetail;
}

@Injectable()
export class ConveningViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly convenings: Convenings,
    private readonly attendances: AttendanceMachine,
  ) {}

  row(row: ConveningRow): ConveningListItem {
    return { ...row, state: this.convenings.machine.state(row.state) };
  }

  async one(actor: Actor, id: string): Promise<ConveningView> {
    const { convening, attendances, actions } = await this.parts(actor, id);
    return {
      ...convening,
      state: this.convenings.machine.state(convening.state),
      attendances: attendances.map((each) => this.line(each)),
      actions: apiActions(this.texts, actions),
    };
  }

  async parts(actor: Actor, id: string): Promise<ConveningParts> {
    const convening = await this.convenings.get(actor, id);
    const attendances = await attendancesAt(this.db, id);
    const actions = await this.convenings.machine.actions(this.policy, this.db, actor, convening);
    return { convening, attendances, actions };
  }

  /** One attendance that may be corrected by this actor, with its convening. */
  async attendance(actor: Actor, id: string): Promise<AttendanceParts> {
    const [attendance] = await readAttendances(this.db, [id]);
    if (attendance === undefined) throw notFound('thing.not_found');
    const convening = await this.convenings.get(actor, attendance.conveningId);
    if (!this.policy.can(actor, 'attendance.confirm', conveningSubject(convening))) throw notFound('thing.not_found');
    return { attendance, convening };
  }

  line(fact: AttendanceFact): AttendanceLine {
    const { id, version, personId, personName, role, teamId, teamName, coming, minutes } = fact;
    return {
      ...{ id, version, personId, personName, role, teamId, teamName, coming, minutes },
      state: this.attendances.machine.state(fact.state),
    };
  }
}
