/** SecondFactorResets: phone and recovery codes are lost. One administrator asks, another confirms; the person is told. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { type ActionAnswer, Stateful } from '../../platform/database/stateful.js';
import type { Queryable } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { SecondFactorNews } from './second-factor-news.js';
import { type ResetFacts, secondFactorResetLifecycle } from './second-factor-reset.lifecycle.js';
import { SecondFactorSetUp } from './second-factor-set-up.service.js';
import { SecondFactorReset } from './second-factor.entity.js';
import { Sessions } from './sessions.service.js';

export interface ResetRow {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly personId: string;
  readonly personName: string;
  readonly reason: string;
  readonly askedBy: string;
  readonly askedByName: string;
  readonly createdAt: Date;
}

export type ResetStep = 'confirm' | 'decline';

@Injectable()
export class SecondFactorResets {
  readonly machine: Stateful<SecondFactorReset, ResetFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly setUp: SecondFactorSetUp,
    private readonly sessions: Sessions,
    private readonly news: SecondFactorNews,
  ) {
    this.machine = new Stateful<SecondFactorReset, ResetFacts>({
      entity: SecondFactorReset,
      lifecycle: secondFactorResetLifecycle as never,
      readPermission: 'second_factor_reset.read',
      subjectOf: () => ({}),
      facts: (from, rows) => this.facts(from, rows),
    });
  }

  /** Asks to take the second step of another person off. They are told at once, so that they can say no. */
  async ask(actor: Actor, personId: string, reason: string): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw forbidden('permission.missing', { params: { permission: PERMISSION } });
    if (actor.personId === personId) throw forbidden('second_factor_reset.own');
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        if (!work.policy.can(actor, PERMISSION, {})) {
          throw forbidden('permission.missing', { params: { permission: PERMISSION } });
        }
        const { since } = await this.setUp.standing(work, personId);
        if (since === null) throw conflict('second_factor_reset.nothing_set_up');
        const row = await work.insertOne(SecondFactorReset, {
          ...{ personId, reason, askedBy: actor.personId, confirmedBy: null, state: 'asked' },
        });
        await this.machine.begin(work, [row], 'ask', reason);
        await this.news.tell(work, personId, 'reset_asked');
        return { id: row.id };
      }),
    );
  }

  async take(actor: Actor, id: string, action: ResetStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { note, version: expectedVersion } = step;
      const confirmedBy = action === 'confirm' && actor.kind === 'person' ? actor.personId : null;
      const changes = { confirmedBy };
      const [row] = await this.machine.transition(work, { action, ids: [id], note, expectedVersion, changes });
      if (row !== undefined && action === 'confirm') {
        const { accountId } = await this.setUp.standing(work, row.personId);
        await this.setUp.end(work, accountId, 'reset');
        await this.sessions.endAll(work, accountId, 'second_factor_reset');
        work.audit({ action: 'second_factor.reset', subjectType: 'person', subjectId: row.personId });
        await this.news.tell(work, row.personId, 'reset');
      }
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<ResetRow> {
    if (!this.policy.can(actor, 'second_factor_reset.read', {})) throw notFound('thing.not_found');
    const [row] = await this.rows(sql`r.id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }

  /** The one that waits for a second administrator. */
  async openOf(actor: Actor, personId: string): Promise<ResetRow | undefined> {
    if (!this.policy.can(actor, 'second_factor_reset.read', {})) return undefined;
    const [row] = await this.rows(sql`r.person_id = ${personId} and r.state = 'asked'`);
    return row;
  }

  async actions(actor: Actor, row: ResetRow): Promise<ActionAnswer[]> {
    return this.machine.actions(this.policy, this.db, actor, Object.assign(new SecondFactorReset(), row));
  }

  private rows(where: ReturnType<typeof sql>): Promise<ResetRow[]> {
    return this.db.query<ResetRow>(sql`
      select r.id, r.version, r.state, r.person_id as "personId", p.name as "personName", r.reason,
             r.asked_by as "askedBy", q.name as "askedByName", r.created_at as "createdAt"
      from second_factor_resets r join persons p on p.id = r.person_id join persons q on q.id = r.asked_by
      where ${where} order by r.id desc limit 20`);
  }

  private async facts(from: Queryable, rows: readonly SecondFactorReset[]): Promise<ReadonlyMap<string, ResetFacts>> {
    const people = rows.map(({ personId }) => personId);
    const found = await from.query<{ personId: string }>(sql`
      select a.person_id as "personId" from second_factors f join accounts a on a.id = f.account_id
      where a.person_id = any(${people}::uuid[]) and f.ended_at is null and f.confirmed_at is not null`);
    const isSetUp = new Set(found.map(({ personId }) => personId));
    return new Map(
      rows.map(({ id, personId, askedBy }) => [id, { personId, askedBy, isSetUp: isSetUp.has(personId) }]),
    );
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (violatedConstraint(error) === 'second_factor_resets_open')
        throw conflict('second_factor_reset.asked_already');
      throw error;
    }
  }
}

const PERMISSION = 'second_factor_reset.ask';
