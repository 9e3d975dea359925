/**
 * TechnicalAssistances: help with an application, asked for where it is written. Whoever takes it helps the applicant and
 * is from then on in a direct conflict of interest: they no longer read, screen, review or decide that application.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Mailer } from '../../platform/mail/mail.js';
import { canReadApplication, lockApplications } from '../applications/index.js';
import { applicantSide, Conflicts } from '../conflicts/index.js';
import { contactOf } from '../identity/index.js';
import { requireMemberRole } from '../organizations/index.js';
import { TechnicalAssistance, TechnicalAssistanceEntry } from './technical-assistance.entity.js';
import type {
  AssistanceEntryInput,
  HelpTakeInput,
  TechnicalAssistanceInput,
  TechnicalAssistanceListQuery,
} from './technical-assistance.input.js';
import { type TechnicalAssistanceFacts, technicalAssistanceLifecycle } from './technical-assistance.lifecycle.js';
import {
  type AdvisorChoice,
  ASSISTANCE_COLUMNS,
  ASSISTANCE_TABLES,
  type AssistanceEntryRow,
  type AssistanceRow,
  assistanceSeen,
  possibleAdvisors,
  readAssistanceFacts,
  readEntries,
} from './technical-assistance.reads.js';

export type AssistanceStep = 'close' | 'reopen' | 'cancel';

/** While it is written or mended there is something to help with. */
const HELPED_STATES: readonly string[] = ['draft', 'returned'];
const MOST_OPEN = 5;

