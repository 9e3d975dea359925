/** What is shown of an application: the thing itself with what this actor could do with it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { applicantSide } from '../conflicts/index.js';
import type { Application } from './application.entity.js';
import type { ApplicationListQuery } from './application.input.js';
import { applicationLifecycle } from './application.lifecycle.js';
import { applicationSubject, type ApplicationSummary } from './application-reads.js';
import { colleagueAccess } from './application-colleague.reads.js';
import { Applications } from './applications.service.js';
import { asSent, type SentVersion, sentVersionFor } from './receipt.sent.js';

export interface ApplicationView extends Omit<ApplicationSummary, 'state'> {
  readonly state: StateAnswer;
  readonly actions: readonly ApiAction[];
}

export interface ApplicationListItem {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly state: StateAnswer;
  readonly roundId: string;
  readonly roundName: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly requested: Money;
  readonly submittedAt: Date | null;
  readonly dueAt: Date;
  readonly district: string | null;
}

export interface WholeApplication {
  readonly application: ApplicationSummary;
  readonly actions: readonly ActionAnswer[];
  /** Whether the actor sees it as its applicant does. */
  readonly isOwn: boolean;
  readonly canWrite: boolean;
  /** What it was shown as instead of what is being mended. */
  readonly sent?: SentVersion;
}

/** Whether the actor acts for this organization, or works on this one application of it. */
export const actsFor = (actor: Actor, organizationId: string, applicationId?: string): boolean =>
  actor.kind === 'person' &&
  actor.grants.some(
    ({ role, scopeId }) =>
      role === 'applicant' && scopeId !== null && (scopeId === organizationId || scopeId === applicationId),
  );

/** The word of a state: applicants read the plainer one. */
export function stateFor(isOwn: boolean, state: string): StateAnswer {
  const row = applicationLifecycle.definition.states[state as keyof typeof applicationLifecycle.definition.states];
  return { state, label: (isOwn ? row.publicLabel : undefined) ?? row.label, tone: row.tone };
}

/** Throws unless who looks may write it now: others are told why not. */
export function requireWritable({ application, isOwn, canWrite }: WholeApplication): void {
  if (canWrite) return;
  if (!isOwn) throw forbidden('permission.missing', { params: { permission: 'application.update' } });
  const isWritten = ['draft', 'returned'].includes(application.state);
  throw isWritten ? forbidden('application.read_only') : conflict('application.frozen');
}

@Injectable()
export class ApplicationViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly applications: Applications,
  ) {}

  async whole(actor: Actor, id: string): Promise<WholeApplication> {
    const live = await this.applications.get(actor, id);
    const isOwn = actsFor(actor, live.organizationId, id);
    const sent = await sentVersionFor(this.db, live, isOwn);
    const application = sent === undefined ? live : asSent(live, sent);
    // Whoever acts for the applicant acts on this one as nothing else.
    const acting = isOwn ? applicantSide(actor) : actor;
    // The machine looks at columns that the summary has under the same names.
    const row = application as unknown as Application;
    const actions = await this.applications.machine.actions(this.policy, this.db, acting, row);
    const access = await colleagueAccess(this.db, actor, id);
    const canWrite =
      access !== 'view' && this.policy.can(acting, 'application.update', applicationSubject(application));
    return { application, actions, isOwn, canWrite, sent };
  }

  /** Whether the actor may say of an application that a conflict of interest stands between them and it. */
  mightDeclare(actor: Actor): boolean {
    return this.policy.mightDo(actor, 'conflict.declare');
  }

  async one(actor: Actor, id: string): Promise<ApplicationView> {
    const { application, actions, isOwn } = await this.whole(actor, id);
    return {
      ...application,
      state: stateFor(isOwn, application.state),
      actions: apiActions(this.texts, actions),
    };
  }

  async list(actor: Actor, query: ApplicationListQuery): Promise<ListedApplications> {
    const { items, ...page } = await this.applications.list(actor, query);
    return {
      ...page,
      items: items.map(({ requestedCents, state, ...row }) => ({
        ...{ ...row, requested: Money.ofCents(requestedCents) },
        state: stateFor(actsFor(actor, row.organizationId, row.id), state),
      })),
    };
  }
}

export interface ListedApplications {
  readonly items: readonly ApplicationListItem[];
  readonly next: string | null;
  readonly count: number;
  readonly sort: string;
}
