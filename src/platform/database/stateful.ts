/**
 * Stateful: binds a lifecycle to its table. `transition` is the one function that assigns a state: it locks the rows,
 * checks policy, edge and blockers, writes history and audit and applies what follows, for a set as for one.
 */
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { type Actor, actorKey } from '../../kernel/actor.js';
import { type AppError, conflict, forbidden, invalidField, notFound, type Sentence } from '../../kernel/errors.js';
import type { Lifecycle, Tone } from '../../kernel/lifecycle.js';
import type { Policy, Subject } from '../../kernel/policy.js';
import { type LentStep, lentStep, lentUsedEffect, overLimitTogether } from './lent.js';
import type { StatefulRow } from './row.js';
import { sql } from './sql.js';
import type { Queryable, Work } from './work.js';

export interface StatefulOptions<E extends StatefulRow, Facts> {
  readonly entity: EntityTarget<E>;
  readonly lifecycle: Lifecycle<string, Facts>;
  /** The permission without which the thing answers 404. */
  readonly readPermission: string;
  /** What the policy looks at: the scopes of a row. */
  subjectOf(row: E): Subject;
  /** What blockers and effects look at, by id, loaded for the whole set at once. */
  facts(from: Queryable, rows: readonly E[]): Promise<ReadonlyMap<string, Facts>>;
  /** Locks the parents, before the rows themselves. */
  lockParents?(work: Work, ids: readonly string[]): Promise<void>;
}

export interface Step<E extends StatefulRow> {
  readonly action: string;
  readonly ids: readonly string[];
  readonly note?: string;
  /** The version the page or request was made from; only for a single thing. */
  readonly expectedVersion?: number;
  /** Handed to the action's effects. */
  readonly input?: unknown;
  /** Other columns the action sets, the same for the whole set. */
  readonly changes?: Partial<Omit<E, 'id' | 'version' | 'createdAt' | 'state'>>;
}

/** An action as the API answers it and a page draws it. */
export interface ActionAnswer {
  readonly name: string;
  readonly label: string;
  readonly enabled: boolean;
  readonly needsNote: boolean;
  readonly blockers: readonly Sentence[];
}

export interface StateAnswer {
  readonly state: string;
  readonly label: string;
  readonly tone: Tone;
}

/** What the history says of a step. */
interface Recorded {
  readonly from: ReadonlyMap<string, string>;
  readonly action: string;
  readonly note: string | undefined;
  readonly lent: ReadonlyMap<string, string>;
}

export class Stateful<E extends StatefulRow & ObjectLiteral, Facts> {
  constructor(private readonly options: StatefulOptions<E, Facts>) {}

  get lifecycle(): Lifecycle<string, Facts> {
    return this.options.lifecycle;
  }

  async transition(work: Work, step: Step<E>): Promise<E[]> {
    const { entity, lifecycle } = this.options;
    const action = lifecycle.action(step.action);
    await this.options.lockParents?.(work, step.ids);
    const rows = await work.lock(entity, step.ids);
    for (const row of rows) this.require(work.policy, work.actor, action.permission, row);
    if (step.expectedVersion !== undefined && rows[0]?.version !== step.expectedVersion) {
      throw conflict('thing.changed_meanwhile');
    }
    const facts = await this.options.facts(work, rows);
    for (const row of rows) {
      const refusal = this.refusal(work, row, step.action, facts.get(row.id) as Facts);
      if (refusal !== undefined) throw refusal;
    }
    const lent = await this.useLent(work, rows, step.action, facts);
    const note = step.note?.trim();
    if (action.needsNote && !note) throw invalidField('note', 'action.needs_note');

    const from = new Map(rows.map((row) => [row.id, row.state]));
    const to = action.to === 'same' ? undefined : action.to;
    await work.updateSet(entity, rows, { ...step.changes, ...(to === undefined ? {} : { state: to }) } as never);
    await this.record(work, rows, { from, action: step.action, note, lent });
    await work.apply(
      rows.flatMap((row) => action.effects?.(facts.get(row.id) as Facts, { input: step.input, now: work.now }) ?? []),
    );
    return rows;
  }

  /** Writes the first line of the history of things that were just made. */
  async begin(work: Work, rows: readonly E[], action = 'create', note?: string): Promise<void> {
    await this.record(work, rows, { from: new Map(), action, note, lent: new Map() });
  }

  /** What this actor could do with this thing now, whether each is open, and what still blocks it. */
  async actions(policy: Policy, from: Queryable, actor: Actor, row: E): Promise<ActionAnswer[]> {
    const facts = await this.options.facts(from, [row]);
    const subject = this.subject(row);
    return this.lifecycle
      .openActions(row.state, facts.get(row.id) as Facts)
      .filter((action) => policy.can(actor, action.permission, subject))
      .map((action) => {
        const bar = this.bar(policy, actor, action.name, row, facts.get(row.id) as Facts);
        const blockers = bar === undefined ? action.blockers : [bar, ...action.blockers];
        const { name, needsNote } = action;
        const giver = this.lent(policy, actor, name, row, facts.get(row.id) as Facts)?.lent.giverName;
        // Whoever acts for somebody sees it before they press.
        const label = giver === undefined ? action.label : `${action.label}, for ${giver}`;
        return { name, label, enabled: blockers.length === 0, needsNote, blockers };
      });
  }

