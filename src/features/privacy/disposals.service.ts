/**
 * Disposals: what is proposed to go, who approves it, and how it goes: a piece at a time, each looked at again under its
 * lock, each with a line in the log.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Actor, systemActor } from '../../kernel/actor.js';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import type { StepInput } from '../../platform/input/step.input.js';
import { Anonymizer } from './anonymizer.js';
import { Disposal, DisposalItem, DisposalLogEntry, RetentionRun } from './disposal.entity.js';
import { type DisposalFacts, disposalLifecycle } from './disposal.lifecycle.js';
import type { RemovalInput } from './privacy.input.js';
import { PEOPLE } from './retention.rules.js';
import { Retention, type RetentionLine } from './retention.service.js';

/** More of a class than this are proposed in the month after. */
const MOST_ITEMS = 10_000;
/** Persons touch many tables, so few at once; the rest is plain rows. */
const PIECE = { [PEOPLE]: 20, other: 500 } as const;

export type DisposalStep = 'approve' | 'decline';

@Injectable()
export class Disposals {
  readonly machine: Stateful<Disposal, DisposalFacts>;

  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly retention: Retention,
    private readonly anonymizer: Anonymizer,
  ) {
    this.machine = new Stateful<Disposal, DisposalFacts>({
      entity: Disposal,
      lifecycle: disposalLifecycle as never,
      readPermission: 'disposal.read',
      subjectOf: () => ({}),
      facts: (from, rows) => this.facts(from, rows),
    });
  }

  /** Proposes that the data of one person is removed before its years are over, because they asked or it is not needed. */
  async propose(actor: Actor, personId: string, { reason }: RemovalInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const permission = 'disposal.propose';
      if (actor.kind !== 'person' || !this.policy.can(actor, permission, {})) {
        throw forbidden('permission.missing', { params: { permission } });
      }
      const found = await work.query(sql`select 1 from persons where id = ${personId} for no key update`);
      if (found.length === 0) throw notFound('thing.not_found');
      if (actor.personId === personId) throw forbidden('disposal.about_you');
      if (await this.anonymizer.isAnonymized(work, personId)) throw conflict('disposal.anonymized_already');
      const pending = await work.query(sql`
        select 1 from disposal_items i join disposals d on d.id = i.disposal_id
        where i.subject_id = ${personId} and d.state in ('proposed', 'approved')`);
      if (pending.length > 0) throw conflict('disposal.proposed_already');
      const blockers = await this.anonymizer.blockers(work, personId, work.today);
      if (blockers.length > 0) throw conflict('disposal.person_kept', { blockers });
      const line = (await this.retention.lines(work)).find(({ name }) => name === PEOPLE);
      if (line === undefined) throw new Error('Persons have no class of records');
      const asked = { proposedBy: actor.personId, reason, month: null };
      return this.insert(work, line, { ...asked, cutoffOn: work.today, ids: [personId] });
    });
  }

  /** Once a month: proposes what is due, class by class. Safe to run anywhere, any number of times. */
  async proposeDue(): Promise<number> {
    const month = this.db.today.slice(0, 7);
    const known = await this.db.query(sql`select 1 from retention_runs where month = ${month}`);
    if (known.length > 0) return 0;
    return this.db.work(systemActor('retention'), async (work) => {
      await work.query(sql`select pg_advisory_xact_lock(hashtext('retention.run'))`);
      const done = await work.query(sql`select 1 from retention_runs where month = ${month}`);
      if (done.length > 0) return 0;
      await work.insertOne(RetentionRun, { month });
      let proposed = 0;
      for (const line of await this.retention.lines(work)) {
        if (line.action === 'keep') continue;
        const cutoffOn = this.retention.cutoffOf(line.years);
        const due = await this.retention.due(work, line.name, { cutoffOn, asked: false });
        const rows = await work.query<{ id: string }>(sql`
          select due.id from (${due}) due
          where not exists (select from disposal_items i join disposals d on d.id = i.disposal_id
                            where i.subject_id = due.id and d.state in ('proposed', 'approved'))
          order by due.ended_on, due.id limit ${MOST_ITEMS}`);
        if (rows.length === 0) continue;
        const ids = rows.map(({ id }) => id);
        await this.insert(work, line, { proposedBy: null, reason: null, month, cutoffOn, ids });
        proposed += 1;
      }
      return proposed;
    });
  }

  async take(actor: Actor, id: string, action: DisposalStep, step: StepInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      if (action === 'approve' && actor.kind !== 'person') throw forbidden('disposal.needs_person');
      const approval = actor.kind === 'person' ? { approvedBy: actor.personId, approvedAt: work.now } : {};
      await this.machine.transition(work, {
        ...{ action, ids: [id], note: step.note, expectedVersion: step.version },
        changes: action === 'approve' ? approval : {},
      });
      if (action === 'decline') await work.query(sql`delete from disposal_items where disposal_id = ${id}`);
      return { id };
    });
  }

  /** Carries out one piece of an approved disposal. False when there is nothing left to do. */
  async carryOn(id: string): Promise<boolean> {
    return this.db.work(systemActor('disposal'), async (work) => {
      const disposal = await work.lockOne(Disposal, id);
      if (disposal.state !== 'approved' || disposal.approvedBy === null) return false;
      await work.query(sql`select pg_advisory_xact_lock_shared(hashtext('legal_hold'))`);
      const most = disposal.className === PEOPLE ? PIECE[PEOPLE] : PIECE.other;
      const items = await work.query<{ subjectId: string }>(sql`
        select subject_id as "subjectId" from disposal_items where disposal_id = ${id} order by subject_id limit ${most}`);
      if (items.length === 0) {
        await this.machine.transition(work, { action: 'finish', ids: [id], changes: { finishedAt: work.now } });
        return false;
      }
      const ids = items.map(({ subjectId }) => subjectId);
      const { gone, removed } = await this.dispose(work, disposal, ids);
      await work.query(sql`delete from disposal_items where disposal_id = ${id} and subject_id = any(${ids}::uuid[])`);
      const { className, approvedBy } = disposal;
      const action = className === PEOPLE ? 'anonymize' : 'delete';
      const counts = { itemCount: gone.length, keptCount: ids.length - gone.length };
      const idHashes = gone.map(hashOf).sort();
      await work.insertOne(DisposalLogEntry, {
        ...{ disposalId: id, className, action, approvedBy, ...counts },
        ...{ idHashes, removed },
      });
      work.audit({ action: 'disposal.carried_on', subjectType: 'disposal', subjectId: id, after: counts });
      return true;
    });
  }

  private async dispose(
    work: Work,
    disposal: Disposal,
    ids: readonly string[],
  ): Promise<{ gone: string[]; removed: Record<string, number> }> {
    const { className, cutoffOn } = disposal;
    const due = await this.retention.due(work, className, { cutoffOn, asked: disposal.reason !== null, only: ids });
    const still = await work.query<{ id: string }>(
      sql`select due.id from (${due}) due where due.id = any(${[...ids]}::uuid[]) order by due.id`,
    );
    const removed: Record<string, number> = {};
    const count = (what: string, rows: number): void => void (removed[what] = (removed[what] ?? 0) + rows);
    if (className === PEOPLE) {
      const gone: string[] = [];
      for (const { id } of still) {
        const taken = await this.anonymizer.anonymize(work, id, disposal.id);
        if (taken === undefined) continue;
        gone.push(id);
        for (const [what, rows] of Object.entries(taken)) count(what, rows);
      }
      return { gone, removed };
    }
    const gone = still.map(({ id }) => id);
    for (const { what, remove } of this.retention.classes.find(({ name }) => name === className)?.removals ?? []) {
      const [row] = await work.query<{ count: number }>(
        sql`with gone as (${remove(gone)} returning 1) select count(*)::int as count from gone`,
      );
      count(what, row?.count ?? 0);
    }
    return { gone, removed };
  }

  private async insert(
    work: Work,
    line: RetentionLine,
    { ids, ...rest }: Pick<Disposal, 'proposedBy' | 'reason' | 'month' | 'cutoffOn'> & { ids: readonly string[] },
  ): Promise<{ id: string }> {
    const { name: className, years, basis } = line;
    const disposal = await work.insertOne(Disposal, {
      ...{ className, years, basis, ...rest, itemCount: ids.length, state: 'proposed' },
      ...{ approvedBy: null, approvedAt: null, finishedAt: null },
    });
    await work.insert(
      DisposalItem,
      ids.map((subjectId) => ({ disposalId: disposal.id, subjectId })),
    );
    await this.machine.begin(work, [disposal], 'propose');
    return { id: disposal.id };
  }

  private async facts(from: Queryable, rows: readonly Disposal[]): Promise<Map<string, DisposalFacts>> {
    const items = await from.query<{ disposalId: string; subjectId: string }>(sql`
      select disposal_id as "disposalId", subject_id as "subjectId" from disposal_items
      where disposal_id = any(${rows.filter(({ itemCount }) => itemCount === 1).map(({ id }) => id)}::uuid[])`);
    return new Map(
      rows.map(({ id, proposedBy }) => {
        const personId = items.find(({ disposalId }) => disposalId === id)?.subjectId ?? null;
        return [id, { id, proposedBy, personId }];
      }),
    );
  }
}

/** Enough to answer whether one known thing was disposed of, and nothing more. */
export const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex');
