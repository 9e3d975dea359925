/** DelegationLists: delegations as they are read - by those they concern, by administrators - and what can be lent. */
import { Injectable } from '@nestjs/common';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { forbidden, unauthenticated } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy, type Role, type ScopeKind } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { type ApprovalName, approvalsOf } from './approvals.js';
import type { DelegationListQuery } from './delegation.input.js';
import { delegationStands, isColleague } from './delegations.reads.js';
import { grantInForce } from './grants.js';
import { ScopeDirectory } from './scopes.js';

export type DelegationState = 'proposed' | 'to_come' | 'in_force' | 'lapsed' | 'run_out' | 'declined' | 'ended';

export interface DelegationView {
  readonly id: string;
  readonly giverId: string;
  readonly giverName: string;
  readonly holderId: string;
  readonly holderName: string;
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  readonly scopeName: string | null;
  readonly approvals: readonly ApprovalName[];
  readonly startsOn: string;
  readonly endsOn: string;
  readonly limit: Money | null;
  readonly reason: string;
  readonly state: DelegationState;
  readonly confirmedBy: string | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
}

/** One of the actor's own roles, with what can be lent of it. */
export interface LendableGrant {
  readonly id: string;
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  readonly scopeName: string | null;
  readonly approvals: readonly ApprovalName[];
}

export interface Lendable {
  readonly grants: readonly LendableGrant[];
  readonly colleagues: readonly { readonly id: string; readonly name: string }[];
}

@Injectable()
export class DelegationLists {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly scopes: ScopeDirectory,
  ) {}

  /** What the actor gave and what they were given, the latest first. */
  async own(actor: Actor, query: DelegationListQuery = {}): Promise<ListPage<DelegationView>> {
    const { personId } = personOf(actor);
    return this.read(sql`(d.giver_id = ${personId} or d.holder_id = ${personId})`, query);
  }

  async all(actor: Actor, query: DelegationListQuery): Promise<ListPage<DelegationView>> {
    const permission = 'delegation.read';
    if (!this.policy.can(actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
    return this.read(sql`true`, query);
  }

  /** What this actor could lend now, and to whom. */
  async lendable(actor: Actor): Promise<Lendable> {
    const { personId, grants: usable } = personOf(actor);
    const { today } = this.db;
    const held = await this.db.query<Omit<LendableGrant, 'approvals' | 'scopeName'>>(sql`
      select g.id, g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId" from role_grants g
      where g.person_id = ${personId} and ${grantInForce('g', today)} order by g.role, g.id`);
    const names = await this.scopes.names(this.db, held);
    const isUsable = ({ role, scopeId }: (typeof held)[number]): boolean =>
      usable.some((each) => each.lent === undefined && each.role === role && each.scopeId === scopeId);
    const grants = held.filter(isUsable).flatMap((grant): LendableGrant[] => {
      const approvals = approvalsOf(this.policy, grant.role);
      const scopeName = grant.scopeId === null ? null : (names.get(grant.scopeId) ?? null);
      return approvals.length === 0 ? [] : [{ ...grant, scopeName, approvals }];
    });
    if (grants.length === 0) return { grants, colleagues: [] };
    const colleagues = await this.db.query<{ id: string; name: string }>(sql`
      select p.id, p.name from persons p where p.id <> ${personId} and ${isColleague(sql`p.id`, today)}
      order by lower(p.name), p.id limit 500`);
    return { grants, colleagues };
  }

  private async read(where: Sql, query: DelegationListQuery): Promise<ListPage<DelegationView>> {
    interface Row extends Omit<DelegationView, 'limit' | 'scopeName'> {
      readonly limitCents: string | null;
    }
    const conditions = [where];
    if (query.q !== undefined) {
      const like = `%${query.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
      conditions.push(sql`(lower(giver.name) like ${like} or lower(holder.name) like ${like})`);
    }
    const list = await readList<Row>(
      this.db.often,
      {
        columns: sql`d.id, d.giver_id as "giverId", giver.name as "giverName", d.holder_id as "holderId",
          holder.name as "holderName", g.role, g.scope_kind as "scopeKind", g.scope_id as "scopeId", d.approvals,
          d.starts_on as "startsOn", d.ends_on as "endsOn", d.limit_cents::text as "limitCents", d.reason,
          ${this.state()} as state, sure.name as "confirmedBy", ender.name as "endedBy", d.end_reason as "endReason"`,
        from: sql`delegations d join role_grants g on g.id = d.grant_id join persons giver on giver.id = d.giver_id
          join persons holder on holder.id = d.holder_id left join persons sure on sure.id = d.confirmed_by
          left join persons ender on ender.id = d.ended_by`,
        where: conditions,
        sorts: { createdAt: { expression: 'd.created_at', type: 'timestamptz' } },
        defaultSort: '-createdAt',
        id: 'd.id',
      },
      query,
    );
    const names = await this.scopes.names(this.db, list.items);
    const items = list.items.map(({ limitCents, ...row }) => ({
      ...row,
      limit: limitCents === null ? null : Money.ofCents(limitCents),
      scopeName: row.scopeId === null ? null : (names.get(row.scopeId) ?? null),
    }));
    return { ...list, items };
  }

  private state(): Sql {
    const { today } = this.db;
    const waits = sql`d.needs_confirmation and d.confirmed_at is null`;
    return sql`case when d.ended_at is not null then case when ${waits} then 'declined' else 'ended' end
      when d.ends_on < ${today}::date then 'run_out' when not ${delegationStands('d', today)} then 'lapsed'
      when ${waits} then 'proposed' when d.starts_on > ${today}::date then 'to_come' else 'in_force' end`;
  }
}

function personOf(actor: Actor): PersonActor {
  if (actor.kind !== 'person') throw unauthenticated('session.required');
  return actor;
}
