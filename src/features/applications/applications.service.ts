/** Applications: beginning, sending and taking on an application, and what motions decide of it. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import type { ListPage } from '../../platform/lists/list.js';
import { Conflicts, staffSide } from '../conflicts/index.js';
import { leftOf, organizationsCalled, requireMemberRole } from '../organizations/index.js';
import { Eligibility, findRound, isAccepting, type Round } from '../rounds/index.js';
import { Application } from './application.entity.js';
import type { ApplicationInput, ApplicationListQuery, ReturnInput, ScreenOutInput } from './application.input.js';
import type { SubmitInput } from './certifier.input.js';
import { applicationMachine, arrival, type Timekeeper } from './application.machine.js';
import { AnswerProjection } from './answer-projection.js';
import { formOfVersion, sentAnswers } from './answers.reads.js';
import { requireWriter } from './application-colleague.reads.js';
import { type ApplicationRow, listApplications } from './application-list.js';
import { ApplicationMails } from './application-mails.js';
import { fingerprintOf } from './application.rules.js';
import {
  applicationReadFilter,
  applicationSubject,
  type ApplicationSummary,
  canReadApplication,
  lockApplications,
  mayLookAt,
  ownOf,
  readApplication,
} from './application-reads.js';
import { requireTimeToWrite } from './closing.js';
import { moreTime } from './extension.reads.js';
import { readBudgetPaper } from './proposed-budget.paper.js';
import { patiently } from './receipt.patience.js';
import { ApplicationSubmissions } from './receipt.service.js';
import { requirePartOpen } from './return.rules.js';
import { ApplicationReturn } from './return.entity.js';
import { returnOrder } from './return.reads.js';

/** A step that needs nothing but a note. */
export type ApplicationStep = 'screen_in' | 'appeal' | 'uphold' | 'allow' | 'shortlist' | 'withdraw';

const isOfAgency = (action: ApplicationStep): boolean => action !== 'appeal' && action !== 'withdraw';

export interface Decision {
  readonly ids: readonly string[];
  readonly action: 'approve' | 'decline' | 'waitlist';
  readonly note: string;
}