  state(state: string): StateAnswer {
    const row = this.lifecycle.definition.states[state];
    if (row === undefined) throw new Error(`Lifecycle ${this.lifecycle.name} has no state ${state}`);
    return { state, label: row.label, tone: row.tone };
  }

  /** 404 for what may not be seen, 403 for what may not be done. */
  require(policy: Policy, actor: Actor, permission: string, row: E): void {
    const subject = this.subject(row);
    if (!policy.can(actor, this.options.readPermission, subject)) throw notFound('thing.not_found');
    if (!policy.can(actor, permission, subject)) throw forbidden('permission.missing', { params: { permission } });
  }

  private subject(row: E): Subject {
    return { state: row.state, ...this.options.subjectOf(row) };
  }

  /** Why this one person may not: their own part in it, or for a step by delegation that of who lent it, or the amount. */
  bar(policy: Policy, actor: Actor, name: string, row: E, facts: Facts): Sentence | undefined {
    if (actor.kind !== 'person') return undefined;
    return (
      this.lifecycle.action(name).barredFor?.(facts, actor.personId) ??
      this.lent(policy, actor, name, row, facts)?.refusal
    );
  }

  /** Of these those that nothing about this one person keeps from the step, as the button on their page says. */
  async unbarred(policy: Policy, from: Queryable, actor: Actor, name: string, rows: readonly E[]): Promise<E[]> {
    if (rows.length === 0) return [];
    const facts = await this.options.facts(from, rows);
    return rows.filter((row) => this.bar(policy, actor, name, row, facts.get(row.id) as Facts) === undefined);
  }

  private lent(policy: Policy, actor: Actor, name: string, row: E, facts: Facts): LentStep | undefined {
    // Most steps are taken by the system or by somebody to whom nothing is lent.
    if (actor.kind !== 'person' || actor.grants.every(({ lent }) => lent === undefined)) return undefined;
    const action = this.lifecycle.action(name);
    return lentStep(policy.lentFor(actor, action.permission, this.subject(row)), action, facts);
  }

  /** By row, for whom the step is taken. Each delegation must still hold, and reach for all of it together. */
  private async useLent(
    work: Work,
    rows: readonly E[],
    name: string,
    facts: ReadonlyMap<string, Facts>,
  ): Promise<ReadonlyMap<string, string>> {
    const steps = rows.flatMap((row) => {
      const step = this.lent(work.policy, work.actor, name, row, facts.get(row.id) as Facts);
      return step === undefined ? [] : [{ id: row.id, ...step }];
    });
    if (steps.length === 0) return new Map();
    const refusal = overLimitTogether(steps);
    if (refusal !== undefined) throw refusal;
    const used = new Set(steps.map(({ lent }) => lent.delegationId));
    await work.apply([...used].sort().map(lentUsedEffect));
    const givers = new Set(steps.map(({ lent }) => lent.giverId));
    const [giver] = givers;
    // Where all of it is done for one person, what follows from it is, too.
    if (giver !== undefined && givers.size === 1 && steps.length === rows.length) work.actFor(giver);
    return new Map(steps.map(({ id, lent }) => [id, lent.giverId]));
  }

  private refusal(
    { policy, actor }: Pick<Work, 'policy' | 'actor'>,
    row: E,
    name: string,
    facts: Facts,
  ): AppError | undefined {
    const action = this.lifecycle.action(name);
    const open = this.lifecycle.openActions(row.state, facts).map((each) => each.name);
    if (!action.from.includes(row.state)) {
      const params = { action: action.label, state: this.state(row.state).label };
      return conflict('action.not_open', { params, openActions: open });
    }
    const bar = this.bar(policy, actor, name, row, facts);
    if (bar !== undefined) return forbidden(bar.code, { params: bar.params, openActions: open });
    const blockers = action.blockers?.(facts) ?? [];
    if (blockers.length > 0) {
      return conflict('action.blocked', { params: { action: action.label }, blockers, openActions: open });
    }
    return undefined;
  }

  private async record(work: Work, rows: readonly E[], { from, action, note, lent }: Recorded): Promise<void> {
    const type = this.lifecycle.name;
    const steps = rows.map((row) => ({
      id: row.id,
      from: from.get(row.id) ?? null,
      to: row.state,
      acting_for: lent.get(row.id) ?? null,
    }));
    await work.query(sql`
      insert into lifecycle_steps (subject_type, subject_id, action, from_state, to_state, at, actor, acting_for,
        note)
      select ${type}, id, ${action}, "from", "to", ${work.now}, ${actorKey(work.actor)}, acting_for, ${note ?? null}
      from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb)
        as step(id uuid, "from" text, "to" text, acting_for uuid)`);
    for (const step of steps) {
      work.audit({
        action: `${type}.${action}`,
        subjectType: type,
        subjectId: step.id,
        note,
        actingFor: step.acting_for ?? undefined,
        before: step.from === null ? undefined : { state: step.from },
        after: { state: step.to },
      });
    }
  }
}
