/** Extensions: more time for one applicant - asked for, given with its reason, or kept from them with one. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { readTime } from '../../kernel/time-of-day.js';
import { Database } from '../../platform/database/database.js';
import { rawSql, sql } from '../../platform/database/sql.js';
import type { ActionAnswer } from '../../platform/database/stateful.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { notConflicted, staffSide } from '../conflicts/index.js';
import { requireMemberRole } from '../organizations/index.js';
import { findRound } from '../rounds/index.js';
import { Application } from './application.entity.js';
import { applicationMachine } from './application.machine.js';
import { applicationSubject } from './application-reads.js';
import { Applications } from './applications.service.js';
import { ApplicationExtension, ExtensionRequest } from './extension.entity.js';
import type { ExtensionAskInput, ExtensionGiveInput, ExtensionGrantInput } from './extension.input.js';
import { type ExtensionFacts, extensionRequestLifecycle } from './extension.lifecycle.js';
import { extensionOf } from './extension.reads.js';
import { dueOf } from './extension.rules.js';
import { ReminderMails } from './reminder-mails.js';

interface Given {
  readonly dueOn: string;
  readonly dueTime: string;
  readonly note: string;
  readonly requestId: string | null;
}

@Injectable()
export class Extensions {
  readonly machine = new Stateful<ExtensionRequest, ExtensionFacts>({
    entity: ExtensionRequest,
    lifecycle: extensionRequestLifecycle,
    readPermission: 'extension_request.read',
    subjectOf: ({ fundId, roundId, organizationId, applicationId, state }) => ({
      scopes: { fund: fundId, round: roundId, organization: organizationId, application: applicationId },
      state,
    }),
    facts: async (from, rows) => {
      const members = await from.query<{ id: string; members: string[] }>(sql`
        select q.id, array(select m.person_id::text from organization_members m
          where m.organization_id = q.organization_id and m.ended_at is null) as members
        from extension_requests q where q.id = any(${rows.map(({ id }) => id)}::uuid[])`);
      return new Map(members.map((row) => [row.id, row]));
    },
  });
  /** Whoever gives more time may not read the draft it is for. */
  private readonly giving = applicationMachine(
    () => ({ now: this.db.now, today: this.db.today, calendar: this.db.currentCalendar }),
    'application.extend',
  );

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly applications: Applications,
    private readonly mails: ReminderMails,
  ) {}

  /** Asks for more time; one request of an application waits at a time. */
  async ask(actor: Actor, id: string, input: ExtensionAskInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockVisible(work, id);
      const { organizationId, fundId, roundId } = application;
      await requireMemberRole(work, actor, organizationId, ['owner', 'editor', 'signatory']);
      if (!work.policy.can(actor, 'extension_request.ask', applicationSubject(application))) {
        throw forbidden('permission.missing', { params: { permission: 'extension_request.ask' } });
      }
      const due = await this.openFor(work, application);
      if (input.wantedOn <= work.calendar.today(due)) {
        const at = work.calendar.formatInstant(due, 'full');
        throw invalidField('wantedOn', 'extension.only_later', { at });
      }
      if (input.wantedOn <= work.today) throw invalidField('wantedOn', 'extension.into_the_past');
      const waiting = await work.query(sql`
        select 1 from extension_requests where application_id = ${id} and state = 'asked'`);
      if (waiting.length > 0) throw conflict('extension_request.asked_already');
      const request = await work.insertOne(ExtensionRequest, {
        ...{ state: 'asked', applicationId: id, fundId, roundId, organizationId },
        ...{ wantedOn: input.wantedOn, reason: input.reason, answer: null, decidedBy: null, decidedAt: null },
        askedBy: actor.kind === 'person' ? actor.personId : null,
      });
      await this.machine.begin(work, [request], 'ask');
      return { id: request.id };
    });
  }

  async withdraw(actor: Actor, requestId: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const request = await this.lockVisible(work, requestId);
      await requireMemberRole(work, actor, request.organizationId, ['owner', 'editor', 'signatory']);
      await this.machine.transition(work, {
        ...{ action: 'withdraw', ids: [requestId], note: step.note },
        expectedVersion: step.version,
      });
      return { id: requestId };
    });
  }

  async grant(actor: Actor, requestId: string, input: ExtensionGrantInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const request = await this.lockVisible(work, requestId);
      const application = await work.lockOne(Application, request.applicationId);
      const { note, version: expectedVersion } = input;
      await this.machine.transition(work, {
        ...{ action: 'grant', ids: [requestId], note, expectedVersion },
        changes: this.decided(work, note),
      });
      await this.give(work, application, { ...input, requestId });
      return { id: requestId };
    });
  }

  async deny(actor: Actor, requestId: string, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const request = await this.lockVisible(work, requestId);
      await this.machine.transition(work, {
        ...{ action: 'deny', ids: [requestId], note: step.note, expectedVersion: step.version },
        changes: this.decided(work, step.note?.trim() ?? null),
      });
      await this.mails.denied(work, request.applicationId, step.note?.trim() ?? '');
      return { id: requestId };
    });
  }

  /** More time without a request; also for a draft that was closed already. */
  async giveByNumber(actor: Actor, input: ExtensionGiveInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const [found] = await work.query<{ id: string }>(sql`
        select a.id from applications a where a.number = ${input.number.trim()}
          and ${notConflicted(staffSide(actor), rawSql('a.id'))}`);
      const application = found === undefined ? undefined : await work.lockOne(Application, found.id);
      if (application === undefined || !this.mayExtend(work, application)) {
        throw invalidField('number', 'field.not_found');
      }
      await this.give(work, application, { ...input, requestId: null });
      return { id: application.id };
    });
  }

  /** The buttons of one request, and the request; 404 for who may not see it. */
  async see(actor: Actor, requestId: string): Promise<{ request: ExtensionRequest; actions: ActionAnswer[] }> {
    const [request] = await this.db.query<ExtensionRequest>(sql`
      select id, version, created_at as "createdAt", state, application_id as "applicationId", round_id as "roundId",
             fund_id as "fundId", organization_id as "organizationId", asked_by as "askedBy", wanted_on as "wantedOn",
             reason, answer, decided_by as "decidedBy", decided_at as "decidedAt"
      from extension_requests where id = ${requestId}`);
    if (request === undefined || !(await this.maySee(this.db, actor, request))) throw notFound('thing.not_found');
    return { request, actions: await this.machine.actions(this.policy, this.db, actor, request) };
  }

  private async maySee(from: Queryable, actor: Actor, request: ExtensionRequest): Promise<boolean> {
    const { fundId, roundId, organizationId, applicationId } = request;
    const scopes = { fund: fundId, round: roundId, organization: organizationId, application: applicationId };
    if (!this.policy.can(actor, 'extension_request.read', { scopes })) return false;
    if (actor.kind !== 'person') return true;
    const isOwn = actor.grants.some(({ scopeId }) => scopeId === organizationId || scopeId === applicationId);
    const rows = await from.query(sql`
      select 1 from applications a where a.id = ${applicationId} and (${isOwn}
        or ${notConflicted(staffSide(actor), rawSql('a.id'))})`);
    return rows.length > 0;
  }

  private async lockVisible(work: Work, requestId: string): Promise<ExtensionRequest> {
    // The application before its requests, as whoever asks does.
    const [found] = await work.query<{ id: string }>(sql`
      select application_id as id from extension_requests where id = ${requestId}`);
    if (found === undefined) throw notFound('thing.not_found');
    await work.lockOne(Application, found.id);
    const request = await work.lockOne(ExtensionRequest, requestId);
    if (!(await this.maySee(work, work.actor, request))) throw notFound('thing.not_found');
    return request;
  }

  private mayExtend(work: Work, application: Application): boolean {
    const { fundId: fund, roundId: round } = application;
    return work.policy.can(staffSide(work.actor), 'application.extend', { scopes: { fund, round } });
  }

  private async give(work: Work, application: Application, given: Given): Promise<void> {
    const { id, organizationId } = application;
    const { actor } = work;
    const round = await findRound(work, application.roundId);
    if (round === undefined || !['published', 'reviewing'].includes(round.state))
      throw conflict('extension.round_over');
    await this.refuseOwn(work, organizationId, id);
    const dueBefore = dueOf(round, await extensionOf(work, id));
    const dueAfter = work.calendar.deadline(given.dueOn, readTime(given.dueTime));
    if (dueAfter <= dueBefore) {
      throw invalidField('dueOn', 'extension.only_later', { at: work.calendar.formatInstant(dueBefore, 'full') });
    }
    if (dueAfter <= work.now) throw invalidField('dueOn', 'extension.into_the_past');
    await this.giving.transition(work, { action: 'extend', ids: [id], note: given.note });
    await work.insertOne(ApplicationExtension, {
      ...{ applicationId: id, dueBefore, dueAfter, reason: given.note, requestId: given.requestId },
      grantedBy: actor.kind === 'person' ? actor.personId : null,
    });
    work.audit({
      ...{ action: 'application.extended', subjectType: 'application', subjectId: id, note: given.note },
      ...{ before: { dueAt: dueBefore }, after: { dueAt: dueAfter, requestId: given.requestId } },
    });
    await this.mails.extended(work, id, dueAfter, given.note);
  }

  /** Nobody gives time to an application of their own. */
  private async refuseOwn(work: Work, organizationId: string, applicationId: string): Promise<void> {
    const { actor } = work;
    if (actor.kind !== 'person') return;
    const own = actor.grants.some(({ scopeId }) => scopeId === organizationId || scopeId === applicationId);
    if (own) throw forbidden('extension_request.own');
  }

  private async openFor(work: Work, application: Application): Promise<Date> {
    if (!['draft', 'expired'].includes(application.state)) throw conflict('extension.not_a_draft');
    const round = await findRound(work, application.roundId);
    if (round === undefined || !['published', 'reviewing'].includes(round.state))
      throw conflict('extension.round_over');
    return dueOf(round, await extensionOf(work, application.id));
  }

  private decided(
    work: Work,
    answer: string | null,
  ): { answer: string | null; decidedBy: string | null; decidedAt: Date } {
    const { actor, now } = work;
    return { answer, decidedBy: actor.kind === 'person' ? actor.personId : null, decidedAt: now };
  }
}