@Injectable()
export class Applications {
  readonly machine = applicationMachine(() => this.time());
  /** Whoever begins a review may not read the drafts that end with it. */
  private readonly expiry = applicationMachine(() => this.time(), 'application.expire');

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly conflicts: Conflicts,
    private readonly mails: ApplicationMails,
    private readonly submissions: ApplicationSubmissions,
    private readonly eligibility: Eligibility,
    private readonly projection: AnswerProjection,
  ) {}

  /** Begins a draft while the round takes applications; as with sending, what arrived in time is in time. */
  async create(actor: Actor, input: ApplicationInput): Promise<{ id: string }> {
    return patiently(() => this.begin(actor, input));
  }

  private async begin(actor: Actor, input: ApplicationInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { roundId, organizationId, title } = input;
      const scopes = { organization: organizationId };
      if (!work.policy.can(work.actor, 'application.create', { scopes })) {
        throw invalidField('organizationId', 'application.not_your_organization');
      }
      await requireMemberRole(work, actor, organizationId, ['owner', 'editor']);
      if ((await leftOf(work, organizationId)) !== organizationId)
        throw invalidField('organizationId', 'organization.merged');
      await holdRound(work, sql`id = ${roundId}`);
      const round = await findRound(work, roundId);
      if (round === undefined || !['published', 'reviewing', 'deciding', 'completed'].includes(round.state)) {
        throw invalidField('roundId', 'field.not_found');
      }
      if (!isAccepting(round, arrival(work.now))) throw conflict('application.round_not_open');
      await this.requireChecked(work, round, organizationId);
      const number = await work.nextNumber('application', work.today.slice(0, 4));
      const application = await work.insertOne(Application, {
        ...{ state: 'draft', number, roundId, fundId: round.fundId, organizationId, title },
        ...{ summary: null, requested: Money.zero, schools: null, submittedAt: null, receiptNumber: null },
        ...{ fingerprint: null, certifiedBy: null, fixBy: null, returnedParts: null, appealBy: null },
        formVersionId: round.formVersionId,
      });
      await this.machine.begin(work, [application]);
      await this.refreshParties(work, application.id, organizationId);
      return { id: application.id };
    });
  }

  /** Where a round asks a few questions first, nobody writes for days what it cannot take. */
  private async requireChecked(work: Work, { id, eligibilityRules }: Round, organizationId: string): Promise<void> {
    if (eligibilityRules.length === 0) return;
    const kept = await this.eligibility.latest(work, id, organizationId);
    if (kept === undefined) throw invalidField('organizationId', 'application.check_first');
    if (!kept.passed) throw invalidField('organizationId', 'application.check_not_passed');
  }

  /** Certifies and sends it. What arrived in time is in time, however long its turn took. */
  async submit(
    actor: Actor,
    id: string,
    input: Partial<SubmitInput> & StepInput,
  ): Promise<{ id: string; receiptNumber: string }> {
    if (input.agreed === false) throw invalidField('agreed', 'application.must_agree');
    try {
      return await patiently(() => this.send(actor, id, input));
    } catch (error) {
      await this.submissions.noteLate(actor, id, error);
      throw error;
    }
  }

  private async send(
    actor: Actor,
    id: string,
    input: Partial<SubmitInput>,
  ): Promise<{ id: string; receiptNumber: string }> {
    return this.db.work(actor, async (work) => {
      await holdRound(work, sql`id = (select round_id from applications where id = ${id})`);
      const application = await this.lockVisible(work, id);
      const form = await formOfVersion(work, application.formVersionId);
      await this.projection.settle(work, application, form);
      const content = await readApplication(work, id);
      await this.refreshParties(work, id, application.organizationId);
      const { title, summary, requested, schools, districts, budgetLines, partners } = content;
      const answers = await sentAnswers(work, id, form);
      const budget = await readBudgetPaper(work, id);
      const sent = { title, summary, requested, schools, districts, budgetLines, partners, answers, budget };
      const arrivedAt = arrival(work.now);
      const fingerprint = fingerprintOf(sent);
      const certifiedBy = actor.kind === 'person' ? actor.personId : null;
      await this.machine.transition(work, {
        ...{ action: 'submit', ids: [id], expectedVersion: input.version },
        changes: { submittedAt: arrivedAt, certifiedBy, fingerprint, fixBy: null, returnedParts: null },
      });
      // Last of all but the mails: whoever else sends waits for the counter of numbers.
      const receiptNumber = application.receiptNumber ?? (await this.receipt(work, application));
      await this.submissions.record(work, {
        ...{ applicationId: id, roundId: application.roundId, content: sent },
        ...{ arrivedAt, fingerprint, receiptNumber, signature: input },
      });
      await this.mails.receipt(work, content, receiptNumber);
      return { id, receiptNumber };
    });
  }

  async take(actor: Actor, id: string, action: ApplicationStep, input: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await (isOfAgency(action) ? this.lockForAgency(work, id, action) : this.lockVisible(work, id));
      const changes = action === 'appeal' ? { appealBy: null } : {};
      await this.machine.transition(work, {
        ...{ action, ids: [id], changes },
        note: input.note,
        expectedVersion: input.version,
      });
      if (action === 'withdraw') await this.mails.withdrawn(work, id, input.note);
      return { id };
    });
  }

  /** Sends it back for a fix until a day; only then can it be written again. */
  async return(actor: Actor, id: string, input: ReturnInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.lockForAgency(work, id, 'return');
      if (input.fixBy < work.today) throw invalidField('fixBy', 'application.day_past');
      const order = await returnOrder(work, id, input);
      const { note, fixBy } = order;
      const parts = order.parts === null ? null : [...order.parts];
      const changes = { fixBy, returnedParts: parts?.map(({ part }) => part) ?? null };
      const expectedVersion = input.version;
      await this.machine.transition(work, { action: 'return', ids: [id], note, expectedVersion, changes });
      await work.insertOne(ApplicationReturn, { applicationId: id, note, fixBy, parts });
      await this.mails.returned(work, id, order);
      return { id };
    });
  }

  async screenOut(actor: Actor, id: string, input: ScreenOutInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.lockForAgency(work, id, 'screen_out');
      if (input.appealBy < work.today) throw invalidField('appealBy', 'application.day_past');
      const { note, appealBy, version: expectedVersion } = input;
      const changes = { appealBy };
      await this.machine.transition(work, { action: 'screen_out', ids: [id], note, expectedVersion, changes });
      return { id };
    });
  }

  /** What a carried motion decided, as a step of its work. */
  async decide(work: Work, { ids, action, note }: Decision): Promise<void> {
    await this.machine.transition(work, { action, ids: [...ids], note });
  }

  /** Closes what was never sent, when the review of the round begins. */
  async expireDrafts(work: Work, roundId: string): Promise<void> {
    const rows = await work.query<{ id: string }>(sql`
      select a.id from applications a where a.round_id = ${roundId} and ((a.state = 'draft' and not ${moreTime('a', work.now)})
        or (a.state = 'returned' and (a.fix_by is null or a.fix_by < ${work.today}))) order by a.id`);
    if (rows.length === 0) return;
    await this.expiry.transition(work, { action: 'expire', ids: rows.map(({ id }) => id) });
  }

  async get(actor: Actor, id: string): Promise<ApplicationSummary> {
    if (!(await mayLookAt(this.policy, actor, this.db, id))) throw notFound('thing.not_found');
    return readApplication(this.db, id);
  }

  async list(actor: Actor, query: ApplicationListQuery): Promise<ListPage<ApplicationRow>> {
    return listApplications(this.db, applicationReadFilter(actor, this.policy, 'a'), ownOf(actor), query);
  }

  /** Locked for a change; 404 for whoever may not see it, also because of a conflict of interest. */
  async lockVisible(work: Work, id: string): Promise<Application> {
    const [application] = await lockApplications(work, [id]);
    const mayRead = await canReadApplication(work.policy, work.actor, work, id);
    if (application === undefined || !mayRead) throw notFound('thing.not_found');
    return application;
  }

  /** Locked for a step of the agency: as a member of the applicant one sees it, and decides nothing of it. */
  private async lockForAgency(work: Work, id: string, action: string): Promise<void> {
    await this.lockVisible(work, id);
    if (!(await canReadApplication(work.policy, staffSide(work.actor), work, id))) {
      throw forbidden('permission.missing', { params: { permission: `application.${action}` } });
    }
  }

  /**
   * Locked for writing by an owner or editor of the lead, or a colleague who may, while it can be written. `sections` are
   * the parts of its form that are written: what came back for a fix is open only where it was named.
   */
  async lockForWriting(work: Work, id: string, sections: readonly string[] = []): Promise<Application> {
    const application = await this.lockVisible(work, id);
    await requireWriter(work, application);
    if (!['draft', 'returned'].includes(application.state)) throw conflict('application.frozen');
    if (!work.policy.can(work.actor, 'application.update', applicationSubject(application))) {
      throw forbidden('permission.missing', { params: { permission: 'application.update' } });
    }
    await requireTimeToWrite(work, application);
    for (const section of sections) requirePartOpen(application, section);
    return application;
  }

  /** Who takes part: the lead, its fiscal sponsor and the partners that are known here. */
  async refreshParties(work: Work, id: string, organizationId: string): Promise<void> {
    const sponsors = await work.query<{ id: string }>(sql`
      select fiscal_sponsor_id as id from organizations where id = ${organizationId} and fiscal_sponsor_id is not null`);
    // A partner is named by its name: of several that look as if they are called so each counts, until it is known which
    // one is meant.
    const partners = await work.query<{ id: string }>(sql`
      select organization_id as id from application_partners
      where application_id = ${id} and organization_id is not null
      union select found.id from application_partners p cross join lateral (${organizationsCalled(sql`p.name`)}) found
      where p.application_id = ${id}`);
    await this.conflicts.setParties(work, id, [
      { organizationId, relation: 'lead' },
      ...sponsors.map((each) => ({ organizationId: each.id, relation: 'fiscal_sponsor' as const })),
      ...partners.map((each) => ({ organizationId: each.id, relation: 'partner' as const })),
    ]);
  }

  private time(): Timekeeper {
    return { now: this.db.now, today: this.db.today, calendar: this.db.currentCalendar };
  }

  private async receipt(work: Work, { id, number }: Application): Promise<string> {
    const receiptNumber = `R-${await work.nextNumber('receipt', number.slice(0, 4))}`;
    await work.query(sql`update applications set receipt_number = ${receiptNumber} where id = ${id}`);
    return receiptNumber;
  }
}

/** Many may apply at once; whoever begins the review waits for them, and they for whoever does. */
async function holdRound(work: Work, where: Sql): Promise<void> {
  await work.query(sql`select 1 from rounds where ${where} for share`);
}