@Injectable()
export class TechnicalAssistances {
  readonly machine = new Stateful<TechnicalAssistance, TechnicalAssistanceFacts>({
    entity: TechnicalAssistance,
    lifecycle: technicalAssistanceLifecycle as never,
    readPermission: 'technical_assistance.read',
    subjectOf: ({ fundId, roundId, organizationId, state }) => ({
      scopes: { fund: fundId, round: roundId, organization: organizationId },
      state,
    }),
    facts: readAssistanceFacts,
  });

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly conflicts: Conflicts,
    private readonly mailer: Mailer,
  ) {}

  async ask(actor: Actor, input: TechnicalAssistanceInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { applicationId, topic, question, mayRead: letsRead = false } = input;
      const [application] = await lockApplications(work, [applicationId]).catch(() => []);
      const mayRead = await canReadApplication(work.policy, applicantSide(actor), work, applicationId);
      if (application === undefined || !mayRead) throw invalidField('applicationId', 'field.not_found');
      const { roundId, fundId, organizationId, state } = application;
      const scopes = { organization: organizationId };
      if (!work.policy.can(actor, 'technical_assistance.ask', { scopes })) {
        throw forbidden('permission.missing', { params: { permission: 'technical_assistance.ask' } });
      }
      await requireMemberRole(work, actor, organizationId, ['owner', 'editor']);
      if (!HELPED_STATES.includes(state)) throw conflict('technical_assistance.too_late');
      await requireNotTooMany(work, applicationId);
      const made = await work.insertOne(TechnicalAssistance, {
        ...{ state: 'asked', applicationId, roundId, fundId, organizationId, topic, question },
        mayRead: letsRead,
        askedBy: actor.kind === 'person' ? actor.personId : null,
        advisorId: await lastAdvisor(work, applicationId),
      });
      await this.machine.begin(work, [made], 'ask');
      return { id: made.id };
    });
  }

  /** Takes it, or hands it to a colleague; the conflict of interest counts at once. */
  async take(actor: Actor, id: string, { advisorId: named, version }: HelpTakeInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const row = await this.lock(work, id);
      const advisorId = named ?? (actor.kind === 'person' ? actor.personId : undefined);
      const possible = await possibleAdvisors(work, row, work.today);
      if (advisorId === undefined || !possible.some((each) => each.id === advisorId)) {
        throw invalidField('advisorId', 'technical_assistance.not_an_advisor');
      }
      await this.machine.transition(work, {
        action: 'take',
        ids: [id],
        expectedVersion: version,
        changes: { advisorId },
      });
      await this.conflictOf(work, row, advisorId);
      await this.tell(work, row, advisorId);
      return { id };
    });
  }

  async step(actor: Actor, id: string, action: AssistanceStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.lock(work, id);
      const { note, version: expectedVersion } = step;
      await this.machine.transition(work, { action, ids: [id], note, expectedVersion });
      return { id };
    });
  }

  /** What was given; by who helps, and never for a day to come. */
  async log(actor: Actor, id: string, input: AssistanceEntryInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const row = await this.lock(work, id);
      this.machine.require(work.policy, actor, 'technical_assistance.log', row);
      if (actor.kind !== 'person' || row.advisorId !== actor.personId) {
        throw forbidden('technical_assistance.advisor_only');
      }
      if (row.state !== 'advising') throw conflict('technical_assistance.not_open');
      const { givenOn, minutes, way, note } = input;
      if (givenOn > work.today) throw invalidField('givenOn', 'technical_assistance.day_to_come');
      if (givenOn < work.calendar.today(row.createdAt)) throw invalidField('givenOn', 'technical_assistance.before');
      const entry = { technicalAssistanceId: id, advisorId: actor.personId, givenOn, minutes, way, note };
      const made = await work.insertOne(TechnicalAssistanceEntry, entry);
      const after = { entryId: made.id, givenOn, minutes, way };
      work.audit({
        ...{ action: 'technical_assistance.logged', subjectType: 'technical_assistance', subjectId: id, after },
      });
      return { id: made.id };
    });
  }

  async get(actor: Actor, id: string): Promise<AssistanceRow> {
    const [row] = await this.db.query<AssistanceRow>(sql`
      select ${ASSISTANCE_COLUMNS} from ${ASSISTANCE_TABLES}
      where t.id = ${id} and ${assistanceSeen(actor, this.policy)}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  /** The caller has looked whether it may be seen. */
  async entries(id: string): Promise<AssistanceEntryRow[]> {
    return readEntries(this.db, id);
  }

  async advisors(row: AssistanceRow): Promise<AdvisorChoice[]> {
    return possibleAdvisors(this.db, row, this.db.today);
  }

  async list(actor: Actor, query: TechnicalAssistanceListQuery): Promise<ListPage<AssistanceRow>> {
    const where = [assistanceSeen(actor, this.policy)];
    if (query.state !== undefined) where.push(sql`t.state = ${query.state}`);
    if (query.round !== undefined) where.push(sql`t.round_id = ${query.round}`);
    if (query.q !== undefined) {
      const like = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(a.title ilike ${like} or a.number ilike ${like}
        or t.organization_id = any(array(select id from organizations where name ilike ${like})))`);
    }
    return readList<AssistanceRow>(
      this.db,
      {
        ...{ columns: ASSISTANCE_COLUMNS, from: ASSISTANCE_TABLES, where, id: 't.id', defaultSort: '-asked' },
        sorts: {
          asked: { expression: 't.created_at', type: 'timestamptz' },
          organization: { expression: 'lower(o.name)', type: 'text' },
        },
      },
      query,
    );
  }

  /** Locked after the application, and seen; 404 for others. */
  private async lock(work: Work, id: string): Promise<TechnicalAssistance> {
    const [seen] = await work.query<{ applicationId: string }>(sql`
      select t.application_id as "applicationId" from technical_assistances t
      where t.id = ${id} and ${assistanceSeen(work.actor, work.policy)}`);
    if (seen === undefined) throw notFound('thing.not_found');
    await lockApplications(work, [seen.applicationId]);
    return work.lockOne(TechnicalAssistance, id);
  }

  /** One that stands already, because they helped before, is enough. */
  private async conflictOf(work: Work, { applicationId }: TechnicalAssistance, personId: string): Promise<void> {
    const held = await work.query(sql`
      select 1 from conflicts where person_id = ${personId} and application_id = ${applicationId} and type = 'advisor'
        and level = 'direct' and basis is null and state <> 'dismissed'`);
    if (held.length > 0) return;
    const note = 'Helps the applicant with this application.';
    await this.conflicts.declare(work, { personId, applicationId, type: 'advisor', level: 'direct', note });
  }

  private async tell(
    work: Work,
    { id, applicationId, askedBy }: TechnicalAssistance,
    advisorId: string,
  ): Promise<void> {
    const [asker, [advisor], [application]] = [
      askedBy === null ? undefined : await contactOf(work, askedBy),
      await work.query<{ name: string }>(sql`select name from persons where id = ${advisorId}`),
      await work.query<{ title: string }>(sql`select title from applications where id = ${applicationId}`),
    ];
    if (asker === undefined) return;
    const title = application?.title ?? '';
    await this.mailer.send(work, {
      to: asker.address,
      about: { type: 'application', id: applicationId },
      subjectKey: 'mail.technical_assistance.subject',
      params: { title },
      template: 'mail/technical-assistance',
      view: { name: asker.name, title, advisor: advisor?.name ?? '', id },
    });
  }
}

/** Who helped with this application before helps again: nobody else gets another conflict of interest. */
async function lastAdvisor(work: Work, applicationId: string): Promise<string | null> {
  const [last] = await work.query<{ id: string }>(sql`
    select t.advisor_id as id from technical_assistances t
      join conflicts c on c.person_id = t.advisor_id and c.application_id = t.application_id and c.type = 'advisor'
        and c.state <> 'dismissed'
    where t.application_id = ${applicationId} and t.state in ('advising', 'closed')
    order by t.created_at desc, t.id desc limit 1`);
  return last?.id ?? null;
}

async function requireNotTooMany(work: Work, applicationId: string): Promise<void> {
  const [open] = await work.query<{ count: number }>(sql`
    select count(*)::int as count from technical_assistances
    where application_id = ${applicationId} and state in ('asked', 'advising')`);
  if ((open?.count ?? 0) >= MOST_OPEN) throw conflict('technical_assistance.too_many', { params: { most: MOST_OPEN } });
}
