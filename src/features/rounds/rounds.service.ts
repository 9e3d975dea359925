/** Rounds: setting one up, publishing it, moving its deadline, and taking it through review and decisions. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Calendar } from '../../kernel/calendar.js';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { readTime } from '../../kernel/time-of-day.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { Forms, type FormUse } from '../forms/index.js';
import { Pool } from '../funds/index.js';
import { RoundFacts } from './round-facts.js';
import { type RoundEvent, RoundNews } from './round-news.js';
import { columnsOf, lockPools, termsOf, writeMilestones, writeRubric } from './round-columns.js';
import { Round, RoundExtension } from './round.entity.js';
import type { ExtensionInput, RoundInput, RoundListQuery, RubricInput } from './round.input.js';
import { type PublishCheck, publishChecks } from './round.checks.js';
import { roundLifecycle, type RoundState, type RoundStepFacts } from './round.lifecycle.js';

import { readStepFacts } from './round.step-facts.js';
import { keepRubricVersion } from './rubric-versions.js';
import { findRound, roundSubject } from './rounds.reads.js';

/** One line of the list of rounds. */
export interface RoundRow {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly fundName: string;
  readonly opensAt: Date;
  readonly dueAt: Date;
  readonly setAsideCents: string;
}

/** A step of a round that needs nothing but a note. */
export type RoundStep =
  'open_criteria_for_comment' | 'publish' | 'begin_review' | 'begin_decisions' | 'complete' | 'cancel';

const NEWS: Partial<Record<RoundStep, RoundEvent['kind']>> = { begin_review: 'review_began', cancel: 'cancelled' };

