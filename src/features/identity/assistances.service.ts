/**
 * Assistances: for a while a person of the agency enters what an organization tells them, because somebody there agreed.
 * It is never silent: how consent was given is recorded, the organization is told, sees it, and can end it at once.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound, type Sentence } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Assistance, type Consent } from './assistance.entity.js';
import type { AssistanceInput, AssistanceListQuery } from './assistance.input.js';
import { AssistanceNews } from './assistance-news.js';
import { assistanceInForce, liveGrants } from './grants.js';
import { Person } from './person.entity.js';
import { ScopeDirectory } from './scopes.js';

const MOST_DAYS = 30;
const USUAL_DAYS = 7;

export interface AssistanceView {
  readonly id: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly personId: string;
  readonly personName: string;
  readonly consent: Consent;
  readonly consentedBy: string;
  readonly consentedOn: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly reason: string;
  readonly isLive: boolean;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
}

/** Why somebody may not help an organization: a sentence, or nothing. Features that know such reasons register one. */
export type AssistanceBar = (
  from: Queryable,
  personId: string,
  organizationId: string,
) => Promise<Sentence | undefined>;

@Injectable()
export class Assistances {
  private readonly bars: AssistanceBar[] = [];

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly scopes: ScopeDirectory,
    private readonly news: AssistanceNews,
  ) {}

  registerBar(bar: AssistanceBar): void {
    this.bars.push(bar);
  }

  /** Begins at once. What the organization said is asked for, because they answer for it. */
  async start(actor: Actor, organizationId: string, input: AssistanceInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const organizationName = await this.nameOf(work, organizationId);
      requireOf(work, 'assistance.start', organizationId);
      if (actor.kind !== 'person') throw forbidden('assistance.by_a_person');
      const { personId } = actor;
      await work.lockOne(Person, personId);
      const terms = this.terms(work, input);
      const own = await liveGrants(work, personId, work.today);
      if (own.some(({ scopeId }) => scopeId === organizationId)) throw conflict('assistance.own_organization');
      for (const bar of this.bars) {
        const reason = await bar(work, personId, organizationId);
        if (reason !== undefined) throw forbidden(reason.code, { params: reason.params });
      }
      await this.closeRunOut(work, personId);
      const held = await work.query(sql`select 1 from assistances where person_id = ${personId}
        and organization_id = ${organizationId} and ended_at is null`);
      if (held.length > 0) throw conflict('assistance.going_on');
      const row = await work.insertOne(Assistance, {
        ...{ personId, organizationId, organizationName, ...terms },
        ...{ endedAt: null, endedBy: null, endReason: null },
      });
      work.actFor(organizationId);
      work.audit({
        ...{ action: 'assistance.started', subjectType: 'organization', subjectId: organizationId },
        note: terms.reason,
        after: {
          assistanceId: row.id,
          personId,
          consent: terms.consent,
          consentedOn: terms.consentedOn,
          endsOn: terms.endsOn,
        },
      });
      await this.news.started(work, row, actor.name);
      return { id: row.id };
    });
  }

  /** Ends it at once: the helper their own, anybody of the organization, or an administrator. */
  async end(actor: Actor, organizationId: string, id: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const row = await work.lockOne(Assistance, id);
      if (row.organizationId !== organizationId) throw notFound('thing.not_found');
      requireOf(work, 'assistance.end', organizationId, row.personId);
      if (row.endedAt !== null) throw conflict('assistance.ended_already');
      await this.close(work, row, note);
      return { id };
    });
  }

  /** The step for use cases that take the ground away: a conflict of interest with one of these organizations. */
  async endFor(work: Work, personId: string, organizationIds: readonly string[], note: string): Promise<void> {
    const rows = await work.query<{ id: string }>(sql`
      select id from assistances where person_id = ${personId} and organization_id = any(${[...organizationIds]}::uuid[])
        and ended_at is null`);
    for (const row of await work.lock(
      Assistance,
      rows.map(({ id }) => id),
    )) {
      if (row.endedAt === null) await this.close(work, row, note);
    }
  }

  private async close(work: Work, row: Assistance, note: string): Promise<void> {
    const endedBy = work.actor.kind === 'person' ? work.actor.personId : null;
    await work.update(Assistance, row, { endedAt: work.now, endedBy, endReason: note });
    work.audit({
      ...{ action: 'assistance.ended', subjectType: 'organization', subjectId: row.organizationId, note },
      before: { assistanceId: row.id, personId: row.personId, endsOn: row.endsOn },
    });
  }

  /** Those this actor may know of, the latest first. */
  async list(actor: Actor, query: AssistanceListQuery): Promise<ListPage<AssistanceView>> {
    const columns = { scopes: { organization: 'h.organization_id' }, personId: 'h.person_id' };
    const where: Sql[] = [conditionSql(this.policy.filter(actor, 'assistance.read', columns))];
    if (query.personId !== undefined) where.push(sql`h.person_id = ${query.personId}`);
    if (query.organizationId !== undefined) where.push(sql`h.organization_id = ${query.organizationId}`);
    return readList<AssistanceView>(
      this.db,
      {
        columns: sql`h.id, h.organization_id as "organizationId", h.organization_name as "organizationName",
          h.person_id as "personId", p.name as "personName", h.consent, h.consented_by as "consentedBy",
          h.consented_on as "consentedOn", h.starts_on as "startsOn", h.ends_on as "endsOn", h.reason,
          ${assistanceInForce('h', this.db.today)} as "isLive", h.ended_at as "endedAt", ender.name as "endedBy",
          h.end_reason as "endReason"`,
        from: sql`assistances h join persons p on p.id = h.person_id left join persons ender on ender.id = h.ended_by`,
        where,
        sorts: { createdAt: { expression: 'h.created_at', type: 'timestamptz' } },
        defaultSort: '-createdAt',
        id: 'h.id',
      },
      query,
    );
  }

  /** What the organization is called; 404 for those who may not know who helps it. */
  async organization(actor: Actor, organizationId: string): Promise<string> {
    if (!this.policy.can(actor, 'assistance.read', { scopes: { organization: organizationId } })) {
      throw notFound('thing.not_found');
    }
    return this.nameOf(this.db, organizationId);
  }

  private async nameOf(from: Work | Database, organizationId: string): Promise<string> {
    const names = await this.scopes.names(from, [{ scopeKind: 'organization', scopeId: organizationId }]);
    const name = names.get(organizationId);
    if (name === undefined) throw notFound('thing.not_found');
    return name;
  }

  private terms(
    work: Work,
    input: AssistanceInput,
  ): Pick<Assistance, 'consent' | 'consentedBy' | 'consentedOn' | 'startsOn' | 'endsOn' | 'reason'> {
    const { consent, consentedBy, reason } = input;
    const startsOn = work.today;
    const consentedOn = input.consentedOn ?? startsOn;
    const endsOn = input.endsOn ?? work.calendar.addDays(startsOn, USUAL_DAYS);
    if (consentedOn > startsOn) throw invalidField('consentedOn', 'assistance.consent_in_the_future');
    if (endsOn < startsOn) throw invalidField('endsOn', 'assistance.ends_in_the_past');
    if (endsOn > work.calendar.addDays(startsOn, MOST_DAYS)) {
      throw invalidField('endsOn', 'assistance.too_long', { days: MOST_DAYS });
    }
    return { consent, consentedBy, consentedOn, startsOn, endsOn, reason };
  }

  private async closeRunOut(work: Work, personId: string): Promise<void> {
    await work.query(sql`
      update assistances set ended_at = ${work.now}, end_reason = 'The last day passed.', version = version + 1
      where person_id = ${personId} and ended_at is null and ends_on < ${work.today}::date`);
  }
}

/** 404 for what may not be known of, 403 for what may not be done. */
function requireOf(work: Work, permission: string, organizationId: string, personId?: string): void {
  const subject = { scopes: { organization: organizationId }, personId };
  if (!work.policy.can(work.actor, 'assistance.read', subject)) throw notFound('thing.not_found');
  if (!work.policy.can(work.actor, permission, subject)) {
    throw forbidden('permission.missing', { params: { permission } });
  }
}
