/**
 * Delegations: who holds an approval lends it to a colleague, with days, an amount and a reason. One may lend only what
 * one holds oneself and can use now; from a money role it holds once an administrator has confirmed it. It is never
 * changed: it is ended, and another one given.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy, type Role, type ScopeKind } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { EffectHandlers } from '../../platform/database/effects.js';
import type { LentUsedEffect } from '../../platform/database/lent.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { AgencySettings } from '../agency/index.js';
import { requirePermission } from './accounts.service.js';
import { APPROVALS, approvalsOf } from './approvals.js';
import { Delegation } from './delegation.entity.js';
import type { DelegationInput } from './delegation.input.js';
import { type DelegationEvent, DelegationNews } from './delegation-news.js';
import { delegationInForce, delegationStands, isColleague } from './delegations.reads.js';
import { grantInForce } from './grants.js';
import { GRAVE_ROLES } from './role-grant.entity.js';

interface HeldGrant {
  readonly id: string;
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  readonly endsOn: string | null;
}

@Injectable()
export class Delegations implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly settings: AgencySettings,
    private readonly news: DelegationNews,
    private readonly effects: EffectHandlers,
  ) {}

  onModuleInit(): void {
    this.effects.register<LentUsedEffect>('delegation.used', (work, used) => this.hold(work, used));
  }

  /** Lends it, or proposes it where an administrator has to confirm it. */
  async give(actor: Actor, input: DelegationInput): Promise<{ id: string; needsConfirmation: boolean }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'delegation.give');
      if (actor.kind !== 'person') throw forbidden('delegation.by_a_person');
      const grant = await this.lockHeld(work, actor, input.grantId);
      await this.check(work, actor, grant, input);
      const { holderId, approvals, endsOn, reason, limit = null } = input;
      const needsConfirmation = (GRAVE_ROLES as readonly string[]).includes(grant.role);
      const row = await work.insertOne(Delegation, {
        ...{ grantId: grant.id, giverId: actor.personId, holderId, approvals, endsOn, reason, limit },
        ...{ startsOn: input.startsOn ?? work.today, needsConfirmation, confirmedAt: null, confirmedBy: null },
        ...{ endedAt: null, endedBy: null, endReason: null },
      });
      this.audit(work, row, needsConfirmation ? 'proposed' : 'given', reason);
      await this.news.tell(work, row, needsConfirmation ? 'proposed' : 'in_force');
      return { id: row.id, needsConfirmation };
    });
  }

  /** An administrator's yes, who is neither giver nor holder; from now on it holds. */
  async confirm(actor: Actor, id: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'delegation.confirm');
      const row = await this.lockWaiting(work, id);
      if (actor.kind !== 'person') throw forbidden('delegation.by_a_person');
      if ([row.giverId, row.holderId].includes(actor.personId)) throw forbidden('delegation.confirmed_by_a_third');
      const stands = await work.query(sql`select 1 from delegations d where d.id = ${id}
        and d.ends_on >= ${work.today}::date and ${delegationStands('d', work.today)}`);
      if (stands.length === 0) throw conflict('delegation.stands_no_more');
      await work.update(Delegation, row, { confirmedAt: work.now, confirmedBy: actor.personId });
      this.audit(work, row, 'confirmed');
      await this.news.tell(work, row, 'in_force');
      return { id };
    });
  }

  async decline(actor: Actor, id: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      requirePermission(work, 'delegation.decline');
      const row = await this.lockWaiting(work, id);
      const personId = personOf(actor);
      if (personId === row.giverId || personId === row.holderId) throw forbidden('delegation.confirmed_by_a_third');
      await this.close(work, row, 'declined', note);
      return { id };
    });
  }

  /** At once, by the giver, the holder or an administrator; this needs nobody else. */
  async end(actor: Actor, id: string, note: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const row = await work.lockOne(Delegation, id);
      // Whoever has nothing to do with it does not learn that it is there.
      if (!mayEnd(work.policy, actor, row)) throw notFound('thing.not_found');
      if (row.endedAt !== null) throw conflict('delegation.already_ended');
      await this.close(work, row, 'ended', note);
      return { id };
    });
  }

  /** The step for the use case that ends the role they come from. */
  async endOf(work: Work, grantId: string, note: string): Promise<void> {
    const rows = await work.query<{ id: string }>(sql`
      select id from delegations where grant_id = ${grantId} and ended_at is null and ends_on >= ${work.today}::date`);
    const ids = rows.map(({ id }) => id);
    for (const row of await work.lock(Delegation, ids)) {
      if (row.endedAt === null) await this.close(work, row, 'ended', note);
    }
  }

  /** Looks, under lock, that each still holds: whoever ends it or its role waits for this work, or was before it. */
  private async hold(work: Work, used: readonly LentUsedEffect[]): Promise<void> {
    const ids = [...new Set(used.map(({ delegationId }) => delegationId))];
    await work.query(sql`select g.id from role_grants g
      where g.id in (select d.grant_id from delegations d where d.id = any(${ids}::uuid[]))
        and ${grantInForce('g', work.today)} order by g.id for share`);
    const held = await work.query(sql`select d.id from delegations d where d.id = any(${ids}::uuid[])
      and d.holder_id = ${personOf(work.actor)}::uuid and ${delegationInForce('d', work.today)} order by d.id for share`);
    if (held.length !== ids.length) throw forbidden('delegation.over');
  }

  /** The giver's own grant, kept from ending until the work is done. */
  private async lockHeld(work: Work, actor: PersonActor, grantId: string): Promise<HeldGrant> {
    const [grant] = await work.query<HeldGrant>(sql`
      select g.id, g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId", g.ends_on as "endsOn"
      from role_grants g where g.id = ${grantId} and g.person_id = ${actor.personId} and ${grantInForce('g', work.today)}
      for no key update`);
    if (grant === undefined) throw invalidField('grantId', 'delegation.not_held');
    const { role, scopeKind, scopeId } = grant;
    const isUsable = actor.grants.some(
      (each) =>
        each.lent === undefined && each.role === role && each.scopeKind === scopeKind && each.scopeId === scopeId,
    );
    if (!isUsable) throw forbidden('second_factor.role_waits', { params: { permission: 'delegation.give' } });
    return grant;
  }

  private async check(work: Work, { personId }: PersonActor, grant: HeldGrant, input: DelegationInput): Promise<void> {
    const { approvals, holderId, endsOn, limit } = input;
    const startsOn = input.startsOn ?? work.today;
    const own = approvalsOf(this.policy, grant.role);
    if (approvals.length === 0) throw invalidField('approvals', 'delegation.nothing_chosen');
    if (!approvals.every((name) => own.includes(name))) throw invalidField('approvals', 'delegation.approval_not_held');
    if (holderId === personId) throw invalidField('holderId', 'delegation.to_self');
    const { delegationDays: days } = await this.settings.read(work);
    if (startsOn < work.today) throw invalidField('startsOn', 'delegation.starts_in_the_past');
    if (endsOn < startsOn) throw invalidField('endsOn', 'role.ends_before_start');
    if (endsOn > work.calendar.addDays(work.today, days)) throw invalidField('endsOn', 'delegation.too_long', { days });
    if (grant.endsOn !== null && endsOn > grant.endsOn) {
      throw invalidField('endsOn', 'delegation.after_role', { date: grant.endsOn });
    }
    const isBoundless = approvals.some((name) => APPROVALS[name].withoutAmount);
    if (limit !== undefined && isBoundless) throw invalidField('limit', 'delegation.no_amount');
    const found = await work.query<{ able: boolean; going: boolean }>(sql`
      select ${isColleague(sql`p.id`, work.today)} as able, exists (select from delegations d
        where d.grant_id = ${grant.id} and d.holder_id = p.id and d.ended_at is null
          and d.starts_on <= ${endsOn}::date and d.ends_on >= ${startsOn}::date
          and d.approvals && ${[...approvals]}::text[]) as going
      from persons p where p.id = ${holderId}`);
    if (found[0]?.able !== true) throw invalidField('holderId', 'delegation.no_colleague');
    if (found[0].going) throw invalidField('holderId', 'delegation.going_on');
  }

  private async lockWaiting(work: Work, id: string): Promise<Delegation> {
    const row = await work.lockOne(Delegation, id);
    if (row.endedAt !== null || !row.needsConfirmation || row.confirmedAt !== null) {
      throw conflict('delegation.waits_no_more');
    }
    return row;
  }

  private async close(work: Work, row: Delegation, event: DelegationEvent, note: string): Promise<void> {
    await work.update(Delegation, row, { endedAt: work.now, endedBy: personOf(work.actor), endReason: note });
    this.audit(work, row, event, note);
    await this.news.tell(work, row, event, note);
  }

  private audit(work: Work, row: Delegation, event: string, note?: string): void {
    const { giverId, holderId, approvals, startsOn, endsOn, limit } = row;
    work.audit({
      ...{ action: `delegation.${event}`, subjectType: 'delegation', subjectId: row.id, note },
      after: { giverId, holderId, approvals: [...approvals], startsOn, endsOn, limit },
    });
  }
}

/** The two whom it is about, and administrators. */
export const mayEnd = (
  policy: Policy,
  actor: Actor,
  { giverId, holderId }: { readonly giverId: string; readonly holderId: string },
): boolean =>
  policy.can(actor, 'delegation.end_any', {}) ||
  [giverId, holderId].some((personId) => policy.can(actor, 'delegation.end', { personId }));

const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.personId : null);