@Injectable()
export class Rounds {
  readonly machine: Stateful<Round, RoundStepFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly counts: RoundFacts,
    private readonly news: RoundNews,
    private readonly forms: Forms,
  ) {
    this.machine = new Stateful<Round, RoundStepFacts>({
      entity: Round,
      lifecycle: roundLifecycle as never,
      readPermission: 'round.read',
      subjectOf: roundSubject,
      facts: (from, rows) => readStepFacts(from, rows, this.counts, this.moment),
      lockParents: lockPools,
    });
  }

  /** Which rounds ask these versions of forms; those whom this person may see. */
  async usingForms(actor: Actor, versionIds: readonly string[]): Promise<FormUse[]> {
    const may = conditionSql(this.policy.filter(actor, 'round.read', { scopes: { fund: 'r.fund_id', round: 'r.id' } }));
    const rows = await this.db.query<{ id: string; name: string; state: RoundState; versionId: string }>(sql`
      select r.id, r.name, r.state, r.form_version_id as "versionId" from rounds r
      where r.form_version_id = any(${versionIds}::uuid[]) and ${may} order by r.due_at desc, r.id limit 50`);
    return rows.map(({ id, name, state, versionId }) => ({
      ...{ versionId, title: name, href: `/rounds/${id}`, state: this.machine.state(state).label },
    }));
  }

  /** Rounds of the fund that are being set up by this person and ask another form, or none of their own. */
  async couldUseForm(actor: Actor, fundId: string, versionId: string): Promise<FormUse[]> {
    const may = conditionSql(
      this.policy.filter(actor, 'round.update', { scopes: { fund: 'r.fund_id', round: 'r.id' } }),
    );
    const rows = await this.db.query<{ id: string; name: string; state: RoundState }>(sql`
      select r.id, r.name, r.state from rounds r
      where r.fund_id = ${fundId} and r.state in ('draft', 'in_comment') and ${may}
        and r.form_version_id is distinct from ${versionId} order by r.created_at desc, r.id limit 10`);
    return rows.map(({ id, name, state }) => ({
      ...{ versionId, title: name, href: `/rounds/${id}/form?formVersionId=${versionId}` },
      state: this.machine.state(state).label,
    }));
  }

  /** Sets a round up as a draft, for a pool that has none yet. */
  async create(actor: Actor, input: RoundInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const round = await this.begin(work, input);
        return { id: round.id };
      }),
    );
  }

  /** The step that makes a draft; `chosen` is what it starts with besides its terms, as a copy does. */
  async begin(work: Work, input: RoundInput, chosen: Partial<Round> = {}): Promise<Round> {
    const pool = await this.poolFor(work, input.poolId, 'round.create');
    const round = await work.insertOne(Round, {
      ...columnsOf(work, input, pool),
      ...{ formVersionId: null, eligibilityRules: [], copiedFromId: null, commentAudience: 'public' },
      ...{ ...chosen, state: 'draft' },
    });
    await writeMilestones(work, round.id, input.milestones);
    await this.machine.begin(work, [round]);
    return round;
  }

  /** Changes a round that is not published yet. */
  async update(actor: Actor, id: string, input: RoundInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const round = await this.lockEditable(work, id);
        const pool = await this.poolFor(work, input.poolId, 'round.update');
        // Its form belongs to its fund, and would be frozen and answered in another one.
        if (pool.fundId !== round.fundId && round.formVersionId !== null) {
          throw invalidField('poolId', 'round.form_of_other_fund');
        }
        const before = termsOf(round);
        await work.update(Round, round, columnsOf(work, input, pool), input.version);
        await writeMilestones(work, id, input.milestones);
        work.audit({ action: 'round.updated', subjectType: 'round', subjectId: id, before, after: termsOf(round) });
        return { id };
      }),
    );
  }

  /** Writes the rubric anew; refused once the round is published, by this and by the database. */
  async setRubric(actor: Actor, id: string, input: RubricInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const round = await this.lockEditable(work, id);
        await work.update(Round, round, {}, input.version);
        const criteria = await writeRubric(work, id, input.criteria);
        // People comment on what they see: what changes while they do is another version.
        if (round.state === 'in_comment') await keepRubricVersion(work, id, 'comment', input.reason);
        const after = { criteria: criteria.map(({ name, weight, scaleMax }) => ({ name, weight, scaleMax })) };
        work.audit({ action: 'round.rubric_changed', subjectType: 'round', subjectId: id, after });
        return { id };
      }),
    );
  }

  async take(actor: Actor, id: string, action: RoundStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.machine.transition(work, { action, ids: [id], note: step.note, expectedVersion: step.version });
      await this.freeze(work, id, action);
      const kind = NEWS[action];
      if (kind !== undefined) await this.news.tell(work, { kind, roundId: id });
      return { id };
    });
  }

  /** Moves the deadline to a later time, never to an earlier one and never into the past. */
  async extend(actor: Actor, id: string, input: ExtensionInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await lockPools(work, [id]);
      const round = await work.lockOne(Round, id);
      this.machine.require(work.policy, work.actor, 'round.extend', round);
      const dueBefore = round.dueAt;
      const dueAt = work.calendar.deadline(input.dueOn, readTime(input.dueTime));
      if (dueAt <= dueBefore) {
        const at = work.calendar.formatInstant(dueBefore, 'full');
        throw invalidField('dueOn', 'round.extend_only_later', { at });
      }
      if (dueAt <= work.now) throw invalidField('dueOn', 'round.extend_into_the_past');
      await this.machine.transition(work, {
        ...{ action: 'extend', ids: [id], note: input.reason, expectedVersion: input.version },
        changes: { dueAt },
      });
      await work.insertOne(RoundExtension, { roundId: id, dueBefore, dueAfter: dueAt, reason: input.reason });
      await this.news.tell(work, { kind: 'extended', roundId: id, reason: input.reason });
      return { id };
    });
  }

  async get(actor: Actor, id: string): Promise<Round> {
    const round = await findRound(this.db, id);
    if (round === undefined || !this.policy.can(actor, 'round.read', roundSubject(round))) {
      throw notFound('thing.not_found');
    }
    return round;
  }

  async list(actor: Actor, query: RoundListQuery): Promise<ListPage<RoundRow>> {
    const scopes = { fund: 'r.fund_id', round: 'r.id' };
    const where = [conditionSql(this.policy.filter(actor, 'round.read', { scopes, state: 'r.state' }))];
    if (query.state !== undefined) where.push(sql`r.state = ${query.state}`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(r.name ilike ${pattern} or r.number ilike ${pattern} or f.name ilike ${pattern})`);
    }
    return readList<RoundRow>(
      this.db,
      {
        columns: sql`r.id, r.number, r.name, r.kind, r.state, f.name as "fundName", r.opens_at as "opensAt",
          r.due_at as "dueAt", coalesce((select sum(l.allotted_cents) from ledger_accounts l
            where l.holder_kind = 'pool' and l.holder_id = r.pool_id), 0)::text as "setAsideCents"`,
        from: sql`rounds r join funds f on f.id = r.fund_id`,
        ...{ where, id: 'r.id', defaultSort: '-dueAt' },
        sorts: {
          dueAt: { expression: 'r.due_at', type: 'timestamptz' },
          name: { expression: 'lower(r.name)', type: 'text' },
          number: { expression: 'r.number', type: 'text' },
        },
      },
      query,
    );
  }

  /** What people are shown from now on is kept as it is: the rubric, and with publication the form. */
  private async freeze(work: Work, id: string, action: RoundStep): Promise<void> {
    if (action === 'open_criteria_for_comment') await keepRubricVersion(work, id, 'comment');
    if (action !== 'publish') return;
    await keepRubricVersion(work, id, 'published');
    const round = await findRound(work, id);
    if (round?.formVersionId) await this.forms.publishForm(work, round.formVersionId);
  }

  private get moment(): { now: Date; calendar: Calendar } {
    return { now: this.db.now, calendar: this.db.currentCalendar };
  }

  /** What a draft still needs, part by part. */
  async checks(round: Round): Promise<PublishCheck[]> {
    const facts = (await readStepFacts(this.db, [round], this.counts, this.moment)).get(round.id);
    return facts === undefined ? [] : publishChecks(round.state as RoundState, facts);
  }

  /** The round for update by who may change it, while it is not published. */
  async lockEditable(work: Work, id: string): Promise<Round> {
    const round = await work.lockOne(Round, id);
    this.machine.require(work.policy, work.actor, 'round.update', round);
    if (round.state !== 'draft' && round.state !== 'in_comment') throw conflict('round.published_stays');
    return round;
  }

  private async poolFor(work: Work, id: string, permission: string): Promise<Pool> {
    const [known] = await work.query<{ fundId: string; kind: string }>(
      sql`select fund_id as "fundId", kind from pools where id = ${id}`,
    );
    if (known === undefined) throw invalidField('poolId', 'field.not_found');
    const scopes = { fund: known.fundId };
    if (!work.policy.can(work.actor, permission, { scopes })) {
      throw forbidden('permission.missing', { params: { permission } });
    }
    if (known.kind !== 'round') throw invalidField('poolId', 'round.pool_not_for_rounds');
    return work.lockOne(Pool, id);
  }

  /** Constraints that people can run into, as sentences at their field. */
  async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'rounds_pool_id_key') throw invalidField('poolId', 'round.pool_taken');
      if (constraint === 'rounds_number_key') throw invalidField('number', 'round.number_taken');
      throw error;
    }
  }
}
